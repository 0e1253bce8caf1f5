import Inspection
import Tensors
import WPlusFactorization

// Equation 1: one latent for what is shared, two for each part.
extension Chapter {
  /// How a portrait's latents are shared out among its parts.
  public static var wPlusFactorization: Chapter {
    Chapter(
      "w-plus-factorization", title: "A latent for the shape and the texture of every part",
      equations: "Eq. 1",
      introduction: """
        A portrait begins as one vector w. Equation 1 makes a product of spaces of it: a base latent \
        for what the parts have in common, and for every part one latent for its shape and one for \
        its texture. Why would anybody do that? Because then the hair of one portrait can be put on \
        another, and nothing else moves.

        Nothing has to be known before.
        """,
      parameters: [
        Parameter(
          whole: "part", 7, in: 0...12, meaning: "the part that is swapped; 7 is the hair"),
        Parameter(
          whole: "aspect", 2, in: 0...2, meaning: "what of it: 0 shape, 1 texture, 2 both"),
        Parameter("psi", 0.7, in: 0...1, meaning: "truncation: 1 leaves w, 0 gives the mean"),
        Parameter(whole: "seed", 1, in: 1...99, meaning: "which latents are drawn"),
      ]
    ) {
      WPlusSteps.factors
      WPlusSteps.layers
      WPlusSteps.swap
      WPlusSteps.swapGrid
      WPlusSteps.mixing
      WPlusSteps.truncation
    }
  }
}

/// The steps of the chapter on equation 1.
private enum WPlusSteps {
  static let source = "Sources/Equations/WPlusFactorization/WPlusFactorization.swift"
  static let editing = "Sources/Equations/WPlusFactorization/LatentEditing.swift"
  /// Three parts: small enough to read every row.
  static let small = WPlusFactorization(parts: 3, shapeLayers: 2, textureLayers: 2)
  /// The paper's thirteen parts and numbers of layers.
  static let paper = WPlusFactorization(parts: 13)
  static let width = 512

  /// What the rows of W⁺ are called.
  static func names(_ factorization: WPlusFactorization) -> [String] {
    ["base"] + (0..<factorization.parts).flatMap { ["shape \($0)", "texture \($0)"] }
  }

  static func draw(_ page: Page, _ stream: UInt64, _ shape: [Int]) -> Tensor {
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: stream)
    return numbers.normal(shape)
  }

  static let factors = Step(
    "Eq. 1", "What is in W⁺, and in which order?",
    formulas: [
      #"W^+ = W^{\text{base}} \times W_s^1 \times W_t^1 \times W_s^2 \times W_t^2 \cdots \times W_s^K \times W_t^K"#
    ],
    symbols: [
      Symbol("W^+", "wplus", shape: "[B, baseLayers + 2K, L]"),
      Symbol(#"W^{\text{base}}"#, "PartLatents.base", shape: "[B, baseLayers, L]"),
      Symbol("W_s^k", "PartLatents.shape", shape: "[B, K, L]"),
      Symbol("W_t^k", "PartLatents.texture", shape: "[B, K, L]"),
    ],
    code: [CodeExcerpt(source, declaration: "func split")]
  ) { page in
    let wplus = draw(page, 1, [1, small.rows, 8])
    let latents = small.split(wplus)
    page.stripes(
      "wplus", wplus.at(0, 0), labels: names(small), axes: "[baseLayers + 2K, L]",
      caption: "three parts, latents eight numbers wide: one row for each factor")
    page.stripes(
      "wplus_shape", latents.shape.at(0, 0), labels: ["shape 0", "shape 1", "shape 2"],
      caption: "the rows that drive the parts' shapes")
    page.stripes(
      "wplus_texture", latents.texture.at(0, 0), labels: ["texture 0", "texture 1", "texture 2"],
      caption: "the rows that drive their textures")
    page.holds("rows: the base and two for each part", Double(small.rows), equals: 7, within: 0)
    page.holds(
      "joining the factors gives W⁺ back, to the bit (largest difference)",
      (small.joined(latents) - wplus).absolute().maximum().item, atMost: 0)
  }

  static let layers = Step(
    "W^k", "Which layer of which part does a latent drive?",
    formulas: [#"W^k = \{W^{\text{base}}, W_s^k, W_t^k\}"#],
    code: [CodeExcerpt(source, declaration: "func expanded")]
  ) { page in
    let wplus = draw(page, 1, [1, small.rows, 8])
    let expanded = small.expanded(wplus)
    let kinds = ["base", "shape", "shape", "texture", "texture"]
    let labels = (0..<3).flatMap { part in kinds.map { "part \(part): \($0)" } }
    page.stripes(
      "wplus_expanded", expanded.at(0, 0), labels: labels, axes: "[K · layersPerPart, L]",
      caption: "one row for every layer of every part's generator")
    let latents = small.split(wplus)
    let first = (0..<3).map { expanded.at(1, $0 * small.layersPerPart) }
    page.holds(
      "parts 1 and 2 begin with the base",
      [first[1], first[2]].map { ($0 - latents.base.at(1, 0)).absolute().maximum().item }.reduce(
        0, max),
      atMost: 0)
    page.holds(
      "the background, part 0, begins with its own shape",
      (first[0] - latents.shape.at(1, 0)).absolute().maximum().item, atMost: 0)
    page.why(
      """
      The paper calls the base shared by all parts; the systems it builds on leave the background \
      out, since it has no coarse structure in common with a head. This is note 18.
      """)
  }

  /// Two portraits' latents at the paper's size.
  static func portraits(_ page: Page) -> (Tensor, Tensor) {
    (draw(page, 2, [1, paper.rows, width]), draw(page, 3, [1, paper.rows, width]))
  }

  static func aspect(_ page: Page) -> PartAspect { PartAspect.allCases[Int(page["aspect"])] }

  static let swap = Step(
    "Fig. 1, editing", "What else moves when one part is swapped?",
    code: [
      CodeExcerpt(editing, declaration: "func rows(of"),
      CodeExcerpt(editing, declaration: "func swapping"),
    ]
  ) { page in
    let part = Int(page["part"])
    let (portrait, donor) = portraits(page)
    let edited = paper.swapping(aspect(page), ofPart: part, in: portrait, with: donor)
    let change = (edited - portrait).absolute().maximum(over: [0, 2])
    page.bars(
      "swap_changed_rows", change.scalars, labels: names(paper), unit: "",
      caption: "largest change in each of the \(paper.rows) rows of W⁺")
    let rows = paper.rows(of: aspect(page), part: part)
    let isTouched = change.isGreater(than: .scalar(0)).sum().item
    page.number("latents at the paper's size", Double(portrait.count))
    page.holds("rows that changed", isTouched, equals: Double(rows.count), within: 0)
    let layers = paper.layersPerPart
    let moved = (paper.expanded(edited) - paper.expanded(portrait)).absolute()
    let before = moved.sliced(1, from: 0, length: part * layers).sum().item
    let after = moved.sliced(
      1, from: (part + 1) * layers, length: (12 - part) * layers
    ).sum().item
    page.holds(
      "the layers of all other parts are the same, to the bit (sum of changes)", before + after,
      atMost: 0)
    page.why(
      "Every part's generator reads its own two rows and the base. Nothing is learned here: that "
        + "other parts stay is true before the first step of training.")
  }

  static let swapGrid = Step(
    "Fig. 10, grid", "Shape from one, texture from another: how many portraits are two latents?"
  ) { page in
    let part = Int(page["part"])
    // The first portrait is all +1 and the second all −1: a colour says where a row is from.
    let (first, second) = (Tensor.ones([1, paper.rows, 16]), -Tensor.ones([1, paper.rows, 16]))
    let grid = [
      first, paper.swapping(.texture, ofPart: part, in: first, with: second),
      paper.swapping(.shape, ofPart: part, in: first, with: second),
      paper.swapping(.both, ofPart: part, in: first, with: second),
    ]
    page.stripes(
      "swap_grid", .concatenated(grid.map { $0.at(0, 0) }, 1), labels: names(paper),
      axes: "[baseLayers + 2K, 4 L]",
      caption: "four portraits side by side; red rows are the first portrait's, blue the second's")
    let rows = paper.rows(of: .both, part: part)
    let taken = grid.map { $0.sliced(1, from: rows.lowerBound, length: 2).mean([0, 2]).scalars }
    page.table(
      "part \(part): whose shape, whose texture", columns: ["shape", "texture"],
      rows: taken.map { $0.map { $0 > 0 ? "first" : "second" } })
    page.holds("all four differ", Double(Set(taken).count), equals: 4, within: 0)
  }

  static let mixing = Step(
    "Style mixing", "Which mixtures does training see?",
    code: [CodeExcerpt(editing, declaration: "func mixed")]
  ) { page in
    // The first latent is all +1 and the second all −1, so that a colour says where a row is from.
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 4)
    let choices = numbers.integers([12, 13], below: 3)
    let mixed = paper.mixed(.ones([12, 8]), -.ones([12, 8]), choices: choices)
    let rows = mixed.mean([2])
    page.stripes(
      "mixing_rows", rows, labels: (0..<12).map { "sample \($0)" }, axes: "[B, baseLayers + 2K]",
      caption:
        "base, then shape and texture of each part; red from the first latent, blue from the "
        + "second")
    let latents = paper.split(mixed)
    let reversed =
      latents.texture.isGreater(than: .scalar(0)) * latents.shape.isGreater(than: .scalar(0))
      - latents.texture.isGreater(than: .scalar(0))
    page.holds("every base is the first latent's", latents.base.minimum().item, atLeast: 1)
    page.holds(
      "no part has the second's shape with the first's texture", -reversed.sum().item, atMost: 0)
    page.why(
      """
      For each part one of three cases is drawn: both from the first, texture from the second, both \
      from the second. Texture is drawn upon shape, so a shape never comes without its texture.
      """)
  }

  static let truncation = Step(
    "Truncation", "How is an unusual latent made more ordinary?",
    formulas: [#"w' = \bar w + \psi\,(w - \bar w)"#],
    code: [CodeExcerpt(editing, declaration: "func truncated")]
  ) { page in
    let w = draw(page, 5, [1, width])
    let mean = draw(page, 6, [4096, width]).mean([0])
    let drawn = paper.truncated(w, towards: mean, psi: page["psi"])
    let ladder = [1, 0.7, 0.35, 0].map { psi in
      paper.truncated(w, towards: mean, psi: psi).at(0, 0).sliced(0, from: 0, length: 64)
    }
    page.stripes(
      "w_truncated", .stacked(ladder), labels: ["psi 1", "psi 0.7", "psi 0.35", "psi 0"],
      axes: "[psi, L]", caption: "the first 64 numbers of w on their way to the mean")
    let before = (w - mean).squared().sum().squareRoot().item
    let after = (drawn - mean).squared().sum().squareRoot().item
    page.number("distance to the mean before", before)
    page.number("distance to the mean after", after)
    page.holds(
      "the distance shrinks by the factor psi", after / before, equals: page["psi"], within: 1e-5)
  }
}
