import CommandStatus
import Datasets
import Evaluation
import Foundation
import Messages
import ModelConfiguration
import PortraitModel
import Tensors

/// The measurement of `evaluate --inception`: the Fréchet Inception distance (FID) of Tables 2 and 3.
struct InceptionEvaluation {
  /// The file of the weights.
  let weights: String
  let count: Int
  let seed: UInt64
  let out: String

  /// Measures the trained generators and writes `inception.jsonl`.
  ///
  /// - Parameters:
  ///   - set: the generators, the untrained one first, which is left out.
  ///   - data: the data to compare with, all of whose pairs count.
  /// - Throws: an error of one line if the weights do not fit or a file cannot be written.
  func run(_ set: EvaluatedModels.Found, against data: EvaluationData) throws {
    let network = try InceptionNetwork(contentsOf: weights)
    let folder = try OutputFolder(out, for: [InceptionLine.fileName])
    let pool = PosePool(of: data.pack.training, mirrors: false)
    let sets: [any TrainingSet] = [data.pack.training, data.pack.validation]
    let real = sets.map(\.count).reduce(0, +)
    for (name, number) in [("portraits", count), ("pairs of data", real)]
    where number <= InceptionNetwork.width {
      ProgressReport.say(
        "\(number) \(name) are too few for the covariance of \(InceptionNetwork.width) features: "
          + "the distance is not comparable with published ones, which use 10 000 or more")
    }
    let trained = Array(set.generators.dropFirst())
    let progress = ProgressReport("pictures", of: real + count * trained.count)
    let reference = try network.moments(of: sets) { progress.advance(by: $0) }
    var lines: [InceptionLine] = []
    for entry in trained {
      guard let generator = try entry.generator() else {
        ProgressReport.say("\(entry.name): the run has deleted this checkpoint; it is skipped")
        progress.advance(by: count)
        continue
      }
      lines.append(
        try InceptionLine(
          checkpoint: entry.name, images: entry.images,
          GeneratedSample(generator, count: count, seed: seed, poses: pool), seed: seed,
          against: reference, of: data.pack.summary, network
        ) { progress.advance(by: $0) })
      // Written after each generator, so that no result is lost if the command is stopped.
      try folder.write(InceptionLine.file(lines), InceptionLine.fileName)
    }
    guard let last = lines.last else {
      throw EvaluationError(
        "--inception: the run has no checkpoint; train one, or name --checkpoint")
    }
    printLines(Self.table(lines))
    print(Self.conditions(last))
    print("\(InceptionLine.fileName) is in \(out)")
  }

  private static func table(_ lines: [InceptionLine]) -> String {
    EvaluationTable.aligned(
      [["generator", "images", "FID"]]
        + lines.map { line in
          [
            line.checkpoint.visible, line.images.map { "\($0)" } ?? "?",
            String(format: "%.3f", line.distance),
          ]
        })
  }

  /// Returns the conditions of the measurement; only distances with equal conditions are comparable.
  private static func conditions(_ line: InceptionLine) -> String {
    "\(line.real) real pictures (\(line.data.visible)), \(line.generated) generated ones; "
      + "\(line.imageSize) × \(line.imageSize) pixels, bilinearly resized to 299 × 299, as "
      + "\(line.network); truncation \(Int(line.truncation)), "
      + "\(line.samples.map { "\($0)" }.joined(separator: " + ")) samples per ray, seed \(line.seed)"
  }
}
