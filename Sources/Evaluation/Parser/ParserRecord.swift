import Datasets
import Messages
import PortraitClasses
import Tensors

/// The record of a parser: its size, its training, and its figures on held-out pairs.
public struct ParserRecord: Sendable, Equatable, Codable {
  /// The number of rows and columns of the parser's pictures, S.
  public var size: Int
  /// The number of channels of each level of the encoder, from full resolution down.
  public var widths: [Int]
  /// A description of the training data; empty before training.
  public var data = ""
  /// The fingerprint of the training set.
  ///
  /// The value is nil before training, and for parsers that were trained before this field existed.
  public var dataFingerprint: String?
  /// The random seed of the weights, and of the order and augmentation of the pairs.
  public var seed: UInt64
  /// The number of training iterations.
  public var iterations = 0
  /// The number of pairs in a batch.
  public var batch = 0
  /// The learning rate, see ``ParserOptions``.
  public var rate = 0.0
  /// The exponent that increases the weight of rare classes, see ``ParserOptions``.
  public var balance = 0.0
  /// Whether pairs were augmented.
  public var augment = false
  /// The figures on the held-out pairs; nil before training.
  public var heldOut: ParserFigures?

  /// The default widths of parsers.
  public static var usualWidths: [Int] { ParserNetwork.usualWidths }

  /// Creates the record of an untrained parser.
  init(size: Int, widths: [Int], seed: UInt64) {
    (self.size, self.widths, self.seed) = (size, widths, seed)
  }

  /// Returns whether the parser was trained on these pairs and has therefore not seen the held-out
  /// pairs.
  ///
  /// - Parameters:
  ///   - pairs: the pairs that a generator is trained on, without held-out pairs.
  ///   - summary: a description of the data; it is compared if the record has no fingerprint.
  /// - Returns: whether the parser was trained on the same pairs.
  public func learned(from pairs: any TrainingSet, called summary: String) -> Bool {
    dataFingerprint.map { $0 == pairs.fingerprint } ?? (data == summary)
  }

  /// The first invalid value of the record, in words; nil if all values are valid.
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

/// The agreement of a parser's labels with the ground truth.
public struct ParserFigures: Sendable, Equatable, Codable {
  /// The number of pictures.
  public let pictures: Int
  /// The intersection over union of each of the 13 classes; null for a class that does not occur.
  public let perClass: [Double?]
  /// The mean intersection over union (mIoU) of the classes that occur in labels or ground truth.
  public let meanIntersectionOverUnion: Double
  /// The share of pixels with the correct class.
  public let pixelAccuracy: Double
  /// The share of pixels of each class in the ground truth.
  public let shares: [Double]

  /// Compares labels with the ground truth, both `[B, S, S]`, int32.
  public init(_ labels: Tensor, with truth: Tensor) {
    self.init(
      LabelAgreement(labels, with: truth, classes: PartClass.count), pictures: truth.shape[0])
  }

  /// Creates figures from the counts over a number of pictures; the second map is the ground truth.
  init(_ agreement: LabelAgreement, pictures: Int) {
    self.pictures = pictures
    perClass = agreement.perClass
    meanIntersectionOverUnion = agreement.mean
    let pixels = Double(max(1, agreement.truths.reduce(0, +)))
    pixelAccuracy = Double(agreement.intersections.reduce(0, +)) / pixels
    shares = agreement.truths.map { Double($0) / pixels }
  }

  /// The impossible values of the figures, in words; nil if all values are possible.
  var flaw: String? {
    let numbers = perClass.compactMap { $0 } + shares + [meanIntersectionOverUnion, pixelAccuracy]
    guard perClass.count == PartClass.count, shares.count == PartClass.count, pictures > 0,
      numbers.allSatisfy({ (0...1).contains($0) })
    else { return "heldOut contains impossible figures" }
    return nil
  }

  /// A table of the classes, with the means below it.
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
