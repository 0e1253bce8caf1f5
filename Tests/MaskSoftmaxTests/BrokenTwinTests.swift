import MaskSoftmax
import Tensors
import TestSupport
import Testing

/// Wrong versions of equations 9–11; the golden files must reject every one.
@Suite("Eq. 9–11: broken twins")
struct BrokenTwinTests {
  /// Other readings of equations 9 and 10, and slips one might make in them.
  @Test(arguments: wrongMasks)
  func wrongMasksAreRejected(twin: WrongMasks) throws {
    let golden = try GoldenCase.named("masks", of: "MaskSoftmax")
    let misses = try goldenMisses(golden) { inputs in
      let densities = try #require(inputs["part_density"])
      let weights = try #require(inputs["weights"])
      let logits = twin.logits(densities, weights)
      return ["mask_logits": logits, "mask_probabilities": twin.probabilities(logits)]
    }
    #expect(misses.contains { $0.hasPrefix("mask_probabilities:") }, "\(twin.name)")
  }

  /// Zero outside the volume, or half a voxel aside as without aligned corners.
  @Test func anotherSampleIsRejected() throws {
    let golden = try GoldenCase.named("sample", of: "MaskSoftmax")
    let masks = MaskSoftmax()
    let twins: [(_ volume: Tensor, _ points: Tensor) -> Tensor] = [
      { masks.sampled(surroundedByZero($0), at: $1 + 1) },
      { masks.sampled($0, at: $1 - 0.5) },
      { masks.sampled($0.swapped(axes: -2, -1), at: $1) },
    ]
    for twin in twins {
      let misses = try goldenMisses(golden) {
        ["sampled": twin(try #require($0["volume"]), try #require($0["points"]))]
      }
      #expect(misses.contains { $0.hasPrefix("sampled:") })
    }
  }

  /// The mask itself in place of 2m − 1, or repeated pixels in place of the filter.
  @Test func anotherFinalMaskIsRejected() throws {
    let golden = try GoldenCase.named("final_mask", of: "MaskSoftmax")
    let twins: [(_ mask: Tensor, _ residual: Tensor) -> Tensor] = [
      { $0.upsampledTwice() + $1 },
      { (2 * $0 - 1).repeatedTwice() + $1 },
    ]
    for twin in twins {
      let misses = try goldenMisses(golden) {
        let (mask, residual) = ($0["mask_probabilities"], $0["mask_residual"])
        return ["mask_final": twin(try #require(mask), try #require(residual))]
      }
      #expect(misses.contains { $0.hasPrefix("mask_final:") })
    }
  }
}

/// A wrong way from densities `[R, N, K]` and weights `[R, N]` to masks `[R, K]`.
struct WrongMasks: Sendable, CustomTestStringConvertible {
  let name: String
  var logits: @Sendable (_ densities: Tensor, _ weights: Tensor) -> Tensor = {
    ($0 * $1.unsqueezed(axis: -1)).sum(axes: [-2])
  }
  var probabilities: @Sendable (_ logits: Tensor) -> Tensor = { $0.softmax(axis: -1) }
  var testDescription: String { name }
}

private let wrongMasks = [
  // As printed, exp(m) stands above the line and defines m by itself; solved by repetition from 0.
  WrongMasks(
    name: "equation 9 as printed",
    probabilities: { logits in
      let sum = logits.exponential().sum(axes: [-1], keepingAxes: true)
      return (0..<50).reduce(logits * 0) { m, _ in m.exponential() / sum }
    }),
  WrongMasks(
    name: "m_init divided by its sum, without exp",
    probabilities: { $0 / $0.sum(axes: [-1], keepingAxes: true) }),
  WrongMasks(
    name: "softmax over rays in place of parts", probabilities: { $0.softmax(axis: 0) }),
  WrongMasks(
    name: "a true average, divided by Σw",
    logits: { densities, weights in
      (densities * weights.unsqueezed(axis: -1)).sum(axes: [-2])
        / weights.sum(axes: [-1], keepingAxes: true)
    }),
  WrongMasks(name: "without the weights", logits: { densities, _ in densities.sum(axes: [-2]) }),
  WrongMasks(
    name: "the mean over samples",
    logits: { densities, weights in (densities * weights.unsqueezed(axis: -1)).mean(axes: [-2]) }),
]

/// A volume in a shell of zeros: sampled one voxel further on, it is 0 outside.
private func surroundedByZero(_ volume: Tensor) -> Tensor {
  (0..<3).reduce(volume) { $0.padded(axis: $1, before: 1, after: 1) }
}

extension Tensor {
  /// Every pixel four times.
  fileprivate func repeatedTwice() -> Tensor {
    let (rows, columns) = (shape[1], shape[2])
    let wide = unsqueezed(axis: -1).repeated(axis: 3, times: 2).reshaped([-1, rows, 2 * columns])
    return wide.unsqueezed(axis: 2).repeated(axis: 2, times: 2).reshaped([
      -1, 2 * rows, 2 * columns,
    ])
  }
}
