import Foundation
import Testing

@testable import ModelConfiguration

/// Sizes that are far too large, for example by a typing error, are refused before allocation.
@Suite("Sizes of a configuration")
struct SizeTests {
  /// Values to set in `tiny`, the field that the message must name, and what would be too large.
  static let excesses: [(assignments: [String], field: String, what: String)] = [
    (["latentWidth=1048576"], "latentWidth", "of weights"),
    (["localChannels=1048576"], "localChannels", "of weights"),
    (["featureChannels=1048576"], "featureChannels", "of maps"),
    (["imageSize=1048576", "channelBase=1048576"], "imageSize", "of weights"),
    (["imageSize=8192", "channelBase=131072"], "imageSize", "of maps"),
    (["channelBase=1048576", "channelMax=1048576"], "channelMax", "of weights"),
    (
      ["imageSize=1048576", "coarseSize=1048576", "minFeatureSize=524288", "channelBase=1048576"],
      "imageSize", "of weights"
    ),
    (["depthPlanes=1048576"], "depthPlanes", "of maps"),
    (
      ["coarseSize=512", "imageSize=512", "evaluationSamples=4096"], "evaluationSamples", "of maps"
    ),
    (["textureLayers=1048576"], "textureLayers", "expected 0 … 64"),
    (["mappingLayers=1048576"], "mappingLayers", "expected 1 … 64"),
  ]

  @Test(arguments: excesses.indices)
  func sizesThatAreTooLargeAreRefused(index: Int) throws {
    let excess = Self.excesses[index]
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.tiny.setting(excess.assignments)
    }
    let line = "\(try #require(error))"
    #expect(line.contains(excess.field) && line.contains(excess.what), "\(line)")
    #expect(!line.contains("\n"), "\(line)")
  }

  /// 64 layers of 4096 × 4096 weights and 4096 biases take a little more than 4 GiB, 31 less than 2.
  @Test func theMessageStatesTheMemoryOfTheWeights() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.tiny.setting(["latentWidth=4096", "mappingLayers=64"])
    }
    #expect(error?.complaint.contains("4.0 GiB of weights, expected at most 2.0") == true)
    _ = try Configuration.tiny.setting(["latentWidth=4096", "mappingLayers=31"])
  }

  /// A flat model has neither voxels nor rays, so its number of planes is not limited.
  @Test func aFlatModelHasNoLimitOnPlanes() throws {
    _ = try Configuration.tiny.setting(["rendering=flat", "depthPlanes=1048576"])
  }

  /// Measured with mini: 2048 planes instead of 512 take 1.06 GiB more with batches of 8, and 0.25 GiB
  /// more with batches of 1 or 2.
  @Test(arguments: [(1, 0.25), (2, 0.25), (8, 1.06)])
  func theMemoryOfTrainingIsWhatWasMeasured(batch: Int, gibibytes: Double) throws {
    let bytes = try [512, 2048].map {
      try Configuration.mini.setting(["depthPlanes=\($0)"]).trainingBytes(batch: batch)
    }
    let estimate = (bytes[1] - bytes[0]) / Double(1 << 30)
    #expect((0.9...1.2).contains(estimate / gibibytes), "\(estimate) GiB")
  }

  /// With a 3D generator per part, batches of 16 instead of 4 took 0.83 GiB more, measured with mini.
  @Test func theMemoryOfGeneratorsInSpaceIsWhatWasMeasured() throws {
    let model = try Configuration.mini.setting(["partSource=field"])
    let more = (model.trainingBytes(batch: 16) - model.trainingBytes(batch: 4)) / Double(1 << 30)
    #expect((0.9...1.4).contains(more / 0.83), "\(more) GiB")
  }

  /// Sizes above those of the paper are accepted.
  @Test func sizesAboveThePaperAreAccepted() throws {
    _ = try Configuration().setting(["imageSize=1024", "coarseSize=128"])
  }
}
