import Foundation
import TensorFiles
import TestSupport
import Testing
import TrainingRuns

@Suite("The option --poses")
struct PosesTests {
  /// Writes a data set of pictures whose label maps show a little of everything.
  private func write(_ count: Int, to folder: TemporaryFolder) throws {
    try Folder.make(folder("data/images"))
    try Folder.make(folder("data/labels"))
    for number in 0..<count {
      let image = Image(
        width: 32, height: 32, channels: 3,
        samples: (0..<3 * 32 * 32).map { UInt16(($0 * (number + 3)) % 251) })
      try PNGFile.write(image, to: folder("data/images/p\(number).png"))
      let labels = IndexedImage(
        width: 32, height: 32, indices: (0..<32 * 32).map { UInt8(($0 / 64) % 13) },
        palette: (0..<13).map { PaletteColor($0, 0, 0) })
      try PNGFile.write(labels, to: folder("data/labels/p\(number).png"))
    }
    try poses(count, at: 1.3, folder("poses.json"))
  }

  private func poses(_ count: Int, at yaw: Double, _ file: URL) throws {
    let entries = (0..<count).map { "[\"p\($0).png\", \(yaw + 0.05 * Double($0)), 1.5]" }
    try Data("{\"poses\": [\(entries.joined(separator: ", "))]}".utf8).write(to: file)
  }

  private func train(_ folder: TemporaryFolder, _ out: String, _ more: [String]) throws
    -> Command.Outcome
  {
    try TrainProcess.train(
      [
        "--data", folder("data").path, "--classes", "13", "--preset", "tiny", "--set", "parts=13",
        "--batch", "2", "--out", folder(out).path,
      ] + more)
  }

  private func weights(_ folder: TemporaryFolder, _ out: String) throws -> Data {
    let place = RunFolder(folder(out)).checkpoints.place(of: 2)
    return try Data(contentsOf: place.appendingPathComponent("training.safetensors"))
  }

  @Test func checkReportsThem() throws {
    let folder = try TemporaryFolder()
    try write(4, to: folder)
    let call = ["dataset", "check", folder("data").path, "--classes", "13", "--poses"]
    let good = try Command.run(call + [folder("poses.json").path])
    #expect(good.status == 0 && good.output.contains("camera poses in radians: yaw 1.375 ± 0.056"))
    try poses(3, at: 0, folder("few.json"))
    let few = try Command.run(call + [folder("few.json").path])
    #expect(few.status == 1 && few.output.contains("has no pose for p3"), "\(few.output)")
    #expect(few.errors.contains("warning: 4 of 4") || few.errors.contains("warning: 3 of 4"))
    let pack = try Command.run(
      "dataset", "check", "procedural:3", "--poses", folder("poses.json").path)
    #expect(pack.status == 2 && pack.errors.contains("procedural"), "\(pack.errors)")
  }

  /// A run with poses differs from one without, resumes bit for bit, needs its poses to continue, and
  /// records where they are.
  @Test func trainingDrawsThem() throws {
    let folder = try TemporaryFolder()
    try write(6, to: folder)
    let named = ["--poses", folder("poses.json").path]
    let whole = try train(folder, "whole", named + ["--iterations", "2"])
    #expect(whole.status == 0 && whole.errors.contains("from poses of the training pictures"))
    let plain = try train(folder, "plain", ["--iterations", "2"])
    #expect(plain.status == 0 && !plain.errors.contains("poses"), "\(plain.errors)")
    #expect(try weights(folder, "whole") != weights(folder, "plain"))
    let begun = try train(folder, "parts", named + ["--iterations", "1"])
    #expect(begun.status == 0, "\(begun.errors)")
    #expect(try RunFolder(folder("parts")).record().poses == folder("poses.json").path)
    #expect(try RunFolder(folder("plain")).record().poses == nil)
    let resumed = try TrainProcess.train([
      "--resume", "--iterations", "2", "--out", folder("parts").path,
    ])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try weights(folder, "whole") == weights(folder, "parts"))

    // Other poses, or none, are other data.
    let more = [
      "--resume", "--iterations", "3", "--out", folder("parts").path, "--data", folder("data").path,
      "--classes", "13",
    ]
    try poses(6, at: 1.4, folder("others.json"))
    for poses in [["--poses", folder("others.json").path], []] {
      let other = try TrainProcess.train(more + poses)
      #expect(other.status == 2 && other.errors.contains("differ from"), "\(other.errors)")
    }
    let alone = try TrainProcess.train(
      ["--resume", "--iterations", "3", "--out", folder("parts").path] + named)
    #expect(alone.status == 2 && alone.errors.contains("--poses needs --data"), "\(alone.errors)")

    // A pack that was prepared with poses needs no option.
    let prepared = try Command.run(
      [
        "dataset", "prepare", folder("data").path, "--classes", "13", "--size", "32", "--out",
        folder("pack").path,
      ] + named)
    #expect(prepared.status == 0, "\(prepared.errors)")
    let packed = try TrainProcess.train([
      "--data", folder("pack").path, "--preset", "tiny", "--set", "parts=13", "--batch", "2",
      "--iterations", "2", "--out", folder("packed").path,
    ])
    #expect(packed.status == 0, "\(packed.errors)")
    #expect(try weights(folder, "whole") == weights(folder, "packed"))
    let twice = try TrainProcess.train(
      [
        "--data", folder("pack").path, "--preset", "tiny", "--set", "parts=13", "--iterations", "1",
        "--out", folder("twice").path,
      ] + named)
    #expect(twice.status == 1 && twice.errors.contains("prepared with"), "\(twice.errors)")
  }
}
