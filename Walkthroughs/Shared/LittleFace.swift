import Camera
import GaussianLifting
import Inspection
import MaskSoftmax
import PartFusion
import PortraitClasses
import RelativeDepth
import Tensors
import VolumeRendering
import VolumeWeights

/// A small face of six parts made from formulas, for the chapters on lifting, fusion and masks.
///
/// It is small enough that every step takes only a moment. The parts are the first six of the mask
/// palette: background, face, eyes, brows, mouth, nose. The face is a dome in front of a flat
/// background. The depths of eyes, brows, mouth and nose are relative to the face.
struct LittleFace: Sendable {
  /// The side H = W of the maps, and the number of depth planes D.
  static let (side, planes) = (32, 16)
  /// The names of the parts.
  static let names = Array(ClassPalette.portrait.names[..<6])
  /// A volume box that fills the view of the frontal camera approximately.
  static let box = VolumeBox(min: Vector(-0.11, -0.11, -0.11), max: Vector(0.11, 0.11, 0.11))

  /// The feature maps f²ᵈ, with three channels for colors, `[K, 3, H, W]`.
  let feature: Tensor
  /// The density maps σ²ᵈ, per plane, `[K, H, W]`.
  let densityMap: Tensor
  /// The depth maps d, planes, relative to the face for part 2 and up, `[K, H, W]`.
  let relativeDepth: Tensor
  /// The absolute depth maps d̂, planes, `[K, H, W]`.
  let absoluteDepth: Tensor

  init() {
    let outlines = Self.outlines
    let shapes = outlines.map { ((1 - $0) * 25).sigmoid() }
    // Equation 9 compares densities alone, so an occluded part has a lower density than the part in
    // front of it. This holds slightly beyond the outline of the part in front too.
    let hiding = outlines.map { ((1.25 - $0) * 25).sigmoid() }
    let onFace = hiding[2...].reduce(hiding[1] * 0) { $0.maximum($1) }
    densityMap =
      .stacked([
        1 - 0.9 * hiding[1], shapes[1] * (1 - 0.6 * onFace), shapes[2], shapes[3], shapes[4],
        shapes[5],
      ]) * 3
    let dome = (1 - outlines[1].squared()).relu().squareRoot()
    let rise = (1 - outlines[5].squared()).relu()
    relativeDepth = .stacked([
      dome * 0 + 2, dome * 4.5 + 5, dome * 0 + 0.8, dome * 0 + 1, dome * 0 + 0.8, rise * 2 + 0.8,
    ])
    absoluteDepth = RelativeDepth().absoluteDepth(of: relativeDepth)
    // A ray is stopped where a bell begins, where ψ is about 0.5. So f is twice the color.
    let light = 0.75 + 0.25 * dome
    let stripes = 0.75 + 0.25 * (Self.across.0 * 12).sine() * (Self.across.1 * 12).sine()
    let shades = [stripes] + [Tensor](repeating: light, count: 5)
    feature = .stacked(
      zip(Self.colors, zip(shades, shapes)).enumerated().map { part, drawn in
        let (color, (shade, shape)) = drawn
        let mask = part == 0 ? shape * 0 + 1 : shape
        return 2 * Tensor([3, 1, 1], color).cast(to: .float32) * (shade * mask).unsqueezed(axis: 0)
      })
  }

  private static let colors: [[Double]] = [
    [0.45, 0.62, 0.85], [0.95, 0.75, 0.6], [0.2, 0.3, 0.6], [0.35, 0.2, 0.1], [0.8, 0.25, 0.3],
    [0.95, 0.55, 0.36],
  ]

  /// The coordinates x, to the right, and y, down, −1 … 1, each `[H, W]`.
  private static var across: (Tensor, Tensor) {
    let line = Tensor.linspace(-1, 1, side)
    let x = line.broadcast(to: [side, side])
    return (x, x.transposed().contiguous())
  }

  /// The distance of every pixel from the center of each part, 1 on its outline, `[H, W]` each.
  private static var outlines: [Tensor] {
    let (x, y) = across
    func ellipse(_ cx: Double, _ cy: Double, _ rx: Double, _ ry: Double) -> Tensor {
      (((x - cx) / rx).squared() + ((y - cy) / ry).squared()).squareRoot()
    }
    func pair(_ cx: Double, _ cy: Double, _ rx: Double, _ ry: Double) -> Tensor {
      ellipse(-cx, cy, rx, ry).minimum(ellipse(cx, cy, rx, ry))
    }
    return [
      x * 0, ellipse(0, 0, 0.68, 0.82), pair(0.28, -0.18, 0.14, 0.1), pair(0.28, -0.42, 0.19, 0.08),
      ellipse(0, 0.46, 0.26, 0.09), ellipse(0, 0.1, 0.11, 0.26),
    ]
  }

  /// Returns the maps of one image for the renderer; muted parts have feature and density 0.
  func stack(muted: Set<Int> = []) -> PartStack {
    let heard = (0..<Self.names.count).map { muted.contains($0) ? 0.0 : 1 }
    let gain = Tensor([heard.count, 1, 1], heard).cast(to: .float32)
    return PartStack(
      feature: (feature * gain.unsqueezed(axis: 1)).unsqueezed(axis: 0),
      densityMap: (densityMap * gain).unsqueezed(axis: 0),
      absoluteDepth: absoluteDepth.unsqueezed(axis: 0))
  }

  /// Returns a renderer with 48 samples on each ray and densities per plane.
  static func renderer(
    _ lifting: GaussianLifting, _ fusion: Fusion = .sum
  ) -> VolumeRenderer {
    VolumeRenderer(
      lifting: lifting, fusion: PartFusion(fusion),
      volumeWeights: VolumeWeights(opticalScale: Double(planes - 1) / box.extent.z),
      box: box, samples: 48, importanceSamples: 0)
  }

  /// Returns the view of a camera turned from the front by two angles in radians.
  static func view(
    of stack: PartStack, _ renderer: VolumeRenderer, turned: Double, raised: Double = 0,
    size: Int = 48
  ) -> RenderedView {
    let pose = CameraPose(turnedLeft: turned, raised: raised)
    let poses = Tensor([1, 2], [pose.yaw, pose.pitch]).cast(to: .float32)
    return renderer.view(of: stack, from: poses, size: size)
  }
}
