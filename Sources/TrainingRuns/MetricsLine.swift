import PortraitClasses
import Foundation
import Inspection
import TensorFiles
import Training

/// One line of `metrics.jsonl`: means since the line before, and the health of the last batch.
public struct MetricsLine: Codable, Sendable, Equatable {
  /// Iterations done.
  public var iteration: Int
  /// Real portraits seen.
  public var images: Int
  /// Time spent training, seconds, over all stretches of the run.
  public var seconds: Double
  /// Means since the line before, by name; an update that was not due is not among them.
  ///
  /// `discriminator.loss` (2 ln 2 = 1.386 when it guesses), `discriminator.realScore`, `.fakeScore`,
  /// `gradientPenalty.image`, `.mask`, `generator.adversarial`, `.maskRegularizer`,
  /// `.depthSmoothness`, `pathLength.length`, `.penalty`; the weighted total of each update as
  /// `.loss`, and the length of its gradient as `.gradientLength`.
  public var means: [String: Double]
  /// The last batch.
  public var health: TrainingHealth
}

extension MetricsLine {
  /// The line's numbers as TensorBoard shows them; a slash groups what belongs together.
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
  /// The file.
  public let file: URL

  /// A file that need not exist yet.
  public init(_ file: URL) { self.file = file }

  /// Every whole line; one that was cut off by a crash is left out.
  public func lines() -> [MetricsLine] {
    guard let data = try? Data(contentsOf: file) else { return [] }
    return data.split(separator: 0x0A).compactMap { line in
      try? JSONDecoder().decode(MetricsLine.self, from: Data(line))
    }
  }

  /// Takes back the lines after an iteration, which will be written again, and one that was cut off.
  ///
  /// The others stay as they are, those of another version that `lines()` cannot read among them.
  func rewind(to iteration: Int) throws {
    struct Place: Decodable { let iteration: Int }
    let isThere = FileManager.default.fileExists(atPath: file.path)
    var lines =
      isThere
      ? try Data(contentsOf: file).split(separator: 0x0A, omittingEmptySubsequences: false) : []
    // What follows the last end of a line.
    _ = lines.popLast()
    let kept = lines.filter { line in
      guard let place = try? JSONDecoder().decode(Place.self, from: Data(line)) else { return true }
      return place.iteration <= iteration
    }
    let text = kept.reduce(into: Data()) { $0 += $1 + [0x0A] }
    try AtomicFile.write(text, to: file, durable: true)
  }

  /// Adds a line.
  func append(_ line: MetricsLine) throws {
    try AppendedFile(file).append(try Self.text(line))
  }

  private static func text(_ line: MetricsLine) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(line) + Data("\n".utf8)
  }
}
