import ArgumentParser
import Foundation
import TensorFiles

/// Measures what `Docs/Performance.md` claims.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the engine against the machine it runs on.",
    discussion:
      "Prints a table of ratios; with --out it also replaces the table in a Markdown file.")

  @Option(
    help: "A Markdown file with the lines <!-- bench --> and <!-- /bench --> around the table.")
  var out: String?

  func run() throws {
    let findings = EngineBenchmarks.run()
    let table =
      ["| What | Ours / reference | Ratio | Bar | |", "|---|---|---|---|---|"] + findings.map(\.row)
    let text = "Machine: \(Machine.description).\n\n" + table.joined(separator: "\n")
    print(text)
    if let out { try replaceTable(in: URL(fileURLWithPath: out), with: text) }
    let missed = findings.filter { !$0.isMet }
    if !missed.isEmpty {
      FileHandle.standardError.write(
        Data("\(missed.count) of \(findings.count) bars missed\n".utf8))
      throw ExitCode.failure
    }
  }

  private func replaceTable(in file: URL, with text: String) throws {
    let document = try String(contentsOf: file, encoding: .utf8)
    guard let start = document.range(of: "<!-- bench -->"),
      let end = document.range(of: "<!-- /bench -->"), start.upperBound <= end.lowerBound
    else {
      throw ValidationError(
        "\(file.path) has no lines <!-- bench --> and <!-- /bench -->; add them")
    }
    let updated =
      document[..<start.upperBound] + "\n" + text + "\n" + document[end.lowerBound...]
    try AtomicFile.write(Data(updated.utf8), to: file)
  }
}
