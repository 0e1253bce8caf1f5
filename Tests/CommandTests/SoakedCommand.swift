import Foundation
import TensorFiles
import TestSupport
import Testing

/// A command that writes a folder `out`, with what may be in that folder while it is unfinished.
struct SoakedCommand: Sendable, CustomTestStringConvertible {
  let name: String
  let arguments: [String]
  /// Files that grow until the command is done, each with a check of its unfinished content.
  var growing: [String: @Sendable (URL) -> Bool] = [:]
  /// Whether the command refuses a folder that is already complete.
  var refusesCompleteFolder = false

  var testDescription: String { name }

  private static let portrait = Fixtures.url("Portrait")
  private static let model = ["--preset", "tiny", "--set", "parts=13"]

  /// A folder of 40 pairs of 256 × 256, which make three chunks of a pack; it stays beside the program.
  private static let data: String = {
    let place = Command.program.deletingLastPathComponent()
      .appendingPathComponent("pairs-of-soak-tests")
    if !FileManager.default.fileExists(atPath: place.path) {
      do { try Folder.write(place, writePairs) } catch { fatalError("\(place.path): \(error)") }
    }
    return place.path
  }()

  /// Writes the shipped portrait 40 times, each time with another row on top.
  private static func writePairs(_ place: URL) throws {
    let front = try PNGFile.read(portrait.appendingPathComponent("front.png"), alpha: .drop)
    let labels = try Data(contentsOf: portrait.appendingPathComponent("labels.png"))
    let row = front.width * front.channels
    for kind in ["images", "labels"] { try Folder.make(place.appendingPathComponent(kind)) }
    for number in 0..<40 {
      let samples = Array(front.samples[(number * row)...] + front.samples[..<(number * row)])
      let picture = Image(
        width: front.width, height: front.height, channels: front.channels, samples: samples)
      try PNGFile.write(picture, to: place.appendingPathComponent("images/\(number).png"))
      try AtomicFile.write(labels, to: place.appendingPathComponent("labels/\(number).png"))
    }
  }

  static let all = [
    SoakedCommand(
      name: "prepare",
      arguments: [
        "dataset", "prepare", data, "--classes", "13", "--size", "256", "--out", "out",
      ],
      // Its progress file says which bytes of the data are finished.
      growing: ["pairs.bin": { _ in true }, "progress.json": isJSON]),
    SoakedCommand(
      name: "generate",
      arguments: ["generate", "--seed", "1", "2", "--orbit", "3", "--out", "out"] + model),
    SoakedCommand(
      name: "dump", arguments: ["dump", "--seed", "3", "--out", "out"] + model,
      growing: ["index.json": listsCompleteFiles]),
    SoakedCommand(
      name: "invert",
      arguments: [
        "invert", "--image", portrait.appendingPathComponent("front.png").path, "--labels",
        portrait.appendingPathComponent("labels.png").path, "--classes", "13", "--iterations", "3",
        "--out", "out",
      ] + model),
    SoakedCommand(
      name: "import",
      arguments: ["import", Fixtures.url("Torch/published.pt").path, "--out", "out"],
      refusesCompleteFolder: true),
  ]

  private static let isJSON: @Sendable (URL) -> Bool = { file in
    (try? JSONSerialization.jsonObject(with: Data(contentsOf: file))) != nil
  }

  /// Whether an index lists only files that exist.
  private static let listsCompleteFiles: @Sendable (URL) -> Bool = { index in
    struct Entry: Decodable { let file, picture: String }
    guard let data = try? Data(contentsOf: index),
      let entries = try? JSONDecoder().decode([Entry].self, from: data)
    else { return false }
    let folder = index.deletingLastPathComponent()
    return entries.flatMap { [$0.file, $0.picture] }.allSatisfy { name in
      FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
    }
  }

  // MARK: - Running

  /// Runs the command in a folder without disturbance.
  func run(in place: URL) throws -> Command.Outcome {
    let process = try TrainProcess(arguments, in: place)
    let status = process.wait()
    return Command.Outcome(status: status, output: process.output, errors: process.errors)
  }

  /// Returns the bytes of every file below a folder.
  static func files(in place: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: place.path) {
      let url = place.appendingPathComponent(path)
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      if isThere && !isFolder.boolValue { files[path] = try Data(contentsOf: url) }
    }
    return files
  }

  /// Expects that every file is whole: with the bytes of an undisturbed run, unless it is temporary or
  /// growing.
  func expectNothingHalfWritten(_ place: URL, like whole: [String: Data], _ when: String) throws {
    for (path, bytes) in try Self.files(in: place) where !Self.isTemporary(path) {
      let name = URL(fileURLWithPath: path).lastPathComponent
      // The list of own files grows by lines; a line without its file does no harm.
      if bytes == whole[path] || name == ResultFolder.recordName { continue }
      let isUnfinished = growing[name]?(place.appendingPathComponent(path)) ?? false
      #expect(isUnfinished, "\(self.name), \(when): \(path) has \(bytes.count) bytes")
    }
  }

  /// Runs the command until its end, and expects the files of an undisturbed run and no other.
  func expectCompletion(_ place: URL, like whole: [String: Data], _ when: String) throws {
    // A kill after the last step leaves a complete folder, which some commands refuse to replace.
    let out = place.appendingPathComponent("out")
    if refusesCompleteFolder && FileManager.default.fileExists(atPath: out.path) {
      try FileManager.default.removeItem(at: out)
    }
    let outcome = try run(in: place)
    #expect(outcome.status == 0, "\(name), \(when): \(outcome.errors)")
    let files = try Self.files(in: place)
    #expect(files.keys.sorted() == whole.keys.sorted(), "\(name), \(when)")
    // The lines of the list of own files may have come in another order.
    for (path, bytes) in files
    where whole[path] != nil && !path.hasSuffix(ResultFolder.recordName) {
      #expect(bytes == whole[path], "\(name), \(when): \(path)")
    }
  }

  /// Whether a file, or a folder that it is in, has a temporary name.
  static func isTemporary(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0.hasPrefix(".") && $0.hasSuffix(".tmp") }
  }
}
