import Foundation
import ModelConfiguration
import PortraitModel
import Tensors

/// Early signs that a run goes wrong.
///
/// | Field            | Unit or range      | Sign of a problem                                     |
/// |------------------|--------------------|-------------------------------------------------------|
/// | `emptyRays`      | share of rays 0…1  | near 1: empty volume; the render net draws everything |
/// | `maskEntropy`    | nats, 0 … ln K     | near ln K: the masks do not separate the parts        |
/// | `partAreas`      | share of pixels    | 0 where `dataPartAreas` is not: a part has vanished   |
/// | `depthHistogram` | share of the map   | all in one plane for every part: the model is flat    |
public struct TrainingHealth: Codable, Sendable, Equatable {
  /// The share of rays whose rendering weights sum to less than 0.5; nil for a flat model.
  public var emptyRays: Double?
  /// The entropy −Σ m log m of the coarse mask, averaged over pixels.
  public var maskEntropy: Double
  /// For every part, the share of generated pixels of which it is the most likely class.
  public var partAreas: [Double]
  /// For every part, the share of its pixels in the real masks of the batch.
  public var dataPartAreas: [Double]
  /// For every part and plane, the share of the map's pixels whose depth d̂ is nearest to the plane.
  ///
  /// Depths outside the volume count for the first or the last plane. The list is empty if nothing is
  /// lifted: in a flat model, and with a 3D generator per part.
  public var depthHistogram: [[Double]]

  /// Measures generated portraits and the real masks of the same iteration.
  init(_ fake: MadePortraits, realMask: Tensor, _ model: Configuration) {
    emptyRays = fake.view.map { view in
      let sums = view.ray.renderingWeights.detached().sum(axes: [-1]).scalars
      return Double(sums.count { $0 < 0.5 }) / Double(max(1, sums.count))
    }
    maskEntropy = Self.entropy(of: fake.maskProbabilities.detached())
    partAreas = Self.areas(fake.mask.detached(), model.parts)
    dataPartAreas = Self.areas(realMask, model.parts)
    let depths = fake.absoluteDepth?.detached()
    depthHistogram = (0..<model.parts).compactMap { part in
      depths.map { Self.histogram($0[axis: 1, part].scalars, bins: model.depthPlanes) }
    }
  }

  /// Returns the mean of −Σ m log m over pixels for probabilities `[B, K, H, W]`.
  static func entropy(of probabilities: Tensor) -> Double {
    let values = probabilities.scalars
    let pixels = values.count / max(1, probabilities.shape[1])
    return values.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) } / Double(max(1, pixels))
  }

  /// Returns the share of pixels of which each class is the most likely, for scores `[B, K, S, S]`.
  static func areas(_ scores: Tensor, _ parts: Int) -> [Double] {
    let labels = scores.argmax(axis: 1).integers
    var counts = [Int](repeating: 0, count: parts)
    for label in labels { counts[Int(label)] += 1 }
    return counts.map { Double($0) / Double(max(1, labels.count)) }
  }

  /// Returns the shares of the values that round to 0, 1, …, bins − 1.
  static func histogram(_ values: [Double], bins: Int) -> [Double] {
    var counts = [Int](repeating: 0, count: bins)
    for value in values where value.isFinite {
      counts[Int(min(max(value, 0), Double(bins - 1)).rounded())] += 1
    }
    return counts.map { Double($0) / Double(max(1, values.count)) }
  }
}
