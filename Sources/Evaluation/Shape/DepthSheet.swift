import Camera
import Foundation
import Tensors

/// The depth of a view as a triangle mesh, which can be rendered from other poses.
///
/// One view can be predicted from another in two ways. *Backward* reprojection takes the depth of the
/// target view, projects its points into the first view, and discards points whose depth differs there
/// (occluded). This is simple, but the judged view itself decides which pixels are judged. Where the
/// two depths contradict each other, the pixel counts as occluded. A model with meaningless depth is
/// then judged only where its depths agree by chance. *Forward* reprojection carries the colors of the
/// first view along its own depth and keeps the nearest surface. Single pixels leave gaps and can be
/// half a pixel away from their place. Here, therefore, the pixels are carried as a sheet: neighboring
/// pixels span triangles, which are drawn with a z-test and with colors interpolated in space. The
/// prediction then depends on the first view alone, and it is exact for planes.
///
/// Where the true surface is discontinuous, such as at the outline of a head in front of its
/// background, a triangle is almost edge-on to the first camera. Such a triangle is called a wall. The
/// space behind walls, and behind triangles seen from the back, was occluded in the first view. If a
/// ray of the new view hits one of them first, it passes through this unseen space. Nothing is
/// predicted there, even if the sheet continues behind it.
public struct DepthSheet: Sendable {
  /// The smallest cosine between normal and line of sight of a triangle that is not a wall (about 76°).
  public static let leastCosine = 0.25

  /// The view whose colors and classes are carried along its depth.
  public let source: SeenPortrait
  private let points: [Vector]
  private let triangles: [Triangle]

  private struct Triangle {
    /// The indices of three pixels, clockwise as seen by the first camera.
    let corners: SIMD3<Int>
    let isWall: Bool
  }

  /// Creates the sheet over the pixels of a view; pixels without a hit leave holes.
  public init(_ view: SeenPortrait) {
    source = view
    let points = view.points
    let eye = view.camera.frame(at: view.pose).position
    var triangles: [Triangle] = []
    triangles.reserveCapacity(2 * (view.size - 1) * (view.size - 1))
    func add(_ a: Int, _ b: Int, _ c: Int) {
      let (first, second, third) = (points[a], points[b], points[c])
      let normal = (second - first).cross(third - first)
      let sight = (first + second + third) / 3 - eye
      let cosine = abs(normal.dot(sight)) / (normal.length * sight.length)
      // The cosine is NaN if a corner is NaN; then there is no triangle.
      guard cosine.isFinite else { return }
      triangles.append(Triangle(corners: SIMD3(a, b, c), isWall: cosine < Self.leastCosine))
    }
    for row in 0..<view.size - 1 {
      for column in 0..<view.size - 1 {
        let a = row * view.size + column
        let (b, c, d) = (a + 1, a + view.size, a + view.size + 1)
        // Cut along the diagonal with the smaller change of depth, so that a depth edge crosses few
        // triangles. If one corner is a hole, cut along the diagonal of its two neighbors: the triangle
        // without the hole stays.
        let falling = abs(view.distances[a] - view.distances[d])
        let rising = abs(view.distances[b] - view.distances[c])
        if falling < rising || rising.isNaN {
          add(a, b, d)
          add(a, d, c)
        } else {
          add(a, b, c)
          add(b, d, c)
        }
      }
    }
    self.points = points
    self.triangles = triangles
  }

  /// Renders the sheet from another pose with the same number of pixels.
  public func seen(from pose: CameraPose) -> Reprojection {
    let frame = source.camera.frame(at: pose)
    let half = Double(source.size - 1) / 2
    // Column, row, and distance along the axis of the camera.
    let places = points.map { point -> SIMD3<Double> in
      guard let place = source.camera.projection(of: point, in: frame) else {
        return SIMD3(repeating: .nan)
      }
      let ahead = (frame.position - point).dot(frame.backward)
      return SIMD3((place.x + 1) * half, (1 - place.y) * half, ahead)
    }
    var drawing = SheetDrawing(size: source.size)
    // Walls are drawn last and must be strictly nearer, because they share edges with visible triangles.
    for drawsWalls in [false, true] {
      for triangle in triangles {
        let corners = triangle.corners
        let (a, b, c) = (places[corners.x], places[corners.y], places[corners.z])
        let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
        // The order stays clockwise as long as the same side of the triangle is visible.
        guard abs(area) > 1e-9, drawsWalls == (triangle.isWall || area < 0) else { continue }
        drawing.draw(corners, (a, b, c), area: area, isWall: drawsWalls)
      }
    }
    return Reprojection(source: source, pose: pose, pixels: drawing.pixels)
  }
}

/// A drawing of triangles with a z-buffer.
private struct SheetDrawing {
  let size: Int
  private(set) var pixels: [Reprojection.Pixel?]
  private var nearest: [Double]
  /// The tolerance for pixel centers that lie outside a triangle because of rounding.
  private static let slack = 1e-7

  init(size: Int) {
    self.size = size
    pixels = [Reprojection.Pixel?](repeating: nil, count: size * size)
    nearest = [Double](repeating: .infinity, count: size * size)
  }

  mutating func draw(
    _ corners: SIMD3<Int>, _ places: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>), area: Double,
    isWall: Bool
  ) {
    let (a, b, c) = places
    let rows = span(min(a.y, b.y, c.y), max(a.y, b.y, c.y))
    let columns = span(min(a.x, b.x, c.x), max(a.x, b.x, c.x))
    let inverse = SIMD3(1 / a.z, 1 / b.z, 1 / c.z)
    for row in rows {
      for column in columns {
        let (x, y) = (Double(column), Double(row))
        let flat =
          SIMD3(
            (b.x - x) * (c.y - y) - (b.y - y) * (c.x - x),
            (c.x - x) * (a.y - y) - (c.y - y) * (a.x - x),
            (a.x - x) * (b.y - y) - (a.y - y) * (b.x - x)) / area
        guard flat.min() >= -Self.slack else { continue }
        // Converts shares in the picture to shares in space, with 1/z, which is linear in the
        // picture.
        let shares = flat * inverse
        let ahead = 1 / shares.sum()
        let index = row * size + column
        guard ahead < nearest[index] - (isWall ? Self.slack : 0) else { continue }
        nearest[index] = ahead
        pixels[index] =
          isWall ? nil : Reprojection.Pixel(corners: corners, shares: shares * ahead)
      }
    }
  }

  /// Returns the integers between two positions that lie inside the picture.
  private func span(_ low: Double, _ high: Double) -> Range<Int> {
    guard low.isFinite && high.isFinite else { return 0..<0 }
    let first = Int(max(0, min(Double(size), (low - Self.slack).rounded(.up))))
    let last = Int(max(-1, min(Double(size - 1), (high + Self.slack).rounded(.down))))
    return first..<max(first, last + 1)
  }
}

/// The prediction of a view from another view.
public struct Reprojection: Sendable {
  /// The source of a pixel: three pixels of the first view, and the share of each.
  struct Pixel: Sendable {
    let corners: SIMD3<Int>
    let shares: SIMD3<Double>
  }

  let source: SeenPortrait
  /// The pose of the predicted view.
  public let pose: CameraPose
  let pixels: [Pixel?]

  /// Whether the prediction is defined, for every pixel.
  public var isDefined: [Bool] { pixels.map { $0 != nil } }

  /// Returns the predicted color of a pixel; nil if nothing is predicted there.
  func color(_ index: Int) -> SIMD3<Double>? {
    guard let pixel = pixels[index] else { return nil }
    let plane = source.size * source.size
    var color = SIMD3<Double>()
    for corner in 0..<3 {
      let from = pixel.corners[corner]
      color +=
        pixel.shares[corner]
        * SIMD3(
          source.colors[from], source.colors[plane + from], source.colors[2 * plane + from])
    }
    return color
  }

  /// Returns the predicted class of a pixel; nil if nothing is predicted there.
  ///
  /// The class is that of the source pixel with the largest share.
  func label(_ index: Int) -> Int? {
    guard let pixel = pixels[index] else { return nil }
    let shares = pixel.shares
    let corner =
      shares.x >= shares.y ? (shares.x >= shares.z ? 0 : 2) : shares.y >= shares.z ? 1 : 2
    return source.labels[pixel.corners[corner]]
  }

  /// Returns the predicted colors, 0 … 1, `[3, S, S]`; `elsewhere` where nothing is predicted.
  public func image(elsewhere: Double = 1) -> Tensor {
    let plane = source.size * source.size
    var values = [Double](repeating: elsewhere, count: 3 * plane)
    for index in 0..<plane {
      guard let color = color(index) else { continue }
      for channel in 0..<3 { values[channel * plane + index] = color[channel] }
    }
    return Tensor([3, source.size, source.size], values)
  }
}
