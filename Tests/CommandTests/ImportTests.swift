import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite("The commands import and export")
struct ImportTests {
  private static let published = Fixtures.url("Torch/published.pt").path

  @Test func importGenerateExport() throws {
    let folder = try TemporaryFolder()
    let model = folder("model").path
    let made = try Command.run("import", Self.published, "--out", model)
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("16 × 16 pixels and 3 parts"))
    for line in ["100 tensors of g_ema", "30 tensors of d", "not read: g, g_optim, d_optim"] {
      #expect(made.errors.contains(line), "\(made.errors)")
    }
    #expect(
      try folder.files("model")
        == ["config.json", "discriminator.safetensors", "generator.safetensors"])
    let pictures = try Command.run(
      "generate", "--checkpoint", model, "--truncation", "0.7", "--seed", "3", "--out",
      folder("p").path)
    #expect(pictures.status == 0, "\(pictures.errors)")
    let image = try PNGFile.read(folder("p/seed0003_image.png"), alpha: .keep)
    #expect(image.width == 16 && Set(image.samples).count > 8)
    for (flags, count) in [([], 111), (["--discriminator"], 38)] {
      let file = folder("e.safetensors")
      let written = try Command.run(
        ["export", "--checkpoint", model, "--out", file.path] + flags)
      #expect(written.status == 0 && written.output.hasPrefix("\(count) tensors"))
      #expect(try SafetensorsFile(file).names.count == count)
    }
    // The exported file can be used as weights.
    let weights = folder("g.safetensors").path
    #expect(try Command.run("export", "--checkpoint", model, "--out", weights).status == 0)
    let again = try Command.run(
      "generate", "--weights", weights, "--config", folder("model/config.json").path, "--seed", "3",
      "--truncation", "0.7", "--out", folder("q").path)
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      try Data(contentsOf: folder("q/seed0003_image.png"))
        == Data(contentsOf: folder("p/seed0003_image.png")))
  }

  /// A folder that is not empty is refused before any message about the file.
  @Test func aFolderInUseIsRefused() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: folder("x"))
    let outcome = try Command.run("import", Self.published, "--out", folder.url.path)
    #expect(outcome.status == 2 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("is not empty"))
  }

  @Test func theNetworkCanBeChosen() throws {
    let folder = try TemporaryFolder()
    for network in ["g", "g_ema"] {
      let outcome = try Command.run(
        "import", Self.published, "--network", network, "--out", folder(network).path)
      #expect(outcome.status == 0 && outcome.errors.contains("tensors of \(network),"))
    }
    #expect(
      try Data(contentsOf: folder("g/generator.safetensors"))
        != Data(contentsOf: folder("g_ema/generator.safetensors")))
    let wrong = try Command.run(
      "import", Self.published, "--network", "d", "--out", folder("d").path)
    #expect(wrong.status == 2 && wrong.errors.contains("g_ema"))
  }

  /// Damaged files give one line and status 1, and no output remains.
  @Test func damagedFilesLeaveNothing() throws {
    let folder = try TemporaryFolder()
    let whole = try Data(contentsOf: Fixtures.url("Torch/published.pt"))
    var spoiled = whole
    let noise = try SafetensorsFile(Fixtures.url("Torch/published.safetensors"))
      .tensor("g_ema/render_net.noises.noise_0").floats[0]
    let bytes = TorchBytes.little(Int(noise.bitPattern), 4)
    let place = try #require(whole.range(of: Data(bytes))).lowerBound
    spoiled[place] ^= 1
    let hostile = TorchBytes(instructions: Array("cos\nsystem\n".utf8)).file()
    let cases = [
      (whole.prefix(50_000), "zip archive"), (spoiled, "checksum"), (hostile, "os.system"),
      (TorchBytes(.dictionary([])).file(), "no g_ema"),
    ]
    for (data, problem) in cases {
      try Data(data).write(to: folder("a.pt"))
      let outcome = try Command.run("import", folder("a.pt").path, "--out", folder("m").path)
      #expect(outcome.status == 1 && outcome.output.isEmpty)
      let line = outcome.errorLines.last ?? ""
      #expect(line.hasPrefix("Error: \(folder("a.pt").path)") && line.contains(problem), "\(line)")
      #expect(outcome.errorLines.count { $0.hasPrefix("Error") } == 1)
      #expect(try folder.files("") == ["a.pt"])
    }
    let missing = try Command.run("export", "--checkpoint", folder("m").path, "--out", "x")
    #expect(missing.status == 1 && missing.errorLines.count == 1, "\(missing.errors)")
    #expect(missing.errors.contains(folder("m").path))
  }
}
