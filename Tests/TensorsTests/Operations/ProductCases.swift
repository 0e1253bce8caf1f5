@testable import Tensors

// Matrix products, convolution and filters, compared with their definitions.

let productCases: [OperationCase] = [
  OperationCase(
    "matmul", records: ["matmul"], covers: ["matmul"], [.range(-1, 1), .range(-1, 1)],
    [
      [[3, 4], [4, 5]], [[2, 1, 3, 4], [5, 4, 2]], [[1, 1], [1, 1]], [[0, 4], [4, 5]],
      [[3, 0], [0, 5]], [[3, 4], [4, 0]], [[0, 3, 4], [4, 5]], [[2, 3, 4], [4, 1]],
      [[2, 1, 8, 9], [5, 9, 10]],
    ], large: [[257, 129], [129, 263]],
    { $0[0].matmul($0[1]) }, twin: { product($0[0], $0[1]) }),
  OperationCase(
    "matmul of many small ones", records: ["matmul"], covers: ["matmul"],
    [.range(-1, 1), .range(-1, 1)],
    [[[7, 3, 4], [4, 5]], [[1, 1, 1], [1, 1]], [[0, 3, 4], [4, 5]]],
    large: [[4099, 3, 4], [4, 5]], { $0[0].matmul($0[1]) }, twin: { product($0[0], $0[1]) }),
  OperationCase(
    "matmul, tall and batched", records: ["matmul"], covers: ["matmul"],
    [.range(-1, 1), .range(-1, 1)],
    [[[2, 9, 3], [3, 2]], [[1, 1, 1], [1, 1]], [[2, 0, 3], [3, 2]]],
    large: [[2, 1031, 65], [65, 67]], { $0[0].matmul($0[1]) }, twin: { product($0[0], $0[1]) }),
  // The products are small and the biases far from 0, so that no difference step crosses the kink.
  OperationCase(
    "activatedProduct", records: ["activatedProduct", "signScaled", "matmul", "sum"],
    covers: ["activatedProduct"], [.range(-1, 1), .range(-1, 1), .away([0], -2, 2)],
    [
      [[2, 3, 2, 4], [2, 3, 4, 5], [3, 2]], [[2, 3, 2, 4], [1, 3, 4, 5], [3, 2]],
      [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1]], [[0, 3, 2, 4], [1, 3, 4, 5], [3, 2]],
      [[2, 3, 2, 4], [2, 3, 4, 0], [3, 2]], [[2, 3, 2, 0], [2, 3, 0, 5], [3, 2]],
      [[2, 3, 0, 4], [2, 3, 4, 5], [3, 0]],
    ], large: [[2, 3, 37, 4], [2, 3, 4, 4099], [3, 37]],
    { ($0[0] * 0.01).activatedProduct($0[1], bias: $0[2], slope: 0.2, gain: 1.5) },
    twin: { p in
      let (matrices, maps, bias) = (p[0], p[1], p[2])
      return Plain(Array(matrices.shape.dropLast()) + [maps.shape[3]]) { i in
        let z = (0..<maps.shape[2]).reduce(bias[[i[1], i[2]]]) {
          let image = maps.shape[0] == 1 ? 0 : i[0]
          return $0 + 0.01 * matrices[[i[0], i[1], i[2], $1]] * maps[[image, i[1], $1, i[3]]]
        }
        return z > 0 ? 1.5 * z : 1.5 * 0.2 * z
      }
    }),
  OperationCase(
    "mappedPixelwise", records: ["mappedPixelwise", "matmul", "sum"], covers: ["mappedPixelwise"],
    [.range(-1, 1), .range(-1, 1), .range(-1, 1)],
    [
      [[2, 3, 4, 5], [3, 2, 4], [3, 2]], [[1, 1, 1, 1], [1, 1, 1], [1, 1]],
      [[0, 3, 4, 5], [3, 2, 4], [3, 2]], [[2, 3, 4, 0], [3, 2, 4], [3, 2]],
    ], large: [[2, 3, 33, 4099], [3, 37, 33], [3, 37]],
    { $0[0].mappedPixelwise($0[1], bias: $0[2]) },
    twin: { p in
      let (maps, weight, bias) = (p[0], p[1], p[2])
      return Plain([maps.shape[0], maps.shape[1], weight.shape[1], maps.shape[3]]) { i in
        (0..<maps.shape[2]).reduce(bias[[i[1], i[2]]]) {
          $0 + weight[[i[1], i[2], $1]] * maps[[i[0], i[1], $1, i[3]]]
        }
      }
    }),
]

@Sendable private func product(_ a: Plain, _ b: Plain) -> Plain {
  let rank = Swift.max(a.shape.count, b.shape.count)
  let inner = a.shape[a.shape.count - 1]
  let lead = Plain.common([
    Plain(Array(a.shape.dropLast(2)), []), Plain(Array(b.shape.dropLast(2)), []),
  ])
  let target = lead + [a.shape[a.shape.count - 2], b.shape[b.shape.count - 1]]
  return Plain(target) { i in
    (0..<inner).reduce(0) { sum, k in
      let left = i[..<(rank - 2)] + [i[rank - 2], k]
      let right = i[..<(rank - 2)] + [k, i[rank - 1]]
      // The inner axis may have length 1 on both sides; stretching then reads its only element.
      return sum + a.stretched(Array(left)) * b.stretched(Array(right))
    }
  }
}

private func convolution(
  _ name: String, stride: Int, padding: Int, groups: Int, _ shapes: [[[Int]]], large: [[Int]]? = nil
) -> OperationCase {
  OperationCase(
    name, records: ["convolution", "convolutionTransposed", "kernelGradient"],
    covers: ["convolved"], [.range(-1, 1), .range(-1, 1)], shapes, large: large,
    { $0[0].convolved(with: $0[1], stride: stride, padding: padding, groups: groups) },
    twin: { plainConvolution($0[0], $0[1], stride: stride, padding: padding, groups: groups) })
}

private func transposedConvolution(
  _ name: String, stride: Int, padding: Int, groups: Int, _ shapes: [[[Int]]], large: [[Int]]? = nil
) -> OperationCase {
  OperationCase(
    name, records: ["convolution", "convolutionTransposed", "kernelGradient"],
    covers: ["transposeConvolved"], [.range(-1, 1), .range(-1, 1)], shapes, large: large,
    { $0[0].transposeConvolved(with: $0[1], stride: stride, padding: padding, groups: groups) },
    twin: {
      plainTransposedConvolution($0[0], $0[1], stride: stride, padding: padding, groups: groups)
    })
}

let convolutionCases: [OperationCase] = [
  convolution(
    "convolved 3×3", stride: 1, padding: 1, groups: 1,
    [
      [[2, 3, 4, 5], [2, 3, 3, 3]], [[1, 1, 1, 1], [1, 1, 1, 1]], [[0, 3, 4, 5], [2, 3, 3, 3]],
      [[2, 0, 4, 5], [2, 0, 3, 3]], [[2, 3, 4, 5], [0, 3, 3, 3]],
    ], large: [[2, 19, 37, 41], [13, 19, 3, 3]]),
  convolution(
    "convolved 1×1", stride: 1, padding: 0, groups: 1,
    [
      [[2, 3, 4, 5], [2, 3, 1, 1]], [[1, 1, 1, 1], [1, 1, 1, 1]], [[0, 3, 4, 5], [2, 3, 1, 1]],
    ],
    large: [[2, 19, 37, 41], [13, 19, 1, 1]]),
  convolution(
    "convolved with stride 2, 2 groups", stride: 2, padding: 1, groups: 2,
    [
      [[1, 4, 5, 6], [6, 2, 3, 2]], [[1, 2, 1, 1], [2, 1, 1, 1]], [[0, 4, 5, 6], [6, 2, 3, 2]],
    ],
    large: [[1, 38, 57, 61], [26, 19, 3, 3]]),
  transposedConvolution(
    "transposeConvolved, stride 1", stride: 1, padding: 1, groups: 1,
    [
      [[2, 3, 4, 5], [3, 2, 3, 3]], [[1, 1, 1, 1], [1, 1, 3, 3]], [[0, 3, 4, 5], [3, 2, 3, 3]],
    ],
    large: [[2, 19, 37, 41], [19, 13, 3, 3]]),
  transposedConvolution(
    "transposeConvolved, stride 2, 2 groups", stride: 2, padding: 1, groups: 2,
    [
      [[1, 4, 3, 4], [4, 2, 3, 2]], [[1, 2, 2, 2], [2, 1, 1, 1]], [[0, 4, 3, 4], [4, 2, 3, 2]],
    ],
    large: [[1, 38, 27, 31], [38, 17, 3, 3]]),
]

private func filter(
  _ name: String, covers: [String], _ shapes: [[Int]], large: [Int]? = nil,
  _ operation: @escaping @Sendable (Tensor) -> Tensor,
  _ twin: @escaping @Sendable (Plain) -> Plain
) -> OperationCase {
  OperationCase(
    name, records: ["filtered"], covers: covers, [.range(-2, 2)], shapes.map { [$0] },
    large: large.map { [$0] }, { operation($0[0]) }, twin: { twin($0[0]) })
}

let filterCases: [OperationCase] = [
  filter(
    "filtered", covers: ["filtered"], [[2, 7, 3], [1, 1], [0, 7, 3], [2, 1, 3, 4]],
    large: [61, 37, 23],
    { $0.filtered(taps: [0.5, -1, 2], up: 3, down: 2, padding: (2, -1)) },
    { plainFilter($0, taps: [0.5, -1, 2], up: 3, down: 2, before: 2, after: -1) }),
  filter(
    "upsampledTwice", covers: ["upsampledTwice"], [[2, 3, 4], [1, 1], [0, 3, 4]],
    large: [17, 41, 43],
    { $0.upsampledTwice() },
    { plainFilter($0, taps: [0.25, 0.75, 0.75, 0.25], up: 2, before: 2, after: 1) }),
  filter(
    "blurred", covers: ["blurred"], [[2, 3, 4], [1, 1], [0, 3, 4], [2, 0, 3], [2, 3, 0]],
    large: [17, 41, 43],
    { $0.blurred(padding: 2, gain: 4) },
    { plainFilter($0, taps: [0.25, 0.75, 0.75, 0.25], before: 2, after: 2) }),
  OperationCase(
    "averagePooled", records: ["sum", "reshaped"], covers: ["averagePooled"], [.range(-2, 2)],
    [[[2, 4, 6]], [[2, 2]], [[0, 4, 6]], [[2, 0, 6]]], { $0[0].averagePooled(2) },
    twin: { p in
      let x = p[0]
      let rank = x.shape.count
      let target = Array(x.shape.dropLast(2)) + [x.shape[rank - 2] / 2, x.shape[rank - 1] / 2]
      return Plain(target) { i in
        [(0, 0), (0, 1), (1, 0), (1, 1)].reduce(0) { sum, corner in
          sum + x[
            i.dropLast(2) + [2 * i[rank - 2] + corner.0, 2 * i[rank - 1] + corner.1]] / 4
        }
      }
    }),
]
