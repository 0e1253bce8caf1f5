import Foundation
import TestSupport
import Testing
import TrainingToys

@testable import TrainingRuns

/// Lines of metrics that no run can have written, and the report that is drawn from the others.
@Suite("Metrics of a run")
struct MetricsFileTests {
  /// A folder with a run of two iterations.
  private let folder: TemporaryFolder
  private let file: URL

  init() throws {
    folder = try TemporaryFolder()
    file = folder("a/metrics.jsonl")
    var run = try Toy.begin(folder("a"))
    try run.train(until: 2)
  }

  /// Returns the last line after a change to its object.
  private func line(_ change: (inout [String: Any]) throws -> Void) throws -> Data {
    let last = try #require(try Data(contentsOf: file).split(separator: 0x0A).last)
    var object = try #require(
      try JSONSerialization.jsonObject(with: last) as? [String: Any])
    try change(&object)
    return try JSONSerialization.data(withJSONObject: object) + Data("\n".utf8)
  }

  /// Returns the last line with another value in its health.
  private func line(health field: String, _ value: Any) throws -> Data {
    try line { object in
      var health = try #require(object["health"] as? [String: Any])
      health[field] = value
      object["health"] = health
    }
  }

  /// Appends lines, resumes the run for an iteration and returns its warnings.
  private func resumed(with lines: Data) throws -> [String] {
    try (Data(contentsOf: file) + lines).write(to: file)
    var run = try TrainingRun(resuming: RunFolder(folder("a"))) {
      NoiseBatches(Toy.model, batch: 2, position: $0)
    }
    try run.train(until: 3)
    return run.warnings
  }

  private static let parts = Toy.model.parts
  private static let planes = Toy.model.depthPlanes
  static let flaws: [(field: String, value: any Sendable, complaint: String)] = [
    ("seconds", 1e308, "seconds is 1e+308, expected 0 … 1e60"),
    ("iteration", -1, "iteration is -1.0, expected 0 …"),
    ("iteration", 1.5, "a number does not fit its field"),
    ("images", "many", "images has another type, expected a whole number"),
    ("means", ["generator.loss": -1e308], "means.generator.loss is -1e+308, expected −1e60 … 1e60"),
    ("means", ["generator.loss": "low"], "means.generator.loss has another type"),
    ("health.emptyRays", 2, "health.emptyRays is 2.0, expected 0 … 1"),
    ("health.maskEntropy", 1e308, "health.maskEntropy is 1e+308"),
    ("health.partAreas", [0.5], "health.partAreas has 1 numbers, expected \(parts)"),
    ("health.dataPartAreas", [[Double](repeating: 0, count: 3)], "health.dataPartAreas"),
    ("health.depthHistogram", [[1.0]], "health.depthHistogram has 1 numbers, expected 0 or"),
    (
      "health.depthHistogram",
      [[Double](repeating: 0, count: planes), [1]]
        + [[Double]](repeating: [Double](repeating: 0, count: planes), count: parts - 2),
      "health.depthHistogram[1] has 1 numbers, expected \(planes)"
    ),
    (
      "health.depthHistogram",
      [[Double]](repeating: [Double](repeating: 1e308, count: planes), count: parts),
      "health.depthHistogram[0] is 1e+308, expected 0 … 1"
    ),
  ]

  /// Each is left out with one warning, stays in the file, and the report is drawn without it.
  @Test(arguments: flaws.indices)
  func impossibleLinesAreLeftOut(index: Int) throws {
    let flaw = Self.flaws[index]
    let wrong =
      flaw.field.hasPrefix("health.")
      ? try line(health: String(flaw.field.dropFirst("health.".count)), flaw.value)
      : try line { $0[flaw.field] = flaw.value }
    let warnings = try resumed(with: wrong)
    #expect(warnings.count == 1)
    let warning = warnings.first ?? ""
    #expect(warning.hasPrefix("\(file.path): line 3: \(flaw.complaint)"), "\(warning)")
    #expect(warning.hasSuffix("; the report leaves out this line") && !warning.contains("\n"))
    let metrics = RunFolder(folder("a")).metrics.read(for: Toy.model)
    #expect(metrics.lines.map(\.iteration) == [1, 2, 3])
    #expect(try Data(contentsOf: file).range(of: wrong) != nil)
    let page = try String(contentsOf: folder("a/report.html"), encoding: .utf8)
    #expect(page.contains("Portraits after 3 iterations") && page.contains("depth_histogram"))
  }

  /// Several are counted in one line, and a line that a crash cut off is none of them.
  @Test func severalImpossibleLinesAreCounted() throws {
    let wrong = try line(health: "emptyRays", 7)
    #expect(
      try resumed(with: wrong + Data("no JSON\n".utf8) + wrong + Data("{\"iteration\":3".utf8))
        .map { $0.hasSuffix("; the report leaves out this line and 2 others like it") } == [true])
  }

  /// A flat model has no depths: its lines are read, and the report shows all else.
  @Test(arguments: [0, Toy.model.parts])
  func linesWithoutDepthsAreRead(rows: Int) throws {
    let flat = try line(health: "depthHistogram", [[Double]](repeating: [], count: rows))
    try (Data(contentsOf: file) + flat).write(to: file)
    let run = RunFolder(folder("a"))
    let (lines, warning) = run.metrics.read(for: Toy.model)
    #expect(lines.map(\.iteration) == [1, 2, 2] && warning == nil)
    try TrainingReport(
      introduction: "flat", model: Toy.model, folder: run, lines: lines, sheet: nil, real: nil,
      history: []
    ).write(to: folder("a/report.html"))
    let page = try String(contentsOf: folder("a/report.html"), encoding: .utf8)
    #expect(page.contains("part_areas") && !page.contains("depth_histogram"))
  }
}
