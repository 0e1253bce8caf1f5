import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import TensorFiles
import Tensors

/// The command `bench`, which measures the figures of `Docs/Performance.md`.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the speed of the tensor engine and of the model.",
    discussion:
      "Prints tables of ratios; with --out it also replaces the tables in a Markdown file. The exit "
      + "status is 1 if a target is missed.")

  @Option(
    help: """
      A Markdown file with the lines <!-- bench --> and <!-- /bench --> around the tables, <!-- live --> \
      and <!-- /live --> around the table of the live pages, and <!-- costs --> and <!-- /costs --> \
      around the table of the kinds of models.
      """)
  var out: String?

  @Option(
    help: "A PNG file for the time of lift and render against parts, rays, samples and channels.")
  var curves: String?

  @Flag(help: "Measure only the live pages; with --out, replace only their table.")
  var live = false

  @Flag(help: "Measure only the kinds of models; with --out, replace only their table.")
  var costs = false

  @Option(
    help: """
      Measure only this cost, in this process, and print its figures as JSON: lifted, field or flat, then \
      mini, small or paper, then portrait or iteration, with slashes between them.
      """)
  var cost: CostTask?

  @Option(help: "Run only this task of the model, in this process, and print its figures as JSON.")
  var task: ModelTask?

  @Option(help: "The number of repetitions of a task, 1 or more.")
  var repeats = 5

  @Option(help: "A Python interpreter with torch, for a comparison with a PyTorch implementation.")
  var peer: String?

  @Option(help: "The benchmark script of the PyTorch implementation; needed with --peer.")
  var peerScript: String?

  @Option(help: "With --peer: the number of alternating rounds, 1 or more.")
  var rounds = 3

  @Flag(
    help: "With --peer: also compare a training iteration at the paper's size (some minutes).")
  var paperTraining = false

  func validate() throws {
    if peer != nil && (peerScript ?? "").isEmpty {
      throw ValidationError("--peer needs --peer-script, the benchmark script to compare with")
    }
    if task != nil && (out != nil || peer != nil || curves != nil) {
      throw ValidationError("--task only prints figures; leave --out, --peer and --curves out")
    }
    if repeats < 1 { throw ValidationError("--repeats is \(repeats), expected 1 or more") }
    if rounds < 1 { throw ValidationError("--rounds is \(rounds), expected 1 or more") }
  }

  func run() throws {
    if let task { return print(try TaskFigures { try task.run(repeats: repeats) }.json) }
    if let cost { return print(try TaskFigures { try cost.run(repeats: repeats) }.json) }
    // A wrong file is an error before the measurements, not after them.
    if live { return try measureLivePages() }
    if costs { return try measureCosts() }
    let page = try out.map { try Page(URL(fileURLWithPath: $0)) }
    let engine = EngineBenchmarks.run()
    var text = "Machine: \(Machine.description).\n\n" + Self.engineCaption + Self.table(engine)
    var missed = engine.filter { !$0.isMet }.count
    text += "\n\n" + StageProfile.caption + (try StageProfile.table(repeats: repeats))
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
      text += "\n\n" + (try comparison.caption()) + Self.table(contests)
    }
    print(text)
    try page?.replaceTable(with: text)
    try measureLivePages()
    try measureCosts()
    if missed > 0 {
      ProgressReport.say("\(missed) targets missed")
      throw ExitCode.failure
    }
  }

  private func measureLivePages() throws {
    let page = try out.map { try Page(URL(fileURLWithPath: $0), table: "live") }
    let text =
      "Machine: \(Machine.description).\n\n" + LiveFigures.caption + (try LiveFigures.table())
    print(text)
    try page?.replaceTable(with: text)
  }

  private func measureCosts() throws {
    let page = try out.map { try Page(URL(fileURLWithPath: $0), table: "costs") }
    let text =
      "Machine: \(Machine.description).\n\n" + CostFigures.caption
      + (try CostFigures.table(repeats: repeats))
    print(text)
    try page?.replaceTable(with: text)
  }

  private static let engineCaption = """
    *The engine against a reference that was measured in the same run. Ratio: our speed / the
    reference's speed, so higher is better. Rates of convolutions count the operations of the
    definition.*


    """

  private static func table(_ findings: [Finding]) -> String {
    (["| Measurement | Ours / reference | Ratio | Target | Result |", "|---|---|---|---|---|"]
      + findings.map(\.row)).joined(separator: "\n")
  }
}
