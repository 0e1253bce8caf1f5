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
        steps use small maps, where each pair of neighbors can be counted. The last steps use \
        thirteen maps of 64 × 64 pixels.

        Prerequisite: depth planes (the chapter on Eq. 5–7).
        """,
      parameters: [
        Parameter(
          "bump", 3, in: -8...8, unit: "planes", meaning: "height of the bump on the small map"),
        Parameter(whole: "row", 2, in: 0...4, meaning: "row of the bump on the small map"),
        Parameter(whole: "column", 2, in: 0...5, meaning: "column of the bump on the small map"),
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

  /// Returns a flat map of 5 × 6 pixels at plane 16 with a bump of one pixel, `[1, 5, 6]`.
  static func small(_ page: Page, row: Int, column: Int) -> Tensor {
    var values = [Double](repeating: 16, count: 30)
    values[row * 6 + column] += page["bump"]
    return Tensor([1, 5, 6], values)
  }

  static func small(_ page: Page) -> Tensor {
    small(page, row: Int(page["row"]), column: Int(page["column"]))
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
    code: [CodeExcerpt(source, declaration: "func loss")]
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
    page.why(
      """
      The loss contains only depth differences between neighbors. It does not depend on how near a \
      face is. Training computes equation 13 with this function.
      """)
  }

  static let bump = Step(
    "Eq. 13, a bump", "What is the loss of a flat map with a bump of one pixel?",
    code: [CodeExcerpt(source, declaration: "func squaredDifferences")]
  ) { page in
    let depth = small(page)
    let loss = smoothness.loss(depth)
    page.map(
      "bump_depth", depth, unit: "planes",
      caption: "a flat depth map at plane 16 with a bump of one pixel; bright is near")
    page.number("ℒ_ds", loss.item, unit: "planes²")
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let neighbors = Double(
      (min(row, 1) + min(4 - row, 1) + 1) * (min(column, 1) + min(5 - column, 1) + 1) - 1)
    page.number("neighbors of the bump on the map", neighbors)
    // The sum contains every pair of the bump and a neighbor twice, once from each side.
    let expected = 2 * neighbors * page["bump"] * page["bump"] / (8 * 30)
    page.holds(
      "the loss counts every pair of the bump and a neighbor twice", loss.item,
      equals: expected, within: 1e-12)
  }

  static let gradient = Step(
    "∂Eq. 13", "In which direction does gradient descent on the loss move each pixel?",
    code: [CodeExcerpt(source, declaration: "func loss")]
  ) { page in
    let depth = small(page).tracked(as: "depth")
    let push = try Tensors.gradient(of: smoothness.loss(depth), withRespectTo: depth)
    page.signedMap(
      "bump_push", -push, unit: "planes² per plane",
      caption:
        "negative gradient: descent increases the depth of red pixels, decreases that of blue ones")
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let nudge = { (h: Double) in
      var values = depth.scalars
      values[row * 6 + column] += h
      return smoothness.loss(Tensor([1, 5, 6], values)).item
    }
    let difference = (nudge(1e-4) - nudge(-1e-4)) / 2e-4
    let found = push[0, row, column].item
    page.holds(
      "the gradient at the bump equals a central difference of the loss", found, equals: difference,
      within: 1e-9)
    page.holds(
      "gradient descent does not shift the map as a whole (absolute sum of the gradient)",
      push.sum().item.magnitude,
      atMost: 1e-12)
  }

  static let border = Step(
    "Eq. 13, borders", "Is the loss of a bump smaller at the border of the map? (note 6)",
    code: [CodeExcerpt(source, declaration: "func squaredDifferences")]
  ) { page in
    let places = [("inside", 2, 2), ("at an edge", 0, 2), ("in a corner", 0, 0)]
    let costs = places.map { smoothness.loss(small(page, row: $0.1, column: $0.2)).item }
    page.bars(
      "border_cost", costs, labels: places.map(\.0), unit: "planes²",
      caption: "loss of the same bump in three places on the map")
    let inside = max(costs[0], 1e-300)
    page.holds(
      "a bump at an edge has 5 neighbors, so its loss is 5/8 of that inside (ratio)",
      costs[1] / inside, equals: page["bump"] == 0 ? 0 : 5.0 / 8,
      within: 1e-12)
    page.holds(
      "a bump in a corner has 3 neighbors, so its loss is 3/8 of that inside (ratio)",
      costs[2] / inside, equals: page["bump"] == 0 ? 0 : 3.0 / 8,
      within: 1e-12)
    page.why(
      """
      The paper does not define the neighbors of a border pixel and sets A = 8·K·H·W. Taken \
      literally, a neighbor outside the map adds nothing, but A counts eight neighbors for every \
      pixel. The loss therefore smooths the border slightly less. Division by the number of existing \
      pairs would make the loss of this map a third larger.
      """)
  }

  static let weight = Step(
    "Eq. 12", "How much does the smoothness loss add to the total loss?",
    formulas: [#"L_{\text{3D-SSGAN}} = L_{\text{SSGAN}} + \lambda_{\text{ds}} L_{\text{ds}}"#],
    symbols: [Symbol(#"\lambda_{\text{ds}}"#, "weight", shape: "scalar", unit: "0.1 in the paper")],
    code: [CodeExcerpt(source, declaration: "func total")]
  ) { page in
    let depth = faceMaps(.float64)
    let adversarial = Tensor.scalar(1.3, .float64)
    let loss = smoothness.loss(depth)
    let weights = stride(from: 0.0, through: 1, by: 0.1).map { $0 }
    let totals = weights.map {
      DepthSmoothness(weight: $0).total(adversarial: adversarial, smoothness: loss).item
    }
    page.curve(
      "total_loss", totals, x: weights, xLabel: "λ_ds", yLabel: "total loss",
      caption: "total loss for eleven values of λ_ds; the adversarial loss stays the same")
    let total = DepthSmoothness(weight: page["lambda"]).total(
      adversarial: adversarial, smoothness: loss)
    page.number("ℒ_ds of thirteen uneven maps", loss.item, unit: "planes²")
    page.number("total loss for the λ_ds of the parameter lambda", total.item)
    page.holds(
      "the total loss is linear in λ_ds: from λ_ds = 0 to 1 it rises by ℒ_ds (ratio)",
      (totals[10] - totals[0]) / loss.item, equals: 1, within: 1e-12)
    page.why(
      """
      Training computes equation 12 with this function. There, the argument `adversarial` holds the \
      terms of ℒ_SSGAN that the same update minimizes.
      """)
  }

  /// Returns thirteen depth maps of 64 × 64 pixels: one dome, with different noise for every part.
  static func faceMaps(_ type: ScalarType) -> Tensor {
    var numbers = RandomNumbers(seed: 13)
    let across = Tensor.linspace(-1, 1, 64, type)
    let radius = across.squared().unsqueezed(axis: 0) + across.squared().unsqueezed(axis: 1)
    let dome = (1 - radius).clamped(0, 1).squareRoot() * 10 + 10
    return dome + numbers.normal([13, 64, 64], type)
  }

  static let descent = Step(
    "Eq. 13, descent", "What does gradient descent on this loss alone do to a noisy depth map?",
    code: [CodeExcerpt(source, declaration: "func loss")]
  ) { page in
    let torn = faceMaps(.float32)
    var depth = torn
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
    page.map(
      "part01_depth2d", torn[1], unit: "planes", range: 5...25,
      caption: "depth map of part 1 with noise, before the descent; bright is near")
    page.map(
      "part01_depth2d_smoothed", depth[1], unit: "planes", range: 5...25,
      caption: "the same depth map after \(losses.count - 1) steps of gradient descent")
    page.curve(
      "descent_loss", losses, xLabel: "step", yLabel: "loss, planes²",
      caption: "loss before the first step (step 0) and after each step of gradient descent")
    let rises = zip(losses.dropFirst(), losses).map { $0 - $1 }
    page.holds(
      "no step of gradient descent increases the loss (largest increase)", rises.max() ?? 0,
      atMost: 1e-6)
    page.holds(
      "gradient descent does not change the mean depth (change in planes)",
      (depth - torn).mean().item.magnitude, atMost: 1e-4)
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
