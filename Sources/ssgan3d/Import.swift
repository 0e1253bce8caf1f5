import ArgumentParser
import CommandStatus
import Foundation
import PortraitModel

extension PublishedCheckpoint.Network: ExpressibleByArgument {}

/// The command `ssgan3d import`, which converts a published checkpoint to the format of this project.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Converts a PyTorch checkpoint of SemanticStyleGAN.",
    discussion: """
      The file is read as data: no code in it is executed, and a file that contains anything but \
      tensors and options is refused. The output folder holds config.json, generator.safetensors \
      and, if the file contains a discriminator, discriminator.safetensors. Published weights have \
      their own license terms, which also apply to everything derived from them. Example:

        ssgan3d import CelebAMask-HQ-512x512.pt --out Output/published
        ssgan3d generate --checkpoint Output/published --truncation 0.7 --count 4 --out Output/faces
      """)

  @Argument(help: "The checkpoint to convert, a .pt file.")
  var file: String

  @Option(help: "The generator to convert: g_ema (the moving average of training) or g.")
  var network = PublishedCheckpoint.Network.movingAverage

  @Option(help: "The folder to write; it must be new or empty.")
  var out: String

  func validate() throws {
    try requirePaths([("<file>", file), ("--out", out)])
  }

  func run() throws {
    let published = try PublishedCheckpoint(URL(fileURLWithPath: file), network: network)
    let progress = ProgressReport("tensors", of: published.tensorCount)
    // Printed with the first tensor, when the folder is known to be writable.
    var remarks = published.remarks
    try published.write(to: URL(fileURLWithPath: out)) {
      for remark in remarks { ProgressReport.say(remark) }
      remarks = []
      progress.advance()
    }
    let model = published.model
    print(
      "a \(published.hasDiscriminator ? "generator and a discriminator" : "generator") for "
        + "\(model.imageSize) × \(model.imageSize) pixels and \(model.parts) parts "
        + "written to \(out)")
  }
}
