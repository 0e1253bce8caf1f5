import Foundation
import PortraitData
import TensorFiles

/// One line of `evaluation.jsonl`: everything that was measured of one generator.
public struct EvaluationLine: Codable, Sendable, Equatable {
  /// Which weights: a checkpoint's name, or `fresh` for the untrained generator.
  public var checkpoint: String
  /// Real portraits seen in training; none where that is not known.
  public var images: Int?
  /// What the portraits are compared with, in words; none in lines of before this was kept.
  public var data: String?
  /// A checksum of the parser's weights; none in lines of before this was kept.
  public var parser: String?
  /// Rows and columns of the portraits; none in lines of before this was kept.
  public var imageSize: Int?
  /// Samples on a ray, and those of the importance pass; none in lines of before this was kept.
  public var samples: [Int]?
  /// The seed of latents, poses and the data's halves.
  public var seed: UInt64
  /// How many portraits were made.
  public var portraits: Int
  /// Portraits, and pairs of the data, that the distances are taken over.
  public var distancePortraits: Int
  /// The Fréchet distance over the parser's features, generated portraits from the data.
  public var distance: Double
  /// The distance of one half of the data from the other.
  public var floor: Double
  /// The distance of the untrained generator's portraits.
  public var ceiling: Double
  /// How well masks agree with what the parser sees.
  public var masks: Masks
  /// Consistency and relief.
  public var shape: ShapeMeasures.Figures
  /// The same of portraits cast from the scene; only for procedural data.
  public var truth: ShapeMeasures.Figures?
  /// Whether the parser learned from the pairs that are compared with, so that it has not seen
  /// those that are held out; if not, they may be among those it learned from.
  public var parserOfSameData: Bool

  /// How well masks agree with what the parser sees, as mean intersections over unions.
  public struct Masks: Codable, Sendable, Equatable {
    /// The generator's masks with the parser's of its pictures, 0 … 1.
    public let generated: Double
    /// The data's masks of held-out pairs with the parser's of their pictures, 0 … 1.
    public let heldOut: Double
    /// How many pairs were held out.
    public let heldOutPairs: Int
    /// The generator's, class by class; null for a class that occurs nowhere.
    public let perClass: [Double?]
    /// The names of the classes that occur nowhere in the generator's masks and pictures.
    public let absent: [String]
    /// Generated over held out: 1 where the masks are as good as those of the data; none where the
    /// parser finds nothing of theirs.
    public let ratio: Double?

    init(_ generated: LabelAgreement, heldOut pairs: LabelAgreement, count: Int) {
      self.generated = generated.mean
      heldOut = pairs.mean
      heldOutPairs = count
      perClass = generated.perClass
      absent = generated.absent.compactMap { PartClass(rawValue: $0)?.name }
      ratio = pairs.mean > 0 ? generated.mean / pairs.mean : nil
    }
  }

  /// A line of these measures.
  ///
  /// - Parameters:
  ///   - checkpoint: which weights.
  ///   - images: real portraits seen in training, if known.
  ///   - sample: the portraits.
  ///   - seed: their seed.
  ///   - measures: what was measured of them.
  ///   - reference: the data.
  ///   - data: what they are called.
  ///   - parser: whose features and masks were taken.
  ///   - ceiling: the untrained generator's distance.
  ///   - parserOfSameData: whether the parser learned from the data that these are compared with.
  ///   - truth: figures of the scenes, for procedural data.
  public init(
    checkpoint: String, images: Int?, _ sample: GeneratedSample, seed: UInt64,
    _ measures: GeneratorMeasures, _ reference: RealReference, of data: String,
    _ parser: PortraitParser, ceiling: Double, parserOfSameData: Bool,
    truth: ShapeMeasures.Figures?
  ) {
    self.checkpoint = checkpoint
    self.images = images
    self.data = data
    self.parser = parser.checksum
    let model = sample.generator.model
    imageSize = model.imageSize
    samples = [model.evaluationSamples, model.evaluationImportanceSamples]
    self.seed = seed
    portraits = sample.count
    distancePortraits = min(sample.count, reference.features.count)
    distance = measures.distance
    floor = reference.floor
    self.ceiling = ceiling
    masks = Masks(
      measures.masks, heldOut: reference.parserAgreement, count: reference.heldOut)
    shape = measures.shape
    self.parserOfSameData = parserOfSameData
    self.truth = truth
  }

  /// What a file of lines is called.
  public static let fileName = "evaluation.jsonl"

  /// Writes lines to a file, all or none.
  public static func write(_ lines: [EvaluationLine], to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try lines.map { try encoder.encode($0) + Data("\n".utf8) }.reduce(Data(), +)
    try AtomicFile.write(data, to: file)
  }
}
