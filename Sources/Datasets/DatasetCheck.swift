import Foundation
import PortraitClasses

/// The result of reading every file of a data set.
public struct DatasetCheck: Sendable {
  /// The share of one class in a data set.
  public struct Share: Sendable, Equatable {
    /// The mean share of the label maps' area, 0 … 1.
    public internal(set) var area = 0.0
    /// The number of pairs that contain the class.
    public internal(set) var pairs = 0
  }

  /// The sides of a picture and of its label map, in pixels.
  public struct Sides: Sendable, Hashable, Comparable {
    /// The side of the picture.
    public let image: Int
    /// The side of the label map.
    public let labels: Int

    /// Orders by the side of the picture, then by the side of the label map.
    public static func < (a: Sides, b: Sides) -> Bool {
      (a.image, a.labels) < (b.image, b.labels)
    }
  }

  /// A description of the data.
  public let summary: String
  /// The names of the listed pairs.
  public let ids: [String]
  /// The pairs that would be held out.
  public private(set) var heldOut: HeldOutPairs
  /// The groups of indices of equal photographs, which stay on one side of the split.
  public private(set) var copies: [[Int]] = []
  /// The numbers of pixels whose class an option decided.
  public private(set) var decisions = LabelDecisions()
  /// A warning if the classes can hardly be those of portraits; nil if nothing speaks against them.
  public private(set) var warning: String?
  /// The number of pairs that could be read.
  public private(set) var readable = 0
  /// The number of pairs for each combination of sides.
  public private(set) var sides: [Sides: Int] = [:]
  /// The share of each class, by its number.
  public private(set) var shares = [Share](repeating: Share(), count: PartClass.count)
  /// All faults, one line each: first those of the listing, then those of each pair.
  public private(set) var faults: [String]

  /// Reads every pair.
  ///
  /// - Parameters:
  ///   - input: the data.
  ///   - progress: called after each pair, from several threads.
  /// - Throws: an error if a pack can no longer be read.
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
    let names = ids
    var digests: [PictureDigest?] = []
    var surveys: [LabelSurvey] = []
    // A few pairs at a time: the counts of a pair are small, but the pair itself may be large.
    for start in stride(from: 0, to: ids.count, by: Self.pairsAtOnce) {
      let range = start..<min(ids.count, start + Self.pairsAtOnce)
      for result in Concurrent.results(
        range,
        { index in
          defer { progress() }
          return try Finding(input.stored(index), name: names[index])
        })
      {
        add(result)
        let finding = try? result.get()
        digests.append(finding?.picture)
        if let finding { surveys.append(finding.survey) }
      }
    }
    for part in shares.indices where readable > 0 { shares[part].area /= Double(readable) }
    warning = input.warning(about: surveys)
    copies = PictureDigest.copies(in: digests)
    if case .source(let source, _) = input { heldOut = HeldOutPairs(of: source, copies: copies) }
  }

  private static let pairsAtOnce = 64

  private mutating func add(_ result: Result<Finding, any Error>) {
    switch result {
    case .success(let finding):
      readable += 1
      sides[finding.sides, default: 0] += 1
      decisions.add(finding.decisions)
      for part in shares.indices where finding.counts[part] > 0 {
        shares[part].pairs += 1
        shares[part].area += Double(finding.counts[part]) / Double(finding.counts.reduce(0, +))
      }
    case .failure(let error): faults.append("\(error)")
    }
  }

  /// The counts of one pair.
  private struct Finding: Sendable {
    let sides: Sides
    let decisions: LabelDecisions
    let survey: LabelSurvey
    let picture: PictureDigest
    var counts = [Int](repeating: 0, count: PartClass.count)

    init(_ pair: SourcePair, name: String) {
      (decisions, survey) = (pair.decisions, pair.survey.named(name))
      picture = pair.pictureDigest
      sides = Sides(image: pair.imageSide, labels: pair.labelSide)
      for part in pair.parts { counts[Int(part)] += 1 }
    }
  }
}

extension DatasetInput {
  /// A short description of the data.
  public var summary: String {
    switch self {
    case .pack(let pack): "pack of \(pack.summary)"
    case .source(let source, _): source.summary
    }
  }

  /// The names of the pairs.
  public var ids: [String] {
    switch self {
    case .pack(let pack): pack.ids
    case .source(let source, _): source.ids
    }
  }

  /// Returns a pair as it is stored in the data.
  ///
  /// - Parameter index: 0 ..< `ids.count`.
  /// - Returns: the pair.
  /// - Throws: a one-line error that names the file.
  public func stored(_ index: Int) throws -> SourcePair {
    switch self {
    case .pack(let pack): SourcePair(try pack.pair(index))
    case .source(let source, _): try source.stored(index)
    }
  }
}

extension SourcePair {
  /// Creates a source pair from a prepared pair, with pixels in the order of image files.
  init(_ pair: PortraitPair) {
    let area = pair.size * pair.size
    self.init(
      imageSide: pair.size, rgb: (0..<3 * area).map { pair.planes[$0 % 3 * area + $0 / 3] },
      labelSide: pair.size, parts: pair.labels)
  }
}
