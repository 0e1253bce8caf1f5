import PortraitClasses
import ArgumentParser
import CommandStatus
import Datasets
import Foundation
import Inspection
import Messages
import TensorFiles

/// The command `ssgan3d dataset check`, which reads every file of a data set and reports its faults.
struct DatasetCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Reads every file of a data set, summarizes the data and lists all faults.",
    discussion: """
      Prints the image sizes and the area of each class, then one line for every fault with the \
      file concerned: an image without labels, labels without an image, a pair without a face, \
      unknown names, damaged or rotated files, invalid values of labels and masks. The exit status \
      is 1 if there are faults. It also names photographs that occur more than once, and warns if \
      classes have unlikely sizes or places, which another numbering would explain. With --out it \
      also writes overlay.png, which shows pairs with and without the colors of their classes. \
      Examples:

        ssgan3d dataset check CelebAMask-HQ --out Output/check
        ssgan3d dataset check my-faces --classes bisenet --ignore 255 --subset names.txt
      """)

  @OptionGroup(title: "Data")
  var options: DatasetOptions

  @OptionGroup(title: "Camera")
  var views: PosesOption

  @Option(help: "The folder for overlay.png; it is created if it does not exist.")
  var out: String?

  func validate() throws { try requirePaths([("--out", out)]) }

  func run() throws {
    // Damage inside a pack does not throw here; it is listed below, chunk by chunk.
    let input = try views.applied(to: options.input(verifies: false))
    let folder = try out.map { try OutputFolder($0, for: ["overlay.png"]) }
    let progress = ProgressReport("pairs", of: input.ids.count)
    let check = try DatasetCheck(input) { progress.advance() }
    Self.lines(check).forEach { print($0) }
    if let warning = check.warning { ProgressReport.say("warning: \(warning)") }
    if let poses = input.poses, !poses.isEmpty {
      let summary = PoseSummary(poses)
      print(summary.line)
      if let warning = summary.warning { ProgressReport.say("warning: \(warning)") }
    }
    if let folder {
      if let sheet = DatasetSheet.picture(input) {
        try folder.write(sheet, "overlay.png")
      } else {
        ProgressReport.say("no pair can be read; overlay.png is not written")
      }
    }
    if !check.faults.isEmpty { throw ExitCode.failure }
  }

  /// Returns the lines of the report.
  static func lines(_ check: DatasetCheck) -> [String] {
    var lines = [check.summary]
    if let first = check.ids.first, let last = check.ids.last {
      lines.append(
        "\(counted(check.ids.count, "pair")), \(first) … \(last); \(check.readable) can be read")
    }
    for (sides, count) in check.sides.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "\(counted(count, "pair")): image \(sides.image) × \(sides.image), "
          + "labels \(sides.labels) × \(sides.labels)")
    }
    lines.append(
      "\(check.heldOut.indices.count) would be held out: \(check.heldOut.rule)")
    // An option that decides nothing is reported too: its number is probably wrong.
    lines += [
      (check.decisions.ignored, "without a label, which become background (--ignore)"),
      (check.decisions.between, "of masks between 0 and 255, decided by --mask-threshold"),
    ].compactMap { count, what in count.map { "\(counted($0, "pixel")) \(what)" } }
    if let copies = DataRemarks.line(copies: check.copies, of: check.ids) { lines.append(copies) }
    lines.append(row("class", "area", "pairs"))
    for (part, share) in check.shares.enumerated() {
      lines.append(
        row(
          "\(part) \(ClassPalette.portrait.name(part))",
          String(format: "%.3f %%", 100 * share.area),
          "\(share.pairs)"))
    }
    let count = check.faults.count
    lines.append(count == 0 ? "no faults" : "\(counted(count, "fault")):")
    return lines + check.faults
  }

  private static func row(_ name: String, _ area: String, _ pairs: String) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return name.padding(toLength: 14, withPad: " ", startingAt: 0) + padded(area, 10)
      + padded(pairs, 8)
  }
}
