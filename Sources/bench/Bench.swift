import ArgumentParser
import Foundation
import Inspection
import TensorFiles
import Tensors

/// Measures what `Docs/Performance.md` claims.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the engine against the machine it runs on.",
    discussion:
      "Prints a table of ratios; with --out it also replaces the table in a Markdown file.")

  @Option(
    help: "A Markdown file with the lines <!-- bench --> and <!-- /bench --> around the table.")
  var out: String?

  @Option(help: "Writes a picture of how lift and render grow with parts, rays, samples, channels.")
  var curves: String?

  @Option(help: "Runs one task of the model in this process and prints its figures as JSON.")
  var task: ModelTask?

  @Option(help: "How often a task is repeated.")
  var repeats = 5

  @Option(help: "A Python interpreter with torch: measures the model against a PyTorch peer too.")
  var peer: String?

  @Option(help: "The peer's benchmark script.")
  var peerScript: String?

  @Option(help: "With --peer: how often the two sides take turns.")
  var rounds = 3

  @Flag(help: "With --peer: an iteration of training at the paper's size as well, some minutes.")
  var paperTraining = false

  func validate() throws {
    if peer != nil && (peerScript ?? "").isEmpty {
      throw ValidationError("--peer needs --peer-script, the peer's benchmark; none was given")
    }
    if task != nil && (out != nil || peer != nil || curves != nil) {
      throw ValidationError("--task prints figures only: leave --out, --peer and --curves out")
    }
    if repeats < 1 { throw ValidationError("--repeats is \(repeats), expected 1 or more") }
    if rounds < 1 { throw ValidationError("--rounds is \(rounds), expected 1 or more") }
  }

  func run() throws {
    if let task { return print(try TaskFigures(task, repeats: repeats).json) }
    // A wrong file is an error before the measurements, not after them.
    let page = try out.map { try Page(URL(fileURLWithPath: $0)) }
    let engine = EngineBenchmarks.run()
    var text = "Machine: \(Machine.description).\n\n" + Self.table(engine)
    var missed = engine.filter { !$0.isMet }.count
    text += "\n\nOne `paper` portrait by stage:\n\n" + (try StageProfile.table(repeats: repeats))
    if let curves {
      let picture = withoutGradients { ScalingCurves.picture(repeats: repeats) }
      try AtomicFile.write(try picture.pngData(), to: URL(fileURLWithPath: curves))
    }
    if let peer, let peerScript {
      let comparison = PeerComparison(
        interpreter: URL(fileURLWithPath: peer), script: URL(fileURLWithPath: peerScript),
        repeats: repeats, rounds: rounds)
      let contests = try comparison.run(withPaperTraining: paperTraining)
      missed += contests.filter { !$0.isMet }.count
      text +=
        "\n\nAgainst PyTorch \(try comparison.torchVersion()), 2 threads, float32, the "
        + "fastest of its variants; time and peak memory of the process, ours / peer.\n\n"
        + Self.table(contests)
    }
    print(text)
    try page?.replaceTable(with: text)
    if missed > 0 {
      FileHandle.standardError.write(Data("\(missed) bars missed\n".utf8))
      throw ExitCode.failure
    }
  }

  private static func table(_ findings: [Finding]) -> String {
    (["| What | Ours / reference | Ratio | Bar | |", "|---|---|---|---|---|"]
      + findings.map(\.row)).joined(separator: "\n")
  }
}
