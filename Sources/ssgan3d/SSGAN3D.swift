import ArgumentParser

/// The command of the project.
struct SSGAN3D: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssgan3d",
    abstract: "3D-aware compositional portraits: inspect and verify models.",
    subcommands: [Verify.self])
}
