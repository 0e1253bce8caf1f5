import ArgumentParser
import Camera
import CommandStatus
import Datasets
import Foundation
import Messages
import Synchronization

extension LabelScheme: ExpressibleByArgument {
  /// Accepts a raw value, and `colours:` in place of `colors:`.
  public init?(argument: String) { self.init(named: argument) }
}

/// The options that say what the files of data do not say.
struct DataReadingOptions: ParsableArguments {
  @Option(
    help: """
      The classes of the maps in labels/: numbers in the order 19 (CelebAMask-HQ), bisenet (the 19 \
      classes of face-parsing.PyTorch) or 13 (this project), or colors of a table, colors:19, \
      colors:bisenet or colors:13 (with -bgr, red and blue are exchanged).
      """)
  var classes: LabelScheme?

  @Option(
    parsing: .unconditional,
    help: """
      A number in label maps, 0 … 255, that means 'not labeled'; it becomes background. In colored \
      maps, it is the gray whose three channels have this value.
      """)
  var ignore: Int?

  @Option(
    parsing: .unconditional,
    help: """
      The least value, 1 … 255, that counts as the part in CelebAMask-HQ's masks; without it, values \
      other than 0 and 255 are faults.
      """)
  var maskThreshold: Int?

  @Option(help: "A text file with the names of the pairs to use, one in a line.")
  var subset: String?

  func validate() throws {
    try requirePaths([("--subset", subset)])
    if let ignore, !(0...255).contains(ignore) {
      throw ValidationError("--ignore is \(ignore), expected 0 … 255")
    }
    if let maskThreshold, !(1...255).contains(maskThreshold) {
      throw ValidationError("--mask-threshold is \(maskThreshold), expected 1 … 255")
    }
  }

  /// The options, each with whether it was given.
  var given: [(String, Bool)] {
    [
      ("--classes", classes != nil), ("--ignore", ignore != nil),
      ("--mask-threshold", maskThreshold != nil), ("--subset", subset != nil),
    ]
  }

  /// The number that means "not labeled".
  var ignored: UInt8? { ignore.map { UInt8($0) } }

  /// Returns what the options say; the list of names is read.
  func reading() throws -> DataReading {
    DataReading(
      scheme: classes, ignored: ignored,
      maskThreshold: maskThreshold.map { UInt8($0) },
      subset: try subset.map { try Subset.names(in: URL(fileURLWithPath: $0)) })
  }
}

/// The options that name the data of a command.
struct DatasetOptions: ParsableArguments {
  @Argument(
    help: "A data folder, a pack or procedural:COUNT[,SEED]; see 'ssgan3d dataset --help'.")
  var data: String

  @OptionGroup(title: "Reading of data")
  var reading: DataReadingOptions

  func validate() throws { try requirePaths([("<data>", data)]) }

  /// Finds and lists the data, and checks every byte of a pack if `verifies` is true.
  ///
  /// A missing `--classes` or an option that does not apply to the data is a usage error.
  func input(camera: Camera = Camera(), verifies: Bool = true) throws -> DatasetInput {
    let reading = try reading.reading()
    try Self.require(reading, for: data)
    try Self.requireProcedural(data)
    return try DatasetInput(data, reading, camera: camera, verifies: verifies)
  }

  /// Throws `WrongUse` if `--classes` is missing or an option does not apply to the data.
  static func require(_ reading: DataReading, for data: String) throws {
    let layout = try DatasetInput.layout(of: data)
    if let (problem, remedy) = DatasetInput.complaint(layout, reading) {
      throw WrongUse("\(data): \(problem); \(remedy)")
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
