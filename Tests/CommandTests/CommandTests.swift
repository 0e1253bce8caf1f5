import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite("The command ssgan3d")
struct CommandTests {
  @Test func configOutputCanBeReadAgain() throws {
    let outcome = try Command.run("config", "--preset", "tiny", "--set", "camera.fov=14")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let model = try Configuration(json: Data(outcome.output.utf8))
    #expect(try model == Configuration.tiny.setting(["camera.fov=14"]))
  }

  /// Output that cannot be written is a failure, whether it is written at once or buffered until the end.
  @Test(arguments: [
    ["config"], ["dataset", "check", "procedural:1"], ["--help"], ["generate", "--help"],
    ["--version"], ["--generate-completion-script", "bash"],
  ])
  func aFullDiskBehindStandardOutputIsAFailure(arguments: [String]) throws {
    let outcome = try Command.run(
      ["-c", "exec \"$0\" \"$@\" > /dev/full", Command.program.path] + arguments,
      program: URL(fileURLWithPath: "/bin/sh"))
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.errorLines.last?.hasPrefix("Error: ") == true, "\(outcome.errors)")
    #expect(outcome.errors.lowercased().contains("space") || outcome.errors.contains("full"))
  }

  /// Swift would repair the name, and the command would write to another place than it was told.
  @Test func aPathThatIsNotUTF8IsRefused() throws {
    let folder = try TemporaryFolder()
    for (place, words) in [
      ("--out \"$(printf 'a\\377')\"", ["argument 5", "a\\xFF"]),
      ("--out x", ["current folder", "b\\xFE"]),
    ] {
      let inside =
        place == "--out x" ? "mkdir \"$(printf 'b\\376')\" && cd \"$(printf 'b\\376')\" && " : ""
      let outcome = try Command.run(
        ["-c", inside + "exec \"$0\" generate --preset tiny " + place, Command.program.path],
        program: URL(fileURLWithPath: "/bin/sh"), in: folder.url)
      #expect(outcome.status == 2 && outcome.errorLines.count == 1, "\(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
      if inside.isEmpty { #expect(try folder.files("").isEmpty) }
    }
  }

  /// Usage errors: the arguments, and a word that the error line must contain.
  static let wrong: [(arguments: [String], word: String)] = [
    (["config", "--set", "parts=one"], "parts"),
    (["config", "--preset", "huge"], "small"),
    (["generate", "--preset", "huge", "--out", "x"], "small"),
    (["generate", "--preset", "tiny", "--config", "x", "--out", "x"], "--preset"),
    (["generate", "--weights", "x", "--out", "x"], "--config"),
    (["generate", "--preset", "tiny", "--pitch", "4", "--out", "x"], "--pitch"),
    (["generate", "--preset", "tiny", "--orbit", "1", "--out", "x"], "--orbit"),
    (["generate", "--preset", "tiny", "--set", "nose=1", "--out", "x"], "nose"),
    (
      ["generate", "--preset", "tiny", "--seed", "1", "2", "--count", "3", "--out", "x"], "--count"
    ),
    (["transfer", "--preset", "tiny", "--part", "face", "--out", "x"], "--from"),
    (["transfer", "--preset", "tiny", "--from", "2", "--out", "x"], "part"),
    (["transfer", "--preset", "tiny", "--from", "2", "--part", "tail", "--out", "x"], "face"),
    (
      [
        "transfer", "--preset", "tiny", "--from", "2", "--part", "face", "--aspect", "color",
        "--out", "x",
      ], "texture"
    ),
    (["interpolate", "--preset", "tiny", "--out", "x"], "--to SEED or --to-latents"),
    (["interpolate", "--preset", "tiny", "--to", "2", "--steps", "1", "--out", "x"], "2 … 100"),
    (["interpolate", "--preset", "tiny", "--to", "2", "--part", "tail", "--out", "x"], "face"),
    (["interpolate", "--preset", "tiny", "--to", "0-9999", "--out", "x"], "at most 20000"),
    (["compose", "--preset", "tiny", "--order", "tail", "--out", "x"], "face"),
    (["compose", "--preset", "tiny", "--views", "10", "--out", "x"], "1 … 9"),
    (["compose", "--preset", "semanticStyleGAN", "--out", "x"], "flat"),
    (["verify", "x", "--tolerance", "nan"], "--tolerance"),
    (["dump", "--preset", "tiny", "--names", "imge", "--out", "x"], "image"),
    (["dump", "--preset", "tiny", "--names", "all,imge", "--out", "x"], "image"),
    (["generate", "--preset", "tiny", "--truncation", "1e300", "--out", "x"], "--truncation"),
    (["generate", "--preset", "tiny", "--pitch", "-0.3", "--out", "x"], "--pitch is -0.3"),
    (["generate", "--preset", "tiny", "--set", "latentWidth=1048576", "--out", "x"], "GiB"),
    (["generate", "--preset", "tiny", "--out", ""], "--out is empty"),
    (["generate", "--checkpoint", "", "--out", "x"], "--checkpoint is empty"),
    (["dump", "--preset", "tiny", "--out", ""], "--out is empty"),
    (["import", "x.pt", "--out", ""], "--out is empty"),
    (["export", "--checkpoint", "x", "--out", ""], "--out is empty"),
    (["verify", ""], "is empty"),
    (["generate", "--preset", "tiny"], "ssgan3d generate --help"),
    (["verify", "x", "--precision", "int32"], "ssgan3d verify --help"),
    (["nothing"], "ssgan3d --help"),
  ]

  @Test(arguments: wrong.indices)
  func wrongUseEndsWithTwo(index: Int) throws {
    let use = Self.wrong[index]
    let outcome = try Command.run(use.arguments)
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    let line = outcome.errorLines.first { $0.hasPrefix("Error: ") }
    #expect(line?.contains(use.word) == true, "\(outcome.errors)")
  }

  /// A relative path leads into an empty folder, so that no test writes into the repository.
  @Test func relativePathsLeaveTheRepositoryAlone() throws {
    let name = "written-by-a-test"
    let arguments = ["--preset", "tiny", "--out", name]
    #expect(try Command.run(["generate"] + arguments).status == 0)
    let data = ["--data", "procedural:2", "--set", "parts=13", "--batch", "1"]
    #expect(try TrainProcess.train(arguments + data + ["--iterations", "0"]).status == 0)
    for folder in [FileManager.default.currentDirectoryPath, ShippedModelTests.clone.path] {
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(name)"))
    }
  }

  @Test func onlyFloatingPointPrecisionsAreAccepted() throws {
    let outcome = try Command.run("verify", "x", "--precision", "int32")
    #expect(outcome.errors.contains("float32") && outcome.errors.contains("float64"))
    #expect(outcome.errors.components(separatedBy: "int32").count == 2, "\(outcome.errors)")
  }

  @Test func theVersionIsPrinted() throws {
    let outcome = try Command.run("--version")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("ssgan3d "))
  }

  /// Files that cannot be read or written give one line and status 1, before any other message.
  @Test func environmentErrorsEndWithOne() throws {
    let folder = try TemporaryFolder()
    try Data("{ parts }".utf8).write(to: folder("bad.json"))
    let inside = folder("bad.json/x").path
    let cases: [(arguments: [String], words: [String])] = [
      (["generate", "--preset", "tiny", "--out", inside], [inside]),
      (["dump", "--preset", "tiny", "--out", inside], ["bad.json"]),
      (["generate", "--config", folder("bad.json").path, "--out", "x"], ["bad.json", "JSON"]),
      (["generate", "--checkpoint", folder("no").path, "--out", "x"], ["no such folder"]),
      (["export", "--checkpoint", folder("no").path, "--out", "x"], ["no such folder"]),
      (["verify", folder("no").path], ["no such folder"]),
      (["verify", folder.url.path], ["is not a case"]),
    ]
    for (arguments, words) in cases {
      let outcome = try Command.run(arguments)
      #expect(outcome.status == 1 && outcome.errorLines.count == 1, "\(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    }
  }

  @Test func negativeAnglesAreTaken() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "generate", "--preset", "tiny", "--yaw", "-0.3", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func generateWritesEveryPicture() throws {
    let folder = try TemporaryFolder()
    let arguments = ["generate", "--preset", "tiny", "--seed", "1", "12", "--orbit", "3", "--out"]
    let outcome = try Command.run(arguments + [folder("a").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("fresh weights (seed 0)"))
    var expected = ["grid.png"]
    for seed in ["seed0001", "seed0012"] {
      expected += ["image", "mask", "depth", "depth16", "orbit"].map { "\(seed)_\($0).png" }
      expected.append("\(seed)_depth16.json")
      expected += ["\(seed)_orbit"] + (0..<3).map { "\(seed)_orbit/frame00\($0).png" }
    }
    #expect(try folder.files("a") == expected.sorted())
    let image = try PNGFile.read(folder("a/seed0012_image.png"), alpha: .keep)
    #expect(image.width == 32 && image.height == 32 && image.channels == 3)
    #expect(Set(image.samples).count > 8)
    let depth = try PNGFile.read(folder("a/seed0012_depth16.png"), alpha: .keep)
    #expect(depth.width == 16 && depth.bitsPerSample == 16 && Set(depth.samples).count > 8)
    // A second run writes the same bytes.
    #expect(try Command.run(arguments + [folder("b").path]).status == 0)
    for file in expected where file.hasSuffix(".png") {
      #expect(
        try Data(contentsOf: folder("a/\(file)")) == Data(contentsOf: folder("b/\(file)")),
        "\(file)")
    }
  }

  /// Replacing a part by itself changes nothing; replacing it by that of another portrait changes the image.
  ///
  /// The printed difference is that of the files.
  @Test func transferExchangesParts() throws {
    let folder = try TemporaryFolder()
    func transfer(_ arguments: String...) throws -> Command.Outcome {
      try Command.run(["transfer", "--preset", "tiny", "--seed", "1"] + arguments)
    }
    let same = try transfer("--from", "1", "--part", "face", "--out", folder("a").path)
    #expect(same.status == 0, "\(same.errors)")
    #expect(same.output.hasPrefix("D_mean 0.0000, "))
    let names = ["donor", "edited", "portrait"].flatMap { ["\($0)_image.png", "\($0)_mask.png"] }
    #expect(
      try folder.files("a")
        == (names + ["difference.png", "difference_masked.png", "sheet.png"]).sorted())
    let other = try transfer(
      "--from", "2", "--part", "face", "1", "--aspect", "texture", "--out", folder("b").path)
    #expect(other.status == 0, "\(other.errors)")
    func image(_ path: String) throws -> [Double] {
      try PNGFile.read(folder(path), alpha: .keep).samples.map { Double($0) / 255 }
    }
    let (before, after) = (try image("b/portrait_image.png"), try image("b/edited_image.png"))
    let mean = zip(before, after).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(before.count)
    #expect(mean > 0.001)
    #expect(
      other.output.hasPrefix("D_mean \(String(format: "%.4f", mean)), outside the old and"))
    // The two portraits are those that `generate` makes.
    let made = try Command.run(
      "generate", "--preset", "tiny", "--seed", "1", "2", "--out", folder("c").path)
    #expect(made.status == 0)
    #expect(try image("c/seed0001_image.png") == before)
    #expect(try image("c/seed0002_image.png") == image("b/donor_image.png"))
  }

  /// The parts are computed once for all frames, and each frame equals the portrait from its pose.
  @Test func anOrbitFrameEqualsThePortraitFromItsPose() throws {
    let folder = try TemporaryFolder()
    let arguments = ["generate", "--preset", "tiny", "--seed", "3", "--pitch"]
    let turn = try Command.run(arguments + ["1.4", "--orbit", "4", "--out", folder("a").path])
    #expect(turn.status == 0, "\(turn.errors)")
    // The orbit begins one standard deviation of the training pitch below its center.
    let pitch = "\(1.4 + Configuration.tiny.camera.pitchDeviation)"
    #expect(try Command.run(arguments + [pitch, "--out", folder("b").path]).status == 0)
    let frame = try Data(contentsOf: folder("a/seed0003_orbit/frame000.png"))
    #expect(try frame == Data(contentsOf: folder("b/seed0003_image.png")))
    #expect(try frame != Data(contentsOf: folder("a/seed0003_image.png")))
  }

  /// `--set` changes a field if the weights still fit; otherwise the error names field and tensor.
  @Test func fieldsAreSetIfTheWeightsFit() throws {
    let folder = try TemporaryFolder()
    let generator = Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 8))
    try GeneratorFile(folder("model")).write(generator)
    let arguments = ["generate", "--checkpoint", folder("model").path, "--out", folder("a").path]
    let plain = try Command.run(arguments)
    #expect(plain.status == 0, "\(plain.errors)")
    let image = folder("a/seed0000_image.png")
    let before = try Data(contentsOf: image)
    let wider = try Command.run(arguments + ["--set", "camera.fov=20", "--set", "depthPlanes=9"])
    #expect(wider.status == 0, "\(wider.errors)")
    #expect(try Data(contentsOf: image) != before)
    let misfit = try Command.run(
      arguments + ["--set", "camera.fov=20", "--set", "localChannels=9"])
    #expect(misfit.status == 2 && misfit.errorLines.count == 1, "\(misfit.errors)")
    #expect(misfit.errors.contains("--set localChannels=9: "))
    #expect(misfit.errors.contains("generator.safetensors: pos_embed.weights has shape"))
  }

  @Test func maskFilesHoldTheMostProbableClass() throws {
    let folder = try TemporaryFolder()
    #expect(
      try Command.run("generate", "--preset", "tiny", "--seed", "5", "--out", folder("a").path)
        .status == 0)
    let mask = try PNGFile.readIndexed(folder("a/seed0005_mask.png"))
    let generator = Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 0))
    var options = Generator.Options()
    options.samples = (12, 12)
    let made = generator(
      expandedLatents: generator.latents(seed: 5).expanded,
      poses: Tensor([1, 2], [Float.pi / 2, .pi / 2]), options: options)
    #expect(mask.indices.map(Int32.init) == made.mask[0].argmax(axis: 0).integers)
  }

  @Test func theFlatModelHasNoDepthAndNoCamera() throws {
    let folder = try TemporaryFolder()
    let config = folder("flat.json")
    try Configuration.tiny.setting(["rendering=flat"]).json().write(to: config)
    let arguments = ["generate", "--config", config.path, "--out", folder("a").path]
    let outcome = try Command.run(arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      try folder.files("a") == ["grid.png", "seed0000_image.png", "seed0000_mask.png"])
    for option in [["--orbit", "4"], ["--yaw", "1.5"], ["--pitch", "1.5"]] {
      let turned = try Command.run(arguments + option)
      #expect(turned.status == 2 && turned.errors.contains("\(option[0]): "), "\(turned.errors)")
    }
    let dump = try Command.run("dump", "--config", config.path, "--out", folder("d").path)
    #expect(dump.status == 0, "\(dump.errors)")
    let files = try folder.files("d").filter { $0.hasSuffix(".npy") }
    #expect(
      Set(files) == Set(try DumpNames.all(.tiny.setting(["rendering=flat"])).map { "\($0).npy" }))
  }

  @Test func dumpWritesTheRequestedTensors() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "dump", "--preset", "tiny", "--names", "w, part01_psi,image", "--precision", "float64",
      "--seed", "3", "--out", folder("d").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let index = try JSONDecoder().decode(
      [DumpEntry].self, from: try Data(contentsOf: folder("d/index.json")))
    #expect(index.map(\.name) == ["w", "part01_psi", "image"])
    let w = try NPYFile.read(folder("d/w.npy")).tensor
    let parameters = ParameterPlan.generator(.tiny).fresh(seed: 0).cast(to: .float64)
    expectClose(w, Generator(.tiny, parameters).latents(seed: 3).w[0], within: .exact)
    let page = try String(contentsOf: folder("d/index.html"), encoding: .utf8)
    #expect(page.contains("alt=\"part01_psi, [D, H, W] = 8 × 16 × 16"))
  }

  @Test func checkpointsAreReadAndKeepTheirMeanLatent() throws {
    let folder = try TemporaryFolder()
    let checkpoint = GeneratorFile(folder("model"))
    let generator = Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 8))
    try checkpoint.write(generator)
    let arguments = ["generate", "--checkpoint", folder("model").path, "--truncation", "0.5"]
    let outcome = try Command.run(arguments + ["--out", folder("a").path])
    #expect(outcome.status == 0 && !outcome.errors.contains("fresh"), "\(outcome.errors)")
    let kept = try SafetensorsFile(folder("model/mean_latent.safetensors"))
    expectClose(try kept.tensor("mean_latent"), generator.meanLatent(), within: .exact)
    // A truncated file gives one line and status 1.
    let weights = folder("model/generator.safetensors")
    try Data(try Data(contentsOf: weights).prefix(5000)).write(to: weights)
    let broken = try Command.run(arguments + ["--out", folder("b").path])
    #expect(broken.status == 1 && broken.errorLines.count == 1, "\(broken.errors)")
    #expect(broken.errors.contains(weights.path))
  }
}
