import Camera
import Foundation
import PortraitClasses
import ProceduralPortraits
import TensorFiles

/// The pictures that Docs/Masks.md and Docs/Camera.md show.
enum DocumentPictures {
  static func write(to folder: URL) throws {
    try Folder.make(folder)
    try PNGFile.write(paletteStrip(), to: folder.appendingPathComponent("mask-palette.png"))
    let seeds: ClosedRange<UInt64> = 1...24
    let portraits = seeds.map {
      PortraitScene(.random(seed: $0)).render(size: 96, samplesPerPixel: 9)
    }
    try PNGFile.write(
      sheet(portraits.map(\.picture), columns: 8),
      to: folder.appendingPathComponent("portraits.png"))
    try PNGFile.write(
      sheet(portraits.map { colored($0.labelPicture) }, columns: 8),
      to: folder.appendingPathComponent("portrait-labels.png"))
    try PNGFile.write(turned(), to: folder.appendingPathComponent("camera-poses.png"))
  }

  /// Returns thirteen squares with the colors of the classes, in the order of their numbers.
  private static func paletteStrip() -> IndexedImage {
    let side = 32
    let width = side * PartClass.count
    return IndexedImage(
      width: width, height: side,
      indices: (0..<(width * side)).map { UInt8($0 % width / side) }, palette: PartClass.palette)
  }

  /// Returns one portrait from the left, the front and the right, and from above and below.
  private static func turned() -> Image {
    let scene = PortraitScene(.random(seed: 7))
    let poses = [
      CameraPose(turnedLeft: 0.5), CameraPose(turnedLeft: 0.25), CameraPose.frontal,
      CameraPose(turnedLeft: -0.25), CameraPose(turnedLeft: -0.5),
      CameraPose(turnedLeft: 0, raised: 0.25), CameraPose(turnedLeft: 0, raised: -0.25),
    ]
    return sheet(
      poses.map { scene.render(pose: $0, size: 112, samplesPerPixel: 9).picture },
      columns: poses.count)
  }

  private static func colored(_ labels: IndexedImage) -> Image {
    Image(
      width: labels.width, height: labels.height, channels: 3,
      samples: labels.indices.flatMap { index -> [UInt16] in
        let color = labels.palette[Int(index)]
        return [UInt16(color.red), UInt16(color.green), UInt16(color.blue)]
      })
  }

  /// Returns pictures of equal size on a white sheet, row by row.
  private static func sheet(_ tiles: [Image], columns: Int) -> Image {
    let (width, height) = (tiles[0].width, tiles[0].height)
    let rows = (tiles.count + columns - 1) / columns
    var samples = [UInt16](repeating: 255, count: columns * width * rows * height * 3)
    for (index, tile) in tiles.enumerated() {
      for y in 0..<height {
        let row = index / columns * height + y
        let first = (row * columns * width + index % columns * width) * 3
        let line = tile.samples[(y * width * 3)..<((y + 1) * width * 3)]
        samples.replaceSubrange(first..<(first + width * 3), with: line)
      }
    }
    return Image(width: columns * width, height: rows * height, channels: 3, samples: samples)
  }
}
