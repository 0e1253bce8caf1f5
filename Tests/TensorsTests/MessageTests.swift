import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Incorrect use stops the program and names function, argument, actual and expected value;
/// gradients that do not exist throw a one-line error.
@Suite("Messages")
struct MessageTests {
  @Test func shapesThatDoNotBroadcast() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([2, 3]) + Tensor.zeros([4, 3])
    }
    try expectMessage(result, mentions: ["+", "[2, 3]", "[4, 3]", "axis -2 is 2 and 4"])
  }

  @Test func matricesThatDoNotFit() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([2, 3]).matmul(.zeros([4, 5]))
    }
    try expectMessage(
      result, mentions: ["matmul(_:)", "[2, 3]", "[4, 5]", "expected [.., M, K], [.., K, N]"])
  }

  @Test func aKernelWithOtherChannels() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([1, 4, 8, 8]).convolved(with: .zeros([2, 3, 3, 3]))
    }
    try expectMessage(
      result,
      mentions: [
        "convolved(with:", "kernel has shape [2, 3, 3, 3]", "expected", "[any, 4, any, any]",
      ])
  }

  @Test func aGridWithoutAnElement() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([4, 0, 5]).sampled(at: .zeros([1, 2]))
    }
    try expectMessage(result, mentions: ["GridCorners", "[0, 5]", "no element"])
  }

  @Test func aStrideOfZero() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([1, 4, 8, 8]).convolved(with: .zeros([2, 4, 3, 3]), stride: 0, groups: 0)
    }
    try expectMessage(
      result, mentions: ["convolved(with:", "stride 0", "groups 0", "expected at least 1"])
  }

  @Test func aShapeOfAnotherSize() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([2, 3]).reshaped([4, 2])
    }
    try expectMessage(
      result, mentions: ["reshaped(_:)", "[4, 2] has 8 elements", "expected 6", "[2, 3]"])
  }

  @Test func anAxisThatIsNotThere() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([2, 3]).sum(axes: [2])
    }
    try expectMessage(result, mentions: ["sum(", "axis 2 does not exist", "expected -2...1"])
  }

  @Test func mixedPrecisions() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([2], .float32) * Tensor.zeros([2], .float64)
    }
    try expectMessage(result, mentions: ["*", "holds float64", "expected float32"])
  }

  @Test func rowsOutsideTheirTable() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = RowLinks(Tensor([1, 2], [0, 5] as [Int32]), sourceRows: 5)
    }
    try expectMessage(result, mentions: ["RowLinks", "row 5", "5 rows"])
  }

  @Test func raysOfRays() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let links = RowLinks(Tensor([4, 2], [0, 1, 1, 2, 2, 3, 3, 0] as [Int32]), sourceRows: 4)
      _ = links.byRay(targetsPerRay: 2).toPairs.byRay(targetsPerRay: 1)
    }
    try expectMessage(result, mentions: ["byRay", "rays already"])
  }

  @Test func missesOfRequireShape() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      requireShape(.zeros([64]), [nil, 32], "depth", axes: "[H, W]", function: "weights(at:)")
    }
    try expectMessage(
      result, mentions: ["weights(at:): depth has shape [64], expected [H, W] = [any, 32]"])
  }

  @Test func gradientErrorsSayWhatToDo() {
    #expect(
      "\(GradientError.notScalar(shape: [2, 3]))"
        == "gradients(of:): the tensor has shape [2, 3], expected one element; sum or average it first"
    )
    #expect("\(GradientError.notTracked)".contains("call tracked(as:)"))
    let missing = "\(GradientError.notInGraph(name: "bias", position: 2))"
    #expect(missing.contains("tensor 2") && missing.contains("'bias'"))
    for error in [
      GradientError.notTracked, .notScalar(shape: []), .notInGraph(name: "", position: 0),
    ] {
      #expect(!"\(error)".contains("\n"))
    }
  }
}

/// The first operation whose result is not finite is named, with the element.
@Suite("Finite check")
struct FiniteCheckTests {
  @Test func theFirstOperationIsNamed() {
    let x = Tensor([2, 3], [1.0, 2, 3, 4, 0, 6])
    // 1/0 at [1, 1]; the logarithm and the sum after it are infinite as well, but later.
    let finding = FiniteCheck.finding { _ = (x.reciprocal().logarithm() * 2).sum() }
    #expect(finding == "reciprocal: inf at [1, 1] of a result of shape [2, 3]")
    #expect(FiniteCheck.finding { _ = x.sum() } == nil)
    #expect(!FiniteCheck.isOn)
  }

  /// Two checks at the same time do not see each other's operations.
  @Test func aCheckSeesOnlyItsOwnTask() async {
    let withFinding = await withTaskGroup(of: (Int, String?).self) { group in
      for index in 0..<8 {
        group.addTask {
          let x = Tensor([1], [index.isMultiple(of: 2) ? 0.0 : 2])
          return (index, FiniteCheck.finding { for _ in 0..<200 { _ = x.reciprocal() } })
        }
      }
      return await group.reduce(into: Set<Int>()) { if $1.1 != nil { $0.insert($1.0) } }
    }
    #expect(withFinding == [0, 2, 4, 6])
  }

  /// Gradients that are not results of recorded operations are examined too.
  @Test func aLayersGradientIsNamed() throws {
    let w = Tensor([1, 1, 1, 1], [1.0]).cast(to: .float32).tracked(as: "w")
    let x = Tensor([1, 1, 1, 1], [1e30]).cast(to: .float32)
    let bias = Tensor([1, 1], [0.0]).cast(to: .float32)
    let y = w.activatedProduct(x, bias: bias, slope: 0.2, gain: 1).sum() * 1e10
    let finding = try FiniteCheck.finding { _ = try gradient(of: y, withRespectTo: w) }
    #expect(finding == "activatedProduct: inf at [0, 0, 0, 0] of a result of shape [1, 1, 1, 1]")
  }
}
