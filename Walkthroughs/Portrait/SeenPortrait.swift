import Camera
import Inspection
import MaskSoftmax
import PortraitClasses
import ProceduralPortraits
import Synchronization
import Tensors

/// What the pages show of one view of the portrait.
///
/// The samples of all rays would take 20 MB for each view, so only those of one ray are kept.
struct SeenPortrait: Sendable {
  /// The image, `[3, n, n]`, 0 … 1.
  let image: Tensor
  /// The most probable class of each pixel, `[n, n]`, int32.
  let labels: Tensor
  /// The most probable class of each pixel with wᵢ = 1 in equation 10, `[n, n]`, int32.
  let unweightedLabels: Tensor
  /// The mask probabilities, `[K, n, n]`.
  let probabilities: Tensor
  /// The expected depth Σ wᵢ tᵢ of each ray, `[n, n]`, world units.
  let expectedDepth: Tensor
  /// The distance of each part along each ray, a mean weighted by its density, `[n · n, K]`, world units.
  let distances: Tensor
  /// The ray through the middle of the picture.
  let middle: MiddleRay

  /// The samples of the ray through the middle of a picture, and what the mask makes of them.
  struct MiddleRay: Sendable {
    /// The densities σ_kⁱ of the parts, `[N, K]`.
    let partDensities: Tensor
    /// The weights wᵢ, `[N]`.
    let renderingWeights: Tensor
    /// The mask logits m_k^init, `[K]`.
    let logits: Tensor
    /// The mask logits with wᵢ = 1, `[K]`.
    let unweightedLogits: Tensor
    /// The mask probabilities m_k, `[K]`.
    let probabilities: Tensor
  }

  init(_ view: PortraitView) {
    let (rendered, size) = (view.rendered, view.rendered.size)
    image = view.image
    labels = view.labels
    let unweighted = MaskSoftmax(.ones).maskLogits(
      partDensities: rendered.partDensities, renderingWeights: rendered.ray.renderingWeights)[0]
    unweightedLabels = unweighted.argmax().reshaped([size, size])
    probabilities = rendered.maskProbabilities[0]
    expectedDepth = rendered.expectedDepth[0]
    let densities = rendered.partDensities[0]
    distances =
      (densities * rendered.rayDepths[0].unsqueezed(axis: -1)).sum(axes: [1])
      / densities.sum(axes: [1])
    let half = size / 2
    let ray = half * size + half
    func atMiddle(_ map: Tensor) -> Tensor { map[axis: 1, half][axis: 1, half] }
    middle = MiddleRay(
      partDensities: densities[ray], renderingWeights: rendered.ray.renderingWeights[0, ray],
      logits: atMiddle(rendered.maskLogits[0]), unweightedLogits: unweighted[ray],
      probabilities: atMiddle(probabilities))
  }
}

/// The views of a portrait that were rendered so far, and the ground truth from the same sides.
///
/// The frames of sliders and several steps show the same views, so each is rendered once.
final class PortraitViews: Sendable {
  /// The parameters of a view.
  struct Key: Hashable, Sendable {
    let alpha: Double
    let samples: Int
    let turned: Double
  }
  /// The number of views that are kept; the pages of a tour need about 20.
  private static let capacity = 64

  private let views = Mutex<[Key: SeenPortrait]>([:])
  private let truths = Mutex<[Double: RenderedPortrait]>([:])

  /// Returns a view, rendered at its first use.
  func view(_ key: Key, _ make: () -> SeenPortrait) -> SeenPortrait {
    if let kept = views.withLock({ $0[key] }) { return kept }
    let made = make()
    views.withLock { views in
      if views.count >= Self.capacity { views = [:] }
      views[key] = made
    }
    return made
  }

  /// Returns the ground truth for an angle, ray-cast at its first use.
  func truth(turned angle: Double, _ make: () -> RenderedPortrait) -> RenderedPortrait {
    if let kept = truths.withLock({ $0[angle] }) { return kept }
    let made = make()
    truths.withLock { truths in
      if truths.count >= Self.capacity { truths = [:] }
      truths[angle] = made
    }
    return made
  }
}

extension Arithmetic {
  /// Returns a sum that shows its largest terms in their order, and the others as one number.
  ///
  /// Terms that are negligible, less than 1e-13 of the largest, are left out.
  static func sum(of terms: [Arithmetic], showing count: Int) -> Arithmetic {
    let sizes = terms.map(\.value.magnitude)
    let bySize = terms.indices.sorted { sizes[$0] > sizes[$1] }
    let negligible = 1e-13 * (sizes.max() ?? 0)
    let shown = bySize.prefix(count).filter { sizes[$0] > negligible }.sorted().map { terms[$0] }
    let rest = bySize.dropFirst(count).reduce(0) { $0 + terms[$1].value }
    return .sum(rest.magnitude <= negligible ? shown : shown + [.number(rest)])
  }
}
