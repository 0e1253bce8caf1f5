import Camera
import Datasets
import Foundation
import PortraitClasses
import TensorFiles
import TestSupport
import Testing

@Suite("The command ssgan3d dataset")
struct DatasetCommandTests {
  /// Writes images of one color each, (90, low byte, high byte of the number), with maps whose upper half
  /// is label 1; the maps are links to one file.
  private func writePairs(_ count: Int, side: Int, in folder: TemporaryFolder) throws {
    for name in ["images", "labels"] { try Folder.make(folder("data/\(name)")) }
    for number in 0..<count {
      let color: [UInt16] = [90, UInt16(number % 256), UInt16(number / 256)]
      let image = Image(
        width: side, height: side, channels: 3, samples: (0..<side * side).flatMap { _ in color })
      try PNGFile.write(image, to: folder("data/images/\(number).png"))
    }
    let labels = IndexedImage(
      width: side, height: side,
      indices: (0..<side * side).map { $0 < side * side / 2 ? 1 : 0 }, palette: PartClass.palette)
    try PNGFile.write(labels, to: folder("data/labels/0.png"))
    for number in 1..<count {
      try FileManager.default.linkItem(
        at: folder("data/labels/0.png"), to: folder("data/labels/\(number).png"))
    }
  }

  @Test func checkOfValidDataSummarizesThem() throws {
    let folder = try TemporaryFolder()
    try writePairs(3, side: 8, in: folder)
    let outcome = try Command.run(
      "dataset", "check", folder("data").path, "--classes", "13", "--out", folder("out").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for words in [
      "3 pairs, 0 … 2; 3 can be read", "3 pairs: image 8 × 8, labels 8 × 8",
      "1 would be held out",
      "1 face          50.000 %       3", "no faults",
    ] {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
    let sheet = try PNGFile.read(folder("out/overlay.png"), alpha: .drop)
    #expect(sheet.channels == 3 && Set(sheet.samples).count > 8)
  }

  @Test func checkOfFaultyDataListsTheFaults() throws {
    let folder = try TemporaryFolder()
    try writePairs(4, side: 8, in: folder)
    try FileManager.default.removeItem(at: folder("data/labels/1.png"))
    try FileManager.default.removeItem(at: folder("data/images/2.png"))
    try FileManager.default.removeItem(at: folder("data/images/3.png"))
    try Data("no picture".utf8).write(to: folder("data/images/3.png"))
    let outcome = try Command.run("dataset", "check", folder("data").path, "--classes", "13")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("3 faults:"))
    let lines = outcome.output.split(separator: "\n").suffix(3)
    for (line, name) in zip(lines, ["images/1.png", "labels/2.png", "images/3.png"]) {
      #expect(line.contains(name), "\(outcome.output)")
    }
  }

  /// Usage errors end with status 2, unusable data with status 1, both with one line of explanation.
  static let refusals: [(arguments: [String], status: Int32, word: String)] = [
    (["check", "DATA"], 2, "--classes 19"),
    (["check", "procedural:3", "--classes", "13"], 2, "--classes"),
    (["check", "DATA", "--classes", "14"], 2, "--classes"),
    (["check"], 2, "data"),
    (["prepare", "procedural:3", "--size", "0", "--out", "OUT"], 2, "--size"),
    (["prepare", "procedural:3", "--size", "1", "--out", "OUT"], 2, "--size is 1, expected 2"),
    (["prepare", "procedural:3", "--size", "2000", "--out", "OUT"], 2, "--size"),
    (["prepare", "procedural:3", "--size", "8", "--out", ""], 2, "--out is empty"),
    (["check", "procedural:3", "--out", ""], 2, "--out is empty"),
    (["check", ""], 2, "is empty"),
    (
      ["prepare", "DATA", "--classes", "13", "--size", "8", "--camera-of", "OUT", "--out", "OUT"],
      2,
      "leave --camera-of out"
    ),
    (
      ["prepare", "procedural:3", "--size", "8", "--camera-of", "NOWHERE", "--out", "OUT"], 1,
      "no such file"
    ),
    (["prepare", "procedural:3", "--size", "8"], 2, "--out"),
    (["prepare", "procedural:none", "--size", "8", "--out", "OUT"], 2, "COUNT[,SEED]"),
    (["check", "procedural:0"], 2, "COUNT[,SEED]"),
    (["prepare", "NOWHERE", "--size", "8", "--out", "OUT"], 1, "is not a folder"),
    (["prepare", "DATA", "--classes", "13", "--size", "9", "--out", "OUT"], 1, "at most 8"),
    (["prepare", "DATA", "--classes", "13", "--size", "8", "--out", "DATA"], 2, "is not a pack"),
  ]

  @Test(arguments: refusals.indices)
  func refusalsAreOneLine(index: Int) throws {
    let folder = try TemporaryFolder()
    try writePairs(2, side: 8, in: folder)
    let (arguments, status, word) = Self.refusals[index]
    let places = ["DATA": "data", "OUT": "out", "NOWHERE": "nowhere"]
    let outcome = try Command.run(
      ["dataset"] + arguments.map { places[$0].map { folder($0).path } ?? $0 })
    #expect(outcome.status == status && outcome.output.isEmpty, "\(outcome.errors)")
    let line = outcome.errorLines.first { $0.hasPrefix("Error: ") }
    #expect(line?.contains(word) == true, "\(outcome.errors)")
  }

  /// After being killed behind its first chunk of 16 pairs, the command continues and completes the pack.
  @Test func prepareSurvivesBeingKilled() throws {
    let folder = try TemporaryFolder()
    try writePairs(320, side: 256, in: folder)
    let arguments = ["dataset", "prepare", folder("data").path, "--classes", "13", "--size", "256"]
    let process = Process()
    process.executableURL = Command.program
    process.arguments = arguments + ["--out", folder("pack").path]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let hasChunk = { () -> Bool in
      let text = try? String(contentsOf: folder("pack/progress.json"), encoding: .utf8)
      return text.map { !$0.contains("\"chunkChecksums\":[]") } ?? false
    }
    while process.isRunning && !hasChunk() { usleep(1000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(try !folder.files("pack").contains("pack.json"))

    let outcome = try Command.run(arguments + ["--out", folder("pack").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("of 320 pairs were already prepared"))
    #expect(outcome.output.contains("299 for training, 21 held out"))
    let pack = try PortraitPack.open(folder("pack"))
    #expect(pack.count == 320)
    for index in [0, 15, 16, 299, 319] {
      let pair = try pack.pair(index)
      let number = try #require(Int(pack.ids[index]))
      for (channel, value) in [90, number % 256, number / 256].enumerated() {
        let plane = pair.planes[channel * 256 * 256..<(channel + 1) * 256 * 256]
        #expect(plane.allSatisfy { Int($0) == value })
      }
      #expect(pair.labels.prefix(256 * 128).allSatisfy { $0 == 1 })
      #expect(pair.labels.suffix(256 * 128).allSatisfy { $0 == 0 })
    }
    #expect(try folder.files("pack") == ["pack.json", "pairs.bin"])
  }

  /// The file of a configuration gives a wider view: the portraits differ from the default ones and
  /// equal those that the model is trained on.
  @Test func proceduralPortraitsUseTheCameraOfAModel() throws {
    let folder = try TemporaryFolder()
    let prepare = ["dataset", "prepare", "procedural:2", "--size", "16", "--out"]
    #expect(try Command.run(prepare + [folder("usual").path]).status == 0)
    let config = try Command.run("config", "--preset", "tiny", "--set", "camera.fov=20")
    try Data(config.output.utf8).write(to: folder("wide.json"))
    let wide = try Command.run(
      prepare + [folder("wide").path, "--camera-of", folder("wide.json").path])
    #expect(wide.status == 0, "\(wide.errors)")
    var camera = Camera()
    camera.fieldOfView = 20
    let expected = try PortraitPack.prepare(
      ProceduralSource("procedural:2", camera: camera), size: 16, to: folder("expected"))
    let (seen, usual) = (
      try PortraitPack.open(folder("wide")), try PortraitPack.open(folder("usual"))
    )
    #expect(try seen.pair(0).planes == expected.pair(0).planes)
    #expect(try seen.pair(0).planes != usual.pair(0).planes)
  }

  @Test func aPackIsCheckedToo() throws {
    let folder = try TemporaryFolder()
    let prepared = try Command.run(
      "dataset", "prepare", "procedural:4,2", "--size", "16", "--out", folder("pack").path)
    #expect(prepared.status == 0 && prepared.output.contains("4 pairs of 16 × 16"))
    #expect(try Command.run("dataset", "check", folder("pack").path).status == 0)
    var bytes = try Data(contentsOf: folder("pack/pairs.bin"))
    bytes[100] ^= 1
    try bytes.write(to: folder("pack/pairs.bin"))
    let outcome = try Command.run("dataset", "check", folder("pack").path)
    #expect(outcome.status == 1 && outcome.output.contains("pairs 0 … 3 fail their checksum"))
  }
}
