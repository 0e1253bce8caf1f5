import Camera
import ModelConfiguration
import Probes
import RelativeDepth
import Tensors
import WPlusFactorization

/// The meanings of one portrait's tensors, with color ranges that all parts share.
///
/// Parts are comparable only in common ranges: in a range of its own, a part that is absent would look
/// as dense as one that is there.
struct DumpMeanings {
  private let configuration: Configuration
  private let made: GeneratedPortraits
  private let image: Int

  init(_ configuration: Configuration, _ made: GeneratedPortraits, image: Int) {
    self.configuration = configuration
    self.made = made
    self.image = image
  }

  static let fourier = TensorMeaning("The Fourier features of the pixels' positions.")
  static let baseScale = TensorMeaning(
    "The map that multiplies the Fourier features (`baseStyle` is `scaleShift`).",
    scale: .signed(reach: nil))
  static let baseShift = TensorMeaning(
    "The map that is added to the scaled Fourier features (`baseStyle` is `scaleShift`).",
    scale: .signed(reach: nil))
  static let psi = TensorMeaning(
    "The lifting weights ψ: how much of a pixel reaches each plane.", scale: .share)
  static let points = TensorMeaning("The sample points Xᵢ in world coordinates.")
  static let transmittance = TensorMeaning(
    "The transmittance T: the share of the light that reaches a sample.", scale: .share)
  static let weights = TensorMeaning(
    "The rendering weights w: the share of a sample in its pixel.", scale: .unsigned(to: 1))
  static let fusedDensity = TensorMeaning(
    "The density of all parts together.", scale: .unsigned(to: nil))
  static let rayDensity = TensorMeaning(
    "The density of all parts together at the samples.", scale: .unsigned(to: nil))

  /// The meaning of the output of a modulated layer.
  func layer(_ index: Int) -> TensorMeaning {
    TensorMeaning("The output of modulated layer \(index) of each part (figure 3).")
  }

  private func isRelative(_ part: Int) -> Bool {
    configuration.depthMode == .relative && part > RelativeDepth.facePart
  }

  /// The meaning of the depth d that a part's generator predicts.
  func relativeDepth(_ part: Int) -> TensorMeaning {
    guard isRelative(part) else { return absoluteDepth(named: "d") }
    let first = RelativeDepth.facePart + 1
    let others = made.maps.relativeDepth[image].sliced(
      axis: 0, from: first, length: configuration.parts - first)
    return TensorMeaning(
      "The predicted depth d, relative to the face: 0 is at the depth of the face base, positive is "
        + "nearer.",
      scale: .depth(
        DepthScale(near: .largest, reference: "relative to the face", range: others.range)))
  }

  /// The meaning of the depth d̂ of a part in the volume.
  func absoluteDepth(named symbol: String = "d̂") -> TensorMeaning {
    TensorMeaning(
      "The absolute depth \(symbol) in the volume: plane 0 is far, plane "
        + "\(configuration.depthPlanes - 1) is near the frontal camera.",
      scale: .depth(
        DepthScale(
          near: .largest, reference: "absolute, in the volume",
          range: made.absoluteDepth[image].range)))
  }

  /// The largest density of all parts, which no lifted density exceeds.
  private var mostDensity: Double? { made.maps.densityMap?[image].range.upperBound }

  var densityMap: TensorMeaning {
    TensorMeaning("The density σ²ᵈ of the part.", scale: .unsigned(to: mostDensity))
  }

  var liftedDensity: TensorMeaning {
    TensorMeaning("The density of the part in the volume.", scale: .unsigned(to: mostDensity))
  }

  /// The meaning of a part's density at the samples; all parts share the range.
  static func sampledDensity(_ partDensities: Tensor) -> TensorMeaning {
    TensorMeaning(
      "The density of the part at the samples.",
      scale: .unsigned(to: partDensities.range.upperBound))
  }

  /// The meaning of a part's density at the voxel centers, evaluated by its 3D generator.
  static func fieldDensity(_ densities: Tensor) -> TensorMeaning {
    TensorMeaning(
      "The density of the part, evaluated at the voxel centers.",
      scale: .unsigned(to: densities.range.upperBound))
  }

  var feature: TensorMeaning {
    TensorMeaning("The feature f²ᵈ of the part; similar pixels have similar colors.")
  }

  var liftedFeature: TensorMeaning {
    // ψ ≤ 1, so no lifted feature is longer than the longest feature of the maps.
    let longest = made.maps.feature[image].detached().squared().sum(axes: [1]).squareRoot()
    return TensorMeaning(
      "The feature of the part in the volume, shown by its norm.",
      scale: .unsigned(to: longest.range.upperBound))
  }

  static func rayDepths(_ camera: Camera) -> TensorMeaning {
    TensorMeaning(
      "The distances t of the samples along their rays; small is near.",
      scale: .depth(along("distance along the ray", camera)))
  }

  static func expectedDepth(_ camera: Camera) -> TensorMeaning {
    TensorMeaning(
      "The rendered depth Σ w t along each ray. The sum is not divided by Σ w: where a ray is not "
        + "opaque, it is smaller than the distance of the surface, and 0 where the ray meets nothing.",
      scale: .depth(along("Σ w t, not divided by Σ w", camera)))
  }

  /// Distances along rays, from the near to the far end of the rays.
  private static func along(_ reference: String, _ camera: Camera) -> DepthScale {
    DepthScale(near: .smallest, reference: reference, range: camera.near...camera.far)
  }

  /// The mask logits of equation 10, which depend on its weights.
  static func maskLogits(_ weighting: String) -> TensorMeaning {
    TensorMeaning(
      "The mask logits m_init before the softmax over the parts. \(weighting)",
      scale: .unsigned(to: nil))
  }

  static let renderedFeature = TensorMeaning(
    "The rendered feature f_render, the input of the render net.")
  static let composedFeature = TensorMeaning(
    "The features of the parts, composed in 2D: the input of the render net.")
  static let maskProbabilities = TensorMeaning(
    "The coarse mask m: the probability of each part.", scale: .share)
  static let portrait = TensorMeaning(
    "The portrait x, shown as (x + 1) / 2: −1 is black, 1 is white.", scale: .color)
  static let maskResidual = TensorMeaning(
    "The mask residual Δm that the render net adds.", scale: .signed(reach: nil))
  static let finalMask = TensorMeaning(
    "The final mask m_hr, about −1 (not this part) … 1 (this part).", scale: .signed(reach: nil))
  static let pseudoDepth = TensorMeaning(
    "The pseudo-depth of the part in the flat model, a logit without unit: the part with the largest "
      + "value is in front.",
    scale: .depth(DepthScale(near: .largest, reference: "pseudo-depth, in 2D")))
}

/// The meanings of latents.
extension WPlusFactorization {
  /// The labels of the rows of W⁺: the base, then shape and texture of each part.
  var rowLabels: [RowLabel] {
    (0..<baseLayers).map { RowLabel(baseLayers == 1 ? "base" : "base \($0)") }
      + (0..<parts).flatMap { [RowLabel("shape", part: $0), RowLabel("texture", part: $0)] }
  }

  /// The labels of the rows of expanded latents, one for each layer of each part.
  var expandedRowLabels: [RowLabel] {
    (0..<parts).flatMap { part in
      // The background takes its shape latent in place of the base.
      let base = part == 0 ? "shape" : "base"
      return [(base, baseLayers), ("shape", shapeLayers), ("texture", textureLayers)]
        .flatMap { kind, count in
          Array(repeating: RowLabel(kind, part: part), count: count)
        }
    }
  }
}

extension Tensor {
  /// The least and the greatest finite value; 0 … 0 if there is none.
  fileprivate var range: ClosedRange<Double> {
    let finite = detached().scalars.filter(\.isFinite)
    return (finite.min() ?? 0)...(finite.max() ?? 0)
  }
}
