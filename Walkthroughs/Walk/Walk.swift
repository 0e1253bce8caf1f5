import ArgumentParser
import Chapters
import Foundation
import Inspection
import PortraitData
import PortraitWalkthrough

/// The tour: generated faces, then a portrait, then a chapter for every equation and every network.
struct Walk: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walk",
    abstract: "Lifts a portrait to 3D, equation by equation, and looks at every tensor on the way.",
    discussion: """
      On a terminal it steps through the questions (type help there). With --all, or without a \
      terminal, it runs everything, writes pages, pictures and numbers, and says which claims hold.
      Exit status: 0 every claim holds, 1 one fails or a file cannot be read or written, 2 wrong use.
      """)

  @Flag(help: "Run everything unattended.")
  var all = false

  @Option(help: "The folder for pages, pictures and numbers.")
  var output = "Output/walkthrough"

  @Option(help: "Your own portrait, a square PNG or JPEG, in place of the shipped one.")
  var image: String?

  @Option(help: "Its classes: a PNG of the same size whose values are class numbers.")
  var labels: String?

  @Option(
    help: """
      How the labels count: 19 as CelebAMask-HQ, bisenet as face-parsing.PyTorch, or 13 as this project.
      """)
  var classes = LabelScheme.celebAMaskHQ

  @Option(help: "Its depth: a 16-bit grey PNG, v / 65535 · 31 planes, bright is near.")
  var depth: String?

  @Option(
    help: "A parameter, NAME=VALUE or CHAPTER.NAME=VALUE; may be repeated. --parameters lists them."
  )
  var set: [String] = []

  @Flag(help: "List the chapters' parameters and their ranges.")
  var parameters = false

  @Flag(help: "Plain text only.")
  var noColor = false

  func validate() throws {
    if (image == nil) != (labels == nil) {
      throw ValidationError("--image and --labels go together; give both or neither")
    }
    if depth != nil && image == nil {
      throw ValidationError("--depth belongs to --image; give the picture too")
    }
  }

  func run() throws {
    let portrait = try self.portrait()
    let walkthrough = Walkthrough(
      "3D-SSGAN, equation by equation",
      introduction: "What the paper computes, with every tensor as a picture.",
      chapters: [.generatedFaces, portrait.chapter] + Chapter.explaining)
    if parameters { return print(walkthrough.parameterList) }
    let status = walkthrough.run(arguments: ["walk"] + arguments)
    if status != 0 { throw ExitCode(status) }
  }

  /// The options that the walkthrough reads itself.
  private var arguments: [String] {
    (all ? ["--all"] : []) + (noColor ? ["--no-color"] : []) + ["--output", output]
      + set.flatMap { ["--set", $0] }
  }

  private func portrait() throws -> PortraitChapter {
    guard let image, let labels else {
      let folder = CodeExcerpt.packageFolder.appendingPathComponent("Fixtures/Portrait")
      return PortraitChapter(
        try .read(folder),
        source: "The portrait is procedural: a scene whose true shape is known from every side.")
    }
    let own = try UserPortrait(
      image: URL(fileURLWithPath: image), labels: URL(fileURLWithPath: labels), classes: classes,
      depth: depth.map { URL(fileURLWithPath: $0) })
    let file = URL(fileURLWithPath: image).lastPathComponent
    return PortraitChapter(
      try own.input(name: file),
      source: "The portrait is \(file); its depth is "
        + (depth == nil ? "a rough head's (see DepthPrior)." : "read from a picture."))
  }
}

extension LabelScheme: ExpressibleByArgument {}
