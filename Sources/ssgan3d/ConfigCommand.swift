import ArgumentParser
import CommandStatus
import Foundation
import ModelConfiguration

/// The command `ssgan3d config`, which prints the configuration of a model.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Prints a model configuration as JSON.",
    discussion: """
      The output lists every field and can be passed to the other commands with --config. Examples:

        ssgan3d config --preset small
        ssgan3d config --preset tiny --set parts=5 --set camera.fov=14 --set 'initialDepth=[1,4,0,0,0]'
      """)

  @Option(help: "The preset: \(Configuration.presetNames.joined(separator: ", ")).")
  var preset = "paper"

  @Option(help: "Sets one field, as FIELD=VALUE; may be repeated.")
  var set: [String] = []

  func run() throws {
    let model = try ModelSource.setting(set, of: try ModelSource.preset(preset))
    ModelSource.warn(model.warnings(isFresh: true))
    try FileHandle.standardOutput.write(contentsOf: try model.json())
  }
}
