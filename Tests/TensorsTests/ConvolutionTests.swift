import KernelInterface
import TestSupport
import Testing

@testable import Tensors

/// Compares convolution and its transpose with seven nested loops, for every small geometry.
@Suite("Convolution")
struct ConvolutionTests {
  struct Geometry: Sendable, CustomTestStringConvertible {
    var stride: Int
    var padding: Int
    var groups: Int
    var kernel: [Int]

    var testDescription: String {
      "stride \(stride), padding \(padding), groups \(groups), kernel \(kernel)"
    }
  }

  private static let geometries: [Geometry] = [[1, 1], [1, 3], [3, 3], [4, 2]].flatMap { kernel in
    (1...3).flatMap { stride in
      (0...2).flatMap { padding in
        (1...3).map { Geometry(stride: stride, padding: padding, groups: $0, kernel: kernel) }
      }
    }
  }

  @Test(arguments: geometries)
  func valueMatchesTheLoops(g: Geometry) {
    var numbers = TestNumbers(seed: 21)
    let x = numbers.tensor([2, 2 * g.groups, 5, 7])
    let kernel = numbers.tensor([3 * g.groups, 2] + g.kernel)
    let found = x.convolved(with: kernel, stride: g.stride, padding: g.padding, groups: g.groups)
    let expected = plainConvolution(
      Plain(x), Plain(kernel), stride: g.stride, padding: g.padding, groups: g.groups)
    expectClose(found, expected.tensor, within: .closedForm)
  }

  @Test(arguments: geometries)
  func transposeMatchesTheLoops(g: Geometry) {
    var numbers = TestNumbers(seed: 22)
    let x = numbers.tensor([2, 3 * g.groups, 6, 7])
    let kernel = numbers.tensor([3 * g.groups, 2] + g.kernel)
    let found = x.transposeConvolved(
      with: kernel, stride: g.stride, padding: g.padding, groups: g.groups)
    let expected = plainTransposedConvolution(
      Plain(x), Plain(kernel), stride: g.stride, padding: g.padding, groups: g.groups)
    expectClose(found, expected.tensor, within: .closedForm)
  }

  /// conv is linear in both arguments: ⟨conv(x, k), y⟩ = ⟨x, x̄⟩ = ⟨k, k̄⟩ with its own gradients,
  /// even if the stride leaves part of the input unread.
  @Test(arguments: geometries)
  func gradientsAreAdjoint(g: Geometry) throws {
    var numbers = TestNumbers(seed: 23)
    let x = numbers.tensor([2, 2 * g.groups, 6, 7]).tracked(as: "x")
    let kernel = numbers.tensor([3 * g.groups, 2] + g.kernel).tracked(as: "kernel")
    let result = x.convolved(with: kernel, stride: g.stride, padding: g.padding, groups: g.groups)
    let y = numbers.tensor(result.shape)
    let product = inner([result], [y])
    let found = try gradients(of: (result * y).sum(), withRespectTo: [x, kernel])
    for (argument, gradient) in zip([x, kernel], found) {
      let other = inner([argument], [gradient])
      #expect((other.sum - product.sum).magnitude <= 1e-13 * (other.magnitude + product.magnitude))
    }
    // The public transpose equals the first of these gradients where no part of the input is left
    // unread.
    let back = y.transposeConvolved(
      with: kernel.detached(), stride: g.stride, padding: g.padding, groups: g.groups)
    let covered = found[0].sliced(axis: 2, from: 0, length: min(6, back.shape[2]))
      .sliced(axis: 3, from: 0, length: min(7, back.shape[3]))
    expectClose(back, covered, within: .closedForm)
  }

  /// Sizes that are split into several tiles of rows, of channels and of both, in both precisions.
  @Test(arguments: [1, 2], [1, 2])
  func largeConvolutionsMatchTheLoops(stride: Int, groups: Int) {
    var numbers = TestNumbers(seed: 24)
    let x = numbers.tensor([1, 20 * groups, 53, 61])
    let kernel = numbers.tensor([20 * groups, 20, 3, 3])
    let geometry = ConvolutionGeometry(
      stride: stride, padding: 1, groups: groups, kernel: (3, 3), input: (53, 61))
    #expect(geometry.rowsPerTile(channels: 20) < geometry.output.rows, "one tile proves nothing")
    let expected = plainConvolution(
      Plain(x), Plain(kernel), stride: stride, padding: 1, groups: groups)
    expectClose(
      x.convolved(with: kernel, stride: stride, padding: 1, groups: groups), expected.tensor,
      within: .closedForm)
    let back = plainTransposedConvolution(
      Plain(x), Plain(kernel), stride: stride, padding: 1, groups: groups)
    expectClose(
      x.transposeConvolved(with: kernel, stride: stride, padding: 1, groups: groups), back.tensor,
      within: .closedForm)
    let single = Tolerance.relative(2e-6, because: "180 terms in single precision")
    expectClose(
      x.cast(to: .float32)
        .convolved(with: kernel.cast(to: .float32), stride: stride, padding: 1, groups: groups)
        .cast(to: .float64), expected.tensor, within: single)
  }

  /// Products of matrices in every memory layout that OpenBLAS can and cannot read; small products,
  /// of 150 multiplications, use a plain loop.
  @Test(arguments: [(5, 6), (9, 10)])
  func matricesOfEveryLayoutAreMultiplied(rows: Int, inner: Int) {
    var numbers = TestNumbers(seed: 25)
    let wide = numbers.tensor([rows + 2, 2 * inner])
    let views: [(String, Tensor)] = [
      ("dense", numbers.tensor([rows, inner])),
      ("transposed", numbers.tensor([inner, rows]).transposed()),
      (
        "rows of a wider one",
        wide.sliced(axis: 1, from: 3, length: inner).sliced(axis: 0, from: 1, length: rows)
      ),
      (
        "every second column",
        wide.sliced(axis: 1, from: 0, length: inner, step: 2).sliced(axis: 0, from: 2, length: rows)
      ),
      (
        "every second row",
        numbers.tensor([2 * rows, inner]).sliced(axis: 0, from: 0, length: rows, step: 2)
      ),
      ("reversed rows", numbers.tensor([rows, inner]).reversed(axis: 0)),
      ("reversed columns", numbers.tensor([rows, inner]).reversed(axis: 1)),
      ("reversed and transposed", numbers.tensor([inner, rows]).reversed(axis: 0).transposed()),
      ("one row repeated", numbers.tensor([1, inner]).broadcast(to: [rows, inner])),
      ("one column repeated", numbers.tensor([rows, 1]).broadcast(to: [rows, inner])),
      ("one number repeated", numbers.tensor([1, 1]).broadcast(to: [rows, inner])),
    ]
    for (leftName, left) in views {
      for (rightName, right) in views {
        let (a, b) = (Plain(left), Plain(right))
        let expected = Plain([rows, rows]) { i in
          (0..<inner).reduce(0) { $0 + a[[i[0], $1]] * b[[i[1], $1]] }
        }
        expectClose(
          left.matmul(right.transposed()), expected.tensor, within: .closedForm,
          "\(leftName) times \(rightName)")
      }
    }
  }

  /// Batch axes that are repeated or reversed.
  @Test(arguments: [(4, 5), (9, 10)])
  func batchesOfEveryLayoutAreMultiplied(rows: Int, inner: Int) {
    var numbers = TestNumbers(seed: 26)
    let a = numbers.tensor([3, 1, rows, inner])
    let b = numbers.tensor([2, inner, 6])
    let plain = a.matmul(b)
    #expect(plain.shape == [3, 2, rows, 6])
    let turned = a.reversed(axis: 0).matmul(b.reversed(axis: 0)).reversed(axis: 0).reversed(axis: 1)
    expectClose(turned, plain, within: .closedForm)
    let repeated = a.broadcast(to: [3, 2, rows, inner])
      .matmul(b.broadcast(to: [3, 2, inner, 6]))
    expectClose(repeated, plain, within: .closedForm)
    for i in 0..<3 {
      for j in 0..<2 {
        expectClose(
          plain[i, j], a[i, 0].matmul(b[j]), within: .closedForm)
      }
    }
  }
}
