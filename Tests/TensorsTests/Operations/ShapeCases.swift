@testable import Tensors

// Views and joins: where each element of the result comes from, written as index arithmetic.

private func view(
  _ name: String, records: [String], covers: [String], _ shapes: [[Int]], large: [Int]? = nil,
  withoutEmpty: String? = nil, _ operation: @escaping @Sendable (Tensor) -> Tensor,
  _ twin: @escaping @Sendable (Plain) -> Plain
) -> OperationCase {
  OperationCase(
    name, records: records, covers: covers, [.range(-2, 2)], shapes.map { [$0] },
    large: large.map { [$0] }, withoutEmpty: withoutEmpty, { operation($0[0]) },
    twin: { twin($0[0]) })
}

private func moved(_ x: Plain, _ shape: [Int], from: @escaping ([Int]) -> [Int]) -> Plain {
  Plain(shape) { x[from($0)] }
}

let viewCases: [OperationCase] = [
  view(
    "reshaped", records: ["reshaped"], covers: ["reshaped"], [[4, 3, 5], [4, 1, 1], [4, 0, 2]],
    { $0.reshaped([$0.shape[1], 2, $0.shape[2], 2]) },
    { Plain([$0.shape[1], 2, $0.shape[2], 2], $0.values) }),
  view(
    "reshaped with an open length", records: ["reshaped"], covers: ["reshaped"],
    [[4, 3, 5], [2], [0]],
    { $0.reshaped([2, -1]) }, { Plain([2, $0.values.count / 2], $0.values) }),
  view(
    "flattened", records: ["reshaped"], covers: ["flattened"],
    [[2, 3, 4, 5], [1, 1, 1, 1], [2, 0, 4, 5]],
    { $0.flattened(axes: 1...2) },
    { Plain([$0.shape[0], $0.shape[1] * $0.shape[2], $0.shape[3]], $0.values) }),
  view(
    "permuted", records: ["permuted"], covers: ["permuted"], [[2, 3, 4], [1, 1, 1], [2, 0, 4]],
    large: [37, 41, 47], { $0.permuted(axes: [2, 0, 1]) },
    { x in
      moved(x, [x.shape[2], x.shape[0], x.shape[1]]) { [$0[1], $0[2], $0[0]] }
    }),
  view(
    "transposed", records: ["permuted"], covers: ["transposed"],
    [[2, 3, 4], [1, 1, 1], [2, 0, 4]],
    { $0.transposed() },
    { x in moved(x, [x.shape[0], x.shape[2], x.shape[1]]) { [$0[0], $0[2], $0[1]] } }),
  view(
    "swapped", records: ["permuted"], covers: ["swapped"],
    [[2, 3, 4], [1, 1, 1], [2, 0, 4]],
    { $0.swapped(axes: 0, -1) },
    { x in moved(x, [x.shape[2], x.shape[1], x.shape[0]]) { [$0[2], $0[1], $0[0]] } }),
  view(
    "unsqueezed", records: ["reshaped"], covers: ["unsqueezed"], [[2, 3], [1, 1], [0, 3]],
    { $0.unsqueezed(axis: 1) }, { Plain([$0.shape[0], 1, $0.shape[1]], $0.values) }),
  view(
    "squeezed", records: ["reshaped"], covers: ["squeezed"], [[2, 1, 3], [1, 1, 1], [0, 1, 3]],
    { $0.squeezed(axis: 1) }, { Plain([$0.shape[0], $0.shape[2]], $0.values) }),
  view(
    "broadcast", records: ["broadcast"], covers: ["broadcast"],
    [[3, 1, 2], [1, 1, 1], [0, 1, 2]],
    { $0.broadcast(to: [5, $0.shape[0], 4, $0.shape[2]]) },
    { x in
      Plain([5, x.shape[0], 4, x.shape[2]]) { x[[$0[1], 0, $0[3]]] }
    }),
  view(
    "broadcast to nothing", records: ["broadcast"], covers: ["broadcast"],
    [[3, 1], [1, 1], [0, 1]],
    { $0.broadcast(to: [2, $0.shape[0], 0]) }, { Plain([2, $0.shape[0], 0], []) }),
  view(
    "repeated", records: ["broadcast"], covers: ["repeated"], [[3, 1, 2], [1, 1, 1], [0, 1, 2]],
    { $0.repeated(axis: 1, times: 4) },
    { x in Plain([x.shape[0], 4, x.shape[2]]) { x[[$0[0], 0, $0[2]]] } }),
  view(
    "sliced", records: ["sliced", "embedded"], covers: ["sliced"],
    [[2, 11, 3], [1, 11, 1], [0, 11, 3]],
    large: [61, 11, 53], { $0.sliced(axis: 1, from: 2, length: 4, step: 2) },
    { x in Plain([x.shape[0], 4, x.shape[2]]) { x[[$0[0], 2 + 2 * $0[1], $0[2]]] } }),
  view(
    "sliced to nothing", records: ["sliced", "embedded"], covers: ["sliced"],
    [[2, 5], [1, 1], [2, 0]],
    { $0.sliced(axis: 1, from: $0.shape[1], length: 0) }, { Plain([$0.shape[0], 0], []) }),
  view(
    "embedded", records: ["embedded", "sliced"], covers: [], [[2, 4, 3], [1, 4, 1], [2, 4, 0]],
    { $0.embedded(1, into: 11, from: 2, step: 2) },
    { x in
      Plain([x.shape[0], 11, x.shape[2]]) { i in
        let place = i[1] - 2
        return place >= 0 && place % 2 == 0 && place / 2 < 4 ? x[[i[0], place / 2, i[2]]] : 0
      }
    }),
  view(
    "subscript", records: ["sliced", "reshaped"], covers: ["subscript"],
    [[2, 5, 3], [1, 5, 1], [2, 5, 0]],
    { $0[axis: 1, 3] }, { x in Plain([x.shape[0], x.shape[2]]) { x[[$0[0], 3, $0[1]]] } }),
  view(
    "split", records: ["sliced"], covers: ["split"], [[2, 7, 3], [1, 7, 1], [2, 7, 0]],
    { x in
      let parts = x.split(axis: 1, lengths: [2, 0, 1, 4])
      return parts[3] * 2 + parts[0].sum(axes: [1], keepingAxes: true) - parts[2]
        + parts[1].sum(axes: [1], keepingAxes: true)
    },
    { x in
      Plain([x.shape[0], 4, x.shape[2]]) { i in
        let row = { (j: Int) in x[[i[0], j, i[2]]] }
        return 2 * row(3 + i[1]) + row(0) + row(1) - row(2)
      }
    }),
  view(
    "reversed", records: ["reversed"], covers: ["reversed"], [[2, 5, 3], [1, 1, 1], [2, 0, 3]],
    large: [31, 47, 41], { $0.reversed(axis: 1) },
    { x in Plain(x.shape) { x[[$0[0], x.shape[1] - 1 - $0[1], $0[2]]] } }),
  view(
    "contiguous", records: ["contiguous"], covers: ["contiguous"],
    [[2, 5, 3], [1, 1, 1], [2, 0, 3]],
    large: [31, 47, 41], { $0.transposed().contiguous() },
    { x in Plain([x.shape[0], x.shape[2], x.shape[1]]) { x[[$0[0], $0[2], $0[1]]] } }),
]

let joiningCases: [OperationCase] = [
  OperationCase(
    "concatenated", records: ["concatenated"], covers: ["concatenated"],
    [.range(-2, 2), .range(-2, 2), .range(-2, 2)],
    [
      [[2, 3, 5], [2, 1, 5], [2, 4, 5]], [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
      [[2, 0, 3], [2, 1, 3], [2, 0, 3]], [[0, 2, 3], [0, 1, 3], [0, 2, 3]],
    ], large: [[61, 7, 53], [61, 1, 53], [61, 4, 53]],
    { Tensor.concatenated([$0[0], $0[1].contiguous(), $0[2]], axis: 1) },
    twin: { p in
      let lengths = p.map { $0.shape[1] }
      return Plain([p[0].shape[0], lengths.reduce(0, +), p[0].shape[2]]) { i in
        var (part, j) = (0, i[1])
        while j >= lengths[part] {
          j -= lengths[part]
          part += 1
        }
        return p[part][[i[0], j, i[2]]]
      }
    }),
  OperationCase(
    "concatenated with itself", records: ["concatenated"], covers: ["concatenated"],
    [.range(-2, 2)], [[[2, 3]], [[1, 1]], [[0, 3]]], { Tensor.concatenated([$0[0], $0[0]]) },
    twin: { Plain([2 * $0[0].shape[0], $0[0].shape[1]], $0[0].values + $0[0].values) }),
  OperationCase(
    "stacked", records: ["concatenated", "reshaped"], covers: ["stacked"],
    [.range(-2, 2), .range(-2, 2)],
    [[[2, 3], [2, 3]], [[1], [1]].map { $0 + [1] }, [[0, 3], [0, 3]]],
    { Tensor.stacked($0, axis: -1) },
    twin: { p in Plain(p[0].shape + [2]) { p[$0[2]][[$0[0], $0[1]]] } }),
  OperationCase(
    "padded", records: ["embedded"], covers: ["padded"], [.range(-2, 2)],
    [[[2, 4, 3]], [[1, 1, 1]], [[2, 0, 3]]], { $0[0].padded(axis: 1, before: 2, after: 1) },
    twin: { p in
      let x = p[0]
      return Plain([x.shape[0], x.shape[1] + 3, x.shape[2]]) {
        $0[1] >= 2 && $0[1] < 2 + x.shape[1] ? x[[$0[0], $0[1] - 2, $0[2]]] : 0
      }
    }),
]
