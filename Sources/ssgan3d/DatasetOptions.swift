import ArgumentParser
import Camera
import CommandStatus
import Datasets
import Messages
import Synchronization

extension LabelScheme: ExpressibleByArgument {}

/// The options that name the data of a command.
struct DatasetOptions: ParsableArguments {
  @Argument(
    help: "A data folder, a pack or procedural:COUNT[,SEED]; see 'ssgan3d dataset --help'.")
  var data: String

  @Option(
    help: """
      The class numbering of the maps in labels/: 19 (CelebAMask-HQ), bisenet (the 19 classes of \
      face-parsing.PyTorch) or 13 (this project).
      """)
  var classes: LabelScheme?

  func validate() throws { try requirePaths([("<data>", data)]) }

  /// Finds and lists the data, and checks every byte of a pack if `verifies` is true.
  ///
  /// A missing or superfluous `--classes` is a usage error.
  func input(camera: Camera = Camera(), verifies: Bool = true) throws -> DatasetInput {
    try Self.requireScheme(classes, for: data)
    try Self.requireProcedural(data)
    return try DatasetInput(data, scheme: classes, camera: camera, verifies: verifies)
  }

  /// Throws `WrongUse` if `--classes` is missing or superfluous for the data.
  static func requireScheme(_ classes: LabelScheme?, for data: String) throws {
    let layout = try DatasetInput.layout(of: data)
    if let (problem, remedy) = DatasetInput.complaint(layout, classes) {
      throw WrongUse("--classes: \(data) \(problem); \(remedy)")
    }
  }

  /// Throws `WrongUse` if the name begins like procedural data but is not valid.
  static func requireProcedural(_ data: String, option: String = "") throws(WrongUse) {
    guard data.hasPrefix(ProceduralSource.prefix) else { return }
    do { _ = try ProceduralSource(data) } catch { throw WrongUse("\(option)\(error)") }
  }
}

/// The progress of preparing a pack, printed on standard error.
final class PreparingReport: Sendable {
  private let report = Mutex<ProgressReport?>(nil)

  /// Reports progress to the terminal; the first call also states how many pairs were already prepared.
  func update(_ done: Int, _ total: Int) {
    report.withLock { report in
      if let report { return report.advance() }
      if done > 0 {
        ProgressReport.say("\(done) of \(counted(total, "pair")) were already prepared")
      }
      report = ProgressReport("pairs", of: total - done)
    }
  }
}
