import Datasets

/// An endless source of batches of real pairs.
public protocol BatchSource {
  /// Where in the data the next batch begins; a checkpoint keeps it.
  associatedtype Position: Codable & Sendable & Equatable

  /// Returns the next batch.
  ///
  /// - Throws: an error in one line, when a file cannot be read.
  mutating func next() throws -> PortraitBatch

  /// Where the next batch begins.
  var position: Position { get }
}

extension BatchLoader: BatchSource {}
