import ArgumentParser
import Foundation
import PortraitData

/// Makes a portrait folder: the picture of a person who never was, and each of its parts alone.
struct MakePortrait: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make-portrait",
    abstract: "Makes a procedural portrait: picture, labels, and each part's colour, mask, depth.",
    discussion:
      "The same seed makes the same portrait. Docs/Masks.md explains the classes, "
      + "portrait.json in the folder the sizes.")

  @Argument(help: "The folder to write; it is made if it does not exist.")
  var folder: String

  @Option(help: "Which portrait.")
  var seed: UInt64 = 426

  @Option(help: "Rows and columns of the picture and its labels.")
  var imageSize = 256

  @Option(help: "Rows and columns of the parts' maps.")
  var mapSize = 64

  @Option(help: "Depth planes.")
  var planes = 32

  @Option(help: "Also write the pictures of Docs/Masks.md and Docs/Camera.md to this folder.")
  var pictures: String?

  func validate() throws {
    if folder.isEmpty { throw ValidationError("the folder's name is empty; name one") }
    if pictures?.isEmpty == true { throw ValidationError("--pictures is empty; name a folder") }
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
      print("Wrote the pictures of the documents to \(pictures)")
    }
  }
}
