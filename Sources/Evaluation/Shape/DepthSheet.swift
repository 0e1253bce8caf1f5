import Camera
import Foundation
import Tensors

/// A view's depth as a surface of triangles, to be looked at from elsewhere.
///
/// Two ways lead from one view to another. *Backward*: take the depth of the view one goes to, see
/// where its points stood in the first one, and leave out those whose depth there is another
/// (hidden). It is simple and asks the judged view itself which pixels are to be judged: where the
/// two depths contradict each other the pixel counts as hidden, and a model whose depth means
/// nothing is asked only where it happens to agree. *Forward*: carry the first view's colours along
/// its own depth, and let the nearest win. Single pixels, carried alone, leave gaps and stand up to
/// half a pixel beside their place. So here they are carried as a sheet: neighbouring pixels span
/// triangles, and the triangles are drawn with a z-test and colours interpolated in space. What is
/// predicted then depends on the first view alone, and it is exact for planes.
///
/// Where the sheet is torn in truth, at the outline of a head before its background, a triangle
/// stands almost edge on to the first camera. Behind such walls, and behind triangles that turn
/// their back, is what the first view never saw. A ray of the new view that meets one first goes
/// through unseen space: nothing is predicted there, even if the sheet goes on behind it.
public struct DepthSheet: Sendable {
  /// Triangles seen by the first camera at a smaller cosine than this are walls: 76° and more.
  public static let leastCosine = 0.25

  /// The view that is carried along.
  public let source: SeenPortrait
  private let points: [Vector]
  private let triangles: [Triangle]

  private struct Triangle {
    /// Numbers of pixels, in the order in which the first camera sees them clockwise.
    let corners: SIMD3<Int>
    let isWall: Bool
  }

  /// Spans the sheet over a view's pixels; those where nothing is hit leave holes.
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
      // Also false where a corner is not a number: then there is no triangle at all.
      guard cosine.isFinite else { return }
      triangles.append(Triangle(corners: SIMD3(a, b, c), isWall: cosine < Self.leastCosine))
    }
    for row in 0..<view.size - 1 {
      for column in 0..<view.size - 1 {
        let a = row * view.size + column
        let (b, c, d) = (a + 1, a + view.size, a + view.size + 1)
        // Cut along the more level diagonal, so that an edge of the depth crosses few triangles.
        // Where one corner is a hole, along the other two: the triangle without it stays.
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

  /// The sheet from another pose, with as many pixels.
  public func seen(from pose: CameraPose) -> Reprojection {
    let frame = source.camera.frame(at: pose)
    let half = Double(source.size - 1) / 2
    // Column, row, and the distance along the camera's axis.
    let places = points.map { point -> SIMD3<Double> in
      guard let place = source.camera.projection(of: point, in: frame) else {
        return SIMD3(repeating: .nan)
      }
      let ahead = (frame.position - point).dot(frame.backward)
      return SIMD3((place.x + 1) * half, (1 - place.y) * half, ahead)
    }
    var drawing = SheetDrawing(size: source.size)
    // Walls come last and have to be truly nearer: they share their edges with what is seen.
    for drawsWalls in [false, true] {
      for triangle in triangles {
        let corners = triangle.corners
        let (a, b, c) = (places[corners.x], places[corners.y], places[corners.z])
        let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
        // Clockwise stays clockwise as long as the same side is seen.
        guard abs(area) > 1e-9, drawsWalls == (triangle.isWall || area < 0) else { continue }
        drawing.draw(corners, (a, b, c), area: area, isWall: drawsWalls)
      }
    }
    return Reprojection(source: source, pose: pose, pixels: drawing.pixels)
  }
}

/// Triangles drawn one after the other, the nearest on top.
private struct SheetDrawing {
  let size: Int
  private(set) var pixels: [Reprojection.Pixel?]
  private var nearest: [Double]
  /// How far outside a triangle a centre may lie that rounding has put there.
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
        // Shares in space, not in the picture: 1/z is what is linear in the picture.
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

  /// The whole numbers between two places, inside the picture.
  private func span(_ low: Double, _ high: Double) -> Range<Int> {
    guard low.isFinite && high.isFinite else { return 0..<0 }
    let first = Int(max(0, min(Double(size), (low - Self.slack).rounded(.up))))
    let last = Int(max(-1, min(Double(size - 1), (high + Self.slack).rounded(.down))))
    return first..<max(first, last + 1)
  }
}

/// What one view predicts of another.
public struct Reprojection: Sendable {
  /// Where a pixel's surface was seen before: three pixels, and how much of each.
  struct Pixel: Sendable {
    let corners: SIMD3<Int>
    let shares: SIMD3<Double>
  }

  let source: SeenPortrait
  /// From where it would be seen.
  public let pose: CameraPose
  let pixels: [Pixel?]

  /// Whether anything is predicted, pixel by pixel.
  public var isDefined: [Bool] { pixels.map { $0 != nil } }

  /// The predicted colours of a pixel; nil where nothing is predicted.
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

  /// The predicted class, that of the nearest of the three pixels; nil where nothing is predicted.
  func label(_ index: Int) -> Int? {
    guard let pixel = pixels[index] else { return nil }
    let shares = pixel.shares
    let corner =
      shares.x >= shares.y ? (shares.x >= shares.z ? 0 : 2) : shares.y >= shares.z ? 1 : 2
    return source.labels[pixel.corners[corner]]
  }

  /// The predicted colours, 0 … 1, `[3, S, S]`; `elsewhere` where nothing is predicted.
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
