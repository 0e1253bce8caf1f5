import Camera
import Tensors

/// A set of pairs for training.
public protocol TrainingSet: Sendable {
  /// The number of pairs.
  var count: Int { get }

  /// The number of rows and columns of every pair, S.
  var size: Int { get }

  /// A text that identifies the pairs; a resumed run requires the same fingerprint.
  var fingerprint: String { get }

  /// The camera pose of every pair; nil if they are not known.
  var poses: [CameraPose]? { get }

  /// Returns a pair; the result is the same each time and on any thread.
  ///
  /// - Parameter index: 0 ..< `count`.
  /// - Returns: the pair.
  /// - Throws: a one-line error that names the file.
  func pair(_ index: Int) throws -> PortraitPair
}

extension TrainingSet {
  /// Nil: the poses of most sets are not known.
  public var poses: [CameraPose]? { nil }
}

/// A training set whose pairs are read or cast each time they are requested.
public struct UnpreparedSet: TrainingSet {
  /// The source of the pairs.
  public let source: any PortraitSource
  /// The number of rows and columns of every pair, S.
  public let size: Int
  /// The fingerprint of the source, followed by the size.
  public let fingerprint: String

  /// Creates a set of all pairs of a source at a size, which is at least 1.
  public init(_ source: any PortraitSource, size: Int) {
    require(size > 0, "UnpreparedSet: size is \(size), expected at least 1")
    self.source = source
    self.size = size
    fingerprint = "\(source.fingerprint)-\(size)"
  }

  /// The camera poses of the source.
  public var poses: [CameraPose]? { source.poses }
  /// The number of pairs of the source.
  public var count: Int { source.ids.count }

  /// Reads or casts the pair.
  public func pair(_ index: Int) throws -> PortraitPair { try source.pair(index, size: size) }
}

/// A subset of a training set.
public struct PartOfSet: TrainingSet {
  private let whole: any TrainingSet
  private let name: String
  /// The pairs' indices in the whole set.
  public let indices: [Int]

  /// Creates the subset with the given indices.
  ///
  /// - Parameters:
  ///   - indices: the indices of the pairs, each 0 ..< `whole.count`.
  ///   - whole: the whole set.
  ///   - name: a name that distinguishes this subset from other subsets of the set.
  public init(_ indices: [Int], of whole: any TrainingSet, name: String) {
    require(
      indices.allSatisfy { (0..<whole.count).contains($0) },
      "PartOfSet: an index is outside 0 ..< \(whole.count)")
    self.indices = indices
    self.whole = whole
    self.name = name
  }

  /// The camera poses of the subset.
  public var poses: [CameraPose]? { whole.poses.map { poses in indices.map { poses[$0] } } }
  /// The number of pairs of the subset.
  public var count: Int { indices.count }
  /// The number of rows and columns of every pair, S.
  public var size: Int { whole.size }
  /// The fingerprint of the whole set, followed by the name of the subset.
  public var fingerprint: String { "\(whole.fingerprint)-\(name)" }

  /// Returns the pair at an index of the subset.
  public func pair(_ index: Int) throws -> PortraitPair { try whole.pair(indices[index]) }
}
