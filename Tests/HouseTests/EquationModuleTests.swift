import Foundation
import TestSupport
import Testing

/// The documents, tests, golden files and chapter that every equation module must have.
@Suite("Completeness of equation modules")
struct EquationModuleTests {
  static let modules = Repository.folders(in: "Sources/Equations")

  @Test func allFourteenEquationsHaveAModule() throws {
    #expect(Self.modules.count == 7)
    let equations = try Self.modules.flatMap { try GoldenCase.all(of: $0).flatMap(\.equations) }
    #expect(Set(equations) == Set(1...14))
  }

  @Test(arguments: modules)
  func nothingIsMissing(module: String) throws {
    let gaps =
      documentationGaps(module) + testGaps(module) + pageGaps(module) + chapterGaps(module)
      + (try fixtureGaps(module))
    #expect(gaps.isEmpty, "\(module) lacks: \(gaps.joined(separator: "; "))")
  }

  /// Checks the documentation of the module: paper section, symbol table, departures and open choices.
  private func documentationGaps(_ module: String) -> [String] {
    let source = text(under: "Sources/Equations/\(module)")
    return [
      ("the paper's section in its documentation", "/// Paper §"),
      ("a symbol table", "/// | Paper"),
      ("what departs from the paper", "Departure from the paper:"),
      ("the open choices", "Open choice"),
    ].filter { !source.contains($0.1) }.map(\.0)
  }

  /// Checks the list of `CONTRIBUTING.md`; each kind of test is recognized by a typical call or name.
  private func testGaps(_ module: String) -> [String] {
    let tests = text(under: "Tests/\(module)Tests")
    let asked: [(what: String, marks: [String])] = [
      ("a hand golden", ["HandGoldenTests {"]),
      ("the golden files", ["GoldenCase.all(of: \"\(module)\")"]),
      ("the golden derivatives", ["expectGolden("]),
      ("properties", ["PropertyTests {"]),
      ("limits", ["limits\")"]),
      ("a gradient against differences", ["expectGradient(", "expectDerivatives("]),
      ("a second gradient", ["expectSecondGradient(", "expectDerivatives("]),
      ("a Taylor slope", ["taylorSlope(", "expectDerivatives("]),
      ("a slow twin", ["TwinTests {", "StreamingTests {", "StreamingFusionTests {", "PlainLoop"]),
      ("single precision", [".float32"]),
      ("a broken twin that the golden files reject", ["goldenMisses("]),
    ]
    return asked.filter { ask in !ask.marks.contains { tests.contains($0) } }.map(\.what)
  }

  /// Checks the page: formula, symbol table, picture, links to notes and tests, and exercises.
  private func pageGaps(_ module: String) -> [String] {
    let path = "Docs/Equations/\(module).md"
    let page = Repository.text(path)
    guard !page.isEmpty else { return ["the page \(path)"] }
    let asked = [
      ("a formula", "```math"), ("a symbol table", "| Paper |"), ("a picture", "!["),
      ("links to its source", "Sources/Equations/\(module)/"),
      ("links to its tests", "Tests/\(module)Tests/"), ("a numbered note", "PaperNotes.md#"),
      ("exercises", "## Exercise"),
    ]
    return asked.filter { !page.contains($0.1) }.map { "\($0.0) on its page" }
  }

  /// Checks the chapter, its program and its place in the tour.
  private func chapterGaps(_ module: String) -> [String] {
    let name = module.prefix(1).lowercased() + module.dropFirst()
    let tour = Repository.text("Walkthroughs/Chapters/EveryChapter.swift")
    let files = [
      "Walkthroughs/Chapters/\(module)Chapter.swift", "Walkthroughs/\(module)/main.swift",
    ]
    return files.filter { !Repository.exists($0) } + (tour.contains(".\(name)") ? [] : ["the tour"])
  }

  /// Checks that there are golden cases, and that every golden file belongs to a case.
  private func fixtureGaps(_ module: String) throws -> [String] {
    let cases = try GoldenCase.all(of: module)
    guard !cases.isEmpty else { return ["golden cases in Fixtures/manifest.json"] }
    let named = Set(
      cases.flatMap { golden in
        golden.files.map { "Fixtures/\(module)/\(golden.name)/\($0.name).npy" }
      })
    let present = Set(Repository.files(under: "Fixtures/\(module)", endingIn: ".npy"))
    return named.subtracting(present).sorted()
      + present.subtracting(named).sorted().map { "a case for \($0)" }
  }

  private func text(under folder: String) -> String {
    Repository.files(under: folder, endingIn: ".swift").map(Repository.text).joined()
  }
}
