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

  @Option(help: "Runs one task of the model in this process and prints its figures as JSON.")
  var task: ModelTask?

  @Option(help: "How often a task is repeated.")
  var repeats = 5

  func run() throws {
    if let task { return print(try TaskFigures(task, repeats: repeats).json) }
    // A wrong file is an error before the measurements, not after them.
    let page = try out.map { try Page(URL(fileURLWithPath: $0)) }
    let findings = EngineBenchmarks.run()
    let table =
      ["| What | Ours / reference | Ratio | Bar | |", "|---|---|---|---|---|"] + findings.map(\.row)
    let text = "Machine: \(Machine.description).\n\n" + table.joined(separator: "\n")
    print(text)
    try page?.replaceTable(with: text)
    let missed = findings.filter { !$0.isMet }
    if !missed.isEmpty {
      FileHandle.standardError.write(
        Data("\(missed.count) of \(findings.count) bars missed\n".utf8))
      throw ExitCode.failure
    }
  }
}
