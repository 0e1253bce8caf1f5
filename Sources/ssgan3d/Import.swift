import ArgumentParser
import CommandStatus
import Foundation
import PortraitModel

extension PublishedCheckpoint.Network: ExpressibleByArgument {}

/// `ssgan3d import`: a published checkpoint becomes one of this project.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a checkpoint of one that SemanticStyleGAN's PyTorch programs wrote.",
    discussion: """
      Reads the file as data: nothing in it is executed, and a file that asks for anything but \
      tensors and options is refused. The folder then holds config.json, generator.safetensors and, \
      if the file has one, discriminator.safetensors. Published weights have terms of their own, \
      which also hold for what is made of them. Example:

        ssgan3d import CelebAMask-HQ-512x512.pt --out Output/published
        ssgan3d generate --checkpoint Output/published --truncation 0.7 --count 4 --out Output/faces
      """)

  @Argument(help: "The checkpoint, a .pt file.")
  var file: String

  @Option(help: "Which generator: g_ema, the moving average of training, or g.")
  var network = PublishedCheckpoint.Network.movingAverage

  @Option(help: "The folder to write; it must not exist or be empty.")
  var out: String

  func validate() throws {
    try requirePaths([("the checkpoint's file", file), ("--out", out)])
  }

  func run() throws {
    let published = try PublishedCheckpoint(URL(fileURLWithPath: file), network: network)
    let progress = ProgressReport("tensors", of: published.tensorCount)
    // Said with the first tensor, once it is known that the folder can be written.
    var remarks = published.remarks
    try published.write(to: URL(fileURLWithPath: out)) {
      for remark in remarks { ProgressReport.say(remark) }
      remarks = []
      progress.advance()
    }
    let model = published.model
    print(
      "a \(published.hasDiscriminator ? "generator and a discriminator" : "generator") of "
        + "\(model.imageSize) × \(model.imageSize) pixels and \(model.parts) parts in \(out)")
  }
}
