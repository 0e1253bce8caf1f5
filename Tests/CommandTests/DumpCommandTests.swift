import Camera
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

/// A dump says what made it, and it can be made again from its own folder.
@Suite("The command dump")
struct DumpCommandTests {
  private static let names = "z,w,wplus,part01_psi,mask_init,image"
  private static let some = ["--names", names]

  private func run(_ arguments: [String]) throws -> Command.Outcome {
    try Command.run(["dump"] + arguments)
  }

  private func page(_ folder: TemporaryFolder, _ name: String) throws -> String {
    try String(contentsOf: folder("\(name)/index.html"), encoding: .utf8)
  }

  @Test func theFolderSaysWhatMadeIt() throws {
    let folder = try TemporaryFolder()
    let arguments =
      ["--preset", "tiny", "--set", "parts=5", "--weight-seed", "7", "--seed", "3"] + Self.some
      + ["--yaw", "1.25", "--pitch", "1.75", "--truncation", "0.5", "--precision", "float64"]
    let outcome = try run(arguments + ["--evaluation-samples", "--out", folder("d").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let model = try Configuration.tiny.setting(["parts=5"])
    let generator = Generator(
      model, ParameterPlan.generator(model).fresh(seed: 7).cast(to: .float64))
    #expect(try GeneratorFile(folder("d")).configuration() == model)
    let record = try DumpRecord.read(in: folder("d"))
    #expect(record.seed == 3 && record.truncation == 0.5 && record.precision == "float64")
    #expect(record.pose == CameraPose(yaw: 1.25, pitch: 1.75))
    #expect(
      record.samples
        == .init(
          coarse: model.evaluationSamples, importance: model.evaluationImportanceSamples))
    #expect(record.maskWeighting == "rendering" && record.iteration == nil)
    #expect(
      record.weights
        == .init(.fresh, seed: 7, fingerprint: generator.parameters.fingerprint()))
    #expect(record.command.starts(with: ["ssgan3d", "dump", "--preset", "tiny"]))
    let version = try Command.run("--version").output
    #expect(record.program == version.trimmingCharacters(in: .whitespacesAndNewlines))
    let latents = generator.latents(seed: 3, truncation: 0.5)
    let stored = try SafetensorsFile(folder("d/latents.safetensors"))
    for (name, tensor) in [
      ("z", latents.z), ("w", latents.w), ("wplus", latents.wplus),
      ("wplus_expanded", latents.expanded),
    ] { #expect(try stored.tensor(name).scalars == tensor.scalars, "\(name)") }
    let page = try page(folder, "d")
    for words in [
      "yaw 1.25, pitch 1.75 radians", record.weights.fingerprint, record.program,
      "fresh (untrained), seed 7", "--truncation 0.5", "&quot;parts&quot; : 5",
      "latents.safetensors", "Equation 10 used the rendering weights",
    ] { #expect(page.contains(words), "\(words)") }
  }

  /// Made again from its folder, a dump has the same tensors, pictures and index, byte for byte.
  @Test(arguments: [
    ["--preset", "tiny", "--weight-seed", "4", "--seed", "2", "--yaw", "1.3"],
    ["--preset", "tiny", "--set", "rendering=flat"],
    ["--preset", "tiny", "--precision", "float64", "--truncation", "0.5", "--evaluation-samples"],
    ["--seed", "5", "--set", "samples=5"],
  ])
  func aDumpIsMadeAgain(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let isFlat = arguments.contains("rendering=flat")
    let some = isFlat ? [] : Self.some
    let first = try run(arguments + some + ["--out", folder("a").path])
    #expect(first.status == 0, "\(first.errors)")
    let again = try run(["--again", folder("a").path, "--out", folder("b").path])
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.output.contains("equal to \(folder("a").path) bit for bit"))
    let files = try folder.files("a")
    #expect(try folder.files("b") == files)
    for name in files where name != "dump.json" && name != "index.html" {
      #expect(
        try Data(contentsOf: folder("a/\(name)")) == Data(contentsOf: folder("b/\(name)")),
        "\(name)")
    }
    var (one, two) = (try DumpRecord.read(in: folder("a")), try DumpRecord.read(in: folder("b")))
    #expect(two.command.contains("--again"))
    (one.command, two.command) = ([], [])
    #expect(one == two)
    // A dump that was made again can itself be made again.
    let third = try run(["--again", folder("b").path, "--out", folder("c").path])
    #expect(third.status == 0, "\(third.errors)")
  }

  @Test func aChangedDumpIsNoticed() throws {
    let folder = try TemporaryFolder()
    let made = try run(["--preset", "tiny"] + Self.some + ["--out", folder("a").path])
    #expect(made.status == 0, "\(made.errors)")
    func again(_ more: [String] = []) throws -> Command.Outcome {
      try run(["--again", folder("a").path, "--out", folder("b").path] + more)
    }
    let w = folder("a/w.npy")
    let bytes = try Data(contentsOf: w)
    var changed = bytes
    changed[changed.count - 1] ^= 1
    try changed.write(to: w)
    let different = try again()
    #expect(different.status == 1 && different.errors.contains("1 of 6 tensors differ"))
    #expect(different.errors.contains("the first is w.npy"), "\(different.errors)")
    try bytes.write(to: w)
    // Other latents give other tensors.
    let latents = folder("a/latents.safetensors")
    let stored = try SafetensorsFile(latents)
    var tensors = Dictionary(
      uniqueKeysWithValues: try stored.names.map { ($0, try stored.tensor($0)) })
    let kept = try Data(contentsOf: latents)
    tensors["wplus_expanded"] = try stored.tensor("wplus_expanded") + 0.5
    try SafetensorsFile.write(tensors, to: latents)
    let moved = try again()
    #expect(moved.status == 1 && moved.errors.contains("part01_psi.npy"), "\(moved.errors)")
    try kept.write(to: latents)
    #expect(try again().status == 0)
    // The weights are found by their fingerprint.
    try GeneratorFile(folder("other")).write(
      Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 1)))
    let other = try again(["--checkpoint", folder("other").path])
    #expect(other.status == 1 && other.errors.contains("fingerprint"), "\(other.errors)")
    try GeneratorFile(folder("moved")).write(
      Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 0)))
    #expect(try again(["--checkpoint", folder("moved").path]).status == 0)
  }

  /// Taken out of its folder, a picture still says what it is and what made it.
  @Test func everyPictureSaysWhatItIs() throws {
    let folder = try TemporaryFolder()
    let names = "wplus,part01_psi,render_depth,image"
    let made = try run(
      ["--preset", "tiny", "--seed", "3", "--names", names, "--out", folder("a").path])
    #expect(made.status == 0, "\(made.errors)")
    let record = try DumpRecord.read(in: folder("a"))
    for entry in try DumpWriter.entries(in: folder("a")) {
      let texts = PNGFile.texts(folder("a/\(entry.picture)"))
      #expect(texts["Title"] == entry.part.map { "\(entry.name): \($0)" } ?? entry.name)
      let shape = try #require(entry.shape).map(String.init).joined(separator: " × ")
      let description = texts["Description"] ?? ""
      #expect(description.hasPrefix(entry.caption) && description.contains("= \(shape)"))
      #expect((texts["Comment"] ?? "").contains("colors: \(entry.colorMap)"), "\(texts)")
      let source = texts["Source"] ?? ""
      #expect(source.hasPrefix("ssgan3d; Seed of the portrait: 3; "), "\(source)")
      #expect(source.contains(record.weights.fingerprint) && !source.contains(folder.url.path))
    }
    let depth = PNGFile.texts(folder("a/render_depth.png"))
    #expect((depth["Comment"] ?? "").contains("Σ w t, not divided by Σ w"), "\(depth)")
  }

  @Test func aKeyThatIsThereTwiceIsAnError() throws {
    let folder = try TemporaryFolder()
    let made = try run(["--preset", "tiny"] + Self.some + ["--out", folder("a").path])
    #expect(made.status == 0, "\(made.errors)")
    let text = try String(contentsOf: folder("a/dump.json"), encoding: .utf8)
    try Data(text.replacing("\"seed\"", with: "\"seed\" : 9,\n  \"seed\"", maxReplacements: 1).utf8)
      .write(to: folder("a/dump.json"))
    let again = try run(["--again", folder("a").path, "--out", folder("b").path])
    #expect(again.status == 1 && again.errors.contains("dump.json: has the key seed twice"))
    #expect(again.errorLines.count == 1, "\(again.errors)")
  }

  @Test func optionsThatTheDumpFixesAreRefused() throws {
    let folder = try TemporaryFolder()
    for option in [
      ["--seed", "1"], ["--yaw", "1"], ["--pitch", "1"], ["--truncation", "0.5"],
      ["--names", "w"], ["--precision", "float64"], ["--evaluation-samples"],
      ["--preset", "tiny"], ["--set", "parts=5"],
    ] {
      let outcome = try run(["--again", folder("a").path, "--out", folder("b").path] + option)
      #expect(
        outcome.status == 2 && outcome.errors.contains("\(option[0]) is fixed by the dump"),
        "\(outcome.errors)")
    }
    let onto = try run(["--again", folder("a").path, "--out", folder("a").path + "/."])
    #expect(onto.status == 2 && onto.errors.contains("--out is the folder"), "\(onto.errors)")
    let none = try run(["--again", folder("a").path, "--out", folder("b").path])
    #expect(none.status == 1 && none.errors.contains("dump.json: cannot be read"))
    #expect(none.errorLines.count == 1, "\(none.errors)")
  }

  /// The folder of a checkpoint keeps its configuration: a dump does not replace it.
  @Test func aCheckpointIsNotOverwritten() throws {
    let folder = try TemporaryFolder()
    try GeneratorFile(folder("model")).write(
      Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 0)))
    let before = try Data(contentsOf: folder("model/config.json"))
    let outcome = try run(["--preset", "tiny"] + Self.some + ["--out", folder("model").path])
    #expect(outcome.status == 2 && outcome.errors.contains("config.json"), "\(outcome.errors)")
    #expect(try Data(contentsOf: folder("model/config.json")) == before)
  }

  /// The latents of a dump are latents that `generate` reads.
  @Test func generateReadsTheLatentsOfADump() throws {
    let folder = try TemporaryFolder()
    try GeneratorFile(folder("model")).write(
      Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 0)))
    let model = ["--checkpoint", folder("model").path]
    #expect(try run(model + Self.some + ["--seed", "6", "--out", folder("d").path]).status == 0)
    for (name, portrait) in [
      ("a", ["--latents", folder("d/latents.safetensors").path]), ("b", ["--seed", "6"]),
    ] {
      let made = try Command.run(
        ["generate"] + model + portrait + ["--out", folder(name).path])
      #expect(made.status == 0, "\(made.errors)")
    }
    #expect(
      try Data(contentsOf: folder("a/found_image.png"))
        == Data(contentsOf: folder("b/seed0006_image.png")))
  }

  @Test func configPrintsTheConfigurationOfACheckpoint() throws {
    let folder = try TemporaryFolder()
    let model = try Configuration.tiny.setting(["parts=6", "liftingAlpha=0.5"])
    try GeneratorFile(folder("model")).write(
      Generator(model, ParameterPlan.generator(model).fresh(seed: 0)))
    let plain = try Command.run("config", "--checkpoint", folder("model").path)
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(try Data(plain.output.utf8) == model.json())
    let changed = try Command.run(
      "config", "--checkpoint", folder("model").path, "--set", "camera.fov=14")
    let printed = try Configuration(json: Data(changed.output.utf8))
    #expect(try printed == model.setting(["camera.fov=14"]))
    let file = try Command.run(
      "config", "--config", folder("model/config.json").path, "--set", "parts=5")
    #expect(try Configuration(json: Data(file.output.utf8)) == model.setting(["parts=5"]))
    let both = try Command.run("config", "--preset", "tiny", "--checkpoint", folder("model").path)
    #expect(both.status == 2 && both.errors.contains("exclude each other"), "\(both.errors)")
    let none = try Command.run("config", "--checkpoint", folder("nowhere").path)
    #expect(none.status == 1 && none.errorLines.count == 1, "\(none.errors)")
    let paper = try Command.run("config")
    #expect(try Configuration(json: Data(paper.output.utf8)) == .standard)
  }
}
