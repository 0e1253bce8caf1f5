import ArgumentParser
import Foundation
import ModelConfiguration
import PortraitModel
import Tensors

/// One measured cost: a portrait or a training iteration of a kind of model at the size of a preset.
///
/// Each cost is measured in its own process, so that its peak memory is separate.
struct CostTask: ExpressibleByArgument, Equatable {
  /// What is computed.
  enum Work: String, CaseIterable {
    /// One portrait without gradients, with the samples of evaluation.
    case portrait
    /// One training iteration; lazy updates count with the share of iterations in which they are due.
    case iteration
  }

  /// The kind of the model.
  let kind: GeneratorKind
  /// The preset that gives the sizes.
  let preset: String
  /// What is computed.
  let work: Work

  /// The presets that are measured, each with the batch of a training iteration.
  static let sizes = [("mini", 8), ("small", 8), ("paper", 1)]

  init(_ kind: GeneratorKind, _ preset: String, _ work: Work) {
    (self.kind, self.preset, self.work) = (kind, preset, work)
  }

  /// Reads a name such as `field/mini/iteration`.
  init?(argument: String) {
    let words = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3, let kind = GeneratorKind(rawValue: words[0]),
      Self.sizes.contains(where: { $0.0 == words[1] }), let work = Work(rawValue: words[2])
    else { return nil }
    self.init(kind, words[1], work)
  }

  /// The name that `init(argument:)` reads.
  var name: String { "\(kind.rawValue)/\(preset)/\(work.rawValue)" }

  /// The number of portraits in a training iteration.
  var batch: Int { Self.sizes.first { $0.0 == preset }?.1 ?? 1 }

  /// The preset with the fields of the kind.
  var model: Configuration {
    var model = Configuration.preset(preset) ?? Configuration()
    if kind == .flat { model.rendering = .flat }
    if kind == .field { model.partSource = .field }
    return model
  }

  /// Whether the maps of the work fit in half of the machine's memory.
  var fits: Bool {
    work == .portrait
      || model.trainingBytes(batch: batch) < 0.5 * Double(ProcessInfo.processInfo.physicalMemory)
  }

  /// Runs the work; returns the median time in seconds as `total`.
  func run(repeats: Int) throws -> [String: Double] {
    switch work {
    case .iteration: return try TrainingTask(model, batch: batch).run(repeats)
    case .portrait:
      let generator = Generator(
        model, ParameterPlan.generator(model).fresh(seed: 0).withVisibleDensities())
      let latents = withoutGradients { generator.latents(seed: 1).expanded }
      let poses = Tensor([1, 2], [1.4, 1.6]).cast(to: .float32)
      let options = Generator.Options.evaluation(model)
      return withoutGradients {
        [
          "total": medianTime(repeats) {
            _ = generator.made(expandedLatents: latents, poses: poses, options: options)
          }
        ]
      }
    }
  }
}

/// The table of costs in `Docs/Performance.md`.
enum CostFigures {
  /// The caption of the table, followed by an empty line.
  static let caption = """
    *Time and peak memory of the process for one portrait (samples of evaluation) and one training
    iteration (batch 8, at `paper` size 1) of three kinds of models with the sizes of a preset: lifted 2D
    maps as in the paper, a 3D generator per part (CNeRF-style), and flat. In parentheses: times the value
    of the lifted model.*


    """

  /// Measures every cost in a process of its own and returns the table.
  static func table(repeats: Int) throws -> String {
    var rows = [
      "| Size | Work | Lifted | A 3D generator per part | Flat |", "|---|---|---|---|---|",
    ]
    for (preset, _) in CostTask.sizes {
      for work in CostTask.Work.allCases {
        let figures = try [GeneratorKind.lifted, .field, .flat].map { kind in
          let task = CostTask(kind, preset, work)
          return task.fits
            ? try OwnProcess.figures(of: task, repeats: preset == "paper" ? 1 : repeats) : nil
        }
        let cells = figures.map { cell($0, beside: figures[0]) }
        rows.append("| `\(preset)` | \(work.rawValue) | \(cells.joined(separator: " | ")) |")
      }
    }
    return rows.joined(separator: "\n")
  }

  private static func cell(_ figures: TaskFigures?, beside lifted: TaskFigures?) -> String {
    guard let figures, let time = figures.seconds["total"] else {
      return "needs more than half of the memory"
    }
    let text = "\(time.formatted(3)) s, \(figures.peakMiB.formatted(0)) MiB"
    guard let lifted, lifted != figures, let other = lifted.seconds["total"] else { return text }
    return text
      + " (\((time / other).formatted(2)), \((figures.peakMiB / lifted.peakMiB).formatted(2)))"
  }
}
