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

/// A face of six parts drawn with a few formulas: the input of the chapters on lifting, fusion and
/// masks, small enough that every step answers at once.
///
/// The parts are those of the mask palette: background, face, eyes, brows, mouth, nose. The face is a
/// dome over a flat background; what lies on it has its depth relative to it.
struct LittleFace: Sendable {
  /// H = W of the maps, and D.
  static let (side, planes) = (32, 16)
  /// The names of the parts.
  static let names = Array(ClassPalette.portrait.names[..<6])
  /// A box that the frontal camera sees from edge to edge.
  static let box = VolumeBox(min: Vector(-0.11, -0.11, -0.11), max: Vector(0.11, 0.11, 0.11))

  /// f²ᵈ, colors, `[K, 3, H, W]`.
  let feature: Tensor
  /// σ²ᵈ per plane, `[K, H, W]`.
  let densityMap: Tensor
  /// d of the generators: planes, relative to the face from part 2 on, `[K, H, W]`.
  let relativeDepth: Tensor
  /// d̂, planes, `[K, H, W]`.
  let absoluteDepth: Tensor

  init() {
    let outlines = Self.outlines
    let shapes = outlines.map { ((1 - $0) * 25).sigmoid() }
    // What is hidden is thinner than what hides it, a little beyond the outline too: equation 9
    // decides by density alone.
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
    // Rays are stopped where a bell begins, at about half of its height: f is twice the color.
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

  /// x to the right and y downwards, −1 … 1, each `[H, W]`.
  private static var across: (Tensor, Tensor) {
    let line = Tensor.linspace(-1, 1, side)
    let x = line.broadcast(to: [side, side])
    return (x, x.transposed().contiguous())
  }

  /// How far a pixel is from the middle of each part, 1 on its outline.
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

  /// The maps as the renderer takes them, one image; muted parts have neither feature nor density.
  func stack(muted: Set<Int> = []) -> PartStack {
    let heard = (0..<Self.names.count).map { muted.contains($0) ? 0.0 : 1 }
    let gain = Tensor([heard.count, 1, 1], heard).cast(to: .float32)
    return PartStack(
      feature: (feature * gain.unsqueezed(axis: 1)).unsqueezed(axis: 0),
      densityMap: (densityMap * gain).unsqueezed(axis: 0),
      absoluteDepth: absoluteDepth.unsqueezed(axis: 0))
  }

  /// The equations in their order; 48 samples on a ray, "density per plane".
  static func renderer(
    _ lifting: GaussianLifting, _ fusion: Fusion = .sum
  ) -> VolumeRenderer {
    VolumeRenderer(
      lifting: lifting, fusion: PartFusion(fusion),
      volumeWeights: VolumeWeights(opticalScale: Double(planes - 1) / box.extent.z),
      box: box, samples: 48, importanceSamples: 0)
  }

  /// The view of a camera turned from the front by two angles in radians, 48 × 48.
  static func view(
    of stack: PartStack, _ renderer: VolumeRenderer, turned: Double, raised: Double = 0
  ) -> RenderedView {
    let pose = CameraPose(turnedLeft: turned, raised: raised)
    let poses = Tensor([1, 2], [pose.yaw, pose.pitch]).cast(to: .float32)
    return renderer.view(of: stack, from: poses, size: 48)
  }
}

/// Class ids `[H, W]` as pictures side by side in the mask palette.
package func palettePictures(_ labels: [Tensor], factor: Int = 3) -> Picture {
  .row(
    labels.map { map in
      let (ids, columns) = (map.scalars, map.shape[1])
      return Picture(width: columns, height: map.shape[0]) { row, column in
        ClassPalette.portrait.color(Int(ids[row * columns + column]))
      }.enlarged(by: factor)
    }, gap: 4)
}

/// Images `[3, H, W]` in 0 … 1 side by side.
package func imagePictures(_ images: [Tensor], factor: Int = 3) -> Picture {
  .row(images.map { Picture.image($0, range: .unit).enlarged(by: factor) }, gap: 4)
}
