import Foundation
import ModelConfiguration
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import PortraitModel

/// Checkpoints in the layout of SemanticStyleGAN's programs; `published.pt` was written by torch.
@Suite("Published checkpoints")
struct PublishedCheckpointTests {
  static let url = Fixtures.url("Torch/published.pt")

  /// The configuration of the file, written by hand.
  static let model: Configuration = {
    var model = Configuration.semanticStyleGAN
    (model.imageSize, model.coarseSize, model.minFeatureSize, model.parts) = (16, 8, 4, 3)
    (model.latentWidth, model.mappingLayers, model.localChannels) = (8, 2, 4)
    (model.featureChannels, model.fourierFrequencies) = (6, 4)
    (model.baseLayers, model.shapeLayers, model.textureLayers) = (2, 1, 1)
    (model.channelBase, model.channelMax, model.transparentParts) = (64, 4, [2])
    return model
  }()

  /// Returns the tensors of one network as torch read them, without the filter kernels.
  private func expected(_ key: String) throws -> [String: Tensor] {
    let file = try SafetensorsFile(Fixtures.url("Torch/published.safetensors"))
    var tensors: [String: Tensor] = [:]
    for name in file.names where name.hasPrefix(key + "/") && !name.hasSuffix(".kernel") {
      tensors[String(name.dropFirst(key.count + 1))] = try file.tensor(name)
    }
    return tensors
  }

  private func expectSame(_ got: [String: Tensor], _ expected: [String: Tensor]) {
    #expect(got.keys.sorted() == expected.keys.sorted() && !got.isEmpty)
    for (name, tensor) in got {
      if let other = expected[name] { expectClose(tensor, other, within: .exact, name) }
    }
  }

  @Test(arguments: PublishedCheckpoint.Network.allCases)
  func importedTensorsEqualThoseOfTorch(network: PublishedCheckpoint.Network) throws {
    let published = try PublishedCheckpoint(Self.url, network: network)
    #expect(published.model == Self.model)
    #expect(published.tensorCount == 130 && published.hasDiscriminator)
    expectSame(try published.generator().parameters.tensors, try expected(network.rawValue))
    expectSame(try #require(try published.discriminator()).tensors, try expected("d"))
    let rest = network == .live ? "g_ema" : "g"
    #expect(published.remarks.contains("not read: \(rest), g_optim, d_optim"))
    // The two generators differ, so that reading the wrong one would be noticed.
    #expect(
      try expected("g")["style.1.bias"]?.floats != expected("g_ema")["style.1.bias"]?.floats)
  }

  /// The import writes an ordinary checkpoint, whose export equals the tensors of torch.
  @Test func importAndExportAreARoundTrip() throws {
    let folder = try TemporaryFolder()
    var count = 0
    try PublishedCheckpoint(Self.url).write(to: folder("a/b")) { count += 1 }
    #expect(count == 130)
    let checkpoint = GeneratorFile(folder("a/b"))
    let generator = try checkpoint.read()
    #expect(generator.configuration == Self.model)
    expectSame(generator.parameters.tensors, try expected("g_ema"))
    let theirs = try SafetensorsFile(Fixtures.url("Torch/published.safetensors"))
    for (key, isDiscriminator, count) in [("g_ema", false, 111), ("d", true, 38)] {
      let file = folder("\(key).safetensors")
      #expect(try checkpoint.export(to: file, discriminator: isDiscriminator) == count)
      let ours = try SafetensorsFile(file)
      #expect(ours.metadata["format"] == "pt")
      let names = theirs.names.filter { $0.hasPrefix("\(key)/") }
      #expect(Set(ours.names.map { "\(key)/\($0)" }) == Set(names) && names.count == count)
      for name in ours.names {
        expectClose(
          try ours.tensor(name), try theirs.tensor("\(key)/\(name)"), within: .exact, name)
      }
    }
  }

  @Test func aFolderWithFilesIsNotChanged() throws {
    let folder = try TemporaryFolder()
    let published = try PublishedCheckpoint(Self.url)
    try FileManager.default.createDirectory(at: folder("empty"), withIntermediateDirectories: false)
    try published.write(to: folder("empty"))
    #expect(throws: Never.self) { try GeneratorFile(folder("empty")).read() }
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    for path in ["empty", "empty/config.json"] {
      let error = #expect(throws: TensorFileError.self) { try published.write(to: folder(path)) }
      #expect("\(try #require(error))".hasPrefix(folder(path).path))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == before)
  }

  // MARK: - Checkpoints with flaws

  /// The generator of `published.pt` and its options, for tests to change and write.
  private struct Copy {
    var tensors: [String: Tensor]
    var options: [String: TorchBytes.Value]?

    func write(to url: URL) throws {
      var items: [(String, TorchBytes.Value)] = [
        (
          "g_ema",
          .dictionary(tensors.sorted { $0.key < $1.key }.map { ($0.key, .tensor($0.value)) })
        )
      ]
      if let options {
        items.append(("args", .namespace(options.sorted { $0.key < $1.key })))
      }
      try TorchBytes(.dictionary(items)).file().write(to: url)
    }
  }

  private func copy() throws -> Copy {
    Copy(
      tensors: try expected("g_ema"),
      options: [
        "size": .number(16), "base_layers": .number(2), "depth_layers": .number(3),
        "local_layers": .number(4), "seg_dim": .number(3), "transparent_dims": .tuple([.number(2)]),
        "residual_refine": .flag(true), "lr": .real(0.002), "ckpt": .none,
      ])
  }

  /// Changes, and the words that their one-line messages must contain.
  private static let flaws: [(change: @Sendable (inout Copy) -> Void, problem: String)] = [
    ({ $0.tensors["style.2.bias"] = nil }, "there is no tensor style.2.bias [8]"),
    ({ $0.tensors["style.1.weight"] = nil }, "there is no tensor style.1.weight"),
    ({ $0.tensors["style.1.weight"] = .ones([8, 9]) }, "style.1.weight has shape [8, 9]"),
    ({ $0.tensors["style.1.weight"] = .ones([]) }, "style.1.weight has shape []"),
    ({ $0.tensors["pos_embed.weights"] = .ones([4, 0]) }, "which no generator has"),
    (
      { $0.tensors["local_nets.1.to_depth.bias"] = .ones([1, 2, 1, 1]) },
      "local_nets.1.to_depth.bias has shape [1, 2, 1, 1], but the configuration requires [1, 1, 1, 1]"
    ),
    ({ $0.tensors["local_nets.0.to_depth.bias"] = .ones([1, 1, 1, 1]) }, "is not a parameter"),
    ({ $0.tensors["local_nets.2.to_feat.bias"] = nil }, "seg_dim = 3, the tensors have 2"),
    ({ $0.tensors["render_net.noises.noise_0"] = nil }, "no tensor render_net.noises.noise_0"),
    ({ $0.tensors["render_net.noises.noise_3"] = nil }, "no tensor render_net.noises.noise_3"),
    ({ $0.tensors["render_net.convs.2.weight"] = .ones([4, 4, 3, 3]) }, "takes the 6 channels"),
    ({ $0.tensors["a.weight"] = .ones([1]) }, "a.weight is not a parameter"),
    ({ $0.options?["size"] = .number(32) }, "args says size = 32, the tensors have 16"),
    ({ $0.options?["size"] = .real(16) }, "no whole number size"),
    ({ $0.options?["base_layers"] = nil }, "no whole number base_layers"),
    ({ $0.options?["base_layers"] = .number(4) }, "shapeLayers is -1"),
    ({ $0.options?["base_layers"] = .number(-1) }, "no whole number base_layers"),
    ({ $0.options?["depth_layers"] = .number(5) }, "textureLayers is -1"),
    ({ $0.options?["local_layers"] = .number(10) }, "local_layers = 10, the tensors have 4"),
    ({ $0.options?["transparent_dims"] = TorchBytes.Value.none }, "no list transparent_dims"),
    ({ $0.options?["transparent_dims"] = .list([.number(3)]) }, "transparentParts holds 3"),
    ({ $0.options?["residual_refine"] = .number(0) }, "whether residual_refine is True or False"),
    ({ $0.options?["residual_refine"] = nil }, "whether residual_refine is True or False"),
    (
      { copy in
        copy.tensors = Dictionary(
          uniqueKeysWithValues: copy.tensors.map { name, tensor in
            (name.hasPrefix("style.1") ? name : "module." + name, tensor)
          })
      }, "there is no tensor"
    ),
    ({ $0.options = nil }, "4 layers per part, but no args"),
  ]

  @Test(arguments: flaws.indices)
  func flawsAreNamedInOneLine(index: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder("a.pt")
    var copy = try copy()
    Self.flaws[index].change(&copy)
    try copy.write(to: file)
    let error = #expect(throws: (any Error).self) { try PublishedCheckpoint(file) }
    let line = "\(try #require(error))"
    #expect(line.contains(Self.flaws[index].problem) && !line.contains("\n"), "\(line)")
    #expect(line.contains(file.path), "\(line)")
  }

  @Test func theUnchangedCopyIsAccepted() throws {
    let folder = try TemporaryFolder()
    try copy().write(to: folder("a.pt"))
    let published = try PublishedCheckpoint(folder("a.pt"))
    #expect(published.model == Self.model && !published.hasDiscriminator)
    #expect(try published.discriminator() == nil)
    #expect(published.remarks.contains("no discriminator d"))
    expectSame(try published.generator().parameters.tensors, try expected("g_ema"))
    let error = #expect(throws: ParameterError.self) {
      try PublishedCheckpoint(folder("a.pt"), network: .live)
    }
    #expect("\(try #require(error))".contains("no g among its keys (g_ema, args)"))
  }

  /// Prefixes that torch's wrappers put before all names.
  @Test(arguments: ["module.", "_orig_mod.", "module._orig_mod."])
  func prefixesOfWrappersAreLeftOut(prefix: String) throws {
    let folder = try TemporaryFolder()
    var copy = try copy()
    copy.tensors = Dictionary(
      uniqueKeysWithValues: copy.tensors.map { (prefix + $0.key, $0.value) })
    try copy.write(to: folder("a.pt"))
    let published = try PublishedCheckpoint(folder("a.pt"))
    #expect(published.model == Self.model)
    #expect(published.remarks.contains("the prefix \(prefix) of all names left out"))
    expectSame(try published.generator().parameters.tensors, try expected("g_ema"))
  }

  /// Without residual_refine the mask heads give the mask itself, also after a round trip to disk; the
  /// portraits stay the same (PaperNotes 56).
  @Test func withoutResidualRefineTheMaskHeadIsTheMask() throws {
    let folder = try TemporaryFolder()
    var copy = try copy()
    copy.options?["residual_refine"] = .flag(false)
    try copy.write(to: folder("a.pt"))
    let published = try PublishedCheckpoint(folder("a.pt"))
    #expect(!published.model.residualMask)
    #expect(published.remarks.contains { $0.hasPrefix("residual_refine is False") })
    try published.write(to: folder("model"))
    let (plain, residual) = (
      try GeneratorFile(folder("model")).read(), try PublishedCheckpoint(Self.url).generator()
    )
    #expect(!plain.configuration.residualMask && residual.configuration.residualMask)
    let latents = plain.latents(seed: 1).expanded
    let made = [plain, residual].map { generator in
      FlatGenerator(generator.configuration, generator.parameters)(expandedLatents: latents)
    }
    expectClose(made[0].image, made[1].image, within: .exact)
    expectClose(made[0].mask, made[1].maskResidual, within: .exact)
    expectClose(made[0].mask, made[0].maskResidual, within: .exact)
    #expect(!isClose(made[0].mask, made[1].mask, within: .exact))
  }

  /// Without options, the layers of the preset are assumed if they fit the file.
  @Test func withoutOptionsThePresetIsAssumedAndReported() throws {
    let folder = try TemporaryFolder()
    var model = Self.model
    (model.shapeLayers, model.textureLayers, model.parts) = (4, 4, 13)
    model.transparentParts = [10, 12]
    let fresh = ParameterPlan.generator(model).fresh(seed: 1)
    try Copy(tensors: fresh.tensors, options: nil).write(to: folder("a.pt"))
    let published = try PublishedCheckpoint(folder("a.pt"))
    #expect(published.model == model)
    #expect(published.remarks.contains { $0.hasPrefix("no args: layers 2/4/4") })
  }

  /// Shapes alone give the widths and sizes of the published 512 × 512 model.
  @Test func thePublishedShapesGiveThePreset() throws {
    let preset = Configuration.semanticStyleGAN
    let shapes = ParameterPlan.generator(preset).entries.map { ($0.name, $0.shape) }
    let published = PublishedShapes(
      file: "a.pt", shapes: Dictionary(uniqueKeysWithValues: shapes),
      options: [
        "base_layers": .number(2), "depth_layers": .number(6),
        "transparent_dims": .numbers([10, 12]), "residual_refine": .flag(true),
      ], discriminatorWidth: 512)
    #expect(try published.configuration() == preset)
  }
}
