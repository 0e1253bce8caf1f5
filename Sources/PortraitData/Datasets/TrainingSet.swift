import Tensors

/// What a trainer reads pairs from.
public protocol TrainingSet: Sendable {
  /// The number of pairs.
  var count: Int { get }

  /// Rows and columns of every pair, S.
  var size: Int { get }

  /// Which pairs these are; a run that goes on must find the same.
  var fingerprint: String { get }

  /// A pair; the same one each time, from any thread.
  ///
  /// - Parameter index: 0 ..< `count`.
  /// - Returns: the pair.
  /// - Throws: an error of one line that names the file.
  func pair(_ index: Int) throws -> PortraitPair
}

/// A source whose pairs are read or made each time they are asked for.
public struct UnpreparedSet: TrainingSet {
  /// Where the pairs come from.
  public let source: any PortraitSource
  /// Rows and columns of every pair, S.
  public let size: Int
  /// Of the source, and the size.
  public let fingerprint: String

  /// All pairs of a source at a size, which is at least 1.
  public init(_ source: any PortraitSource, size: Int) {
    require(size > 0, "UnpreparedSet: size is \(size), expected at least 1")
    self.source = source
    self.size = size
    fingerprint = "\(source.fingerprint)-\(size)"
  }

  /// As many as the source has.
  public var count: Int { source.ids.count }

  /// Reads or makes the pair.
  public func pair(_ index: Int) throws -> PortraitPair { try source.pair(index, size: size) }
}

/// Some of the pairs of a set.
public struct PartOfSet: TrainingSet {
  private let whole: any TrainingSet
  private let name: String
  /// The pairs' indices in the whole set.
  public let indices: [Int]

  /// The pairs with these indices.
  ///
  /// - Parameters:
  ///   - indices: each 0 ..< `whole.count`.
  ///   - whole: the set.
  ///   - name: what tells this part from others of the set.
  public init(_ indices: [Int], of whole: any TrainingSet, name: String) {
    require(
      indices.allSatisfy { (0..<whole.count).contains($0) },
      "PartOfSet: an index is outside 0 ..< \(whole.count)")
    self.indices = indices
    self.whole = whole
    self.name = name
  }

  /// As many as there are indices.
  public var count: Int { indices.count }
  /// That of the whole set.
  public var size: Int { whole.size }
  /// Of the whole set, and which part this is.
  public var fingerprint: String { "\(whole.fingerprint)-\(name)" }

  /// A pair of the whole set.
  public func pair(_ index: Int) throws -> PortraitPair { try whole.pair(indices[index]) }
}
