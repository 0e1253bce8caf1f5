import ArgumentParser
import Foundation
import PortraitModel

/// The command `ssgan3d export`, which writes a state dictionary for PyTorch.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a checkpoint's weights as a state dictionary that PyTorch loads.",
    discussion: """
      Writes one safetensors file with the names and layouts of SemanticStyleGAN's modules, \
      including their filter kernels. The weights of a flat model therefore load with strict=True; \
      a volumetric model has additional to_sigma tensors (see Docs/Interop.md). Example:

        ssgan3d export --checkpoint Output/published --out generator.safetensors
        python3 -c "import safetensors.torch; safetensors.torch.load_file('generator.safetensors')"
      """)

  @Option(help: "A folder with config.json and generator.safetensors.")
  var checkpoint: String

  @Flag(help: "Write the discriminator instead of the generator.")
  var discriminator = false

  @Option(help: "The file to write, FILE.safetensors.")
  var out: String

  func validate() throws {
    try requirePaths([("--checkpoint", checkpoint), ("--out", out)])
  }

  func run() throws {
    let count = try GeneratorFile(URL(fileURLWithPath: checkpoint)).export(
      to: URL(fileURLWithPath: out), discriminator: discriminator)
    print("\(count) tensors in \(out)")
  }
}
