import Foundation
import ModelConfiguration
import Networks
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import PortraitModel

@Suite("Generator checkpoints")
struct GeneratorFileTests {
  static let model = Configuration.tiny
  static let plan = ParameterPlan.generator(model)

  @Test(arguments: [ScalarType.float32, .float64])
  func aRoundTripIsExact(type: ScalarType) throws {
    let folder = try TemporaryFolder()
    let written = Generator(Self.model, Self.plan.fresh(seed: 3).cast(to: type))
    try GeneratorFile(folder.url).write(written)
    let read = try GeneratorFile(folder.url).read()
    #expect(read.configuration == written.configuration)
    #expect(read.parameters.tensors.keys.sorted() == written.parameters.tensors.keys.sorted())
    for (name, tensor) in written.parameters.tensors {
      #expect(read.parameters[name].scalarType == type)
      expectClose(read.parameters[name], tensor, within: .exact, name)
    }
  }

  @Test func buffersOfTorchAreIgnored() throws {
    let folder = try TemporaryFolder()
    var tensors = Self.plan.fresh(seed: 0).tensors
    tensors["render_net.convs.0.blur.kernel"] = .ones([4, 4], .float32)
    try SafetensorsFile.write(tensors, to: folder("w.safetensors"))
    let read = try GeneratorFile.parameters(folder("w.safetensors"), Self.plan)
    #expect(read.tensors.count == tensors.count - 1)
  }

  /// Weights of a wrapped module in half precision: 3C00 is 1.
  @Test func wrappedWeightsInHalfPrecisionAreRead() throws {
    let folder = try TemporaryFolder()
    var (fields, offset) = ([String](), 0)
    for entry in Self.plan.entries {
      let end = offset + 2 * entry.shape.reduce(1, *)
      let shape = entry.shape.map(String.init).joined(separator: ",")
      let place = #""shape":[\#(shape)],"data_offsets":[\#(offset),\#(end)]"#
      fields.append(#""module.\#(entry.name)":{"dtype":"F16",\#(place)}"#)
      offset = end
    }
    let header = Data("{\(fields.joined(separator: ","))}".utf8)
    let ones = Data((0..<offset).map { $0.isMultiple(of: 2) ? 0 : 0x3C })
    let file = folder("w.safetensors")
    try (Data(TorchBytes.little(header.count, 8)) + header + ones).write(to: file)
    let read = try GeneratorFile.parameters(file, Self.plan)
    #expect(read.tensors.count == Self.plan.entries.count)
    for entry in Self.plan.entries {
      expectClose(read[entry.name], .ones(entry.shape, .float32), within: .exact, entry.name)
    }
  }

  /// Sparse files of 3 GiB under the names of small ones are refused in a line.
  @Test(arguments: [GeneratorFile.configurationName, GeneratorFile.checksumsName])
  func filesOfGigabytesAreRefused(name: String) throws {
    let folder = try TemporaryFolder()
    try GeneratorFile(folder.url).write(Generator(Self.model, Self.plan.fresh(seed: 3)))
    if name == GeneratorFile.checksumsName { try Data().write(to: folder(name)) }
    let handle = try FileHandle(forWritingTo: folder(name))
    try handle.truncate(atOffset: 3 << 30)
    let error = #expect(throws: ParameterError.self) { try GeneratorFile(folder.url).read() }
    #expect("\(try #require(error))".hasPrefix("\(folder(name).path): has 3221225472 bytes"))
  }

  /// Flaws, and the words that their one-line messages must contain.
  static let flaws: [(name: String, tensor: Tensor?, words: [String])] = [
    ("local_nets.2.to_sigma.bias", nil, ["no tensor local_nets.2.to_sigma.bias"]),
    ("style.1.weight", .zeros([32, 31], .float32), ["style.1.weight", "[32, 31]", "[32, 32]"]),
    ("style.9.weight", .zeros([32, 32], .float32), ["style.9.weight", "not a parameter"]),
    ("style.1.bias", .zeros([32], .int32), ["style.1.bias", "whole numbers"]),
    (
      "style.1.bias",
      .concatenated([.zeros([31], .float32), .ones([1], .float32) * .nan], axis: 0),
      ["style.1.bias holds nan at element 31", "finite"]
    ),
    (
      "style.1.bias", .concatenated([.zeros([2], .float64), .ones([30], .float64) / 0], axis: 0),
      ["style.1.bias holds inf at element 2", "finite"]
    ),
  ]

  @Test(arguments: flaws.indices)
  func flawsAreNamedInOneLine(index: Int) throws {
    let flaw = Self.flaws[index]
    let folder = try TemporaryFolder()
    var tensors = Self.plan.fresh(seed: 0).tensors
    tensors[flaw.name] = flaw.tensor
    let file = folder("w.safetensors")
    try SafetensorsFile.write(tensors, to: file)
    let error = #expect(throws: ParameterError.self) {
      try GeneratorFile.parameters(file, Self.plan)
    }
    let line = "\(try #require(error))"
    #expect(line.hasPrefix(file.path) && !line.contains("\n"))
    for word in flaw.words { #expect(line.contains(word), "\(line)") }
  }

  /// A ToDepth bias may be a map; `check` accepts it and the generator broadcasts it.
  @Test func aDepthBiasMayBeAMap() throws {
    var parameters = Self.plan.fresh(seed: 0)
    let size = Self.model.coarseSize
    parameters.tensors["local_nets.1.to_depth.bias"] = .ones([1, 1, size, size], .float32)
    try Self.plan.check(parameters, file: "memory")
  }

  /// Finite weights are accepted even if their sum overflows.
  @Test func largeFiniteWeightsAreAccepted() throws {
    let huge = Tensor(repeating: 3e38, [4], .float32)
    expectClose(try GeneratorFile.weights(huge, "w", "memory"), huge, within: .exact)
  }

  @Test func foldersWithoutACheckpointAreRefused() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: folder("file"))
    for (name, words) in [("gone", "no such folder"), ("file", "is a file"), ("", "config.json")] {
      let checkpoint = GeneratorFile(name.isEmpty ? folder.url : folder(name))
      let error = #expect(throws: ParameterError.self) { try checkpoint.read() }
      let line = "\(try #require(error))"
      #expect(line.hasPrefix(checkpoint.folder.path) && line.contains(words), "\(line)")
    }
  }

  /// An export over a file of the checkpoint would destroy weights.
  @Test func anExportDoesNotReplaceTheCheckpoint() throws {
    let folder = try TemporaryFolder()
    let checkpoint = GeneratorFile(folder("model"))
    try checkpoint.write(Generator(Self.model, Self.plan.fresh(seed: 3)))
    try FileManager.default.createSymbolicLink(
      at: folder("link"), withDestinationURL: folder("model"))
    let before = try Data(contentsOf: folder("model/generator.safetensors"))
    for path in [
      "model/generator.safetensors", "link/generator.safetensors",
      "link/../model/generator.safetensors", "model/discriminator.safetensors",
    ] {
      #expect(throws: TensorFileError.self, "\(path)") { try checkpoint.export(to: folder(path)) }
    }
    #expect(try Data(contentsOf: folder("model/generator.safetensors")) == before)
    #expect(try checkpoint.export(to: folder("model/export.safetensors")) > 0)
  }

  @Test func configurationFlawsNameTheFile() throws {
    let folder = try TemporaryFolder()
    let file = folder("config.json")
    try Data("{\"parts\": 1}".utf8).write(to: file)
    let error = #expect(throws: ParameterError.self) { try GeneratorFile.configuration(file) }
    #expect("\(try #require(error))".hasPrefix("\(file.path): configuration: parts is 1"))
  }

  @Test func theMeanLatentIsCachedForItsWeights() throws {
    let folder = try TemporaryFolder()
    let checkpoint = GeneratorFile(folder.url)
    let first = Generator(Self.model, Self.plan.fresh(seed: 1))
    let second = Generator(Self.model, Self.plan.fresh(seed: 2))
    try checkpoint.write(first)
    let mean = try checkpoint.meanLatent(of: first)
    let file = folder(GeneratorFile.meanLatentName)
    expectClose(try SafetensorsFile(file).tensor("mean_latent"), mean, within: .exact)
    // The cached value is used: a change of the file appears in the result.
    let kept = try SafetensorsFile(file)
    var metadata = kept.metadata
    metadata["checksum"] = GeneratorFile.checksum(of: mean + 1)
    try SafetensorsFile.write(["mean_latent": mean + 1], metadata: metadata, to: file)
    expectClose(try checkpoint.meanLatent(of: first), mean + 1, within: .exact)
    // A damaged value, and one of a version without checksums, are computed again.
    for checksum in [kept.metadata["checksum"], nil] {
      metadata["checksum"] = checksum
      try SafetensorsFile.write(["mean_latent": mean + 1], metadata: metadata, to: file)
      expectClose(try checkpoint.meanLatent(of: first), mean, within: .exact)
      expectClose(try SafetensorsFile(file).tensor("mean_latent"), mean, within: .exact)
    }
    // Other weights have another mean, which replaces the cached one.
    expectClose(
      try checkpoint.meanLatent(of: second), second.meanLatent(), within: .exact)
    expectClose(try checkpoint.meanLatent(of: first), mean, within: .exact)
  }

  /// A file that was not written here is not replaced, and a link is not followed.
  @Test func aForeignFileInPlaceOfTheMeanLatentIsKept() throws {
    let folder = try TemporaryFolder()
    let checkpoint = GeneratorFile(folder("a"))
    let generator = Generator(Self.model, Self.plan.fresh(seed: 1))
    try checkpoint.write(generator)
    let (file, target) = (folder("a/\(GeneratorFile.meanLatentName)"), folder("target"))
    try Data("mine".utf8).write(to: file)
    expectClose(
      try checkpoint.meanLatent(of: generator), generator.meanLatent(), within: .exact)
    #expect(try Data(contentsOf: file) == Data("mine".utf8))
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
    _ = try checkpoint.meanLatent(of: generator)
    #expect(!FileManager.default.fileExists(atPath: target.path))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == target.path)
  }

  /// A checkpoint may be on a read-only medium; here, its folder does not exist.
  @Test func aMeanLatentThatCannotBeCachedIsReturned() throws {
    let generator = Generator(Self.model, Self.plan.fresh(seed: 1))
    let nowhere = GeneratorFile(try TemporaryFolder()("gone"))
    expectClose(
      try nowhere.meanLatent(of: generator), generator.meanLatent(), within: .exact)
  }
}
