import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import PortraitData

/// `ssgan3d dataset prepare`: a pack that training reads.
struct DatasetPrepare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Makes a pack of pairs at one size, with checksums.",
    discussion: """
      Pictures are averaged over the area of each new pixel; its label is the class with the largest \
      share of that area. Killed at any moment and called again, it goes on where it was. What is \
      made of photographs keeps their terms. Examples:

        ssgan3d dataset prepare CelebAMask-HQ --size 64 --out Output/faces-64
        ssgan3d dataset prepare procedural:2000 --size 64 --out Output/portraits-64
      """)

  @OptionGroup(title: "Data")
  var options: DatasetOptions

  @Option(
    parsing: .unconditional,
    help: "Rows and columns of every pair, 2 … \(PortraitPack.largestSize).")
  var size: Int

  @OptionGroup(title: "Camera")
  var view: CameraOption

  @Option(help: "The folder to write: new, empty, or with the beginning of this pack.")
  var out: String

  func validate() throws {
    try requirePaths([("--out", out)])
    if !(2...PortraitPack.largestSize).contains(size) {
      throw ValidationError("--size is \(size), expected 2 … \(PortraitPack.largestSize)")
    }
  }

  func run() throws {
    try DatasetOptions.requireScheme(options.classes, for: options.data)
    let source = try options.input(camera: view.camera(of: options.data)).usableSource()
    let report = PreparingReport()
    let pack = try PortraitPack.prepare(
      source, size: size, to: URL(fileURLWithPath: out), progress: report.update)
    let heldOut = pack.heldOut
    print(
      "\(counted(pack.count, "pair")) of \(size) × \(size) in \(out): \(pack.training.count) to train on, "
        + "\(heldOut.indices.count) held out (\(heldOut.rule))")
  }
}
