import PortraitData
import Tensors

/// What is measured of a generator.
public struct GeneratorMeasures: Sendable {
  /// The Fréchet distance over the parser's features between its pictures and the data's.
  public let distance: Double
  /// Its final masks with those that the parser sees in its pictures.
  public let masks: LabelAgreement
  /// Consistency and relief.
  public let shape: ShapeMeasures.Figures

  /// How many portraits are made at once.
  private static let together = 16

  /// Measures a generator.
  ///
  /// - Parameters:
  ///   - sample: its portraits; the distance takes as many of them as the data's halves have pairs,
  ///     because the distance of few from many is larger than that of many from many.
  ///   - shapePortraits: of how many of them the shape is measured, each from five poses.
  ///   - reference: the data.
  ///   - parser: the judge.
  ///   - progress: told how many more portraits are done.
  /// - Throws: `FeatureError`, when pictures are not finite.
  public init(
    _ sample: GeneratedSample, shapePortraits: Int, against reference: RealReference,
    parser: PortraitParser, progress: (Int) -> Void = { _ in }
  ) throws {
    var features = FeatureMoments(width: parser.featureWidth)
    var masks = LabelAgreement(classes: PartClass.count)
    var shape = ShapeMeasures()
    for first in stride(from: 0, to: sample.count, by: Self.together) {
      let batch = min(Self.together, sample.count - first)
      let portraits = sample.portraits(first..<first + batch)
      let (images, labels) = portraits.drawn()
      masks.add(labels, with: parser.labels(of: images))
      let wanted = min(batch, reference.features.count - first)
      if wanted > 0 {
        features.add(parser.features(of: images.sliced(0, from: 0, length: wanted)))
      }
      if first < shapePortraits { shape.add(portraits, count: min(batch, shapePortraits - first)) }
      progress(batch)
    }
    distance = try FrechetDistance(features, reference.features).value
    self.masks = masks
    self.shape = shape.figures
  }
}
