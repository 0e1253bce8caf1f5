import Camera
import PortraitClasses
import Tensors

/// The relief of faces, which a flat picture of a face does not have.
///
/// Heights are measured along the axis of the camera from the plane through the middle of the head;
/// nearer points are higher. Heights are not measured along the rays: over the width of a face, the
/// distance from the camera to a flat wall increases by about the length of a nose.
///
///     nose minus ears = mean height of nose pixels − mean height of ear pixels
///     nose minus skin = mean height of nose pixels − mean height of skin pixels
///     deviation, range = standard deviation and 5–95 % range of the heights inside the face
///
/// The face consists of skin, eyes, brows, mouth and nose. In a hollow face, like a mask seen from
/// the inside, the nose is behind the skin. Such a face looks much like a face that turned in the
/// opposite direction. A portrait that lacks the parts for one of these values does not count in
/// that value. A portrait with fewer than two face pixels has no deviation and no range. The
/// numbers of portraits with nose and ears, and with a face, are reported.
public struct Relief: Sendable {
  /// The parts inside the face.
  public static let inside: Set<PartClass> = [.face, .eyes, .brows, .mouth, .nose]

  private var noseMinusEars = Sum()
  private var noseMinusSkin = Sum()
  private var deviation = Sum()
  private var range = Sum()
  private var facePixels = (all: 0, empty: 0)
  private var portraits = 0

  private struct Sum {
    var total = 0.0
    var count = 0
    var mean: Double? { count > 0 ? total / Double(count) : nil }

    mutating func add(_ value: Double) {
      total += value
      count += 1
    }
  }

  /// Creates a relief without portraits.
  public init() {}

  /// Adds the frontal view of one portrait.
  ///
  /// Two kinds of pixels do not count: those without a hit, and those whose ray ends at its last
  /// sample. The latter show the length of the ray and not the position of a surface.
  public mutating func add(_ view: SeenPortrait) {
    let axis = view.camera.frame(at: view.pose).backward
    var heights: [PartClass: [Double]] = [:]
    for (index, point) in view.points.enumerated() {
      let height = point.dot(axis)
      let hasDepth = height.isFinite && !view.endsAtLastSample[index]
      guard let part = PartClass(rawValue: view.labels[index]) else { continue }
      if Self.inside.contains(part) {
        facePixels.all += 1
        if !hasDepth { facePixels.empty += 1 }
      }
      guard hasDepth else { continue }
      heights[part, default: []].append(height)
    }
    portraits += 1
    if let nose = Self.mean(heights[.nose]), let ears = Self.mean(heights[.ears]) {
      noseMinusEars.add(nose - ears)
    }
    if let nose = Self.mean(heights[.nose]), let skin = Self.mean(heights[.face]) {
      noseMinusSkin.add(nose - skin)
    }
    let face = Self.inside.flatMap { heights[$0] ?? [] }.sorted()
    guard face.count > 1, let mean = Self.mean(face) else { return }
    let squares = face.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation.add((squares / Double(face.count)).squareRoot())
    range.add(Self.quantile(0.95, of: face) - Self.quantile(0.05, of: face))
  }

  private static func mean(_ values: [Double]?) -> Double? {
    guard let values, !values.isEmpty else { return nil }
    return values.reduce(0, +) / Double(values.count)
  }

  /// Returns a quantile of sorted numbers, interpolated linearly between neighbors.
  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let low = min(Int(place), sorted.count - 2)
    return sorted[low] + (sorted[low + 1] - sorted[low]) * (place - Double(low))
  }

  /// The reported figures, as means over the portraits that have the figure.
  public struct Figures: Sendable, Codable, Equatable {
    /// How much nearer noses are than ears, in world units; nil if no portrait has both.
    public let noseMinusEars: Double?
    /// How much nearer noses are than the skin, in world units; nil if no portrait has both.
    ///
    /// The value is negative for a hollow face.
    public let noseMinusSkin: Double?
    /// The number of portraits with both nose and ears.
    public let portraitsWithNoseAndEars: Int
    /// The standard deviation of heights inside the face, in world units.
    public let deviation: Double?
    /// The range of heights inside the face without 5 % at each end, in world units.
    public let range: Double?
    /// The number of portraits with a face.
    public let portraitsWithFace: Int
    /// The share of face pixels without depth, 0 … 1.
    ///
    /// The ray of such a pixel is not stopped at all, or more than half of the stopped light is stopped
    /// at the last sample.
    public let faceWithoutDepth: Double?
    /// The number of portraits.
    public let portraits: Int
  }

  /// The figures of all portraits that were added.
  public var figures: Figures {
    Figures(
      noseMinusEars: noseMinusEars.mean, noseMinusSkin: noseMinusSkin.mean,
      portraitsWithNoseAndEars: noseMinusEars.count,
      deviation: deviation.mean, range: range.mean, portraitsWithFace: deviation.count,
      faceWithoutDepth: facePixels.all > 0
        ? Double(facePixels.empty) / Double(facePixels.all) : nil,
      portraits: portraits)
  }
}
