import PortraitClasses
import Foundation
import Inspection
import TensorFiles
import Training

/// A line of `metrics.jsonl`: means since the previous line, and the health of the last batch.
public struct MetricsLine: Codable, Sendable, Equatable {
  /// The number of iterations done.
  public var iteration: Int
  /// The number of real portraits seen.
  public var images: Int
  /// The training time of the whole run, resumptions included, in seconds.
  public var seconds: Double
  /// Means since the previous line, by name; updates that were not due are left out.
  ///
  /// `discriminator.loss` (2 ln 2 = 1.386 if every score is 0), `discriminator.realScore`, `.fakeScore`,
  /// `gradientPenalty.image`, `.mask`, `generator.adversarial`, `.maskRegularizer`,
  /// `.depthSmoothness`, `pathLength.length`, `.penalty`; the weighted total of each update as
  /// `.loss`, and the norm of its gradient as `.gradientLength`.
  public var means: [String: Double]
  /// The health of the last batch.
  public var health: TrainingHealth
}

extension MetricsLine {
  /// The line's numbers under TensorBoard's tags, in which a slash groups related numbers.
  var scalars: [(tag: String, value: Double)] {
    let losses = means.sorted { $0.key < $1.key }.map {
      ($0.key.replacingOccurrences(of: ".", with: "/"), $0.value)
    }
    let areas = health.partAreas.enumerated().map { part, area in
      ("areas/\(ClassPalette.portrait.name(part))", area)
    }
    return losses + [
      ("health/emptyRays", health.emptyRays), ("health/maskEntropy", health.maskEntropy),
      ("speed/imagesPerSecond", Double(images) / max(seconds, 1e-9)),
    ] + areas
  }
}

/// The file `metrics.jsonl` of a run.
public struct MetricsFile: Sendable {
  /// The URL of the file.
  public let file: URL

  /// The longest file that is read, in bytes: a million lines.
  private static let longest = 1 << 30

  /// Creates a reference to a file, which need not exist yet.
  public init(_ file: URL) { self.file = file }

  /// Returns all complete lines; a line that a crash cut off is left out.
  public func lines() -> [MetricsLine] {
    guard let data = try? SmallFile.data(file, atMost: Self.longest) else { return [] }
    return data.split(separator: 0x0A).compactMap { line in
      try? JSONDecoder().decode(MetricsLine.self, from: Data(line))
    }
  }

  /// Removes the lines after an iteration, which will be written again, and a line that was cut off.
  ///
  /// All other lines stay as they are, also those of another version that `lines()` cannot read.
  func rewind(to iteration: Int) throws {
    struct Place: Decodable { let iteration: Int }
    try OwnPlace.requireFile(file)
    let isThere = FileManager.default.fileExists(atPath: file.path)
    var lines =
      isThere
      ? try SmallFile.data(file, atMost: Self.longest).split(
        separator: 0x0A, omittingEmptySubsequences: false) : []
    // The piece after the last line break is empty or cut off.
    _ = lines.popLast()
    let kept = lines.filter { line in
      guard let place = try? JSONDecoder().decode(Place.self, from: Data(line)) else { return true }
      return place.iteration <= iteration
    }
    let text = kept.reduce(into: Data()) { $0 += $1 + [0x0A] }
    try AtomicFile.write(text, to: file, durable: true)
  }

  /// Appends a line.
  func append(_ line: MetricsLine) throws {
    try AppendedFile(file).append(try Self.text(line))
  }

  private static func text(_ line: MetricsLine) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(line) + Data("\n".utf8)
  }
}
