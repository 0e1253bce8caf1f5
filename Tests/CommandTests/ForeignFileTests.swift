import Camera
import Foundation
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

/// No command replaces or removes a file that it did not write.
@Suite("Files of others in output folders")
struct ForeignFileTests {
  private static let mine = Data("my own notes\n".utf8)

  /// The command without --out, and a file that it would write.
  static let commands: [(arguments: [String], file: String)] = [
    (["generate", "--preset", "tiny"], "seed0000_mask.png"),
    (["generate", "--preset", "tiny"], "seed0000_depth16.json"),
    (["generate", "--preset", "tiny", "--orbit", "2"], "seed0000_orbit/frame001.png"),
    (["generate", "--preset", "tiny", "--orbit", "2"], "seed0000_orbit/frame005.png"),
    (["transfer", "--preset", "tiny", "--from", "2", "--part", "face"], "difference.png"),
    (["interpolate", "--preset", "tiny", "--to", "2", "--steps", "2"], "shape_001_mask.png"),
    (["compose", "--preset", "tiny", "--views", "1"], "composition.png"),
    (["mesh", "--preset", "tiny"], "mesh_parts.ply"),
    (["mesh", "--preset", "tiny"], "mesh_colour.ply"),
    (
      ["dump", "--preset", "tiny", "--names", "part01_psi", "--volumes", "nrrd"],
      "part01_psi.nrrd"
    ),
    (["dump", "--preset", "tiny", "--names", "w"], "w.npy"),
    (["dump", "--preset", "tiny", "--names", "w"], "index.html"),
    (["invert", "--preset", "tiny", "--iterations", "1", "--image", portrait], "loss.png"),
    (["dataset", "check", "procedural:2"], "overlay.png"),
  ]
  private static let portrait =
    ShippedModelTests.clone.appendingPathComponent("Fixtures/Portrait/front.png").path

  @Test(arguments: commands.indices)
  func theyStayAndTheCommandSaysSo(index: Int) throws {
    let (arguments, file) = Self.commands[index]
    let folder = try TemporaryFolder()
    let foreign = folder("a/\(file)")
    try Folder.make(foreign.deletingLastPathComponent())
    try Self.mine.write(to: foreign)
    let outcome = try Command.run(arguments + ["--out", folder("a").path])
    #expect(outcome.status == 2 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(foreign.path), "\(outcome.errors)")
    #expect(outcome.errors.contains("choose another folder"))
    #expect(try Data(contentsOf: foreign) == Self.mine)
    #expect(
      try folder.files("a").filter { !$0.hasSuffix("_orbit") } == [file], "nothing was written")
    try FileManager.default.removeItem(at: foreign)
    // The command's own files are no obstacle, however often it runs.
    for _ in 0..<2 {
      let again = try Command.run(arguments + ["--out", folder("a").path])
      #expect(again.status == 0, "\(again.errors)")
    }
    // A result that the user has changed is the user's.
    try Self.mine.write(to: foreign)
    let changed = try Command.run(arguments + ["--out", folder("a").path])
    #expect(changed.status == 2, "\(changed.errors)")
    #expect(try Data(contentsOf: foreign) == Self.mine)
  }

  @Test func theWalkthroughIsRefusedAtItsStart() throws {
    let folder = try TemporaryFolder()
    try Self.mine.write(to: folder("index.html"))
    let outcome = try Command.run(
      ["--all", "--output", folder("").path],
      program: Command.program.deletingLastPathComponent().appendingPathComponent("walk"))
    #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errorLines.count == 1)
    #expect(outcome.errors.hasPrefix("Error: --output "), "\(outcome.errors)")
    #expect(outcome.errors.contains(folder("index.html").path))
  }

  @Test func verifyWritesOnlyItsOwnTensors() throws {
    let folder = try TemporaryFolder()
    let example = ShippedModelTests.clone
      .appendingPathComponent("Fixtures/Conformance/default_options").path
    let arguments = ["verify", example, "--brief", "--write", folder("a").path]
    #expect(try Command.run(arguments).status == 0)
    let name = try #require(try folder.files("a").first { $0.hasSuffix(".npy") })
    #expect(try Command.run(arguments).status == 0)
    try Self.mine.write(to: folder("a/\(name)"))
    let outcome = try Command.run(arguments)
    #expect(outcome.status == 2 && outcome.errors.contains(name), "\(outcome.errors)")
    #expect(try Data(contentsOf: folder("a/\(name)")) == Self.mine)
  }

  @Test func oldFramesDoNotPassForNewOnes() throws {
    let folder = try TemporaryFolder()
    for frames in [6, 4] {
      let outcome = try Command.run(
        "generate", "--preset", "tiny", "--orbit", "\(frames)", "--out", folder("a").path)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        try folder.files("a/seed0000_orbit") == (0..<frames).map { "frame00\($0).png" })
    }
  }

  /// An orbit of an earlier portrait is not left beside a portrait that is written without one.
  @Test func anOldOrbitDoesNotPassForThatOfTheNewPortrait() throws {
    let folder = try TemporaryFolder()
    func generate(_ arguments: String...) throws {
      let outcome = try Command.run(
        ["generate", "--preset", "tiny", "--out", folder("a").path] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    try generate("--seed", "0", "1", "--orbit", "2")
    // What the user has put there or changed stays, and so does the other portrait.
    try Self.mine.write(to: folder("a/seed0000_orbit/mine.txt"))
    let other = try folder.files("a").filter { $0.hasPrefix("seed0001") }
    try generate("--weight-seed", "5")
    let names = try folder.files("a").filter { $0.hasPrefix("seed0000") }
    #expect(
      names == [
        "seed0000_depth.png", "seed0000_depth16.json", "seed0000_depth16.png",
        "seed0000_image.png", "seed0000_mask.png", "seed0000_orbit", "seed0000_orbit/mine.txt",
      ])
    #expect(try folder.files("a").filter { $0.hasPrefix("seed0001") } == other)
    // A flat model has no depth, and an emptied folder goes with its last file.
    try generate("--seed", "1", "--set", "rendering=flat")
    #expect(
      try folder.files("a").filter { $0.hasPrefix("seed0001") }
        == ["seed0001_image.png", "seed0001_mask.png"])
  }

  @Test func exportReplacesNothingButExports() throws {
    let folder = try TemporaryFolder()
    try GeneratorFile(folder("model")).write(
      Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 8)))
    func export(_ name: String) throws -> Command.Outcome {
      try Command.run("export", "--checkpoint", folder("model").path, "--out", folder(name).path)
    }
    for _ in 0..<2 { #expect(try export("a.safetensors").status == 0) }
    let good = try Data(contentsOf: folder("a.safetensors"))
    try Self.mine.write(to: folder("mine.txt"))
    // Somebody's weights, also those of another program.
    try SafetensorsFile.write(
      ["w": .ones([2])], metadata: ["format": "pt"], to: folder("other.safetensors"))
    try FileManager.default.createSymbolicLink(
      at: folder("link"), withDestinationURL: folder("a.safetensors"))
    for name in ["mine.txt", "other.safetensors", "link"] {
      let before = try Data(contentsOf: folder(name))
      let outcome = try export(name)
      #expect(outcome.status == 2 && outcome.errorLines.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("not an export") && outcome.errors.contains("another name"))
      #expect(try Data(contentsOf: folder(name)) == before)
    }
    // A pipe holds nothing that could be lost.
    let piped = try Command.run(
      "export", "--checkpoint", folder("model").path, "--out", "/dev/stdout")
    #expect(piped.status == 0 && piped.output.contains("written_by"), "\(piped.errors)")
    #expect(try Data(contentsOf: folder("a.safetensors")) == good)
  }
}
