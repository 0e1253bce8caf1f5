import Camera
import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Nonsense that looks like a result is announced in one line on standard error.
@Suite("Warnings about results that mean nothing")
struct SenseTests {
  private func warnings(_ outcome: Command.Outcome) -> [Substring] {
    outcome.errorLines.filter { $0.hasPrefix("warning: ") }
  }

  /// The options beyond the usual ones, and the words of the one warning; nil for no warning.
  static let cases: [(options: [String], words: [String]?)] = [
    ([], nil),
    // 2.9 standard deviations of 0.3 and of 0.155 radians.
    (["--yaw", "2.44", "--pitch", "1.2"], nil),
    (["--yaw", "90"], ["yaw 90.000", "0.671 … 2.471", "radians", "90 degrees are 1.571"]),
    (["--yaw", "0.3"], ["yaw 0.300", "radians"]),
    (["--pitch", "0.9"], ["pitch 0.900", "1.106 … 2.036"]),
    (["--set", "camera.near=3", "--set", "camera.far=4"], ["camera.near", "0.813 to 1.196"]),
    (["--set", "camera.near=0", "--set", "camera.far=100"], ["camera.near", "volumeBox"]),
    (["--set", "initialDepth=[1,4,99,0]"], ["initialDepth", "part 2", "plane 103"]),
    (["--set", "initialDepth=[1,4,3.9,0]"], nil),
  ]

  @Test(arguments: cases.indices)
  func generateWarnsInOneLine(index: Int) throws {
    let (options, words) = Self.cases[index]
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["generate", "--preset", "tiny", "--out", folder("a").path] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = warnings(outcome)
    #expect(lines.count == (words == nil ? 0 : 1), "\(outcome.errors)")
    for word in words ?? [] { #expect(lines.first?.contains(word) == true, "\(lines)") }
  }

  /// An orbit around a usual pose may leave the poses of training.
  @Test func anOrbitIsJudgedByItsFarthestFrame() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "generate", "--preset", "tiny", "--yaw", "2.4", "--orbit", "4", "--out", folder("a").path)
    #expect(
      warnings(outcome).count == 1 && outcome.errors.contains("yaw 2.850"), "\(outcome.errors)")
  }

  @Test func everyCommandWithAPoseWarns() throws {
    let folder = try TemporaryFolder()
    let fixture = ShippedModelTests.clone.appendingPathComponent("Fixtures/Portrait/front.png").path
    for (arguments, name) in [
      (["transfer", "--preset", "tiny", "--from", "2", "--part", "face"], "a"),
      (["dump", "--preset", "tiny", "--names", "image"], "b"),
      (["invert", "--preset", "tiny", "--image", fixture, "--iterations", "1"], "c"),
    ] {
      let outcome = try Command.run(arguments + ["--yaw", "3.5", "--out", folder(name).path])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(warnings(outcome).count == 1 && outcome.errors.contains("yaw 3.500"), "\(name)")
    }
    // The dump itself tells whoever opens it later.
    let page = try String(contentsOf: folder("b/index.html"), encoding: .utf8)
    let record = try DumpRecord.read(in: folder("b"))
    #expect(page.contains("yaw 3.500") && record.warnings.first?.contains("yaw 3.500") == true)
  }

  @Test func trainingWarnsBeforeItBegins() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "train", "--data", "procedural:4", "--preset", "mini", "--set", "camera.near=3", "--set",
      "camera.far=4", "--iterations", "0", "--batch", "2", "--out", folder("run").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(warnings(outcome).count == 1 && outcome.errors.contains("camera.near"))
    let config = try Command.run("config", "--set", "camera.near=3", "--set", "camera.far=4")
    #expect(config.status == 0 && warnings(config).count == 1, "\(config.errors)")
  }

  /// With all densities 0, render_depth is 0 beside a depth16 of 65535.
  @Test func aVolumeWithNothingDenseIsAnnounced() throws {
    let folder = try TemporaryFolder()
    var parameters = ParameterPlan.generator(.tiny).fresh(seed: 8)
    for (name, tensor) in parameters.tensors where name.hasSuffix("to_sigma.bias") {
      parameters.tensors[name] = tensor - 1000.0
    }
    try GeneratorFile(folder("model")).write(Generator(.tiny, parameters))
    let model = ["--checkpoint", folder("model").path, "--out"]
    let made = try Command.run(["generate", "--seed", "1-2"] + model + [folder("a").path])
    #expect(made.status == 0 && warnings(made).count == 1, "\(made.errors)")
    #expect(made.errors.contains("volumes of 2 of 2 portraits"))
    let depth = try PNGFile.read(folder("a/seed0001_depth16.png"), alpha: .keep)
    #expect(depth.samples.allSatisfy { $0 == 65535 })
    let dump = try Command.run(["dump", "--names", "render_depth"] + model + [folder("b").path])
    #expect(dump.status == 0 && warnings(dump).count == 1, "\(dump.errors)")
    let page = try String(contentsOf: folder("b/index.html"), encoding: .utf8)
    #expect(page.contains("nothing in the volume is dense"))
    let sound = try Command.run(
      "dump", "--preset", "tiny", "--names", "w", "--out", folder("c").path)
    #expect(sound.status == 0 && warnings(sound).isEmpty, "\(sound.errors)")
    #expect(try DumpRecord.read(in: folder("c")).warnings.isEmpty)
    #expect(try String(contentsOf: folder("c/index.html"), encoding: .utf8).contains("no warnings"))
  }

  /// Trained weights of one mode mean nothing in another; a view from another camera is fine.
  @Test func anotherModeThanThatOfTheTrainingIsAnnounced() throws {
    let folder = try TemporaryFolder()
    try GeneratorFile(folder("model")).write(
      Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 8)))
    func run(_ assignments: String...) throws -> [Substring] {
      let outcome = try Command.run(
        ["generate", "--checkpoint", folder("model").path, "--out", folder("a").path]
          + assignments.flatMap { ["--set", $0] })
      #expect(outcome.status == 0, "\(outcome.errors)")
      return warnings(outcome)
    }
    let mode = try run("depthMode=absolute")
    #expect(mode.count == 1 && mode[0].contains("depthMode=absolute (trained with relative)"))
    #expect(try run("depthMode=relative", "camera.fov=14", "evaluationSamples=20").isEmpty)
    #expect(try run("initialDepth=[1,4,0,1]").first?.contains("has no effect") == true)
    let fresh = try Command.run(
      "generate", "--preset", "tiny", "--set", "depthMode=absolute", "--out", folder("b").path)
    #expect(fresh.status == 0 && warnings(fresh).isEmpty, "\(fresh.errors)")
  }

  /// `--set` describes weights of another shape than the preset's, or the message names what does.
  @Test func weightsOfAnotherShapeAreDescribedBySet() throws {
    let folder = try TemporaryFolder()
    let fields = ["parts=5", "latentWidth=16", "imageSize=64", "textureLayers=2"]
    let model = try Configuration.tiny.setting(fields)
    let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 3))
    try GeneratorFile(folder("model")).write(generator)
    let weights = folder("model/generator.safetensors").path
    let arguments = ["generate", "--weights", weights, "--preset", "tiny", "--out"]
    let misfit = try Command.run(arguments + [folder("a").path])
    #expect(misfit.status == 2 && misfit.errorLines.count == 1, "\(misfit.errors)")
    let named = misfit.errors.components(separatedBy: "--set ").dropFirst().map {
      $0.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let proposed = try Configuration.tiny.setting(named.map { String($0.split(separator: ";")[0]) })
    #expect(
      proposed.parts == 5 && proposed.latentWidth == 16 && proposed.imageSize == 64
        && proposed.layersPerPart == 4, "\(misfit.errors)")
    let fitting = try Command.run(
      arguments + [folder("b").path] + fields.flatMap { ["--set", $0] })
    #expect(fitting.status == 0, "\(fitting.errors)")
    let plain = try Command.run(
      "generate", "--checkpoint", folder("model").path, "--out", folder("c").path)
    #expect(plain.status == 0)
    #expect(
      try Data(contentsOf: folder("b/seed0000_image.png"))
        == Data(contentsOf: folder("c/seed0000_image.png")))
  }
}
