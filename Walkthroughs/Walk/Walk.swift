import ArgumentParser
import Chapters
import CommandStatus
import Datasets
import Foundation
import Inspection
import PortraitWalkthrough
import TensorFiles

/// The tour: a chapter on generated faces, one on a portrait, then one for every equation and network.
struct Walk: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walk",
    abstract: "Lifts a portrait to 3D, equation by equation, and shows every tensor on the way.",
    discussion: """
      On a terminal, the program steps through the questions; the command help lists the commands. \
      Commands may also come from a pipe or a file, one a line, as in \
      printf 'goto eq7\\nset alpha 2\\n' | walk. \
      With --all, or if standard input is closed or /dev/null, it runs everything, writes pages, \
      pictures and numbers, and reports which claims hold. \
      With --live, it serves the chapters to a browser on this computer, and every parameter has a \
      slider, a menu or a switch that runs the step again.
      Exit status: 0 all claims hold, 1 a claim fails or a file cannot be read or written, 2 usage error, \
      a wrong command from a pipe, or --output holds files that this program did not write. Ctrl-C ends \
      --live with status 130.
      """)

  @Flag(help: "Run all chapters unattended and write the results.")
  var all = false

  @Option(help: "The folder to write pages, pictures and numbers to.")
  var output = "Output/walkthrough"

  @Option(help: "Your own portrait, a square PNG or JPEG, to use instead of the shipped one.")
  var image: String?

  @Option(help: "The label map of --image, a PNG of the same size; it needs --classes.")
  var labels: String?

  @Option(
    help: """
      The classes of --labels: numbers in the order 19 (CelebAMask-HQ), bisenet (face-parsing.PyTorch) \
      or 13 (this project), or colors of a table, colors:19, colors:bisenet or colors:13.
      """)
  var classes: LabelScheme?

  @Option(
    parsing: .unconditional,
    help: "A number in --labels, 0 … 255, that means 'not labeled'; it becomes background.")
  var ignore: UInt8?

  @Option(
    help: """
      The depth of --image: a 16-bit gray PNG. What is hidden is placed behind it. The files \
      *_depth16.png of ssgan3d say themselves what their values mean. In any other file, which must \
      have the size of --image, a value v means plane v / 65535 · 31, so bright is near.
      """
  )
  var depth: String?

  @Option(
    help: "Set a parameter, NAME=VALUE or CHAPTER.NAME=VALUE; may be repeated. See --parameters."
  )
  var set: [String] = []

  @Flag(
    help: "Serve all chapters with live sliders to a browser on this computer, until Ctrl-C.")
  var live = false

  @Option(help: "The port of --live; 0 takes any free one.")
  var port: UInt16 = 8737

  @Flag(help: "List the parameters of all chapters and their ranges.")
  var parameters = false

  @Flag(help: "Print text without color.")
  var noColor = false

  func validate() throws {
    if live && all { throw ValidationError("--live and --all exclude each other; give one") }
    if (image == nil) != (labels == nil) {
      throw ValidationError("--image and --labels go together; give both or neither")
    }
    if (labels == nil) != (classes == nil) {
      throw ValidationError(
        labels == nil
          ? "--classes describes --labels; give both or neither"
          : "--labels need --classes \(LabelScheme.choices)")
    }
    if ignore != nil && labels == nil {
      throw ValidationError("--ignore describes --labels; give both or leave --ignore out")
    }
    if depth != nil && image == nil {
      throw ValidationError("--depth needs --image; give both")
    }
  }

  func run() throws {
    let portrait = try self.portrait()
    let walkthrough = Walkthrough(
      "3D-SSGAN, equation by equation",
      introduction: "The computations of the paper, with every tensor shown as a picture.",
      chapters: [.generatedFaces, portrait.chapter] + Chapter.explaining,
      map: .paper(with: portrait.chapter))
    if parameters { return print(walkthrough.parameterList) }
    if live { return try serve(walkthrough) }
    let status = walkthrough.run(arguments: ["walk"] + arguments)
    if status != 0 { throw ExitCode(status) }
  }

  /// The options that are passed on to the walkthrough.
  private var arguments: [String] {
    (all ? ["--all"] : []) + (noColor ? ["--no-color"] : []) + ["--output", output]
      + set.flatMap { ["--set", $0] }
  }

  private func portrait() throws -> PortraitChapter {
    guard let image, let labels, let classes else {
      let folder = Clone.folder.appendingPathComponent("Fixtures/Portrait")
      return PortraitChapter(
        try .read(folder),
        source: "The portrait is procedural: a scene whose true shape is known from every side.")
    }
    let map = try LabelMap(URL(fileURLWithPath: labels), classes, ignored: ignore)
    if let warning = map.warning { ProgressReport.say("warning: \(warning)") }
    let own = try UserPortrait(
      image: URL(fileURLWithPath: image), labels: map,
      depth: depth.map { URL(fileURLWithPath: $0) })
    let file = URL(fileURLWithPath: image).lastPathComponent
    return PortraitChapter(
      try own.input(name: file),
      source: "The portrait comes from \(file). Its depth comes from \(own.depthSource).")
  }
}

extension LabelScheme: ExpressibleByArgument {
  /// Accepts a raw value, and `colours:` in place of `colors:`.
  public init?(argument: String) { self.init(named: argument) }
}
