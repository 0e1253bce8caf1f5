import Datasets

/// An endless source of batches of real pairs.
public protocol BatchSource {
  /// The position in the data at which the next batch begins; a checkpoint stores it.
  associatedtype Position: Codable & Sendable & Equatable

  /// Returns the next batch.
  ///
  /// - Throws: a one-line error if a file cannot be read.
  mutating func next() throws -> PortraitBatch

  /// The position at which the next batch begins.
  var position: Position { get }

  /// The camera poses of the pairs, from which those of generated portraits are drawn; nil to draw them
  /// from the camera's normal distributions.
  var poses: PosePool? { get }
}

extension BatchSource {
  /// Nil: the poses of most data are not known.
  public var poses: PosePool? { nil }
}

extension BatchLoader: BatchSource {}
