import Camera
import ProceduralPortraits
import Tensors

/// A view of one portrait from one pose: colors, classes and distances.
public struct SeenPortrait: Sendable {
  /// The number of rows and columns, S.
  public let size: Int
  /// The camera of the view.
  public let camera: Camera
  /// The pose of the view.
  public let pose: CameraPose
  /// Red, green and blue, 0 … 1: `[3, S, S]` row by row.
  public let colors: [Double]
  /// The class of every pixel, `[S, S]`.
  public let labels: [Int]
  /// The distance along the unit ray, `[S, S]`, in world units; NaN where nothing is hit.
  public let distances: [Double]
  /// Whether more than half of the rendering weights of a ray belong to its last sample, `[S, S]`.
  ///
  /// With an infinite last spacing, the last sample takes all light that is not stopped before. If the
  /// density is never 0, as with softplus, Σw is then 1 for every ray, and only this property reveals a
  /// hole.
  public let endsAtLastSample: [Bool]

  /// Creates a view from its tensors.
  ///
  /// - Parameters:
  ///   - image: `[3, S, S]`, 0 … 1; values outside are clamped, as in image files.
  ///   - labels: class ids `[S, S]`, int32.
  ///   - distances: along unit rays, world units, `[H, W]`. They are interpolated with aligned
  ///     corners, because both grids have their outermost centers on the border of the field of view.
  ///   - lastShares: w_N / Σw of every ray, with the shape of `distances`; 0 by default, as for a
  ///     ray-cast surface.
  ///   - camera: the camera of the view.
  ///   - pose: the pose of the view.
  public init(
    image: Tensor, labels: Tensor, distances: Tensor, lastShares: Tensor? = nil, camera: Camera,
    pose: CameraPose
  ) {
    requireShape(image, [3, nil, nil], "image", axes: "[3, S, S]")
    let size = image.shape[2]
    requireShape(image, [3, size, size], "image", axes: "[3, S, S]")
    requireShape(labels, [size, size], "labels", axes: "[S, S]")
    requireShape(distances, [nil, nil], "distances", axes: "[H, W]")
    self.size = size
    self.camera = camera
    self.pose = pose
    colors = image.scalars.map { min(max($0, 0), 1) }
    self.labels = labels.integers.map(Int.init)
    let (rows, columns) = (distances.shape[0], distances.shape[1])
    self.distances = Self.interpolated(distances.scalars, rows: rows, columns: columns, size)
    if let lastShares { requireShape(lastShares, distances.shape, "lastShares", axes: "[H, W]") }
    endsAtLastSample =
      lastShares.map {
        Self.interpolated($0.scalars, rows: rows, columns: columns, size).map { $0 > 0.5 }
      } ?? [Bool](repeating: false, count: size * size)
  }

  /// Creates a view of a procedural portrait that was cast with this camera from this pose.
  public init(_ portrait: RenderedPortrait, camera: Camera, pose: CameraPose) {
    size = portrait.size
    self.camera = camera
    self.pose = pose
    let plane = size * size
    colors = (0..<3 * plane).map { Double(portrait.rgb[3 * ($0 % plane) + $0 / plane]) }
    labels = portrait.labels.map(Int.init)
    distances = portrait.depth.map(Double.init)
    endsAtLastSample = [Bool](repeating: false, count: plane)
  }

  /// Interpolates bilinearly with aligned corners; a neighbor that is NaN makes the result NaN.
  private static func interpolated(
    _ map: [Double], rows: Int, columns: Int, _ size: Int
  ) -> [Double] {
    guard rows != size || columns != size else { return map }
    func place(_ index: Int, _ count: Int) -> (low: Int, share: Double) {
      let place = Double(index) * Double(count - 1) / Double(max(1, size - 1))
      let low = min(Int(place), max(0, count - 2))
      return (low, place - Double(low))
    }
    var result: [Double] = []
    result.reserveCapacity(size * size)
    for row in 0..<size {
      let y = place(row, rows)
      let below = min(y.low + 1, rows - 1)
      for column in 0..<size {
        let x = place(column, columns)
        let right = min(x.low + 1, columns - 1)
        let top = mixed(map[y.low * columns + x.low], map[y.low * columns + right], x.share)
        let bottom = mixed(map[below * columns + x.low], map[below * columns + right], x.share)
        result.append(mixed(top, bottom, y.share))
      }
    }
    return result
  }

  /// Interpolates between two numbers; an end with share 0 has no effect, even if it is NaN.
  private static func mixed(_ a: Double, _ b: Double, _ share: Double) -> Double {
    share == 0 ? a : share == 1 ? b : a + (b - a) * share
  }

  /// The world points that the pixels show, row by row; NaN where nothing is hit.
  public var points: [Vector] {
    let frame = camera.frame(at: pose)
    return (0..<size * size).map { index in
      camera.pixelRay(row: index / size, column: index % size, size: size, from: frame)
        .point(at: distances[index])
    }
  }
}
