import Camera
import Foundation
import ProceduralPortraits
import Tensors

/// A source of procedural portraits, named `procedural:COUNT` or `procedural:COUNT,SEED`.
///
/// Portrait i of a seed always shows the same person from the same pose, whatever the count. Poses are
/// drawn as in training: yaw and pitch follow the normal distributions of ``/Camera/Camera``.
public struct ProceduralSource: PortraitSource {
  /// The prefix of the name of such a source.
  public static let prefix = "procedural:"
  /// The largest number of portraits.
  public static let mostPortraits = 1_000_000
  /// The number of rays per pixel over which colors are averaged, except inside surfaces without
  /// edges.
  private static let samplesPerPixel = 4
  /// The number of rows and columns of a stored portrait.
  private static let usualSize = 128

  /// The number of portraits.
  public let count: Int
  /// The random seed of the portraits.
  public let seed: UInt64
  /// The camera, with the distribution of its poses.
  public let camera: Camera

  /// Creates a source of `count` portraits of a seed.
  ///
  /// - Parameters:
  ///   - count: 1 … ``mostPortraits``.
  ///   - seed: the random seed of the portraits.
  ///   - camera: the camera, with the distribution of its poses.
  public init(count: Int, seed: UInt64 = 0, camera: Camera = Camera()) {
    require(
      (1...Self.mostPortraits).contains(count),
      "ProceduralSource: count is \(count), expected 1 … \(Self.mostPortraits)")
    self.count = count
    self.seed = seed
    self.camera = camera
  }

  /// Creates the source that a text names.
  ///
  /// - Parameters:
  ///   - text: `procedural:COUNT` or `procedural:COUNT,SEED`.
  ///   - camera: the camera, with the distribution of its poses.
  /// - Throws: `DatasetError` if the text has neither form.
  public init(_ text: String, camera: Camera = Camera()) throws(DatasetError) {
    let numbers = text.dropFirst(Self.prefix.count)
      .split(separator: ",", omittingEmptySubsequences: false)
    let seed = numbers.count == 2 ? UInt64(numbers[1]) : 0
    guard text.hasPrefix(Self.prefix), (1...2).contains(numbers.count), let seed,
      let count = Int(numbers[0]), (1...Self.mostPortraits).contains(count)
    else {
      throw DatasetError(
        text, "does not name procedural portraits",
        "expected \(Self.prefix)COUNT[,SEED] with a count of 1 … \(Self.mostPortraits)")
    }
    self.init(count: count, seed: seed, camera: camera)
  }

  /// The name of the source, with count and seed.
  public var summary: String { "\(Self.prefix)\(count),\(seed)" }

  /// The indices of the portraits, with at least five digits.
  public var ids: [String] {
    (0..<count).map { index in
      let digits = String(index)
      return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
  }

  /// A fingerprint of count, seed, camera and the version of the procedural portraits.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    // Near and far limit the samples of a volume renderer; ray-cast portraits do not depend on them.
    var camera = camera
    (camera.near, camera.far) = (Camera().near, Camera().far)
    // The version must change when the same seed gives other portraits.
    fingerprint.add("\(summary) version 2 \(camera)")
    return fingerprint.text
  }

  /// Returns the parameters of portrait `index`.
  public func parameters(_ index: Int) -> PortraitParameters {
    // The seed is scrambled first. Otherwise neighboring seeds would give the same portraits, shifted
    // by one.
    var scrambled = SplitMix(seed: seed)
    return .random(seed: scrambled.next() &+ UInt64(index))
  }

  /// Returns the pose from which portrait `index` is cast.
  public func pose(_ index: Int) -> CameraPose {
    var numbers = RandomNumbers(seed: seed, stream: UInt64(index))
    let angles = camera.drawPoses(1, &numbers, .float64).scalars
    let margin = CameraPose.pitchMargin
    return CameraPose(yaw: angles[0], pitch: min(max(angles[1], margin), .pi - margin))
  }

  /// Returns the portrait at 128 × 128 pixels.
  public func stored(_ index: Int) throws -> SourcePair {
    let portrait = render(index, size: Self.usualSize)
    return SourcePair(
      imageSide: portrait.size, rgb: portrait.rgb.map(Self.eightBits), labelSide: portrait.size,
      parts: portrait.labels)
  }

  /// Returns the portrait cast at the given size; every label is that of the pixel's center.
  public func pair(_ index: Int, size: Int) throws -> PortraitPair {
    let portrait = render(index, size: size)
    let area = size * size
    var planes = [UInt8](repeating: 0, count: 3 * area)
    for pixel in 0..<area {
      for channel in 0..<3 {
        planes[channel * area + pixel] = Self.eightBits(portrait.rgb[3 * pixel + channel])
      }
    }
    return PortraitPair(size: size, planes: planes, labels: portrait.labels)
  }

  private func render(_ index: Int, size: Int) -> RenderedPortrait {
    PortraitScene(parameters(index)).render(
      pose: pose(index), camera: camera, size: size, samplesPerPixel: Self.samplesPerPixel)
  }

  private static func eightBits(_ value: Float) -> UInt8 { UInt8(value * 255 + 0.5) }
}
