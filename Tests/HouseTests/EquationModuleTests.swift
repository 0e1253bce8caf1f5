import Foundation
import TestSupport
import Testing

/// What every equation module owns beside its source; the test lists what is missing.
@Suite("What an equation module owns")
struct EquationModuleTests {
  static let modules = Repository.folders(in: "Sources/Equations")

  /// The formula of §3.2 has no number; its module is the eighth.
  @Test func allFourteenEquationsHaveAModule() throws {
    #expect(Self.modules.count == 8)
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

  /// The comment of the module's type: section and equations, symbol table, departures and choices.
  private func documentationGaps(_ module: String) -> [String] {
    let source = text(under: "Sources/Equations/\(module)")
    return [
      ("the paper's section in its documentation", "/// Paper §"),
      ("a symbol table", "/// | Paper"),
      ("what departs from the paper", "Departure from the paper:"),
      ("the open choices", "Open choice"),
    ].filter { !source.contains($0.1) }.map(\.0)
  }

  /// The files of a module's tests, as `CONTRIBUTING.md` lists them: the name, what its suite is called
  /// after the equations, and the calls that such a test cannot do without.
  private static let testFiles: [(name: String, title: String, calls: [String])] = [
    ("HandGoldenTests", "hand golden", ["expectClose("]),
    ("GoldenFileTests", "golden files", ["GoldenCase.all(of:", "expectGolden("]),
    ("PropertyTests", "properties", ["expectClose("]),
    ("LimitTests", "limits", ["gradient"]),
    ("GradientTests", "gradient", ["expectGradient("]),
    ("SecondGradientTests", "second gradient", ["expectSecondGradient(", "expectTaylorSlope("]),
    ("TwinTests", "slow twin", ["for ", "expectClose("]),
    ("PrecisionTests", "single precision", [".float32"]),
    ("BrokenTwinTests", "broken twins", ["goldenMisses("]),
    ("MessageTests", "messages", ["processExitsWith: .failure", "expectMessage("]),
  ]

  /// Every file of the list, one suite in each under one title, and no test outside these files.
  private func testGaps(_ module: String) -> [String] {
    let folder = "Tests/\(module)Tests"
    var equations: Set<String> = []
    var gaps: [String] = []
    for (name, title, calls) in Self.testFiles {
      let text = Repository.text("\(folder)/\(name).swift")
      guard let suite = text.firstMatch(of: /@Suite\("([^"]*): ([^":]*)"\)\nstruct (\w+)/) else {
        gaps.append("\(name).swift with a suite \"Eq. …: \(title)\"")
        continue
      }
      equations.insert(String(suite.1))
      if suite.2 != title { gaps.append("the title \"…: \(title)\" in \(name).swift") }
      if suite.3 != name { gaps.append("the suite \(name) in \(name).swift") }
      if !text.contains("@Test") { gaps.append("a test in \(name).swift") }
      gaps += calls.filter { !text.contains($0) }.map { "\($0) in \(name).swift" }
    }
    if equations.count != 1 { gaps.append("one name for the equations of all suites") }
    return gaps + strangers(in: folder, of: module)
  }

  /// Test functions in files that are not on the list, and imports of other equations or of rooms below.
  private func strangers(in folder: String, of module: String) -> [String] {
    let listed = Set(Self.testFiles.map { "\(folder)/\($0.name).swift" })
    let known = Set(["Foundation", "TensorFiles", "Tensors", "TestSupport", "Testing", module])
    return Repository.files(under: folder, endingIn: ".swift").flatMap { path -> [String] in
      let isHelper = !listed.contains(path)
      let tests = isHelper && Repository.text(path).contains("@Test")
      let imports = Set(ImportOrderTests.imports(of: path)).subtracting(known).sorted()
      return (tests ? ["a place on the list for \(path)"] : [])
        + imports.map { "independence: \(path) imports \($0)" }
    }
  }

  /// The page: formula, symbol table, a picture, the notes, the tests, exercises.
  private func pageGaps(_ module: String) -> [String] {
    let path = "Docs/Equations/\(module).md"
    let page = Repository.text(path)
    guard !page.isEmpty else { return ["the page \(path)"] }
    let asked = [
      ("a formula", "```math"), ("a symbol table", "| Paper |"), ("a picture", "!["),
      ("links to its source", "Sources/Equations/\(module)/"),
      ("a numbered note", "PaperNotes.md#"),
      ("exercises", "## Exercise"),
    ]
    let links = Self.testFiles.map { "Tests/\(module)Tests/\($0.name).swift" }
    return asked.filter { !page.contains($0.1) }.map { "\($0.0) on its page" }
      + links.filter { !page.contains($0) }.map { "a link to \($0) on its page" }
  }

  /// The chapter, the program that walks through it, and its place in the tour.
  private func chapterGaps(_ module: String) -> [String] {
    let name = module.prefix(1).lowercased() + module.dropFirst()
    let tour = Repository.text("Walkthroughs/Shared/EveryChapter.swift")
    let files = [
      "Walkthroughs/\(module)/\(module)Chapter.swift", "Walkthroughs/\(module)/Program/main.swift",
    ]
    return files.filter { !Repository.exists($0) }
      + (tour.contains(".\(name)") ? [] : ["a place in the tour"])
  }

  /// Golden cases, and no golden file that no case names.
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
