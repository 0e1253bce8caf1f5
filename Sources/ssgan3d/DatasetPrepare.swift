import ArgumentParser
import CommandStatus
import Datasets
import Foundation
import Messages

/// The command `ssgan3d dataset prepare`, which writes a pack: data prepared for training.
struct DatasetPrepare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Writes a pack: images and label maps of one size, prepared for training.",
    discussion: """
      Each new pixel is the mean of the area it covers in the original image; its label is the \
      class that covers most of that area. The pack includes checksums of its contents. If the \
      command is interrupted, the same call continues where it stopped. The license terms of \
      photographs also apply to packs made from them. Examples:

        ssgan3d dataset prepare CelebAMask-HQ --size 64 --out Output/faces-64
        ssgan3d dataset prepare procedural:2000 --size 64 --out Output/portraits-64
      """)

  @OptionGroup(title: "Data")
  var options: DatasetOptions

  @Option(
    parsing: .unconditional,
    help: "The width and height of all images in pixels, 2 … \(PortraitPack.largestSize).")
  var size: Int

  @OptionGroup(title: "Camera")
  var view: CameraOption

  @OptionGroup
  var views: PosesOption

  @Option(help: "The folder to write: new, empty, or with an unfinished pack of the same data.")
  var out: String

  func validate() throws {
    try requirePaths([("--out", out)])
    if !(2...PortraitPack.largestSize).contains(size) {
      throw ValidationError("--size is \(size), expected 2 … \(PortraitPack.largestSize)")
    }
  }

  func run() throws {
    let input = try views.applied(to: options.input(camera: view.camera(of: options.data)))
    let source = try input.usableSource()
    DataRemarks.warn(about: input)
    let report = PreparingReport()
    let pack = try PortraitPack.prepare(
      source, size: size, to: URL(fileURLWithPath: out), progress: report.update)
    DataRemarks.report(copies: pack.copies, of: pack.ids)
    let heldOut = pack.heldOut
    print(
      "\(counted(pack.count, "pair")) of \(size) × \(size) in \(out): \(pack.training.count) for training, "
        + "\(heldOut.indices.count) held out (\(heldOut.rule))")
  }
}
