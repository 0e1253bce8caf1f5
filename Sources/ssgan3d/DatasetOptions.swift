import ArgumentParser
import Camera
import CommandStatus
import Inspection
import PortraitData
import Synchronization

extension LabelScheme: ExpressibleByArgument {}

/// Which data a command works with.
struct DatasetOptions: ParsableArguments {
  @Argument(help: "A folder, a pack, or procedural:COUNT[,SEED].")
  var data: String

  @Option(
    help: """
      How the maps in labels/ are numbered: 19 (CelebAMask-HQ), bisenet (face-parsing.PyTorch's 19) or \
      13 (this project's).
      """)
  var classes: LabelScheme?

  func validate() throws { try requirePaths([("the data's name", data)]) }

  /// Finds and lists the data, every byte of a pack checked if so wished; a needless or missing
  /// `--classes` is wrong use.
  func input(camera: Camera = Camera(), verifies: Bool = true) throws -> DatasetInput {
    try Self.requireScheme(classes, for: data)
    try Self.requireProcedural(data)
    return try DatasetInput(data, scheme: classes, camera: camera, verifies: verifies)
  }

  /// Stops when `--classes` is missing or needless for the data.
  static func requireScheme(_ classes: LabelScheme?, for data: String) throws {
    let layout = try DatasetInput.layout(of: data)
    if let (problem, remedy) = DatasetInput.complaint(layout, classes) {
      throw WrongUse("--classes: \(data) \(problem); \(remedy)")
    }
  }

  /// Stops at a name of procedural portraits that is none, which is wrong use.
  static func requireProcedural(_ data: String, option: String = "") throws(WrongUse) {
    guard data.hasPrefix(ProceduralPortraits.prefix) else { return }
    do { _ = try ProceduralPortraits(data) } catch { throw WrongUse("\(option)\(error)") }
  }
}

/// Shows how far preparing is.
final class PreparingReport: Sendable {
  private let report = Mutex<ProgressReport?>(nil)

  /// What `PortraitPack.prepare` is given; the first call tells what was there already.
  func update(_ done: Int, _ total: Int) {
    report.withLock { report in
      if let report { return report.advance() }
      if done > 0 { ProgressReport.say("\(done) of \(counted(total, "pair")) were there already") }
      report = ProgressReport("pairs", of: total - done)
    }
  }
}
