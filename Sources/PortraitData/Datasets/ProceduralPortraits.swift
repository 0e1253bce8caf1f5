import Camera
import Foundation
import Tensors

/// Portraits made from numbers, as many as wanted: `procedural:COUNT` or `procedural:COUNT,SEED`.
///
/// Portrait i of a seed is always the same person from the same side, whatever the count. Cameras
/// turn as they do in training: yaw and pitch from the normal distributions of ``Camera``.
public struct ProceduralPortraits: PortraitSource {
  /// What the name of such a source begins with.
  public static let prefix = "procedural:"
  /// The most portraits that are made.
  public static let mostPortraits = 1_000_000
  /// Rays per pixel that colours are averaged over, except inside even surfaces.
  private static let samplesPerPixel = 4
  /// Rows and columns of a portrait that nobody asked a size for.
  private static let usualSize = 128

  /// How many portraits.
  public let count: Int
  /// Which ones.
  public let seed: UInt64
  /// What they are seen with.
  public let camera: Camera

  /// So many portraits of a seed.
  ///
  /// - Parameters:
  ///   - count: 1 … ``mostPortraits``.
  ///   - seed: which ones.
  ///   - camera: what they are seen with, and how far it turns.
  public init(count: Int, seed: UInt64 = 0, camera: Camera = Camera()) {
    require(
      (1...Self.mostPortraits).contains(count),
      "ProceduralPortraits: count is \(count), expected 1 … \(Self.mostPortraits)")
    self.count = count
    self.seed = seed
    self.camera = camera
  }

  /// The portraits that a text names.
  ///
  /// - Parameters:
  ///   - text: `procedural:COUNT` or `procedural:COUNT,SEED`.
  ///   - camera: what they are seen with, and how far it turns.
  /// - Throws: `DatasetError` when it is neither.
  public init(_ text: String, camera: Camera = Camera()) throws(DatasetError) {
    let numbers = text.dropFirst(Self.prefix.count)
      .split(separator: ",", omittingEmptySubsequences: false)
    let seed = numbers.count == 2 ? UInt64(numbers[1]) : 0
    guard text.hasPrefix(Self.prefix), (1...2).contains(numbers.count), let seed,
      let count = Int(numbers[0]), (1...Self.mostPortraits).contains(count)
    else {
      throw DatasetError(
        text, "names no procedural portraits",
        "expected \(Self.prefix)COUNT[,SEED] with a count of 1 … \(Self.mostPortraits)")
    }
    self.init(count: count, seed: seed, camera: camera)
  }

  /// Count and seed.
  public var summary: String { "\(Self.prefix)\(count),\(seed)" }

  /// Their indices.
  public var ids: [String] {
    (0..<count).map { index in
      let digits = String(index)
      return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
  }

  /// Over count, seed, camera and the version of how portraits are made.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    // Where a renderer takes its samples makes no difference to portraits that are cast.
    var camera = camera
    (camera.near, camera.far) = (Camera().near, Camera().far)
    // The version changes when the same seed begins to make other portraits.
    fingerprint.add("\(summary) version 1 \(camera)")
    return fingerprint.text
  }

  /// Who portrait `index` shows.
  public func parameters(_ index: Int) -> PortraitParameters {
    // Scrambled first, so that the portraits of one seed are not those of the next, moved by one.
    var scrambled = SplitMix(seed: seed)
    return .random(seed: scrambled.next() &+ UInt64(index))
  }

  /// From where portrait `index` is seen.
  public func pose(_ index: Int) -> CameraPose {
    var numbers = RandomNumbers(seed: seed, stream: UInt64(index))
    let angles = camera.drawPoses(1, &numbers, .float64).scalars
    let margin = CameraPose.pitchMargin
    return CameraPose(yaw: angles[0], pitch: min(max(angles[1], margin), .pi - margin))
  }

  /// The portrait at 128 × 128 pixels.
  public func stored(_ index: Int) throws -> SourcePair {
    let portrait = render(index, size: Self.usualSize)
    return SourcePair(
      imageSide: portrait.size, rgb: portrait.rgb.map(Self.eightBits), labelSide: portrait.size,
      parts: portrait.labels)
  }

  /// The portrait cast at that size; every label is that of the pixel's centre.
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
