import Camera
import Inspection
import ModelConfiguration
import PortraitModel
import Surfaces
import Tensors

/// The colors of a portrait's surface, read from views of the portrait.
///
/// The colors of a model exist only in its pictures, because the render net works in 2D. The portrait
/// is rendered from the mean pose of training, from one and two standard deviations of the yaw to both
/// sides, and from two of the pitch above and below. A vertex is projected into every view; its color is
/// the mean of the views that see it, weighted by the fourth power of the cosine between its normal and
/// the direction to the camera. A view sees a vertex that lies at most two plane distances behind the
/// visible surface. A vertex that no view sees takes the color at its projection in the view that it
/// faces most, which is the color of whatever lies before it.
struct RenderedColors: Sendable {
  /// The output of the generator for the mean pose.
  let frontal: MadePortraits
  /// The number of views that are rendered.
  static let viewCount = turns.count
  /// The portrait, with what all views share.
  private let subject: PortraitSubject
  private let precision: ScalarType
  private var generator: Generator { subject.generator }
  private var camera: Camera { generator.configuration.camera }
  private let tolerance: Double
  private var views: [View] = []

  /// A view of the portrait from one pose.
  private struct View: Sendable {
    let frame: CameraFrame
    /// Red, green and blue, `[3, S, S]`, −1 … 1.
    let image: Map
    /// The distance of the visible surface along the ray, `[H, W]`.
    let depth: Map
  }

  /// Renders the first view of one portrait of a model with a volume, from its W⁺, `[1, rows, L]`.
  init(_ generator: Generator, wplus: Tensor) {
    tolerance = 2 * generator.voxelGrid.planePitch
    subject = PortraitSubject(
      generator, expandedLatents: generator.expandedLatents(wplus: wplus))
    precision = wplus.scalarType
    frontal = subject.made(
      from: Self.pose(0, generator.configuration.camera).tensor(precision),
      options: .evaluation(generator.configuration))
    add(frontal)
  }

  /// Renders the next of the seven views.
  mutating func renderNextView() {
    guard views.count < Self.viewCount else { return }
    let pose = Self.pose(views.count, camera)
    add(subject.made(from: pose.tensor(precision), options: .evaluation(generator.configuration)))
  }

  private mutating func add(_ made: MadePortraits) {
    guard let view = made.view else { return }
    let size = generator.configuration.coarseSize
    let depth = generator.renderer(.evaluation(generator.configuration)).volumeWeights
      .normalizedDepth(view.ray.renderingWeights[0], at: view.rayDepths[0])
    views.append(
      View(
        frame: camera.frame(at: Self.pose(views.count, camera)), image: Map(made.image[0]),
        depth: Map(depth.reshaped([1, size, size]))))
  }

  /// The turns of the views in standard deviations of training, the mean pose first.
  private static let turns: [(yaw: Double, pitch: Double)] = [
    (0, 0), (-1, 0), (1, 0), (-2, 0), (2, 0), (0, -2), (0, 2),
  ]

  /// Returns the pose of a view.
  private static func pose(_ view: Int, _ camera: Camera) -> CameraPose {
    CameraPose(
      yaw: camera.yawMean + turns[view].yaw * camera.yawDeviation,
      pitch: camera.pitchMean + turns[view].pitch * camera.pitchDeviation)
  }

  /// Returns the color of every vertex, and how many vertices no view sees.
  func colors(of mesh: SurfaceMesh) -> (colors: [PLYFile.Color], hidden: Int) {
    var hidden = 0
    let colors = zip(mesh.vertices, mesh.normals).map { vertex, normal in
      let seen = seenColor(of: vertex, normal)
      if seen == nil { hidden += 1 }
      let values = seen ?? nearestColor(of: vertex, normal)
      let bytes = (values.clamped(lowerBound: -Vector.one, upperBound: .one) + 1) * 127.5
      return PLYFile.Color(
        UInt8(bytes.x.rounded()), UInt8(bytes.y.rounded()), UInt8(bytes.z.rounded()))
    }
    return (colors, hidden)
  }

  /// Returns the mean color of the views that see a vertex; nil if there are none.
  private func seenColor(of vertex: Vector, _ normal: Vector) -> Vector? {
    var (sum, total) = (Vector.zero, 0.0)
    for view in views {
      let cosine = normal.dot((view.frame.position - vertex).normalized)
      guard cosine > 0, let place = camera.projection(of: vertex, in: view.frame),
        max(place.x.magnitude, place.y.magnitude) <= 1
      else { continue }
      let depth = view.depth.nearest(place.x, place.y)
      // Where a ray meets nothing the depth is NaN, and the comparison is false.
      guard place.distance <= depth + tolerance else { continue }
      let weight = cosine * cosine * cosine * cosine
      sum += weight * view.image.color(place.x, place.y)
      total += weight
    }
    return total > 0 ? sum / total : nil
  }

  /// Returns the color at the projection of a vertex in the view that it faces most.
  private func nearestColor(of vertex: Vector, _ normal: Vector) -> Vector {
    func cosine(_ view: View) -> Double {
      normal.dot((view.frame.position - vertex).normalized)
    }
    guard let view = views.max(by: { cosine($0) < cosine($1) }),
      let place = camera.projection(of: vertex, in: view.frame)
    else { return .zero }
    return view.image.color(place.x, place.y)
  }
}

/// The values of a square picture, with rows from the top, read at positions −1 … 1.
private struct Map: Sendable {
  private let values: [Double]
  private let size: Int

  /// Reads the values of `[C, S, S]`.
  init(_ tensor: Tensor) {
    values = tensor.scalars
    size = tensor.shape[2]
  }

  /// Returns the three channels, interpolated between the four pixels around a position.
  func color(_ x: Double, _ y: Double) -> Vector {
    let (left, right, across) = Self.neighbors(x, size)
    let (top, bottom, down) = Self.neighbors(-y, size)
    var color = Vector.zero
    for channel in 0..<3 {
      func value(_ row: Int, _ column: Int) -> Double {
        values[(channel * size + row) * size + column]
      }
      let above = value(top, left) + across * (value(top, right) - value(top, left))
      let below = value(bottom, left) + across * (value(bottom, right) - value(bottom, left))
      color[channel] = above + down * (below - above)
    }
    return color
  }

  /// Returns the first channel at the pixel nearest to a position.
  func nearest(_ x: Double, _ y: Double) -> Double {
    let (left, right, across) = Self.neighbors(x, size)
    let (top, bottom, down) = Self.neighbors(-y, size)
    return values[(down < 0.5 ? top : bottom) * size + (across < 0.5 ? left : right)]
  }

  /// Returns the pixels on both sides of a position −1 … 1, and the share of the second.
  private static func neighbors(_ position: Double, _ size: Int) -> (Int, Int, Double) {
    let place = min(max((position + 1) / 2, 0), 1) * Double(size - 1)
    let first = min(Int(place), size - 2)
    return (first, first + 1, place - Double(first))
  }
}
