import Camera
import PortraitClasses
import Tensors

extension PortraitScene {
  /// Renders the portrait as a camera sees it.
  ///
  /// Labels and depth are those of the pixel's center ray. A clear lens has the label glasses, except
  /// where an eye or a brow is visible through it: CelebAMask-HQ's painting order also puts eyes and
  /// brows on top.
  ///
  /// - Parameters:
  ///   - pose: the pose of the camera.
  ///   - camera: the camera; radius and field of view are used.
  ///   - size: the number of rows and columns of the picture, 2 or more.
  ///   - samplesPerPixel: rays per pixel for the color: 1, 4, 9 or 16. A pixel uses only its center
  ///     ray if the pixel and all its neighbors show the same large part without a jump in depth.
  ///     The rays of other pixels are tested against the parts that the neighbors show, and against
  ///     the small parts.
  /// - Returns: the color, label and depth of every pixel.
  public func render(
    pose: CameraPose = .frontal, camera: Camera = Camera(), size: Int, samplesPerPixel: Int = 4
  ) -> RenderedPortrait {
    let side = Self.gridSide(samplesPerPixel, "render(pose:camera:size:samplesPerPixel:)")
    let frame = camera.frame(at: pose)
    var picture = RenderedPortrait(size: size)
    var centers: [RayView] = []
    centers.reserveCapacity(size * size)
    for row in 0..<size {
      for column in 0..<size {
        let pair = LinePair(camera.pixelRay(row: row, column: column, size: size, from: frame))
        let center = RayView(self, pair)
        centers.append(center)
        picture.labels[row * size + column] = UInt8(center.label.rawValue)
        picture.depth[row * size + column] = Float(center.visibleDistance)
      }
    }
    for row in 0..<size {
      for column in 0..<size {
        let center = centers[row * size + column]
        var brush = Brush(scene: self)
        var light = RGB()
        if side > 1, let parts = edgeParts(centers, row, column, size) {
          for sample in 0..<(side * side) {
            let dx = (Double(sample % side) + 0.5) / Double(side) - 0.5
            let dy = (Double(sample / side) + 0.5) / Double(side) - 0.5
            let place = SIMD2(Double(column) + dx, Double(row) + dy) * (2 / Double(size - 1)) - 1
            let ray = camera.ray(x: place.x, y: -place.y, from: frame)
            light += brush.color(RayView(self, LinePair(ray), among: parts))
          }
          light /= Double(side * side)
        } else {
          light = brush.color(center)
        }
        let shown = displayed(light)
        let first = (row * size + column) * 3
        for channel in 0..<3 { picture.rgb[first + channel] = Float(shown[channel]) }
      }
    }
    return picture
  }

  /// Returns the square root of a number of samples, which must be 1, 4, 9 or 16.
  static func gridSide(_ samples: Int, _ function: String) -> Int {
    let side = (1...4).first { $0 * $0 == samples }
    require(
      side != nil, "\(function): the number of samples is \(samples), expected 1, 4, 9 or 16")
    return side ?? 1
  }

  /// Returns the parts that rays next to a pixel's center ray may hit.
  ///
  /// Returns nil if the pixel and its neighbors show the same large part without a jump in depth.
  /// The center ray is then enough.
  private func edgeParts(_ views: [RayView], _ row: Int, _ column: Int, _ size: Int) -> PartSet? {
    let center = views[row * size + column]
    var parts = PartSet.small
    var isEven = !parts.has(center.hit.part)
    for y in max(row - 1, 0)...min(row + 1, size - 1) {
      for x in max(column - 1, 0)...min(column + 1, size - 1) {
        let other = views[y * size + x]
        parts.insert(PartSet(other.hit.part))
        if other.hit.part != center.hit.part || (other.lens == nil) != (center.lens == nil)
          || abs(other.hit.distance - center.hit.distance) > 0.02
        {
          isEven = false
        }
      }
    }
    return isEven ? nil : parts
  }
}

/// The view along one ray: an opaque surface, possibly behind a lens.
struct RayView: Sendable {
  let pair: LinePair
  let hit: Hit
  let lens: Double?
  let opacity: Double

  @inline(__always)
  init(_ scene: PortraitScene, _ pair: LinePair, among parts: PartSet = .all) {
    self.pair = pair
    hit = scene.nearestHit(pair, among: parts)
    lens = scene.glasses?.lens(along: pair.line, before: hit.distance)
    opacity = lens == nil ? 0 : (scene.glasses?.opacity ?? 0)
  }

  /// The class that the label map shows.
  var label: PartClass {
    guard lens != nil else { return hit.part }
    if opacity <= 0.5 && (hit.part == .eyes || hit.part == .brows) { return hit.part }
    return .glasses
  }

  /// The distance to the surface that the label names.
  var visibleDistance: Double {
    guard let lens, label == .glasses else { return hit.distance }
    return lens
  }
}

/// The colors of the rays of one pixel; rays that hit the same part share one evaluation of the light.
struct Brush {
  let scene: PortraitScene
  private var known: [(part: PartClass, side: Bool, illumination: Illumination)] = []

  init(scene: PortraitScene) { self.scene = scene }

  mutating func color(_ seen: RayView) -> RGB {
    let hit = seen.hit
    let point = seen.pair.line.point(hit.distance)
    var light = scene.color(of: hit, at: point, under: illumination(hit, point))
    if let lens = seen.lens, let glasses = scene.glasses {
      light = mix(light, glasses.lensColor(seen.pair.line.point(lens)), seen.opacity)
    }
    return light
  }

  private mutating func illumination(_ hit: Hit, _ point: Vector) -> Illumination {
    for entry in known where entry.part == hit.part && entry.side == hit.isMirrored {
      return entry.illumination
    }
    let illumination = scene.illumination(of: hit, at: point)
    known.append((hit.part, hit.isMirrored, illumination))
    return illumination
  }
}
