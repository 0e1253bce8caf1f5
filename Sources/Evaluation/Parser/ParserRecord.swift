import Inspection
import PortraitData
import Tensors

/// What a parser is, what it learned from, and how well it does on pairs that it never saw.
public struct ParserRecord: Sendable, Equatable, Codable {
  /// Rows and columns of its pictures, S.
  public var size: Int
  /// Channels of each level of the encoder, from the picture's size down.
  public var widths: [Int]
  /// What it was trained on, in words; empty before training.
  public var data = ""
  /// Which pairs it learned from, as `TrainingSet` tells them apart; nil before training, and of
  /// parsers that were trained before this was kept.
  public var dataFingerprint: String?
  /// The seed of its weights, and of order and changes of the pairs.
  public var seed: UInt64
  /// Updates of its weights.
  public var iterations = 0
  /// Pairs in one update.
  public var batch = 0
  /// The size of a step, see ``ParserOptions``.
  public var rate = 0.0
  /// How much more rare classes count, see ``ParserOptions``.
  public var balance = 0.0
  /// Whether pairs were flipped, moved and turned.
  public var augment = false
  /// On the pairs that were held out; nil before training.
  public var heldOut: ParserFigures?

  /// The widths that parsers have unless told otherwise.
  public static var usualWidths: [Int] { ParserNetwork.usualWidths }

  /// A record of a parser that has not been trained.
  init(size: Int, widths: [Int], seed: UInt64) {
    (self.size, self.widths, self.seed) = (size, widths, seed)
  }

  /// Whether the parser learned from these very pairs, so that what they hold out is new to it.
  ///
  /// - Parameters:
  ///   - pairs: what a generator is trained on, without what is held out.
  ///   - summary: what they are, in words; all there is to go by where no fingerprint was kept.
  /// - Returns: whether they are the parser's own.
  public func learned(from pairs: any TrainingSet, called summary: String) -> Bool {
    dataFingerprint.map { $0 == pairs.fingerprint } ?? (data == summary)
  }

  /// What makes this the record of no parser, in words; nil when nothing does.
  var flaw: String? {
    let smallest = PortraitParser.smallestSize
    guard PortraitParser.allows(size) else {
      return "size is \(size), expected a power of two, \(smallest) … \(PortraitPack.largestSize)"
    }
    guard (2...6).contains(widths.count), widths.allSatisfy({ (1...1024).contains($0) }) else {
      return "widths is \(widths), expected 2 to 6 numbers of 1 … 1024"
    }
    guard let heldOut else { return nil }
    return heldOut.flaw
  }
}

/// How well labels agree with the truth.
public struct ParserFigures: Sendable, Equatable, Codable {
  /// How many pictures were looked at.
  public let pictures: Int
  /// Intersection over union for each of the 13 classes; null for one that occurs nowhere.
  public let perClass: [Double?]
  /// The mean over the classes that occur in either, mIoU.
  public let meanIntersectionOverUnion: Double
  /// The share of pixels that have the right class.
  public let pixelAccuracy: Double
  /// For each class the share of pixels that truly have it.
  public let shares: [Double]

  /// Compares labels with the truth, both `[B, S, S]`, int32.
  public init(_ labels: Tensor, with truth: Tensor) {
    self.init(
      LabelAgreement(labels, with: truth, classes: PartClass.count), pictures: truth.shape[0])
  }

  /// What was counted over so many pictures, the truth second.
  init(_ agreement: LabelAgreement, pictures: Int) {
    self.pictures = pictures
    perClass = agreement.perClass
    meanIntersectionOverUnion = agreement.mean
    let pixels = Double(max(1, agreement.truths.reduce(0, +)))
    pixelAccuracy = Double(agreement.intersections.reduce(0, +)) / pixels
    shares = agreement.truths.map { Double($0) / pixels }
  }

  /// What no comparison can come to, in words; nil when nothing is wrong.
  var flaw: String? {
    let numbers = perClass.compactMap { $0 } + shares + [meanIntersectionOverUnion, pixelAccuracy]
    guard perClass.count == PartClass.count, shares.count == PartClass.count, pictures > 0,
      numbers.allSatisfy({ (0...1).contains($0) })
    else { return "heldOut holds figures that no comparison gives" }
    return nil
  }

  /// A table by class, and the means below it.
  public var table: String {
    func percent(_ value: Double) -> String {
      let tenths = Int((value * 1000).rounded())
      return "\(tenths / 10).\(tenths % 10) %"
    }
    func row(_ name: String, _ share: String, _ agreement: String) -> String {
      name + String(repeating: " ", count: max(1, 12 - name.count))
        + String(repeating: " ", count: max(0, 8 - share.count)) + share
        + String(repeating: " ", count: max(1, 10 - agreement.count)) + agreement
    }
    let rows = PartClass.allCases.map { part in
      row(
        part.name, percent(shares[part.rawValue]),
        perClass[part.rawValue].map(percent) ?? "none")
    }
    return
      ([row("class", "pixels", "IoU")] + rows + [
        "mean IoU \(percent(meanIntersectionOverUnion)) over the classes that occur, "
          + "pixel accuracy \(percent(pixelAccuracy)), \(counted(pictures, "picture"))"
      ]).joined(separator: "\n")
  }
}
