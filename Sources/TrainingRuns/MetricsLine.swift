import PortraitClasses
import Foundation
import Inspection
import Messages
import ModelConfiguration
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
  /// `.depthSmoothness` (if the parts predict depths), `pathLength.length`, `.penalty`; the weighted total of each update as
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
    let rays = [health.emptyRays].compactMap { $0.map { ("health/emptyRays", $0) } }
    return losses + rays + [
      ("health/maskEntropy", health.maskEntropy),
      ("speed/imagesPerSecond", Double(images) / max(seconds, 1e-9)),
    ] + areas
  }
}

extension MetricsLine {
  /// The largest magnitude of a mean, far above what single precision holds.
  private static let mostMean = 1e60
  /// The largest entropy, far above that of 256 parts.
  private static let mostEntropy = 100.0

  /// Throws an error for the first number that a run of a model cannot have measured.
  ///
  /// The report draws these numbers, so everything that it draws from is bounded here.
  ///
  /// - Parameter model: the configuration of the run.
  /// - Throws: `ConfigurationError` that names the field.
  func validate(for model: Configuration) throws(ConfigurationError) {
    try Self.require("iteration", [Double(iteration)], in: 0...Double(Int.max))
    try Self.require("images", [Double(images)], in: 0...Double(Int.max))
    try Self.require("seconds", [seconds], in: 0...Self.mostMean)
    for (name, mean) in means.sorted(by: { $0.key < $1.key }) {
      try Self.require("means.\(name)", [mean], in: -Self.mostMean...Self.mostMean)
    }
    // A flat model has no rays.
    try Self.require("health.emptyRays", [health.emptyRays].compactMap(\.self), in: 0...1)
    // Rounding can give an entropy just below 0.
    try Self.require("health.maskEntropy", [health.maskEntropy], in: -0.01...Self.mostEntropy)
    for (field, areas) in [
      ("health.partAreas", health.partAreas), ("health.dataPartAreas", health.dataPartAreas),
    ] {
      try Self.require(field, areas, in: 0...1)
      try Self.require(field, count: areas.count, in: [model.parts], "parts")
    }
    // A flat model and one with a 3D generator per part have no depths.
    let histogram = health.depthHistogram
    try Self.require(
      "health.depthHistogram", count: histogram.count, in: [0, model.parts], "parts")
    for (part, shares) in histogram.enumerated() {
      let field = "health.depthHistogram[\(part)]"
      let counts = part == 0 ? [0, model.depthPlanes] : [histogram[0].count]
      try Self.require(field, count: shares.count, in: counts, "planes")
      try Self.require(field, shares, in: 0...1)
    }
  }

  private static func require(
    _ field: String, _ values: [Double], in range: ClosedRange<Double>
  ) throws(ConfigurationError) {
    guard let value = values.first(where: { !range.contains($0) }) else { return }
    throw ConfigurationError(
      field, "is \(value), expected \(range.lowerBound.brief) … \(range.upperBound.brief)")
  }

  private static func require(
    _ field: String, count: Int, in counts: [Int], _ things: String
  ) throws(ConfigurationError) {
    guard !counts.contains(count) else { return }
    let expected = counts.map { "\($0)" }.joined(separator: " or ")
    throw ConfigurationError(
      field, "has \(count) numbers, expected \(expected), one for each of the \(things)")
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
    pieces().compactMap { try? JSONText.decode(MetricsLine.self, from: $0) }
  }

  /// Reads the lines that a run of a model can have written.
  ///
  /// - Parameter model: the configuration of the run.
  /// - Returns: the lines, and a warning in one line if others are left out. A line that a crash cut off
  ///   is left out without a warning.
  func read(for model: Configuration) -> (lines: [MetricsLine], warning: String?) {
    let pieces = pieces()
    var lines: [MetricsLine] = []
    var flaws: [(number: Int, reason: String)] = []
    for (index, piece) in pieces.enumerated() where !piece.isEmpty {
      do {
        let line = try JSONText.decode(MetricsLine.self, from: piece)
        try line.validate(for: model)
        lines.append(line)
      } catch {
        let isCutOff = error is DecodingError && index == pieces.count - 1
        if !isCutOff { flaws.append((index + 1, Self.reason(error, piece))) }
      }
    }
    guard let first = flaws.first else { return (lines, nil) }
    let others = flaws.count - 1
    return (
      lines,
      "\(file.path): line \(first.number): \(first.reason); the report leaves out this line"
        + (others > 0 ? " and \(counted(others, "other")) like it" : "")
    )
  }

  private static func reason(_ error: any Error, _ line: Data) -> String {
    // The decoder calls a number that does not fit its type damaged JSON, and does not say which.
    if case DecodingError.dataCorrupted(let context) = error, context.codingPath.isEmpty,
      (try? JSONSerialization.jsonObject(with: line)) != nil
    {
      return "a number does not fit its field"
    }
    let error =
      (error as? DecodingError).map { ConfigurationError(decoding: $0, of: line) }
      ?? error as? ConfigurationError
    return error.map { "\($0.field) \($0.complaint)" } ?? "JSON cannot be read"
  }

  /// Returns the bytes between line breaks; the last piece is empty or was cut off.
  private func pieces() -> [Data] {
    guard let data = try? SmallFile.data(file, atMost: Self.longest) else { return [] }
    return data.split(separator: 0x0A, omittingEmptySubsequences: false).map { Data($0) }
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
