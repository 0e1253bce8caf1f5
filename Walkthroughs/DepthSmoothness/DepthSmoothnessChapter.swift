import DepthSmoothness
import Inspection
import Messages
import Tensors

// Equations 12–13: a loss for uneven depth, and its weight in the total loss.
extension Chapter {
  /// The chapter on equations 12–13: the smoothness loss of the depth maps and the total loss.
  public static var depthSmoothness: Chapter {
    Chapter(
      "depth-smoothness", title: "A loss that keeps depth maps smooth", equations: "Eq. 12–13",
      cover: "part01_depth2d",
      introduction: """
        The training data contain no depth maps, so no label tells a part generator how deep a face \
        is. Equation 13 keeps the predicted depth maps smooth: it penalizes every depth difference \
        between neighboring pixels. Equation 12 adds this loss to the adversarial loss. The first \
        steps use a small map, where each pair of neighbors can be counted. The last steps use \
        thirteen maps of 64 × 64 pixels.

        Prerequisite: depth planes (the chapter on Eq. 5–7).
        """,
      parameters: [
        Parameter(
          "bump", 3, in: -8...8, unit: "planes", meaning: "height of the bump on the small map"),
        Parameter(
          whole: "row", 3, in: 0...6, meaning: "row of the bump on the small map; 0 is the top"),
        Parameter(
          whole: "column", 4, in: 0...8,
          meaning: "column of the bump on the small map; 0 is on the left"),
        Parameter(
          "lambda", 0.1, in: 0...10, meaning: "weight λ_ds of the smoothness loss in equation 12"),
        Parameter(
          whole: "steps", 60, in: 0...300,
          meaning: "steps of gradient descent in the last step of the chapter"),
      ]
    ) {
      SmoothnessSteps.flat
      SmoothnessSteps.bump
      SmoothnessSteps.gradient
      SmoothnessSteps.border
      SmoothnessSteps.weight
      SmoothnessSteps.descent
    }
  }
}

/// The steps of the chapter on equations 12–13.
private enum SmoothnessSteps {
  static let source = "Sources/Equations/DepthSmoothness/DepthSmoothness.swift"
  static let smoothness = DepthSmoothness()
  static let proofs = [
    "Tests/DepthSmoothnessTests/HandGoldenTests.swift",
    "Tests/DepthSmoothnessTests/TwinTests.swift",
    "Tests/DepthSmoothnessTests/GoldenFileTests.swift",
    "Tests/DepthSmoothnessTests/BrokenTwinTests.swift", "Fixtures/DepthSmoothness/one_image",
  ]

  /// The line of equation 13.
  static let equation13 = CodeExcerpt(
    source, declaration: "func loss", marking: "2 * total / Double(8 * relativeDepth.count)")
  /// The line with the differences of equation 13.
  static let differences = CodeExcerpt(
    source, declaration: "func squaredDifferences", marking: "(from - to).squared().sum()")
  /// The line of equation 12.
  static let equation12 = CodeExcerpt(
    source, declaration: "func total", marking: "adversarial + weight * smoothness")

  /// The small map: one part, 7 rows, 9 columns, flat at plane 16.
  static let (rows, columns) = (7, 9)
  /// The number A of equation 13 for the small map, 8 · K · H · W with K = 1.
  static let divisor: Arithmetic = 8 * 1 * .number(Double(rows)) * .number(Double(columns))

  /// Returns the small map with a bump of one pixel, `[1, 7, 9]`.
  static func small(_ bump: Double, row: Int, column: Int) -> Tensor {
    var values = [Double](repeating: 16, count: rows * columns)
    values[row * columns + column] += bump
    return Tensor([1, rows, columns], values)
  }

  static func small(_ page: Page) -> Tensor {
    small(page["bump"], row: Int(page["row"]), column: Int(page["column"]))
  }

  /// Returns the depths of the neighbors of a pixel that are on the map.
  static func neighbors(_ depth: Tensor, row: Int, column: Int) -> [Double] {
    (max(0, row - 1)...min(rows - 1, row + 1)).flatMap { y in
      (max(0, column - 1)...min(columns - 1, column + 1)).compactMap { x in
        y == row && x == column ? nil : depth[0, y, x].item
      }
    }
  }

  /// Adds equation 13 with the numbers of the bump: its neighbors all have the same depth.
  static func addLoss(_ depth: Tensor, to page: inout Page) {
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let around = neighbors(depth, row: row, column: column)
    page.number("neighbors of the bump on the map", Double(around.count))
    let difference: Arithmetic = .number(depth[0, row, column].item) - .number(around[0])
    page.equality(
      #"L_{\text{ds}}"#,
      (2 * .number(Double(around.count)) * .power(difference, 2)) / divisor,
      equals: smoothness.loss(depth).item, within: 1e-12, unit: "planes²")
  }

  static let flat = Step(
    "Eq. 13, flat maps", "What is the loss of a flat depth map?",
    formulas: [
      #"L_{\text{ds}} = \frac{1}{A} \sum_k \sum_{x,y} \sum_{\delta_1,\delta_2} \|d_k(x,y) - d_k(x+\delta_1,y+\delta_2)\|^2"#,
      #"A = 8 \cdot K \cdot H \cdot W"#,
    ],
    symbols: [
      Symbol("d_k", "relativeDepth", shape: "[…, K, H, W]", unit: "planes"),
      Symbol(#"L_{\text{ds}}"#, "loss(_:)", shape: "scalar", unit: "planes²"),
    ],
    code: [equation13]
  ) { page in
    let costs = [0.0, 16, 31].map {
      smoothness.loss(Tensor(repeating: $0, [13, 64, 64], .float64)).item
    }
    page.table(
      "loss of thirteen flat maps of 64 × 64 pixels", columns: ["depth plane", "ℒ_ds"],
      rows: zip(["0", "16", "31"], costs).map { [$0, "\($1)"] })
    page.holds(
      "the loss of flat depth maps is 0 on every plane (largest loss)", costs.reduce(0, max),
      atMost: 0)
    let steep = Tensor.linspace(0, 8, columns, .float64).broadcast(to: [1, rows, columns])
    page.holds(
      "a shift of a whole map by 15 planes does not change its loss (difference)",
      smoothness.loss(steep + 15).item - smoothness.loss(steep).item, equals: 0, within: 1e-12)
    page.why(
      """
      The loss contains only depth differences between neighbors. It does not depend on how near a \
      face is. Its input is the depth map that a part generator predicts: relative to the face for \
      eyes, nose and most other parts. Training computes equation 13 with this function.
      """)
  }

  static let bump = Step(
    "Eq. 13, a bump", "What is the loss of a flat map with a bump of one pixel?",
    code: [equation13, differences],
    sweep: Sweep("bump", [-8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8]),
    answers: AnswerBox(
      "Eq. 13", line: equation13, doubling: "doubling the bump", notes: [6, 23, 32],
      proofs: proofs, exercise: "E13")
  ) { page in
    let depth = small(page)
    page.depthMap(
      "bump_depth", depth, reference: "in planes of the volume", range: 8...24,
      caption: "a flat depth map at plane 16 with a bump of \(page["bump"].brief) planes at one "
        + "pixel; bright is near")
    addLoss(depth, to: &page)
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    page.holds(
      "doubling the bump quadruples the loss (loss of twice the bump, and 4 times the loss)",
      smoothness.loss(small(2 * page["bump"], row: row, column: column)).item,
      equals: 4 * smoothness.loss(depth).item, within: 1e-12)
    page.why(
      """
      The sum runs over all pixels and their neighbors, so it contains every pair twice, once from \
      each side: that is the factor 2 of the formula with numbers. All other differences are 0. The \
      code adds up four of the eight directions, which cover every pair once, and doubles the sum.
      """)
  }

  static let gradient = Step(
    "∂Eq. 13", "In which direction does gradient descent on the loss move each pixel?",
    code: [equation13],
    sweep: Sweep("bump", [-8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8])
  ) { page in
    let depth = small(page).tracked(as: "depth")
    let push = try Tensors.gradient(of: smoothness.loss(depth), withRespectTo: depth)
    page.signedMap(
      "bump_push", -push, unit: "planes² per plane", reach: 0.5,
      caption:
        "negative gradient: descent increases the depth of red pixels, decreases that of blue ones; "
        + "the colors end at ±0.5")
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let found = push[0, row, column].item
    let around = neighbors(depth, row: row, column: column)
    let difference: Arithmetic = .number(depth[0, row, column].item) - .number(around[0])
    page.equality(
      #"\frac{\partial L_{\text{ds}}}{\partial d}"#,
      4 / divisor * .number(Double(around.count)) * difference, equals: found, within: 1e-12,
      unit: "planes² per plane")
    let nudge = { (h: Double) in
      var values = depth.scalars
      values[row * columns + column] += h
      return smoothness.loss(Tensor([1, rows, columns], values)).item
    }
    page.holds(
      "the gradient at the bump equals a central difference of the loss", found,
      equals: (nudge(1e-4) - nudge(-1e-4)) / 2e-4, within: 1e-9)
    page.holds(
      "gradient descent does not shift the map as a whole (absolute sum of the gradient)",
      push.sum().item.magnitude, atMost: 1e-12)
  }

  static let border = Step(
    "Eq. 13, borders", "Is the loss of a bump smaller at the border of the map? (note 6)",
    code: [differences], sweep: Sweep("column", [0, 1, 2, 3, 4, 5, 6, 7, 8])
  ) { page in
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let places = [("inside", 3, 4), ("at an edge", 0, 4), ("in a corner", 0, 0)]
    let bump = page["bump"]
    func cost(_ row: Int, _ column: Int) -> Double {
      smoothness.loss(small(bump, row: row, column: column)).item
    }
    let costs = places.map { cost($0.1, $0.2) }
    page.bars(
      "border_cost", costs + [cost(row, column)],
      labels: places.map(\.0) + ["row \(row), column \(column)"], unit: "planes²",
      caption:
        "loss of the same bump in three places on the map, and at the pixel of the parameters")
    page.map(
      "border_cost_map",
      Tensor(
        [rows, columns], (0..<rows * columns).map { cost($0 / columns, $0 % columns) }),
      unit: "planes²", caption: "loss of the bump for every place of the bump on the map")
    addLoss(small(bump, row: row, column: column), to: &page)
    page.holds(
      "a bump at an edge has 5 neighbors, one inside has 8 (8 times the loss against 5 times)",
      8 * costs[1], equals: 5 * costs[0], within: 1e-12)
    page.holds(
      "a bump in a corner has 3 neighbors, one inside has 8 (8 times the loss against 3 times)",
      8 * costs[2], equals: 3 * costs[0], within: 1e-12)
    let flat = small(0, row: 0, column: 0)
    let pairs = (0..<rows * columns).map {
      neighbors(flat, row: $0 / columns, column: $0 % columns).count
    }.reduce(0, +)
    page.number("neighbors of all pixels that are on the map", Double(pairs))
    page.number("A, which counts 8 for every pixel", divisor.value)
    page.why(
      """
      The paper does not define the neighbors of a border pixel and sets A = 8·K·H·W. Taken \
      literally, a neighbor outside the map adds nothing, but A counts eight neighbors for every \
      pixel. The loss therefore smooths the border slightly less. Division by the number of existing \
      pairs would make the loss of this map 22 % larger, that of a map of 64 × 64 pixels 2.4 %.
      """)
  }

  static let weight = Step(
    "Eq. 12", "How much does the smoothness loss add to the total loss?",
    formulas: [#"L_{\text{3D-SSGAN}} = L_{\text{SSGAN}} + \lambda_{\text{ds}} L_{\text{ds}}"#],
    symbols: [Symbol(#"\lambda_{\text{ds}}"#, "weight", shape: "scalar", unit: "0.1 in the paper")],
    code: [equation12],
    sweep: Sweep("lambda", [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
    answers: AnswerBox(
      "Eq. 12", line: equation12, doubling: "doubling λ_ds", notes: [4, 55], proofs: proofs,
      exercise: "E13")
  ) { page in
    let adversarial = Tensor.scalar(1.3, .float64)
    let loss = smoothness.loss(noisyMaps64)
    func total(_ weight: Double) -> Double {
      DepthSmoothness(weight: weight).total(adversarial: adversarial, smoothness: loss).item
    }
    let weights = stride(from: 0.0, through: 1, by: 0.1).map { $0 }
    let lambda = page["lambda"]
    // The point of the parameter is repeated, so that both lines have the same number of points.
    page.curves(
      "total_loss",
      [
        Series("all λ_ds", x: weights, y: weights.map(total)),
        Series(
          "the parameter", x: weights.map { _ in lambda }, y: weights.map { _ in total(lambda) }),
      ], xLabel: "λ_ds", yLabel: "total loss",
      caption: "total loss for a made-up adversarial loss of 1.3 that stays the same, and the "
        + "smoothness loss of thirteen noisy maps")
    page.equality(
      #"L_{\text{3D-SSGAN}}"#,
      .number(adversarial.item) + .number(lambda) * .number(loss.item), equals: total(lambda),
      within: 1e-12)
    page.holds(
      "doubling λ_ds doubles what the total loss adds to the adversarial loss",
      total(2 * lambda) - 1.3, equals: 2 * (total(lambda) - 1.3), within: 1e-12)
    page.holds(
      "the total loss is linear in λ_ds: from λ_ds = 0 to 1 it rises by ℒ_ds (ratio)",
      (total(1) - total(0)) / loss.item, equals: 1, within: 1e-12)
    page.why(
      """
      Training computes equation 12 with this function. There, the argument `adversarial` holds the \
      terms of ℒ_SSGAN that the same update minimizes.
      """)
  }

  /// Returns thirteen depth maps of 64 × 64 pixels: one dome, with different noise for every part.
  private static func noisyMaps(_ type: ScalarType) -> Tensor {
    var numbers = RandomNumbers(seed: 13)
    let across = Tensor.linspace(-1, 1, 64, type)
    let radius = across.squared().unsqueezed(axis: 0) + across.squared().unsqueezed(axis: 1)
    let dome = (1 - radius).clamped(0, 1).squareRoot() * 10 + 10
    return dome + numbers.normal([13, 64, 64], type)
  }

  static let noisyMaps64 = noisyMaps(.float64)
  static let noisyMaps32 = noisyMaps(.float32)

  static let descent = Step(
    "Eq. 13, descent", "What does gradient descent on this loss alone do to a noisy depth map?",
    code: [equation13],
    sweep: Sweep(
      "steps", [0, 1, 2, 3, 5, 8, 13, 20, 30, 45, 60],
      moving: ["part01_depth2d_smoothed", "descent_loss"])
  ) { page in
    let noisy = noisyMaps32
    var depth = noisy
    var losses: [Double] = []
    for _ in 0..<Int(page["steps"]) {
      let leaf = depth.tracked(as: "depth")
      let loss = smoothness.loss(leaf)
      losses.append(loss.item)
      // The step size is A / 48, because the curvature of the loss is at most 48 / A.
      let push = try Tensors.gradient(of: loss, withRespectTo: leaf)
      depth = depth - push * (Double(8 * depth.count) / 48)
    }
    losses.append(smoothness.loss(depth).item)
    page.depthMap(
      "part01_depth2d_smoothed", depth[1], reference: "in planes of the volume", range: 5...25,
      caption: "depth map of the part face after \(losses.count - 1) steps of gradient descent; "
        + "bright is near")
    page.depthMap(
      "part01_depth2d", noisy[1], reference: "in planes of the volume", range: 5...25,
      caption: "the same depth map with noise, before the descent")
    page.curve(
      "descent_loss", losses, xLabel: "step", yLabel: "loss, planes²",
      caption: "loss before the first step (step 0) and after each step of gradient descent")
    page.number("ℒ_ds before the descent", losses[0], unit: "planes²")
    page.number("ℒ_ds after the descent", losses[losses.count - 1], unit: "planes²")
    if losses.count > 1 {
      page.holds(
        "every step of gradient descent decreases the loss (smallest decrease)",
        zip(losses, losses.dropFirst()).map { $0 - $1 }.min() ?? 0, atLeast: 0)
    }
    page.holds(
      "gradient descent does not change the mean depth (change in planes)",
      (depth - noisy).mean().item.magnitude, atMost: 1e-5)
    if losses.count > 20 {
      page.holds(
        "after twenty steps at most a tenth of the loss is left (ratio)", losses[20] / losses[0],
        atMost: 0.1)
    }
    page.why(
      """
      In training the adversarial loss acts against this smoothing: the discriminator favors an edge \
      where a nose ends. λ_ds = 0.1 is the paper's balance between the two losses.
      """)
  }
}
