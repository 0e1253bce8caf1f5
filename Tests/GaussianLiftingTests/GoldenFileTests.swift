import GaussianLifting
import Tensors
import TestSupport
import Testing

@Suite("Eq. 5–7 against the golden files")
struct GaussianLiftingGoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "GaussianLifting").filter { !$0.isStream })
  func volumes(golden: GoldenCase) throws {
    let lifting = try GaussianLifting(golden)
    try expectGolden(golden) { try explicit(lifting, $0) }
  }

  /// The cases of the plain sum; that of the density softmax belongs to the fusion's tests.
  @Test(
    arguments: try GoldenCase.all(of: "GaussianLifting").filter { try $0.isStreamOfTheSum },
    [streamed, sampledVolumes] as [Sampler])
  func samples(golden: GoldenCase, sampler: Sampler) throws {
    let lifting = try GaussianLifting(golden)
    try expectGolden(golden) { try sampler(lifting, $0) }
  }

  // MARK: Wrong twins

  /// Each is a mistake that somebody made or might make; the files must object to every one.
  @Test(arguments: ["gaussian", "inverse", "inverse_square"])
  func forgettingAlphaIsNoticed(name: String) throws {
    let golden = try GoldenCase.named(name, of: "GaussianLifting")
    var lifting = try GaussianLifting(golden)
    lifting.alpha = 1
    let misses = try goldenMisses(golden) { try explicit(lifting, $0) }
    #expect(misses.count == golden.answerCount)
  }

  @Test func anotherKernelIsNoticed() throws {
    let golden = try GoldenCase.named("inverse", of: "GaussianLifting")
    var lifting = try GaussianLifting(golden)
    for kernel in [LiftingKernel.gaussian, .inverseSquare] {
      lifting.kernel = kernel
      let misses = try goldenMisses(golden) { try explicit(lifting, $0) }
      #expect(misses.count == golden.answerCount)
    }
  }

  /// z counted from 1, from the far end, or spread over [−1, 1] as a metric depth would be.
  @Test(
    arguments: [
      { $0 - 1 }, { 5 - $0 }, { $0 * 2.5 + 2.5 },
    ] as [@Sendable (Tensor) -> Tensor])
  func anotherPlaneNumberIsNoticed(respelled: @Sendable (Tensor) -> Tensor) throws {
    let golden = try GoldenCase.named("gaussian", of: "GaussianLifting")
    let lifting = try GaussianLifting(golden)
    let misses = try goldenMisses(golden) { inputs in
      try explicit(lifting, inputs) { respelled($0) }
    }
    #expect(misses.contains { $0.hasPrefix("psi:") })
  }

  /// Points read as (plane, row, column), or rows and columns exchanged.
  @Test(arguments: [[2, 1, 0], [1, 0, 2]])
  func anotherOrderOfCoordinatesIsNoticed(order: [Int]) throws {
    let golden = try GoldenCase.named("stream_gaussian", of: "GaussianLifting")
    let lifting = try GaussianLifting(golden)
    let misses = try goldenMisses(golden) { inputs in
      var inputs = inputs
      let points = try #require(inputs["coordinates"])
      inputs["coordinates"] = .concatenated(order.map { points.sliced(1, from: $0, length: 1) }, 1)
      return try streamed(lifting, inputs)
    }
    #expect(misses.contains { $0.hasPrefix("fused_feature_sample:") })
  }

  /// The nearest plane in place of the interpolation between two.
  @Test func theNearestPlaneIsNoticed() throws {
    let golden = try GoldenCase.named("stream_gaussian", of: "GaussianLifting")
    let lifting = try GaussianLifting(golden)
    let misses = try goldenMisses(golden) { inputs in
      var inputs = inputs
      let points = try #require(inputs["coordinates"])
      let plane = (points.sliced(1, from: 2, length: 1) + 0.5).floor()
      inputs["coordinates"] = .concatenated([points.sliced(1, from: 0, length: 2), plane], 1)
      return try streamed(lifting, inputs)
    }
    #expect(misses.contains { $0.hasPrefix("part_density_sample:") })
  }
}

/// A way to sample the fused maps: the stream, or the volumes.
typealias Sampler = @Sendable (GaussianLifting, [String: Tensor]) throws -> [String: Tensor]

extension GaussianLifting {
  /// The kernel, α and D of a golden case.
  fileprivate init(_ golden: GoldenCase) throws {
    let kernel = try #require(LiftingKernel(rawValue: golden.word("liftingKernel")))
    self.init(
      kernel: kernel, alpha: try golden.number("liftingAlpha"),
      depthPlanes: try golden.whole("depthPlanes"))
  }
}

extension GoldenCase {
  fileprivate var isStream: Bool { name.hasPrefix("stream_") }

  fileprivate var isStreamOfTheSum: Bool {
    get throws { try isStream && word("fusion") == "sum" }
  }

  /// How many arrays an implementation of the case has to answer, gradients included.
  fileprivate var answerCount: Int { files.count { $0.role == .expected || $0.role == .gradient } }
}

/// ψ and, where the case has them, the lifted maps.
private func explicit(
  _ lifting: GaussianLifting, _ inputs: [String: Tensor],
  depth respelled: (Tensor) -> Tensor = { $0 }
) throws -> [String: Tensor] {
  let depth = respelled(try #require(inputs["absolute_depth"]))
  var answers = ["psi": lifting.weights(at: depth)]
  answers["lifted_feature"] = inputs["feature"].map { lifting.lifted(feature: $0, at: depth) }
  answers["lifted_density"] = inputs["density"].map { lifting.lifted(densityMap: $0, at: depth) }
  return answers
}

/// Samples without volumes.
@Sendable private func streamed(
  _ lifting: GaussianLifting, _ inputs: [String: Tensor]
) throws -> [String: Tensor] {
  let maps = try Maps(inputs)
  let lift = StreamingLift(
    lifting, absoluteDepth: maps.depth.expanded(0), at: maps.points.expanded(0))
  let densities = lift.density(maps.density.expanded(0)).squeezed(0)
  return [
    "fused_feature_sample": lift.feature(maps.feature.expanded(0)).squeezed(0),
    "part_density_sample": densities, "fused_density_sample": densities.sum([-1]),
  ]
}

/// Samples of the volumes of equations 5 and 6.
@Sendable private func sampledVolumes(
  _ lifting: GaussianLifting, _ inputs: [String: Tensor]
) throws -> [String: Tensor] {
  let maps = try Maps(inputs)
  let features = lifting.lifted(feature: maps.feature, at: maps.depth)
  let densities = lifting.lifted(densityMap: maps.density, at: maps.depth)
  return [
    "fused_feature_sample": features.sum([0]).sampled(at: maps.points),
    "part_density_sample": densities.sampled(at: maps.points),
    "fused_density_sample": densities.sum([0], keepingAxes: true).sampled(at: maps.points)
      .squeezed(1),
  ]
}

/// The inputs of a `stream_…` case.
private struct Maps {
  let depth, feature, density, points: Tensor

  init(_ inputs: [String: Tensor]) throws {
    depth = try #require(inputs["absolute_depth"])
    feature = try #require(inputs["feature"])
    density = try #require(inputs["density"])
    points = try #require(inputs["coordinates"])
  }
}
