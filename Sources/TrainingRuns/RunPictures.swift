import Foundation
import Inspection
import TensorFiles

/// The pictures in the folder of a run: its sheets, and some of its data.
struct RunPictures {
  private let folder: URL
  private static let prefix = "iteration-"
  private static let frontEnding = "_front.png"
  /// The largest number of front views on a report.
  private static let mostFronts = 10

  init(_ run: RunFolder) { folder = run.pictures }

  private func file(_ iteration: Int, _ ending: String) -> URL {
    let digits = "\(iteration)"
    let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
    return folder.appendingPathComponent(Self.prefix + zeros + digits + ending)
  }

  private var dataFile: URL { folder.appendingPathComponent("data.png") }

  /// Returns whether the pictures of an iteration are complete; the front views are written last.
  func hold(_ iteration: Int) -> Bool { OwnPlace.kind(file(iteration, Self.frontEnding)) == .file }

  func keep(_ pictures: ProgressPictures, iteration: Int) throws {
    try AtomicFile.write(pictures.sheet.pngData(), to: file(iteration, ".png"))
    try AtomicFile.write(pictures.front.pngData(), to: file(iteration, Self.frontEnding))
  }

  func keep(data: Picture) throws { try AtomicFile.write(data.pngData(), to: dataFile) }

  /// All pictures in the folder.
  var all: [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { name in
      let number = Int(name.dropFirst(Self.prefix.count).prefix { $0.isASCII && $0.isNumber })
      let own = [".png", Self.frontEnding].map { ending in number.map { file($0, ending) } }
      return name == dataFile.lastPathComponent
        || own.contains { $0?.lastPathComponent == name }
    }.map(folder.appendingPathComponent)
  }

  /// The picture of some real pairs; nil before the first iteration.
  var data: Picture? { Self.picture(dataFile) }

  /// Returns front views of the fixed latents up to an iteration, evenly spaced, with first and last.
  func history(upTo iteration: Int) -> [(iteration: Int, picture: Picture)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let all = names.compactMap { name -> Int? in
      guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.frontEnding) else { return nil }
      return Int(name.dropFirst(Self.prefix.count).dropLast(Self.frontEnding.count))
    }.filter { $0 <= iteration }.sorted()
    let count = min(all.count, Self.mostFronts)
    let chosen = (0..<count).map { all[count > 1 ? $0 * (all.count - 1) / (count - 1) : 0] }
    return chosen.compactMap { number in
      Self.picture(file(number, Self.frontEnding)).map { (number, $0) }
    }
  }

  private static func picture(_ file: URL) -> Picture? {
    guard let image = try? PNGFile.read(file, alpha: .drop), image.channels == 3 else { return nil }
    return Picture(width: image.width, height: image.height) { row, column in
      let pixel = image[row, column].map { UInt8(truncatingIfNeeded: $0) }
      return Color(pixel[0], pixel[1], pixel[2])
    }
  }
}

extension EventPicture {
  init(tag: String, _ picture: Picture) throws {
    self.init(
      tag: tag, width: picture.width, height: picture.height, png: try picture.pngData())
  }
}
