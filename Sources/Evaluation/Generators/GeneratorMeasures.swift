import PortraitClasses
import Tensors

/// The measurements of a generator.
public struct GeneratorMeasures: Sendable {
  /// The Fréchet distance over the parser's features between the generator's pictures and the data.
  public let distance: Double
  /// The agreement of the generator's final masks with the parser's masks of its pictures.
  public let masks: LabelAgreement
  /// Consistency and relief; nil for a flat model, which has no geometry.
  public let shape: ShapeMeasures.Figures?

  /// The number of portraits that are generated at once.
  private static let together = 16

  /// Measures a generator.
  ///
  /// - Parameters:
  ///   - sample: the portraits of the generator. The distance uses as many of them as each half of
  ///     the data has pairs, because the estimated distance is larger if one of the two sets has
  ///     fewer portraits.
  ///   - shapePortraits: the number of portraits whose shape is measured, each from five poses; not
  ///     read for a flat model.
  ///   - reference: the measurements of the data.
  ///   - parser: the parser that gives features and masks.
  ///   - progress: called with the number of newly finished portraits.
  /// - Throws: `FeatureError` if pictures are not finite.
  public init(
    _ sample: GeneratedSample, shapePortraits: Int, against reference: RealReference,
    parser: PortraitParser, progress: (Int) -> Void = { _ in }
  ) throws {
    var features = FeatureMoments(width: parser.featureWidth)
    var masks = LabelAgreement(classes: PartClass.count)
    var shape = ShapeMeasures()
    let isFlat = sample.generator.configuration.kind == .flat
    for first in stride(from: 0, to: sample.count, by: Self.together) {
      let batch = min(Self.together, sample.count - first)
      let portraits = sample.portraits(first..<first + batch)
      let (images, labels) = portraits.drawn()
      masks.add(labels, with: parser.labels(of: images))
      let wanted = min(batch, reference.features.count - first)
      if wanted > 0 {
        features.add(parser.features(of: images.sliced(axis: 0, from: 0, length: wanted)))
      }
      if !isFlat, first < shapePortraits {
        shape.add(portraits, count: min(batch, shapePortraits - first))
      }
      progress(batch)
    }
    distance = try FrechetDistance(features, reference.features).value
    self.masks = masks
    self.shape = isFlat ? nil : shape.figures
  }
}
