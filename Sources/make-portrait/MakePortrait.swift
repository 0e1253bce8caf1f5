import ArgumentParser
import Foundation
import ProceduralPortraits

/// The command `make-portrait`, which writes a procedural portrait and the maps of its parts.
struct MakePortrait: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make-portrait",
    abstract: "Writes a procedural portrait: image, labels, color, mask and depth of each part.",
    discussion:
      "The same seed gives the same portrait. Docs/Masks.md explains the classes; "
      + "portrait.json in the output folder lists the sizes.")

  @Argument(help: "The folder to write; it is created if it does not exist.")
  var folder: String

  @Option(help: "The random seed of the portrait.")
  var seed: UInt64 = 426

  @Option(help: "The width and height of the image and its labels in pixels, 2 … 4096.")
  var imageSize = 256

  @Option(help: "The width and height of the part maps in pixels, 2 … 512.")
  var mapSize = 64

  @Option(help: "The number of depth planes, 2 … 1024.")
  var planes = 32

  @Option(help: "A folder for the pictures of Docs/Masks.md and Docs/Camera.md.")
  var pictures: String?

  func validate() throws {
    if folder.isEmpty { throw ValidationError("<folder> is empty, expected a path") }
    if pictures?.isEmpty == true { throw ValidationError("--pictures is empty, expected a path") }
    for (name, value, highest) in [
      ("image-size", imageSize, 4096), ("map-size", mapSize, 512), ("planes", planes, 1024),
    ] where value < 2 || value > highest {
      throw ValidationError("--\(name) is \(value), expected 2 … \(highest)")
    }
  }

  func run() throws {
    let record = PortraitFolder(
      parameters: .random(seed: seed), imageSize: imageSize, depthPlanes: planes, rows: mapSize,
      columns: mapSize)
    try record.write(to: URL(fileURLWithPath: folder))
    print("Wrote portrait \(seed) to \(folder)")
    if let pictures {
      try DocumentPictures.write(to: URL(fileURLWithPath: pictures))
      print("Wrote the pictures of the documentation to \(pictures)")
    }
  }
}
