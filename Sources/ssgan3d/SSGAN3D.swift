import ArgumentParser

/// The root command `ssgan3d`.
struct SSGAN3D: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssgan3d",
    abstract: "Generates, edits and inspects 3D-aware portraits made of parts; trains the models.",
    discussion: "Exit status: 0 success, 1 failure, 2 usage error or a foreign file in the way.",
    version: "ssgan3d 0.1.0",
    subcommands: [
      Generate.self, Transfer.self, Interpolate.self, Compose.self, Invert.self, Dump.self,
      MeshCommand.self, StudioCommand.self, ConfigCommand.self, Train.self, Verify.self,
      Import.self, Export.self, Dataset.self, Align.self, ParserCommand.self, Evaluate.self,
      FigureCommand.self, TableCommand.self,
    ])
}
