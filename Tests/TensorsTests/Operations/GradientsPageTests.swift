import Foundation
import Testing

/// Tests that `Docs/Gradients.md` lists every recorded operation and names nothing that does not exist.
@Suite("The page of gradient rules")
struct GradientsPageTests {
  private static func page(_ name: String = "Gradients") throws -> String {
    let url = EngineSources.root.appendingPathComponent("Docs/\(name).md")
    return try String(contentsOf: url, encoding: .utf8)
  }

  @Test func thePageIsCompleteAndCorrect() throws {
    #expect(try faults(in: Self.page()) == [])
  }

  /// The first column of `Docs/Operations.md` names every public function of `Tensor`, and no others.
  @Test func thePageOfOperationsIsCompleteAndCorrect() throws {
    let lines = try Self.page("Operations").split(separator: "\n").filter { $0.hasPrefix("| `") }
    let named = Set(
      lines.flatMap { line in
        EngineSources.matches(
          #"\.([a-z][A-Za-z]*)\("#, in: line.components(separatedBy: " | ").first ?? "")
      })
    let functions = Set(
      try EngineSources.texts().flatMap { EngineSources.matches(#"func ([A-Za-z]+)"#, in: $0) })
    let operations = try EngineSources.publicFunctions()
      .filter { $0.first?.isLetter == true && $0 != "subscript" }
    #expect(operations.subtracting(named) == [])
    #expect(named.subtracting(functions) == [])
  }

  /// Every kind of fault that the test above is there to find.
  @Test(arguments: [
    ("| `softplus` |", "| `softminus` |", "`softplus` is missing"),
    ("| `softplus` |", "| `softminus` |", "`softminus` is not recorded"),
    ("| `convolved(with:", "| `convoluted(with:", "`convoluted` is not a function of the engine"),
    ("| `sorted()` |", "| `sort()` |", "the function `sorted` is missing"),
    ("Core/Joining.swift", "Core/Joined.swift", "Sources/Tensors/Core/Joined.swift does not exist"),
    ("Elementwise/Sorting.swift", "Core/Joining.swift", "Joining.swift does not record `argmax`"),
    ("| `argmax` |\n", "| `armax` |\n", "`armax` is not a test row"),
    ("| `cosine` |\n", "| `sine` |\n", "the test row `sine` does not test `cosine`"),
    ("| `cosine` |\n", "| none |\n", "`cosine` has no test row"),
    ("| `sum`, `divide` |", "| `sums`, `divide` |", "`sums` is not recorded"),
  ])
  func everyFaultIsFound(text: String, replacement: String, fault: String) throws {
    let page = try Self.page()
    let changed = page.replacingOccurrences(of: text, with: replacement)
    #expect(changed != page)
    let found = try faults(in: changed)
    #expect(found.contains { $0.contains(fault) }, "found \(found)")
  }

  /// Returns one line for every fault of a page.
  private func faults(in page: String) throws -> [String] {
    let texts = try EngineSources.texts()
    let recorded = Set(texts.flatMap(EngineSources.recordedNames(in:)))
    let functions = Set(texts.flatMap { EngineSources.matches(#"func ([A-Za-z]+)"#, in: $0) })
      .union(["subscript"])
    let lines = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(Line.init)
    var faults: [String] = []
    for line in lines {
      faults += line.functions.subtracting(functions)
        .map { "`\($0)` is not a function of the engine" }
      faults += Set(line.records + line.parts).subtracting(recorded)
        .map { "`\($0)` is not recorded" }
      faults += try Self.faults(ofSource: line) + Self.faults(ofRows: line)
    }
    faults += recorded.subtracting(lines.flatMap(\.records)).map { "`\($0)` is missing" }
    let operations = try EngineSources.publicFunctions()
      .intersection(operationCases.flatMap(\.covers)).filter { $0.first?.isLetter == true }
    faults += operations.subtracting(lines.flatMap(\.functions))
      .map { "the function `\($0)` is missing" }
    return faults
  }

  /// Returns the faults of a line's link: the file must exist and record the operation.
  private static func faults(ofSource line: Line) throws -> [String] {
    guard let file = line.file else { return ["a line has no source: \(line.cells)"] }
    let url = EngineSources.root.appendingPathComponent(file)
    guard let text = try? String(contentsOf: url, encoding: .utf8) else {
      return ["\(file) does not exist"]
    }
    return Set(line.records).subtracting(EngineSources.recordedNames(in: text))
      .map { "\(file) does not record `\($0)`" }
  }

  /// Returns the faults of a line's test rows: they must exist and test the operation.
  private static func faults(ofRows line: Line) -> [String] {
    var faults: [String] = []
    for name in line.rows {
      guard let row = operationCase(name) else {
        faults.append("`\(name)` is not a test row")
        continue
      }
      faults += Set(line.records).subtracting(row.records)
        .map { "the test row `\(name)` does not test `\($0)`" }
    }
    let needed = Set(line.records).subtracting(CoverageTests.elsewhere.keys)
    return line.rows.isEmpty ? faults + needed.map { "`\($0)` has no test row" } : faults
  }
}

/// A line of a table: an operation with its rule in six cells, or a composed operation in four.
private struct Line {
  let cells: [String]

  init(_ text: Substring) {
    cells = text.dropFirst(2).dropLast(2).components(separatedBy: " | ")
  }

  private var isRule: Bool { cells.count == 6 }

  /// The name under which the operation is recorded; none for composed operations.
  var records: [String] { isRule ? Self.code(cells[0]) : [] }

  /// The recorded operations that a composed operation consists of.
  var parts: [String] { isRule ? [] : Self.code(cells[1]) }

  /// The base names of the Swift functions; operators have none.
  var functions: Set<String> {
    let calls = Self.code(cells[isRule ? 1 : 0]).filter { $0.contains("(") }
    return Set(calls.map { String($0.prefix { $0 != "(" }) })
  }

  /// The path of the source file, relative to the root.
  var file: String? {
    EngineSources.matches(#"\]\(\.\./(.*?)\)"#, in: cells[cells.count - 2]).first
  }

  /// The names of the test rows.
  var rows: [String] { Self.code(cells[cells.count - 1]) }

  /// Returns the texts in backquotes.
  private static func code(_ cell: String) -> [String] {
    EngineSources.matches("`([^`]+)`", in: cell)
  }
}
