import ArgumentParser

/// The command of the project.
struct SSGAN3D: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssgan3d",
    abstract: "3D-aware compositional portraits: make them, look inside, train and verify models.",
    discussion: "Exit status: 0 done, 1 the work failed, 2 wrong use.",
    version: "ssgan3d 0.1.0",
    subcommands: [
      Generate.self, Transfer.self, Invert.self, Dump.self, ConfigCommand.self, Train.self,
      Verify.self,
      Import.self,
      Export.self, Dataset.self, ParserCommand.self, Evaluate.self,
    ])
}
