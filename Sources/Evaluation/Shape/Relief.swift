import Camera
import PortraitData
import Tensors

/// How far faces stand out: what a flat picture of a face does not have.
///
/// Heights are measured along the camera's axis from the plane through the middle of the head,
/// nearer is larger, and not along the rays: over the width of a face the distance from the camera
/// to a flat wall grows by about as much as a nose is long.
///
///     nose minus ears = mean height of nose pixels − mean height of ear pixels
///     nose minus skin = mean height of nose pixels − mean height of skin pixels
///     deviation, range = standard deviation and 5–95 % range of the heights inside the face
///
/// Inside the face are skin, eyes, brows, mouth and nose. A hollow face, seen as a mask is from
/// within, has a nose behind its skin, and looks much like a face that turned the other way. A portrait
/// without the parts of a figure has no such figure, and one with fewer than two pixels of face no
/// deviation and range; how many had nose and ears, and how many a face, is reported.
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

  /// Nothing is measured yet.
  public init() {}

  /// Adds the frontal view of one portrait.
  ///
  /// Pixels where nothing is hit do not count, nor those where a ray ends at its last sample: they
  /// show how far the ray was followed, not where something is.
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

  /// Between the two numbers around that share of the way from the first to the last.
  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let low = min(Int(place), sorted.count - 2)
    return sorted[low] + (sorted[low + 1] - sorted[low]) * (place - Double(low))
  }

  /// What is reported; means over the portraits that have the figure.
  public struct Figures: Sendable, Codable, Equatable {
    /// How much nearer noses are than ears, world units; none where no portrait has both.
    public let noseMinusEars: Double?
    /// How much nearer noses are than the skin around them, world units; below 0 in a hollow face,
    /// none where no portrait has both.
    public let noseMinusSkin: Double?
    /// Portraits that have both nose and ears.
    public let portraitsWithNoseAndEars: Int
    /// The standard deviation of heights inside the face, world units.
    public let deviation: Double?
    /// The range of heights inside the face without the outermost 5 % on both sides, world units.
    public let range: Double?
    /// Portraits that have a face.
    public let portraitsWithFace: Int
    /// The share of the faces' pixels without depth, 0 … 1: no light is stopped, or more than half
    /// of what is stopped reaches the ray's last sample.
    public let faceWithoutDepth: Double?
    /// Portraits that were looked at.
    public let portraits: Int
  }

  /// The figures of all that was added.
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
