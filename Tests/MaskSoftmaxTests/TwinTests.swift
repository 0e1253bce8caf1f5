import Foundation
import MaskSoftmax
import TestSupport
import Tensors
import Testing

/// The equations once more, number by number, in plain Swift.
@Suite("Eq. 9–11: slow twin")
struct TwinTests {
  @Test(arguments: MaskWeighting.allCases)
  func masksEqualPlainLoops(weighting: MaskWeighting) {
    var numbers = TestNumbers(seed: 88)
    let (rays, samples, parts) = (7, 5, 4)
    let densities = numbers.tensor([rays, samples, parts], in: 0...3)
    let weights = numbers.tensor([rays, samples], in: 0...0.3)
    let (sigma, w) = (densities.scalars, weights.scalars)
    var (logits, masks): ([Double], [Double]) = ([], [])
    for ray in 0..<rays {
      let row = (0..<parts).map { part in
        (0..<samples).reduce(0.0) { sum, i in
          let weight = weighting == .ones ? 1 : w[ray * samples + i]
          return sum + weight * sigma[(ray * samples + i) * parts + part]
        }
      }
      let total = row.reduce(0) { $0 + exp($1) }
      logits += row
      masks += row.map { exp($0) / total }
    }
    let module = MaskSoftmax(weighting)
    let found = module.maskLogits(partDensities: densities, renderingWeights: weights)
    expectClose(found, Tensor([rays, parts], logits), within: .closedForm)
    expectClose(
      module.maskProbabilities(found), Tensor([rays, parts], masks), within: .closedForm)
  }

  /// Σ over the 8 voxels around a point of (1 − |distance|) along each axis, the point moved to the
  /// border first.
  @Test func samplesEqualPlainLoops() {
    var numbers = TestNumbers(seed: 89)
    let (planes, rows, columns) = (6, 5, 4)
    let volume = numbers.tensor([planes, rows, columns])
    let points = numbers.tensor([200, 3], in: -2...7)
    let (voxels, place) = (volume.scalars, points.scalars)
    let golden = (0..<200).map { point in
      let lengths = [columns, rows, planes]
      let p = (0..<3).map { min(max(place[3 * point + $0], 0), Double(lengths[$0] - 1)) }
      var sum = 0.0
      for z in 0..<planes {
        for y in 0..<rows {
          for x in 0..<columns {
            let near = zip(p, [x, y, z]).map { max(0, 1 - abs($0 - Double($1))) }
            sum += near[0] * near[1] * near[2] * voxels[(z * rows + y) * columns + x]
          }
        }
      }
      return sum
    }
    expectClose(
      MaskSoftmax().sampled(volume, at: points), Tensor([200], golden), within: .closedForm)
  }

  /// A pixel of the finer map is ¾ of the coarse pixel it lies in and ¼ of the next one towards it, in
  /// both directions; beyond the border there are zeros.
  @Test func upsamplingEqualsPlainLoops() {
    var numbers = TestNumbers(seed: 90)
    let (rows, columns) = (5, 4)
    let mask = numbers.tensor([1, 1, rows, columns], in: 0...1)
    let values = mask.scalars
    func coarse(_ row: Int, _ column: Int) -> Double {
      let isInside = (0..<rows).contains(row) && (0..<columns).contains(column)
      return isInside ? 2 * values[row * columns + column] - 1 : 0
    }
    var golden: [Double] = []
    for row in 0..<2 * rows {
      for column in 0..<2 * columns {
        let (r, c) = (row / 2, column / 2)
        let (nextR, nextC) = (r + (row % 2 == 0 ? -1 : 1), c + (column % 2 == 0 ? -1 : 1))
        golden.append(
          0.5625 * coarse(r, c) + 0.1875 * (coarse(nextR, c) + coarse(r, nextC))
            + 0.0625 * coarse(nextR, nextC))
      }
    }
    let zero = Tensor.zeros([1, 1, 2 * rows, 2 * columns], .float64)
    expectClose(
      MaskSoftmax.finalMask(
        coarseMask: MaskSoftmax.coarseMask(mask), maskResidual: zero),
      Tensor([1, 1, 2 * rows, 2 * columns], golden), within: .closedForm)
  }
}
