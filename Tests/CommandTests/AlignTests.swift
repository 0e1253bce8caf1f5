import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite("The command align")
struct AlignTests {
  /// Writes a gray photograph with a bright square, 200 pixels high, and its landmarks.
  ///
  /// The eyes are 40 apart, the mouth is 40 below them: the square has a side of 160.
  private func write(_ name: String, to folder: TemporaryFolder, side: Int = 300) throws -> String {
    try Folder.make(folder("photos"))
    try Folder.make(folder("maps"))
    let image = Image(
      width: side, height: 200, channels: 3,
      samples: (0..<side * 200).flatMap { pixel -> [UInt16] in
        let bright = (90..<100).contains(pixel % side) && (80..<90).contains(pixel / side)
        return [bright ? 250 : 40, 40, 40]
      })
    try PNGFile.write(image, to: folder("photos/\(name).png"))
    let labels = IndexedImage(
      width: side / 2, height: 100,
      indices: (0..<side / 2 * 100).map { pixel in
        (45..<50).contains(pixel % (side / 2)) && (40..<45).contains(pixel / (side / 2)) ? 17 : 1
      }, palette: (0..<32).map { PaletteColor($0, 0, 0) })
    try PNGFile.write(labels, to: folder("maps/\(name).png"))
    return "\(name).jpg 80 85 120 85 100 100 90 125 110 125\n"
  }

  /// By hand: the center is (100, 89), so the square begins at (20, 9); at half the size the pixels 90 and
  /// 80 of the photograph are at 35 and 35.5.
  @Test func photographsAndMapsAreCroppedAlike() throws {
    let folder = try TemporaryFolder()
    try Data(try write("a", to: folder).utf8).write(to: folder("points.txt"))
    let outcome = try Command.run(
      "align", "--images", folder("photos").path, "--landmarks", folder("points.txt").path,
      "--labels", folder("maps").path, "--size", "80", "--out", folder("out").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains("1 picture of 80 × 80") && outcome.output.contains("0 failures"))
    let image = try PNGFile.read(folder("out/images/a.png"), alpha: .drop)
    #expect(image.width == 80 && image.height == 80 && image.channels == 3)
    for (row, column, red) in [
      (37, 36, 250), (37, 33, 40), (37, 41, 40), (33, 37, 40), (42, 37, 40),
    ] {
      #expect(Array(image[row, column]) == [UInt16(red), 40, 40], "\(row) \(column)")
    }
    let map = try PNGFile.readIndexed(folder("out/labels/a.png"))
    #expect(map.indices[80 * 37 + 36] == 17 && map.indices[80 * 33 + 37] == 1)
    // The result is a data set.
    let check = try Command.run("dataset", "check", folder("out").path, "--classes", "19")
    #expect(check.status == 0 && check.output.contains("no faults"), "\(check.output)")
  }

  /// Maps of every kind that other commands read: gray, with three equal channels, of 16 bits, in
  /// colors; the ending of their names may be in capitals.
  @Test(arguments: ["gray", "three", "deep", "colors"])
  func everyKindOfMapIsCropped(kind: String) throws {
    let folder = try TemporaryFolder()
    try Data(try write("a", to: folder).utf8).write(to: folder("points.txt"))
    let labels = try PNGFile.readIndexed(folder("maps/a.png"))
    try FileManager.default.removeItem(at: folder("maps/a.png"))
    // In CelebAMask-HQ's color table, 17 is neck and 1 is skin.
    let colors: [UInt8: [UInt16]] = [17: [255, 153, 51], 1: [204, 0, 0]]
    let samples = labels.indices.flatMap { label -> [UInt16] in
      switch kind {
      case "three": [UInt16](repeating: UInt16(label), count: 3)
      case "colors": colors[label] ?? []
      default: [UInt16(label)]
      }
    }
    let map = Image(
      width: labels.width, height: labels.height,
      channels: ["three", "colors"].contains(kind) ? 3 : 1, bitsPerSample: kind == "deep" ? 16 : 8,
      samples: samples)
    try PNGFile.write(map, to: folder("maps/a.PNG"))
    let outcome = try Command.run(
      "align", "--images", folder("photos").path, "--landmarks", folder("points.txt").path,
      "--labels", folder("maps").path, "--size", "80", "--out", folder("out").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let cropped = try PNGFile.read(folder("out/labels/a.png"), alpha: .drop)
    #expect(cropped.channels == map.channels && cropped.bitsPerSample == map.bitsPerSample)
    #expect(Array(cropped[37, 36]) == (kind == "colors" ? [255, 153, 51] : Array(map[42, 47])))
    #expect(Array(cropped[33, 37]) == Array(map[0, 0]))
  }

  /// Pictures that cannot be cropped are reported, and the others are written.
  @Test func whatCannotBeCroppedIsReported() throws {
    let folder = try TemporaryFolder()
    var points = try write("good", to: folder)
    points += try write("exchanged", to: folder).replacingOccurrences(
      of: "80 85 120 85", with: "120 85 80 85")
    points += try write("narrow", to: folder, side: 150)
    points += try write("far", to: folder).replacingOccurrences(
      of: "80 85 120 85", with: "80 85 500 85")
    _ = try write("unknown", to: folder)
    try Data(points.utf8).write(to: folder("points.txt"))
    try FileManager.default.removeItem(at: folder("maps/good.png"))
    let call = [
      "align", "--images", folder("photos").path, "--landmarks", folder("points.txt").path,
      "--size",
      "64",
    ]
    let refused = try Command.run(call + ["--border", "refuse", "--out", folder("a").path])
    #expect(refused.status == 1 && refused.output.contains("1 picture of"), "\(refused.errors)")
    for word in [
      "exchanged.png: the mouth is not below",
      "narrow.png: the square around the face reaches 31 pixels",
      "unknown.png: has no landmarks",
    ] { #expect(refused.errors.contains(word), "\(refused.errors)") }
    #expect(try folder.files("a/images") == ["good.png"])
    let padded = try Command.run(call + ["--out", folder("b").path])
    #expect(padded.status == 1 && padded.output.contains("1 of them padded"), "\(padded.output)")
    #expect(try folder.files("b/images") == ["good.png", "narrow.png"])
    #expect(padded.errors.contains("far.png: the square around the face reaches farther"))
    // Without enough pixels nothing is enlarged, and with --labels a missing map is a fault.
    let large = try Command.run(
      "align", "--images", folder("photos").path, "--landmarks", folder("points.txt").path,
      "--labels", folder("maps").path, "--size", "200", "--out", folder("c").path)
    #expect(large.status == 1 && large.errors.contains("160 pixels, fewer than --size 200"))
    #expect(large.errors.contains("good.png: has no label map"), "\(large.errors)")
    let again = try Command.run(call + ["--out", folder("b").path])
    #expect(again.status == 2 && again.errors.contains("is not empty"), "\(again.errors)")
    let small = try Command.run(call.dropLast() + ["1", "--out", folder("d").path])
    #expect(small.status == 2 && small.errors.contains("--size is 1"), "\(small.errors)")
  }
}
