import Camera
import PortraitData
import Tensors

/// One portrait from one pose: colours, classes and how far away everything is.
public struct SeenPortrait: Sendable {
  /// Rows and columns, S.
  public let size: Int
  /// What it was seen with.
  public let camera: Camera
  /// From where it was seen.
  public let pose: CameraPose
  /// Red, green and blue, 0 … 1: `[3, S, S]` row by row.
  public let colors: [Double]
  /// The class of every pixel, `[S, S]`.
  public let labels: [Int]
  /// The distance along the unit ray, `[S, S]`, world units; not a number where nothing is hit.
  public let distances: [Double]
  /// Whether more than half of what stops the ray does so at its last sample, `[S, S]`.
  ///
  /// There the infinite spacing of the last sample can stand for all that is missing: with a
  /// density that is never 0, and softplus gives such, Σw is then 1 for every ray, and only this
  /// shows a hole.
  public let endsAtLastSample: [Bool]

  /// A view from its tensors.
  ///
  /// - Parameters:
  ///   - image: `[3, S, S]`, 0 … 1; what is outside is cut off, as it is in a file.
  ///   - labels: class ids `[S, S]`, int32.
  ///   - distances: along unit rays, world units, `[H, W]`; as both grids have their outermost
  ///     centres on the border of the field of view, they are interpolated corner to corner.
  ///   - lastShares: w_N / Σw of every ray, of the shape of the distances; 0 by default, as of a
  ///     surface that is cast.
  ///   - camera: what it was seen with.
  ///   - pose: from where.
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

  /// A view of a procedural portrait that was cast with this camera from this pose.
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

  /// Bilinear, corners on corners; a neighbour that is not a number makes what is between none.
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

  /// What lies between two numbers; an end that has no share does not count.
  private static func mixed(_ a: Double, _ b: Double, _ share: Double) -> Double {
    share == 0 ? a : share == 1 ? b : a + (b - a) * share
  }

  /// The world points that the pixels show, row by row; not numbers where nothing is hit.
  public var points: [Vector] {
    let frame = camera.frame(at: pose)
    return (0..<size * size).map { index in
      camera.pixelRay(row: index / size, column: index % size, size: size, from: frame)
        .point(at: distances[index])
    }
  }
}
