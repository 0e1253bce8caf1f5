import Foundation
import PortraitClasses
import TensorFiles

/// One line of `evaluation.jsonl`: all measurements of one generator.
public struct EvaluationLine: Codable, Sendable, Equatable {
  /// The name of the checkpoint, or `fresh` for the untrained generator.
  public var checkpoint: String
  /// The number of real portraits seen in training; nil if unknown.
  public var images: Int?
  /// The name of the data for comparison; nil in lines recorded before this field existed.
  public var data: String?
  /// A checksum of the parser's weights; nil in lines recorded before this field existed.
  public var parser: String?
  /// The number of rows and columns of the portraits; nil in lines recorded before this field existed.
  public var imageSize: Int?
  /// The numbers of coarse and of importance samples per ray.
  ///
  /// The value is nil for a flat model, and in lines recorded before this field existed.
  public var samples: [Int]?
  /// The weights of equation 10 with which masks were rendered, `rendering` or `ones`.
  ///
  /// The value is nil for a flat model, and in lines recorded before this field existed.
  public var maskWeights: String?
  /// The random seed of latents, poses and the halves of the data.
  public var seed: UInt64
  /// The number of generated portraits.
  public var portraits: Int
  /// The number of portraits, and of data pairs, from which the distances are computed.
  public var distancePortraits: Int
  /// The Fréchet distance over the parser's features between generated portraits and the data.
  public var distance: Double
  /// The distance between two halves of the data.
  public var floor: Double
  /// The distance between portraits of the untrained generator and the data.
  public var ceiling: Double
  /// The agreement of masks with the masks that the parser predicts.
  public var masks: Masks
  /// Consistency and relief; nil for a flat model, which has no geometry.
  public var shape: ShapeMeasures.Figures?
  /// The same figures for portraits cast from the scenes, which exist only for procedural data.
  public var truth: ShapeMeasures.Figures?
  /// Whether the parser was trained on the same data and therefore has not seen the held-out pairs.
  ///
  /// If false, the held-out pairs may be among the pairs that the parser was trained on.
  public var parserOfSameData: Bool

  /// The agreement of masks with the masks that the parser predicts, as mean intersection over union.
  public struct Masks: Codable, Sendable, Equatable {
    /// The agreement of the generator's masks with the parser's masks of generated pictures, 0 … 1.
    public let generated: Double
    /// The agreement of the data's masks with the parser's masks of held-out pictures, 0 … 1.
    public let heldOut: Double
    /// The number of held-out pairs.
    public let heldOutPairs: Int
    /// The agreement of the generator's masks, class by class; null for a class that does not occur.
    public let perClass: [Double?]
    /// The names of the classes that occur neither in the generator's masks nor in the parser's.
    public let absent: [String]
    /// `generated` divided by `heldOut`; nil if `heldOut` is 0.
    ///
    /// The ratio is 1 if the generator's masks are as good as those of the data.
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

  /// Creates a line from the measurements of a generator.
  ///
  /// - Parameters:
  ///   - checkpoint: the name of the checkpoint.
  ///   - images: the number of real portraits seen in training, if known.
  ///   - sample: the generated portraits.
  ///   - seed: the random seed of the portraits.
  ///   - measures: the measurements of the portraits.
  ///   - reference: the measurements of the data.
  ///   - data: the name of the data.
  ///   - parser: the parser that gave features and masks.
  ///   - ceiling: the distance of the untrained generator.
  ///   - parserOfSameData: whether the parser was trained on the data of `reference`.
  ///   - truth: the figures of the scenes, for procedural data.
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
    let model = sample.generator.configuration
    imageSize = model.imageSize
    samples =
      model.kind == .flat ? nil : [model.evaluationSamples, model.evaluationImportanceSamples]
    maskWeights = model.rendering == .flat ? nil : model.maskWeights.rawValue
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

  /// The name of a file of lines.
  public static let fileName = "evaluation.jsonl"

  /// Writes lines to a file; either all lines are written or none.
  public static func write(_ lines: [EvaluationLine], to file: URL) throws {
    try AtomicFile.write(MeasurementLines.data(lines), to: file)
  }
}
