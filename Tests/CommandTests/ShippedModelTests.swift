import Foundation
import TensorFiles
import TestSupport
import Testing

/// If no model is named, `generate` and `dump` use the shipped generator.
@Suite("The shipped generator as the default model")
struct ShippedModelTests {
  /// The clone that contains these tests, found from the path of this file.
  static let clone = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }
  static let checkpoint = clone.appendingPathComponent("Fixtures/Checkpoint")

  @Test func generateUsesItAndReportsIt() throws {
    let folder = try TemporaryFolder()
    // Even if started in another folder, the program finds the clone from its own location.
    let outcome = try Command.run(
      ["generate", "--seed", "3", "--out", folder("a").path], in: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let said = outcome.errorLines.filter { $0.contains("shipped generator") }
    #expect(said.count == 1 && said[0].contains(Self.checkpoint.path), "\(outcome.errors)")
    #expect(!outcome.errors.contains("fresh weights"))
    // The result is the same as with the checkpoint named explicitly.
    let named = try Command.run(
      ["generate", "--checkpoint", Self.checkpoint.path, "--seed", "3", "--out", folder("b").path])
    #expect(named.status == 0 && !named.errors.contains("shipped"), "\(named.errors)")
    let files = try folder.files("a")
    #expect(try files == folder.files("b") && files.contains("seed0003_image.png"))
    for file in files {
      #expect(
        try Data(contentsOf: folder("a/\(file)")) == Data(contentsOf: folder("b/\(file)")),
        "\(file)")
    }
  }

  @Test func dumpUsesItAndLeavesItUnchanged() throws {
    let folder = try TemporaryFolder()
    let before = try FileManager.default.contentsOfDirectory(atPath: Self.checkpoint.path).sorted()
    let outcome = try Command.run(
      "dump", "--names", "image,mask_final", "--truncation", "0.7", "--out", folder("d").path)
    #expect(outcome.status == 0 && outcome.errors.contains("shipped generator"))
    #expect(try NPYFile.read(folder("d/mask_final.npy")).tensor.shape[0] == 13)
    let after = try FileManager.default.contentsOfDirectory(atPath: Self.checkpoint.path).sorted()
    #expect(before == after)
  }

  @Test func aPresetStillMeansFreshWeights() throws {
    let folder = try TemporaryFolder()
    let preset = try Command.run(
      "generate", "--preset", "tiny", "--weight-seed", "4", "--out", folder("a").path)
    #expect(preset.status == 0 && preset.errors.contains("tiny with fresh weights (seed 4)"))
    #expect(!preset.errors.contains("shipped"))
    let seed = try Command.run("generate", "--weight-seed", "4", "--out", folder("b").path)
    #expect(seed.status == 2 && seed.errors.contains("--weight-seed is for fresh weights"))
  }

  @Test func itsFieldsAreSetIfItsWeightsFit() throws {
    let folder = try TemporaryFolder()
    let wider = try Command.run("generate", "--set", "camera.fov=14", "--out", folder("a").path)
    #expect(wider.status == 0 && wider.errors.contains("shipped generator"), "\(wider.errors)")
    let misfit = try Command.run("generate", "--set", "parts=5", "--out", folder("b").path)
    #expect(misfit.status == 2 && misfit.errorLines.count == 1, "\(misfit.errors)")
    #expect(misfit.errors.contains("--set parts=5: "))
  }

  /// The damaged file of the checkpoint, its remaining bytes, and a word of the error line.
  static let damages: [(file: String, bytes: Int?, word: String)] = [
    ("config.json", nil, "it has no config.json"), ("config.json", 40, "config.json"),
    ("generator.safetensors", nil, "generator.safetensors"),
    ("generator.safetensors", 5000, "generator.safetensors"),
  ]

  /// The program uses the checkpoint of the clone that contains it, and reports any damage.
  @Test(arguments: damages.indices)
  func aDamagedCheckpointIsReportedInOneLine(index: Int) throws {
    let (file, bytes, word) = Self.damages[index]
    let folder = try TemporaryFolder()
    let program = try Self.program(in: folder)
    let (fixtures, files) = (folder("clone/Fixtures"), FileManager.default)
    try files.createDirectory(at: fixtures, withIntermediateDirectories: true)
    try files.copyItem(at: Self.checkpoint, to: fixtures.appendingPathComponent("Checkpoint"))
    try Data().write(to: folder("clone/Package.swift"))
    let spoiled = fixtures.appendingPathComponent("Checkpoint/\(file)")
    let whole = try Data(contentsOf: spoiled)
    try files.removeItem(at: spoiled)
    if let bytes { try whole.prefix(bytes).write(to: spoiled) }
    let arguments = ["generate", "--out", folder("a").path]
    let outcome = try Command.run(arguments, program: program)
    #expect(outcome.status == 1 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(fixtures.path) && outcome.errors.contains(word))
    try whole.write(to: spoiled)
    let mended = try Command.run(arguments, program: program)
    #expect(mended.status == 0 && mended.errors.contains(fixtures.path), "\(mended.errors)")
  }

  /// A program outside any clone uses the clone in which it was built.
  @Test func aProgramElsewhereUsesTheCloneItWasBuiltIn() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["generate", "--out", folder("a").path], program: try Self.program(in: folder),
      in: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains(Self.checkpoint.path), "\(outcome.errors)")
  }

  /// Copies the program to a folder `clone/built`, which is not a clone yet.
  private static func program(in folder: TemporaryFolder) throws -> URL {
    try FileManager.default.createDirectory(
      at: folder("clone/built"), withIntermediateDirectories: true)
    let copy = folder("clone/built/ssgan3d")
    try FileManager.default.copyItem(at: Command.program, to: copy)
    return copy
  }
}
