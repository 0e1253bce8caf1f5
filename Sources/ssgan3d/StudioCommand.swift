import ArgumentParser
import CommandStatus
import Foundation
import LocalServer
import PortraitModel
import Studio
import Tensors

/// The command `ssgan3d studio`, which serves a whole model for a browser on the same computer.
struct StudioCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "studio",
    abstract: "Opens a model as a live diagram in the browser: turn, edit, mix, read every tensor.",
    discussion: """
      Prints an address of this computer (127.0.0.1) to open in a browser; no other computer can reach it, \
      and the page asks nobody else. Drag a portrait to turn it; give parts other seeds, leave them out, or \
      move them towards another portrait; change the renderer; click a pixel for the samples on its ray, \
      and a tensor of the diagram to see it. The page shows the command that writes the same portrait. \
      Ctrl-C ends the program. If no model is named, the shipped generator is used. Examples:

        ssgan3d studio
        ssgan3d studio --checkpoint Output/run/checkpoints/iteration-00010000 --port 0
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(
    parsing: .upToNextOption,
    help: "Portraits by their latents, in files as for 'ssgan3d generate --latents'.")
  var latents: [String] = []

  @Option(help: "The folder for the latents that a search in the studio finds.")
  var out = "Output/studio"

  @Option(help: "The port of the address, 1 … 65535; 0 takes any free one.")
  var port: UInt16 = 8738

  func validate() throws { try requirePaths(latents.map { ("--latents", $0) } + [("--out", out)]) }

  func run() throws {
    let model = try source.configuration()
    guard model.rendering == .volume else {
      throw WrongUse("the model is flat (rendering=flat): it has neither camera nor rays")
    }
    guard model.kind == .lifted else {
      throw WrongUse(
        "the model has a 3D generator per part (partSource=field): it has no maps to show; generate "
          + "and dump accept it")
    }
    let (source, generator) = (source, try source.generator())
    let studioModel = try StudioModel(generator) { try source.meanLatent(of: generator) }
    for path in latents {
      let wplus = try FoundPortrait.portrait(
        path, option: "--latents", of: generator, truncation: 1, mean: nil)
      studioModel.add(
        .init(
          name: URL(fileURLWithPath: path).lastPathComponent, wplus: wplus,
          path: URL(fileURLWithPath: path).standardizedFileURL.path))
    }
    try source.announce(from: [model.camera.meanPose])
    let studio = try Studio(
      studioModel, source: source.words, title: title, folder: URL(fileURLWithPath: out))
    try LocalServer(port: port, bodyLimit: Studio.bodyLimit) { await studio.answer($0) }.serve()
  }

  /// The model's name on the page.
  private var title: String {
    if let checkpoint = source.checkpoint { return "The generator in \(checkpoint)" }
    if let weights = source.weights { return "The generator of \(weights)" }
    if let preset = source.preset { return "The preset \(preset) with untrained weights" }
    if let config = source.config { return "\(config) with untrained weights" }
    return "The generator that ships with the project"
  }
}
