import DepthSmoothness
import Inspection
import Messages
import Tensors

// Equations 12–13: what uneven depth costs.
extension Chapter {
  /// What a jump of depth between neighbours costs, and how the cost smooths.
  public static var depthSmoothness: Chapter {
    Chapter(
      "depth-smoothness", title: "The price of uneven depth", equations: "Eq. 12–13",
      introduction: """
        Nobody tells the generators how deep a face is: there are no depth maps to learn from. What \
        keeps a predicted depth from being torn? A price on every difference between neighbours. \
        Small maps first, where each pair can be counted, then thirteen maps of 64 × 64 pixels.

        Needs: what depth planes are (chapter of Eq. 5–7).
        """,
      parameters: [
        Parameter("bump", 3, in: -8...8, unit: "planes", meaning: "height of the bump"),
        Parameter(whole: "row", 2, in: 0...4, meaning: "row of the bump on the small map"),
        Parameter(whole: "column", 2, in: 0...5, meaning: "column of the bump on the small map"),
        Parameter("lambda", 0.1, in: 0...10, meaning: "weight of the loss in equation 12"),
        Parameter(whole: "steps", 60, in: 0...300, meaning: "steps of descent in the last picture"),
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

  /// A map of 5 × 6 pixels at plane 16 with one pixel moved.
  static func small(_ page: Page, row: Int, column: Int) -> Tensor {
    var values = [Double](repeating: 16, count: 30)
    values[row * 6 + column] += page["bump"]
    return Tensor([1, 5, 6], values)
  }

  static func small(_ page: Page) -> Tensor {
    small(page, row: Int(page["row"]), column: Int(page["column"]))
  }

  static let flat = Step(
    "Eq. 13, at rest", "What does a flat map cost, wherever it is?",
    formulas: [
      #"L_{\text{ds}} = \frac{1}{A} \sum_k \sum_{x,y} \sum_{\delta_1,\delta_2} \|d_k(x,y) - d_k(x+\delta_1,y+\delta_2)\|^2"#,
      #"A = 8 \cdot K \cdot H \cdot W"#,
    ],
    symbols: [
      Symbol("d_k", "depth", shape: "[…, K, H, W]", unit: "planes"),
      Symbol(#"L_{\text{ds}}"#, "loss(_:)", shape: "scalar", unit: "planes²"),
    ],
    code: [CodeExcerpt(source, declaration: "func loss")]
  ) { page in
    let costs = [0.0, 16, 31].map {
      smoothness.loss(Tensor(repeating: $0, [13, 64, 64], .float64)).item
    }
    page.table(
      "thirteen flat maps of 64 × 64 pixels", columns: ["at plane", "ℒ_ds"],
      rows: zip(["0", "16", "31"], costs).map { [$0, "\($1)"] })
    page.holds("a flat map costs nothing", costs.reduce(0, max), atMost: 0)
    page.why("Only differences are counted: the loss has no opinion about how near a face is.")
  }

  static let bump = Step(
    "Eq. 13, a bump", "What does one pixel cost that stands out?",
    code: [CodeExcerpt(source, declaration: "func squaredDifferences")]
  ) { page in
    let depth = small(page)
    let loss = smoothness.loss(depth)
    page.map("bump_depth", depth, unit: "planes", caption: "plane 16, and one pixel moved")
    page.number("ℒ_ds", loss.item, unit: "planes²")
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let neighbours = Double(
      (min(row, 1) + min(4 - row, 1) + 1) * (min(column, 1) + min(5 - column, 1) + 1) - 1)
    page.number("neighbours of the pixel", neighbours)
    // It differs from each neighbour, and each neighbour from it.
    let expected = 2 * neighbours * page["bump"] * page["bump"] / (8 * 30)
    page.holds(
      "each neighbour is paid for from both sides", loss.item, equals: expected, within: 1e-12)
  }

  static let gradient = Step(
    "∂Eq. 13", "Where does the loss push, and how hard?",
    code: [CodeExcerpt(source, declaration: "func loss")]
  ) { page in
    let depth = small(page).tracked(as: "depth")
    let push = try Tensors.gradient(of: smoothness.loss(depth), withRespectTo: depth)
    page.signedMap(
      "bump_push", -push, unit: "planes² per plane",
      caption: "minus the gradient: red is pushed up, blue down")
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let nudge = { (h: Double) in
      var values = depth.scalars
      values[row * 6 + column] += h
      return smoothness.loss(Tensor([1, 5, 6], values)).item
    }
    let difference = (nudge(1e-4) - nudge(-1e-4)) / 2e-4
    let found = push[0, row, column].item
    page.holds("the gradient is the finite difference", found, equals: difference, within: 1e-9)
    page.holds(
      "the map as a whole is pushed nowhere (sum of the gradient)", push.sum().item.magnitude,
      atMost: 1e-12)
  }

  static let border = Step(
    "Eq. 13, borders", "Is a bump at the border cheaper? (note 6)",
    code: [CodeExcerpt(source, declaration: "func squaredDifferences")]
  ) { page in
    let places = [("inside", 2, 2), ("at an edge", 0, 2), ("in a corner", 0, 0)]
    let costs = places.map { smoothness.loss(small(page, row: $0.1, column: $0.2)).item }
    page.bars(
      "border_cost", costs, labels: places.map(\.0), unit: "planes²",
      caption: "what the same bump costs in three places")
    let inside = max(costs[0], 1e-300)
    page.holds(
      "an edge has 5 of 8 neighbours", costs[1] / inside, equals: page["bump"] == 0 ? 0 : 5.0 / 8,
      within: 1e-12)
    page.holds(
      "a corner has 3 of 8", costs[2] / inside, equals: page["bump"] == 0 ? 0 : 3.0 / 8,
      within: 1e-12)
    page.why(
      """
      The paper leaves the border open and says A = 8·K·H·W. Read to the letter, neighbours that do \
      not exist add nothing, and A counts eight of them everywhere; so a border is smoothed a little \
      less. Dividing by the pairs present would make this map's loss a third larger.
      """)
  }

  static let weight = Step(
    "Eq. 12", "How much of it goes into the total?",
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
      caption: "the total for eleven weights, the rest being the same")
    let total = DepthSmoothness(weight: page["lambda"]).total(
      adversarial: adversarial, smoothness: loss)
    page.number("ℒ_ds of thirteen uneven maps", loss.item, unit: "planes²")
    page.number("total with the present λ_ds", total.item)
    page.holds(
      "the total is a straight line in λ_ds of slope ℒ_ds",
      (totals[10] - totals[0]) / loss.item, equals: 1, within: 1e-12)
  }

  /// Thirteen maps of 64 × 64 pixels: a dome for the face, torn by noise that differs from part to part.
  static func faceMaps(_ type: ScalarType) -> Tensor {
    var numbers = RandomNumbers(seed: 13)
    let across = Tensor.linspace(-1, 1, 64, type)
    let radius = across.squared().unsqueezed(axis: 0) + across.squared().unsqueezed(axis: 1)
    let dome = (1 - radius).clamped(0, 1).squareRoot() * 10 + 10
    return dome + numbers.normal([13, 64, 64], type)
  }

  static let descent = Step(
    "Eq. 13, at work", "What does the loss do to a torn depth map, left alone with it?",
    code: [CodeExcerpt(source, declaration: "func loss")]
  ) { page in
    let torn = faceMaps(.float32)
    var depth = torn
    var losses: [Double] = []
    for _ in 0..<Int(page["steps"]) {
      let leaf = depth.tracked(as: "depth")
      let loss = smoothness.loss(leaf)
      losses.append(loss.item)
      // A step of A/48: the curvature of the loss is nowhere above 48 / A.
      let push = try Tensors.gradient(of: loss, withRespectTo: leaf)
      depth = depth - push * (Double(8 * depth.count) / 48)
    }
    losses.append(smoothness.loss(depth).item)
    page.map("part01_depth2d", torn[1], unit: "planes", range: 5...25, caption: "torn")
    page.map(
      "part01_depth2d_smoothed", depth[1], unit: "planes", range: 5...25,
      caption: "after \(losses.count - 1) steps against the gradient")
    page.curve(
      "descent_loss", losses, xLabel: "step", yLabel: "loss, planes²",
      caption: "what is left of the loss after each step")
    let rises = zip(losses.dropFirst(), losses).map { $0 - $1 }
    page.holds("no step makes it worse (largest rise)", rises.max() ?? 0, atMost: 1e-6)
    page.holds(
      "the mean depth stays (planes)", (depth - torn).mean().item.magnitude, atMost: 1e-4)
    if losses.count > 20 {
      page.holds(
        "twenty steps take away nine tenths of the loss", losses[20] / losses[0], atMost: 0.1)
    }
    page.why(
      """
      In training the loss is not alone: the discriminator wants edges where a nose ends. λ_ds = 0.1 \
      is the paper's balance between the two.
      """)
  }
}
