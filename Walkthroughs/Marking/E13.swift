import Exercises
import GoldenFiles
import Tensors

extension Exercise {
  typealias Smoothness = (_ depth: Tensor) throws -> Tensor

  static var e13: Exercise {
    Exercise(
      "E13", "Equation 13: smooth depth maps",
      attempt: { try Exercises.smoothness($0) } as Smoothness,
      answer: smoothnessAnswer,
      checks: [
        Check("the loss is a scalar", hint: "equation 13 sums over parts, pixels and neighbors") {
          shapeFinding(try $0(bump(5)), [])
        },
        Check(
          "a flat map costs nothing",
          hint:
            "what does a pixel at the border compare itself with? A neighbor outside the map adds nothing"
        ) {
          difference(try $0(Tensor(repeating: 3, [2, 4, 5], .float64)) + 1, .scalar(1, .float64))
        },
        Check(
          "twice the relief costs four times as much", hint: "how does a difference enter the sum?"
        ) { loss in
          difference(try loss(2 * bump(5)), 4 * (try loss(bump(5))))
        },
        Check(
          "diagonal neighbors count", hint: "how many neighbors has a pixel: four or eight?"
        ) { loss in
          // Two pixels that are diagonal neighbors share one pair, which costs nothing if both are up.
          let both = bump(7) + bump(7, at: 4 * 7 + 4)
          return try loss(both).item < 2 * loss(bump(7)).item * 0.999
            ? nil : "two diagonal bumps cost as much as two bumps far apart"
        },
        Check(
          "the sum is divided by 8·K·H·W",
          hint: "A counts eight neighbors of every pixel, also of those at the border"
        ) { difference(try $0(bump(9)) * 81, try $0(bump(5)) * 25) },
        Check(
          "each pair is counted from both of its pixels",
          hint:
            "a neighbor of my neighbor is me: how often does a pair occur in the sum over all pixels?"
        ) { difference(try $0(bump(5)), .scalar(16.0 / 200, .float64)) },
        Check(
          "the golden case one_image, with its gradient",
          hint: "the properties hold; do all parts enter the sum?"
        ) { loss in
          try goldenFinding(
            "one_image", of: "DepthSmoothness", in: ["smoothness", "smoothness_gradient"]
          ) { inputs in
            let depth = try input("depth", inputs)
            let value = try loss(depth)
            return [
              "smoothness": value,
              "smoothness_gradient": try gradient(of: value, withRespectTo: depth),
            ]
          }
        },
      ],
      wrongAnswers: [
        WrongAnswer("divided by the pairs present", caughtBy: "the sum is divided by 8·K·H·W") {
          depth in
          let (rows, columns) = (Double(depth.shape[1]), Double(depth.shape[2]))
          let pairs =
            rows * (columns - 1) + (rows - 1) * columns + 2 * (rows - 1) * (columns - 1)
          let scale = 8 * rows * columns / (2 * pairs)
          return smoothnessAnswer(depth) * scale
        },
        WrongAnswer(
          "each pair counted once", caughtBy: "each pair is counted from both of its pixels"
        ) { smoothnessAnswer($0) * 0.5 },
        WrongAnswer("four neighbors", caughtBy: "diagonal neighbors count") {
          2 * (squares($0, 0, 1) + squares($0, 1, 0)) / Double(8 * $0.count)
        },
        WrongAnswer(
          "absolute differences", caughtBy: "twice the relief costs four times as much"
        ) { depth in
          let steps = [(0, 1), (1, 0), (1, 1), (1, -1)].map { differences(depth, $0.0, $0.1) }
          return steps.map { $0.absolute().sum() }.reduce(.scalar(0, depth.scalarType), +)
            * (2 / Double(8 * depth.count))
        },
        WrongAnswer("zeros outside the map", caughtBy: "a flat map costs nothing") { depth in
          let padded = depth.padded(axis: 1, before: 1, after: 1).padded(
            axis: 2, before: 1, after: 1)
          return smoothnessAnswer(padded) * (Double(padded.count) / Double(depth.count))
        },
      ],
      picture: { loss in
        let depth = (bump(5) + 1).tracked(as: "depth")
        return try gradient(of: try loss(depth), withRespectTo: depth).squeezed(axis: 0)
      },
      derivation: """
        Each pixel looks at its eight neighbors, and each pair of neighbors is seen from both ends, so a \
        bump of height 1 inside a map costs 2 · 8 squares. Four directions (right, below, and the two \
        diagonals downward) reach every pair once; twice their sum is the sum of equation 13. A neighbor \
        outside the map is left out, but A is 8·K·H·W all the same, as the paper defines it (PaperNotes 6). \
        The gradient at a pixel is 4/A times the sum of its differences, because the pixel occurs in both \
        copies of every pair.
        """)
  }

  // [excerpt: answer]
  static func smoothnessAnswer(_ depth: Tensor) -> Tensor {
    let pairs =
      squares(depth, 0, 1) + squares(depth, 1, 0) + squares(depth, 1, 1) + squares(depth, 1, -1)
    return 2 * pairs / Double(8 * depth.count)
  }

  /// Σ (d(x, y) − d(x + columns, y + rows))² over the pixels that have this neighbor; rows ≥ 0.
  private static func squares(_ depth: Tensor, _ rows: Int, _ columns: Int) -> Tensor {
    differences(depth, rows, columns).squared().sum()
  }

  private static func differences(_ depth: Tensor, _ rows: Int, _ columns: Int) -> Tensor {
    let (height, width) = (depth.shape[1] - rows, depth.shape[2] - abs(columns))
    let here = depth.sliced(axis: 1, from: 0, length: height)
      .sliced(axis: 2, from: max(0, -columns), length: width)
    let there = depth.sliced(axis: 1, from: rows, length: height)
      .sliced(axis: 2, from: max(0, columns), length: width)
    return here - there
  }
  // [end: answer]

  /// A flat map with one pixel of height 1, by default the one in the middle, `[1, size, size]`.
  private static func bump(_ size: Int, at pixel: Int? = nil) -> Tensor {
    let raised = pixel ?? size * size / 2
    return Tensor([1, size, size], (0..<size * size).map { $0 == raised ? 1 : 0 })
  }
}
