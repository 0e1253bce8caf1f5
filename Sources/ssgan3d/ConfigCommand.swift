import ArgumentParser
import CommandStatus
import Foundation
import ModelConfiguration
import PortraitModel

/// The command `ssgan3d config`, which prints the configuration of a model.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Prints a model configuration as JSON.",
    discussion: """
      The output lists every field and can be passed to the other commands with --config. Examples:

        ssgan3d config --preset small
        ssgan3d config --preset tiny --set parts=5 --set camera.fov=14 --set 'initialDepth=[1,4,0,0,0]'
        ssgan3d config --checkpoint Output/run/checkpoints/iteration-00001000
      """)

  @Option(
    help: "The preset: \(Configuration.presetNames.joined(separator: ", ")) (default: paper).")
  var preset: String?

  @Option(help: "A folder with config.json: a checkpoint or a dump.")
  var checkpoint: String?

  @Option(help: "A JSON configuration; the fields that it leaves out are added.")
  var config: String?

  @Option(
    help: ArgumentHelp("Sets one field; may be repeated.", valueName: "field=value"))
  var set: [String] = []

  func validate() throws {
    try requirePaths([("--checkpoint", checkpoint), ("--config", config)])
    let given = [("--preset", preset), ("--checkpoint", checkpoint), ("--config", config)]
      .filter { $0.1 != nil }
    if given.count > 1 {
      throw ValidationError("\(given[0].0) and \(given[1].0) exclude each other; give only one")
    }
  }

  func run() throws {
    let model = try ModelSource.setting(set, of: try named())
    ModelSource.warn(model.warnings(isFresh: checkpoint == nil))
    try FileHandle.standardOutput.write(contentsOf: try model.json())
  }

  private func named() throws -> Configuration {
    if let checkpoint { return try GeneratorFile(URL(fileURLWithPath: checkpoint)).configuration() }
    if let config { return try GeneratorFile.configuration(URL(fileURLWithPath: config)) }
    return try ModelSource.preset(preset ?? "paper")
  }
}
