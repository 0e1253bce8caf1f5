import PortraitData
import Tensors

/// Where batches of real pairs come from, one after the other without end.
public protocol BatchSource {
  /// Where in the data the next batch begins; what a checkpoint keeps.
  associatedtype Position: Codable & Sendable & Equatable

  /// The next batch.
  ///
  /// - Throws: an error in one line, when a file cannot be read.
  /// - Returns: portraits `[B, 3, S, S]` in −1 … 1, and masks `[B, K, S, S]`, +1 where a pixel has the
  ///   class and −1 elsewhere.
  mutating func next() throws -> (image: Tensor, mask: Tensor)

  /// Where the next batch begins.
  var position: Position { get }
}

extension BatchLoader: BatchSource {}
