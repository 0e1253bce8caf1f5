import Foundation

/// What a look at every file of a data set found.
public struct DatasetCheck: Sendable {
  /// How much of a data set one class is.
  public struct Share: Sendable, Equatable {
    /// Mean share of the label maps' area, 0 … 1.
    public internal(set) var area = 0.0
    /// How many pairs have the class at all.
    public internal(set) var pairs = 0
  }

  /// Sides of a picture and of its label map, in pixels.
  public struct Sides: Sendable, Hashable, Comparable {
    /// Of the picture.
    public let image: Int
    /// Of the label map.
    public let labels: Int

    /// By picture, then by label map.
    public static func < (a: Sides, b: Sides) -> Bool {
      (a.image, a.labels) < (b.image, b.labels)
    }
  }

  /// What the data are.
  public let summary: String
  /// Names of the listed pairs.
  public let ids: [String]
  /// Which pairs would be held out.
  public let heldOut: HeldOutPairs
  /// How many of the pairs could be read.
  public private(set) var readable = 0
  /// How many pairs have which sides.
  public private(set) var sides: [Sides: Int] = [:]
  /// Each class's share, by its number.
  public private(set) var shares = [Share](repeating: Share(), count: PartClass.count)
  /// Everything that is wrong, a line each: first what the listing shows, then pair by pair.
  public private(set) var faults: [String]

  /// Reads every pair.
  ///
  /// - Parameters:
  ///   - input: the data.
  ///   - progress: called after each pair, from several threads.
  /// - Throws: when a pack can no longer be read.
  public init(_ input: DatasetInput, progress: @Sendable () -> Void = {}) throws {
    summary = input.summary
    ids = input.ids
    switch input {
    case .pack(let pack):
      heldOut = pack.heldOut
      faults = try pack.damage().map(\.description)
    case .source(let source, let listed):
      heldOut = HeldOutPairs(of: source)
      faults = listed.map(\.description)
    }
    // A few pairs at a time: what is counted of a pair is little, the pair itself may be large.
    for start in stride(from: 0, to: ids.count, by: Self.pairsAtOnce) {
      let range = start..<min(ids.count, start + Self.pairsAtOnce)
      for result in Concurrent.results(
        range,
        { index in
          defer { progress() }
          return try Finding(input.stored(index))
        })
      {
        add(result)
      }
    }
    for part in shares.indices where readable > 0 { shares[part].area /= Double(readable) }
  }

  private static let pairsAtOnce = 64

  private mutating func add(_ result: Result<Finding, any Error>) {
    switch result {
    case .success(let finding):
      readable += 1
      sides[finding.sides, default: 0] += 1
      for part in shares.indices where finding.counts[part] > 0 {
        shares[part].pairs += 1
        shares[part].area += Double(finding.counts[part]) / Double(finding.counts.reduce(0, +))
      }
    case .failure(let error): faults.append("\(error)")
    }
  }

  /// What is counted of one pair.
  private struct Finding: Sendable {
    let sides: Sides
    var counts = [Int](repeating: 0, count: PartClass.count)

    init(_ pair: SourcePair) {
      sides = Sides(image: pair.imageSide, labels: pair.labelSide)
      for part in pair.parts { counts[Int(part)] += 1 }
    }
  }
}

extension DatasetInput {
  /// What the data are, in words.
  public var summary: String {
    switch self {
    case .pack(let pack): "pack of \(pack.summary)"
    case .source(let source, _): source.summary
    }
  }

  /// Names of the pairs.
  public var ids: [String] {
    switch self {
    case .pack(let pack): pack.ids
    case .source(let source, _): source.ids
    }
  }

  /// A pair as the data hold it.
  ///
  /// - Parameter index: 0 ..< `ids.count`.
  /// - Returns: the pair.
  /// - Throws: an error of one line that names the file.
  public func stored(_ index: Int) throws -> SourcePair {
    switch self {
    case .pack(let pack): SourcePair(try pack.pair(index))
    case .source(let source, _): try source.stored(index)
    }
  }
}

extension SourcePair {
  /// A prepared pair, in the order of pixels that files have.
  init(_ pair: PortraitPair) {
    let area = pair.size * pair.size
    self.init(
      imageSide: pair.size, rgb: (0..<3 * area).map { pair.planes[$0 % 3 * area + $0 / 3] },
      labelSide: pair.size, parts: pair.labels)
  }
}
