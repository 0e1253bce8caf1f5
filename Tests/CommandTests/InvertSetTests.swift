import Foundation
import Inspection
import PortraitModel
import TensorFiles
import TestSupport
import Testing

@Suite("The command invert on a data set")
struct InvertSetTests {
  private static let portrait = ShippedModelTests.clone.appendingPathComponent("Fixtures/Portrait")

  /// Writes a data set of copies of the shipped portrait with these names.
  private func write(_ names: [String], to folder: TemporaryFolder) throws {
    for (inner, file) in [("images", "front.png"), ("labels", "labels.png")] {
      try Folder.make(folder("data/\(inner)"))
      for name in names {
        try FileManager.default.copyItem(
          at: Self.portrait.appendingPathComponent(file), to: folder("data/\(inner)/\(name).png"))
      }
    }
  }

  private func arguments(_ folder: TemporaryFolder, _ more: String...) -> [String] {
    [
      "invert", "--data", folder("data").path, "--classes", "13", "--iterations", "2", "--out",
      folder("out").path,
    ] + more
  }

  /// A damaged portrait is passed over; the others equal those inverted alone; the second call does only
  /// what is missing.
  @Test func aSetIsInvertedAndContinued() throws {
    let folder = try TemporaryFolder()
    try write(["a", "b, c", "d"], to: folder)
    let whole = try Data(contentsOf: folder("data/images/b, c.png"))
    try Data(whole.prefix(100)).write(to: folder("data/images/b, c.png"))
    let first = try Command.run(arguments(folder))
    #expect(first.status == 1, "\(first.errors)")
    #expect(first.errors.contains("b, c.png") && first.errors.contains("passed over"))
    #expect(first.output.contains("a: PSNR ") && first.output.contains("2 portraits, mean PSNR "))
    #expect(first.output.contains("1 failure"))
    let files = [
      "found_depth16.json", "found_depth16.png", "found_image.png", "found_mask.png",
      "inversion.json",
      "latents.safetensors", "loss.png", "row.png", "sheet.png", "target_image.png",
    ]
    #expect(try folder.files("out/portraits/a") == files)
    let both = ["a", "d"].flatMap { name in [name] + files.map { "\(name)/\($0)" } }
    #expect(try folder.files("out/portraits") == both)
    let alone = try Command.run(
      "invert", "--image", folder("data/images/a.png").path, "--labels",
      folder("data/labels/a.png").path, "--classes", "13", "--iterations", "2", "--out",
      folder("alone").path)
    #expect(alone.status == 0, "\(alone.errors)")
    for file in files where file != "row.png" {
      #expect(
        try Data(contentsOf: folder("alone/\(file)"))
          == Data(contentsOf: folder("out/portraits/a/\(file)")), "\(file)")
    }
    let table = try String(contentsOf: folder("out/summary.csv"), encoding: .utf8)
    let lines = table.split(separator: "\r\n")
    #expect(lines.count == 4 && lines[0].hasPrefix("name,psnr,mask_miou"))
    #expect(lines[1].hasPrefix("a,") && lines[2].hasPrefix("\"b, c\",,,"), "\(table)")

    // Mended, the second call inverts the missing portrait alone.
    try whole.write(to: folder("data/images/b, c.png"))
    let time = try folder("out/portraits/a/inversion.json").resourceValues(
      forKeys: [.contentModificationDateKey])
    let second = try Command.run(arguments(folder))
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errors.contains("2 of 3 portraits were already inverted"), "\(second.errors)")
    #expect(second.output.contains("b, c: PSNR") && !second.output.contains("a: PSNR"))
    #expect(second.output.contains("3 portraits, mean PSNR "))
    let again = try folder("out/portraits/a/inversion.json").resourceValues(
      forKeys: [.contentModificationDateKey])
    #expect(time.contentModificationDate == again.contentModificationDate)
    // Three rows of five tiles of 128 pixels, in one column.
    let sheet = try PNGFile.read(folder("out/sheet.png"), alpha: .drop)
    #expect(sheet.width == 5 * 128 + 4 * 4 && sheet.height == 3 * 128 + 2 * 4)

    // Other settings, a changed photograph and a foreign folder are not mixed in.
    let other = try Command.run(arguments(folder, "--rate", "0.1"))
    #expect(other.status == 2 && other.errors.contains("other settings"), "\(other.errors)")
    try Data("a\n".utf8).write(to: folder("names.txt"))
    let chosen = try Command.run(arguments(folder, "--subset", folder("names.txt").path))
    #expect(chosen.status == 2 && chosen.errors.contains("another reading"), "\(chosen.errors)")
    let record = folder("out/request.json")
    let request = try String(contentsOf: record, encoding: .utf8)
    try Data(request.replacing("{", with: #"{"size": 1, "size": 2,"#, maxReplacements: 1).utf8)
      .write(to: record)
    let twice = try Command.run(arguments(folder))
    #expect(twice.status == 2 && twice.errors.contains("has the key size twice"), "\(twice.errors)")
    try Data(request.utf8).write(to: record)
    try FileManager.default.removeItem(at: folder("data/images/d.png"))
    try FileManager.default.copyItem(
      at: Self.portrait.appendingPathComponent("labels.png"), to: folder("data/images/d.png"))
    let changed = try Command.run(arguments(folder))
    #expect(
      changed.status == 1 && changed.errors.contains("has changed since"), "\(changed.errors)")
    let foreign = try Command.run(
      "invert", "--data", folder("data").path, "--classes", "13", "--out", folder("data").path)
    #expect(foreign.status == 2 && foreign.errors.contains("is not empty"), "\(foreign.errors)")
  }

  /// Ctrl-C ends the command after a step; no portrait is half written, and the next call continues.
  @Test func aStopLeavesWholePortraits() throws {
    let folder = try TemporaryFolder()
    try write(["a", "b"], to: folder)
    let slow = [
      "invert", "--data", folder("data").path, "--classes", "13", "--iterations", "60", "--out",
      folder("out").path,
    ]
    let process = try TrainProcess(slow)
    while process.isRunning, !FileManager.default.fileExists(atPath: folder("out/portraits/a").path)
    {
      usleep(20_000)
    }
    process.send(SIGINT)
    #expect(process.wait() == 0, "\(process.errors)")
    #expect(
      process.output.contains("stopped (the same call continues): 1 portrait"), "\(process.output)")
    #expect(try folder.files("out/portraits").filter { !$0.contains("/") } == ["a"])
    let second = try Command.run(slow)
    #expect(second.status == 0 && second.output.contains("2 portraits, mean"), "\(second.errors)")
  }

  /// Known poses of a file are kept, and a portrait without one is passed over.
  @Test func posesOfAFileAreKept() throws {
    let folder = try TemporaryFolder()
    try write(["a", "b"], to: folder)
    try Data("{\"poses\": [[\"a.png\", 1.75, 1.5]]}".utf8).write(to: folder("poses.json"))
    let outcome = try Command.run(arguments(folder, "--poses", folder("poses.json").path))
    #expect(
      outcome.status == 1 && outcome.errors.contains("has no pose for b"), "\(outcome.errors)")
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: folder("out/portraits/a/inversion.json")))
    let yaw = try #require((json as? [String: Any])?["yaw"] as? Double)
    #expect(abs(yaw - 1.75) < 1e-6)
  }

  /// A tuned generator is a checkpoint that makes the tuned portrait from its latents.
  @Test func aTunedGeneratorIsACheckpoint() throws {
    let folder = try TemporaryFolder()
    let image = Self.portrait.appendingPathComponent("front.png").path
    let labels = Self.portrait.appendingPathComponent("labels.png").path
    let call = [
      "invert", "--image", image, "--labels", labels, "--classes", "13", "--iterations", "3",
    ]
    let plain = try Command.run(call + ["--out", folder("plain").path])
    let outcome = try Command.run(call + ["--tune", "3", "--out", folder("a").path])
    #expect(plain.status == 0 && outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("after tuning") && outcome.errors.contains("6 of 6 steps"))
    // The result of the inversion is the same with and without tuning.
    for file in try folder.files("plain") {
      #expect(
        try Data(contentsOf: folder("plain/\(file)")) == Data(contentsOf: folder("a/\(file)")),
        "\(file)")
    }
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: folder("a/tuned/inversion.json")))
    let figures = try #require(json as? [String: Any])
    let again = try Command.run(
      "generate", "--checkpoint", folder("a/tuned").path, "--latents",
      folder("a/tuned/latents.safetensors").path, "--yaw", "\(try #require(figures["yaw"]))",
      "--pitch", "\(try #require(figures["pitch"]))", "--out", folder("b").path)
    #expect(again.status == 0, "\(again.errors)")
    let tuned = try Data(contentsOf: folder("a/tuned/found_image.png"))
    #expect(try Data(contentsOf: folder("b/found_image.png")) == tuned)
    #expect(try Data(contentsOf: folder("a/found_image.png")) != tuned)
    // The same call gives the same weights.
    let second = try Command.run(call + ["--tune", "3", "--out", folder("c").path])
    #expect(second.status == 0, "\(second.errors)")
    #expect(
      try Data(contentsOf: folder("a/tuned/generator.safetensors"))
        == Data(contentsOf: folder("c/tuned/generator.safetensors")))
  }

  @Test(arguments: [
    (["--image", "a", "--data", "b"], "two inputs"),
    (["--data", "b", "--labels", "c"], "--labels"),
    (["--data", "procedural:x"], "procedural"), (["--image", "a", "--poses", "p"], "--poses"),
    (["--data", "procedural:2", "--poses", "p", "--yaw", "1"], "two poses"),
    (["--image", "a", "--subset", "n"], "--subset belongs to --data"),
    (["--image", "a", "--tune", "-1"], "--tune is -1"),
    (["--image", "a", "--tune-rate", "0.1"], "--tune-rate needs --tune"),
    (["--image", "a", "--tune", "2", "--locality", "nan"], "--locality is nan"),
  ])
  func wrongUseIsOneLine(arguments: [String], word: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(["invert"] + arguments + ["--out", folder("x").path])
    #expect(outcome.status == 2 && outcome.errors.contains(word), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder("x").path))
  }
}
