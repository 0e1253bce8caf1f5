import GaussianLifting
import Inspection
import MaskSoftmax
import Synchronization
import Tensors
import VolumeRendering

/// One pixel of a view of the little face: what its ray meets, in double precision.
struct LittlePixel {
  /// The view.
  let view: RenderedView
  /// The row of the pixel; 0 is the top.
  let row: Int
  /// The column of the pixel; 0 is on the left.
  let column: Int
  /// The densities σ_kⁱ of the parts, `[N, K]`.
  let densities: Tensor
  /// The rendering weights wᵢ, `[N]`.
  let weights: Tensor
  /// The distances tᵢ of the samples from the camera.
  let depths: [Double]

  /// Creates the pixel of the parameters `row` and `column`, seen from `yaw` and `pitch`.
  init(_ page: Page) {
    view = Self.view(turned: page["yaw"], raised: page["pitch"])
    row = Int(page["row"])
    column = Int(page["column"])
    let ray = row * view.size + column
    densities = view.partDensities[0, ray].cast(to: .float64)
    weights = view.ray.renderingWeights[0, ray].cast(to: .float64)
    depths = view.rayDepths[0, ray].scalars
  }

  /// The number of the ray through the pixel.
  var ray: Int { row * view.size + column }
  /// The pixel in words.
  var name: String { "pixel in row \(row), column \(column)" }

  private static let stack = LittleFace().stack()
  private static let renderer = LittleFace.renderer(
    GaussianLifting(alpha: 1, depthPlanes: LittleFace.planes))
  /// The last view; most frames of a slider do not turn the camera.
  private static let last = Mutex<(camera: [Double], view: RenderedView)?>(nil)

  /// Returns the view of a camera turned from the front by two angles in radians.
  static func view(turned: Double, raised: Double = 0) -> RenderedView {
    if let kept = last.withLock({ $0 }), kept.camera == [turned, raised] { return kept.view }
    let view = LittleFace.view(of: stack, renderer, turned: turned, raised: raised)
    last.withLock { $0 = ([turned, raised], view) }
    return view
  }

  /// Returns the logits of the pixel if all densities are doubled and the weights follow them.
  func logitsOfDoubledDensities() -> Tensor {
    let doubled = Self.renderer.volumeWeights.ray(
      density: 2 * view.sampleDensity[0, ray].cast(to: .float64), at: Tensor([depths.count], depths)
    )
    return MaskSoftmax().maskLogits(
      partDensities: 2 * densities, renderingWeights: doubled.renderingWeights)
  }

  /// Returns a mask in the colors of the palette, with a square around the pixel.
  func tile(of labels: Tensor) -> Gallery.Tile {
    let factor = 8
    var picture = Picture.labels(labels, palette: .littleFace).enlarged(by: factor)
    for (margin, color) in [(4, Color.white), (2, Color.black)] {
      picture.outline(
        row: row * factor - margin, column: column * factor - margin,
        height: factor + 2 * margin, width: factor + 2 * margin, color, thickness: 2)
    }
    return Gallery.Tile("the pixel: \(name)", [picture], palette: .littleFace)
  }
}

// Masks of whole views.
extension MaskSoftmaxSteps {
  /// The weights of equation 10 by the parameter `weights`.
  static func weighting(_ page: Page) -> MaskWeighting {
    page["weights"] == 1 ? .rendering : .ones
  }

  /// Returns the masks m of a view, equations 9 and 10, with the given weighting, `[K, n, n]`.
  static func masks(_ view: RenderedView, _ weighting: MaskWeighting) -> Tensor {
    let masks = MaskSoftmax(weighting)
    let logits = masks.maskLogits(
      partDensities: view.partDensities, renderingWeights: view.ray.renderingWeights)
    return masks.maskProbabilities(logits)[0].transposed()
      .reshaped([names.count, view.size, view.size])
  }

  /// Returns the most probable part of every pixel, `[n, n]`.
  static func labels(_ view: RenderedView, _ weighting: MaskWeighting) -> Tensor {
    masks(view, weighting).argmax(axis: 0)
  }

  /// Returns the visible part of every pixel: the densest one at the sample of largest weight, `[n, n]`.
  static func seen(_ view: RenderedView) -> Tensor {
    let weights = view.ray.renderingWeights[0]
    let nearest = weights.isEqual(to: weights.maximum(axes: [-1], keepingAxes: true))
    let densities = (view.partDensities[0] * nearest.unsqueezed(axis: -1)).sum(axes: [-2])
    return densities.argmax(axis: -1).reshaped([view.size, view.size])
  }
}
