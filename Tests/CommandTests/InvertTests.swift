import Foundation
import PortraitModel
import TensorFiles
import TestSupport
import Testing

@Suite("The command invert")
struct InvertTests {
  private static let portrait = ShippedModelTests.clone.appendingPathComponent("Fixtures/Portrait")
  private static let image = portrait.appendingPathComponent("front.png").path
  private static let labels = portrait.appendingPathComponent("labels.png").path

  /// A found portrait can be rendered from its pose and edited like any other.
  @Test func whatIsFoundIsAPortraitLikeOthers() throws {
    let folder = try TemporaryFolder()
    let found = try Command.run(
      "invert", "--image", Self.image, "--labels", Self.labels, "--classes", "13", "--iterations",
      "3", "--out", folder("a").path)
    #expect(found.status == 0 && found.output.hasPrefix("PSNR "), "\(found.errors)")
    #expect(found.output.contains("mask mIoU") && found.errors.contains("3 of 3 steps"))
    #expect(
      try folder.files("a") == [
        "found_depth16.json", "found_depth16.png", "found_image.png", "found_mask.png",
        "inversion.json",
        "latents.safetensors", "loss.png", "sheet.png", "target_image.png",
      ])
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: folder("a/inversion.json")))
    let figures = try #require(json as? [String: Any])
    let (yaw, pitch) = (try #require(figures["yaw"]), try #require(figures["pitch"]))
    let latents = folder("a/latents.safetensors").path
    let again = try Command.run(
      "generate", "--latents", latents, "--yaw", "\(yaw)", "--pitch", "\(pitch)", "--out",
      folder("b").path)
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      try Data(contentsOf: folder("b/found_image.png"))
        == Data(contentsOf: folder("a/found_image.png")))
    let edited = try Command.run(
      "transfer", "--latents", latents, "--from", "7", "--part", "hair", "--out", folder("c").path)
    #expect(edited.status == 0 && edited.output.contains("D_mean"), "\(edited.errors)")

    // With truncation 0 it becomes the mean face, like any other portrait.
    for (name, portrait) in [("e", ["--latents", latents]), ("f", ["--seed", "1"])] {
      let mean = try Command.run(
        ["generate", "--truncation", "0", "--out", folder(name).path] + portrait)
      #expect(mean.status == 0, "\(mean.errors)")
    }
    #expect(
      try Data(contentsOf: folder("e/found_image.png"))
        == Data(contentsOf: folder("f/seed0001_image.png")))
    let fresh = try Command.run(
      "generate", "--preset", "small", "--latents", latents, "--out", folder("d").path)
    #expect(fresh.status == 0 && fresh.errors.contains("of other weights"), "\(fresh.errors)")
    #expect(!again.errors.contains("warning"), "\(again.errors)")

    let misfit = try Command.run(
      "generate", "--checkpoint",
      ShippedModelTests.clone.appendingPathComponent("Docs/Training/mini").path, "--latents",
      latents, "--out", folder("d").path)
    #expect(misfit.status == 1 && misfit.errorLines.count == 1, "\(misfit.errors)")
    #expect(misfit.errors.contains("use the generator with which they were found"))
    let weights = ShippedModelTests.checkpoint.appendingPathComponent(GeneratorFile.weightsName)
    let stranger = try Command.run(
      "generate", "--latents", weights.path, "--out", folder("d").path)
    #expect(stranger.status == 1 && stranger.errors.contains("have the shape of latents"))
  }

  /// The output does not overwrite the input image.
  @Test func theTargetIsNotOverwritten() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder("a"))
    let target = folder("a/target_image.png")
    try FileManager.default.copyItem(at: URL(fileURLWithPath: Self.image), to: target)
    let outcome = try Command.run(
      "invert", "--image", target.path, "--iterations", "1", "--out", folder("a").path)
    #expect(outcome.status == 2 && outcome.errors.contains("choose another folder"))
    #expect(try folder.files("a") == ["target_image.png"])
    #expect(try Data(contentsOf: target) == Data(contentsOf: URL(fileURLWithPath: Self.image)))
  }

  static let wrong: [(arguments: [String], status: Int32, word: String)] = [
    (["--out", "x"], 2, "--image"),
    (["--image", "", "--out", "x"], 2, "--image is empty"),
    (["--image", "IMAGE", "--labels", "LABELS", "--out", "x"], 2, "--labels need --classes"),
    (["--image", "IMAGE", "--classes", "13", "--out", "x"], 2, "give both or neither"),
    (["--image", "IMAGE", "--iterations", "0", "--out", "x"], 2, "--iterations is 0"),
    (["--image", "IMAGE", "--rate", "0", "--out", "x"], 2, "--rate is 0.0"),
    (["--image", "IMAGE", "--rate", "nan", "--out", "x"], 2, "--rate is nan"),
    (["--image", "IMAGE", "--yaw", "inf", "--out", "x"], 2, "--yaw is inf"),
    (["--image", "IMAGE", "--pitch", "4", "--out", "x"], 2, "--pitch is 4.0"),
    (["--image", "IMAGE", "--preset", "semanticStyleGAN", "--out", "x"], 2, "flat"),
    (["--image", "nowhere.png", "--out", "x"], 1, "nowhere.png"),
    (["--image", "LABELS", "--preset", "paper", "--out", "x"], 1, "the model has 512 × 512"),
  ]

  @Test(arguments: wrong.indices)
  func wrongUseIsOneLine(index: Int) throws {
    let (arguments, status, word) = Self.wrong[index]
    let places = ["IMAGE": Self.image, "LABELS": Self.labels]
    let outcome = try Command.run(["invert"] + arguments.map { places[$0] ?? $0 })
    #expect(outcome.status == status && outcome.output.isEmpty, "\(outcome.errors)")
    let line = outcome.errorLines.first { $0.hasPrefix("Error: ") }
    #expect(line?.contains(word) == true, "\(outcome.errors)")
  }

  @Test(arguments: ["generate", "transfer"])
  func seedAndLatentsExcludeEachOther(command: String) throws {
    let more = command == "transfer" ? ["--from", "1", "--part", "hair"] : []
    let outcome = try Command.run(
      [command, "--latents", "x", "--seed", "1", "--out", "y"] + more)
    #expect(outcome.status == 2 && outcome.errors.contains("give only one"), "\(outcome.errors)")
  }
}
