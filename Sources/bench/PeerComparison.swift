import Foundation

/// A comparison of the model's tasks with a PyTorch implementation of the same model (the peer).
///
/// The two sides of a task run in turn, each in its own process. The peer is a script that accepts
/// `--task NAME --repeats N --threads N` and prints one line of JSON with `peakRSSMiB` and a time in
/// seconds: `iterationAmortised` for training, `total.median` for the generator, otherwise `median`.
struct PeerComparison {
  /// A Python interpreter with torch.
  let interpreter: URL
  /// The benchmark script of the peer.
  let script: URL
  let repeats: Int
  /// The number of alternating rounds; the median of each side counts.
  let rounds: Int

  /// One comparison: our task, the variants of the peer (of which the fastest is used), and the
  /// target.
  private struct Contest {
    let title: String
    let task: ModelTask
    let variants: [String]
    let bar: Double
  }

  private static let contests = [
    Contest(
      title: "lift + render, 13 × 64×64×32, C 256, 12 + 12 samples, forward", task: .liftForward,
      variants: ["streaming", "explicit", "bag"].map { "render_paper/\($0)/forward" }, bar: 0.7),
    Contest(
      title: "the same, forward + backward", task: .liftBackward,
      variants: ["streaming", "explicit", "bag"].map { "render_paper/\($0)/backward" }, bar: 0.5),
    Contest(
      title: "the same, against PyTorch with a stored volume for every part", task: .liftBackward,
      variants: ["render_paper/gridParts/backward"], bar: 0.08),
    Contest(
      title: "`paper` generator, one portrait, forward", task: .generator,
      variants: ["streaming", "explicit"].map { "generator_paper/\($0)" }, bar: 0.85),
    Contest(
      title: "training iteration, `mini` sizes with the paper's rendering, batch 8",
      task: .trainMini,
      variants: ["explicit", "bag"].map { "train_mini/\($0)" }, bar: 0.5),
    Contest(
      title: "training iteration, `small` sizes with the paper's rendering, batch 8",
      task: .trainSmall,
      variants: ["explicit", "bag"].map { "train_small/\($0)" }, bar: 0.5),
  ]

  /// The comparison at the paper's size; one iteration of the peer takes 1–2 minutes and 6 GiB.
  private static let paperContest = Contest(
    title: "`paper` training iteration, batch 1", task: .trainPaper,
    variants: ["train_paper/streaming"], bar: 0.8)

  /// Measures all comparisons and returns our time relative to that of the peer.
  func run(withPaperTraining: Bool) throws -> [Finding] {
    try Self.contests.map { try finding($0, rounds: rounds) }
      + (withPaperTraining ? [finding(Self.paperContest, rounds: 1)] : [])
  }

  private func finding(_ contest: Contest, rounds: Int) throws -> Finding {
    var ours: [Figures] = []
    var peers = [[Figures]](repeating: [], count: contest.variants.count)
    for _ in 0..<rounds {
      ours.append(try ownFigures(contest.task))
      for (index, variant) in contest.variants.enumerated() {
        peers[index].append(try peerFigures(variant))
      }
    }
    let own = Self.median(ours)
    let best = peers.map(Self.median).min { $0.seconds < $1.seconds } ?? (.nan, .nan)
    return Finding(
      title: contest.title,
      figures: "\(own.seconds.formatted(3)) / \(best.seconds.formatted(3)) s; "
        + "\(own.peakMiB.formatted(0)) / \(best.peakMiB.formatted(0)) MiB",
      ratio: own.seconds / best.seconds, bar: contest.bar, isUpper: true)
  }

  private typealias Figures = (seconds: Double, peakMiB: Double)

  private static func median(_ rounds: [Figures]) -> Figures {
    (Times(all: rounds.map(\.seconds)).median, Times(all: rounds.map(\.peakMiB)).median)
  }

  private func ownFigures(_ task: ModelTask) throws -> Figures {
    let figures = try OwnProcess.figures(of: task, repeats: repeats)
    return (figures.seconds["total"] ?? .nan, figures.peakMiB)
  }

  private func peerFigures(_ task: String) throws -> Figures {
    struct Median: Decodable { let median: Double }
    struct Line: Decodable {
      let median: Double?
      let total: Median?
      let iterationAmortised: Double?
      let peakRSSMiB: Double
    }
    let line = try OwnProcess.lastLine(
      of: interpreter,
      [script.path, "--task", task, "--repeats", "\(repeats)", "--threads", "2"],
      // Without these settings PyTorch spends much of its time on page faults.
      environment: [
        "MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "17179869184",
        "MALLOC_TOP_PAD_": "67108864",
      ])
    let figures = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
    let seconds = figures.iterationAmortised ?? figures.total?.median ?? figures.median
    return (seconds ?? .nan, figures.peakRSSMiB)
  }

  /// Returns the caption of the table, followed by an empty line.
  func caption() throws -> String {
    """
    *The model against PyTorch \(try torchVersion()), 2 threads, float32, in the fastest of its variants
    unless a row names one: time and peak memory of the process, ours / PyTorch's. Ratio: our time /
    PyTorch's time, so lower is better.*


    """
  }

  /// Returns the version of torch that the peer uses.
  func torchVersion() throws -> String {
    try OwnProcess.lastLine(of: interpreter, ["-c", "import torch; print(torch.__version__)"])
  }
}
