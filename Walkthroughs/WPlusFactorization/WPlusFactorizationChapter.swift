import Inspection
import Tensors
import WPlusFactorization

// Equation 1: one base latent that the parts share, and two latents for each part.
extension Chapter {
  /// The chapter on equation 1: the latents of a portrait, part by part.
  public static var wPlusFactorization: Chapter {
    Chapter(
      "w-plus-factorization", title: "One shape latent and one texture latent for every part",
      equations: "Eq. 1", cover: "swap_grid",
      introduction: """
        A portrait begins as one latent vector w. Equation 1 expands it into a product of latent \
        spaces: one base latent that the parts share, and for every part one latent for its shape \
        and one for its texture. The hair, for example, has two latents of its own. It can be put on \
        another portrait, and the latents of all other parts stay the same.

        This chapter has no prerequisites.
        """,
      parameters: [
        Parameter(
          whole: "part", 7, in: 0...12, meaning: "the part whose latents are swapped; 7 is the hair"
        ),
        Parameter(
          whole: "aspect", 2, in: 0...2,
          meaning: "the latents that are swapped: 0 shape, 1 texture, 2 both"),
        Parameter(
          "psi", 0.7, in: 0...1, meaning: "truncation factor: 1 keeps w, 0 gives the mean latent"),
        Parameter(whole: "seed", 1, in: 1...99, meaning: "random seed of the latents"),
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
  /// Three parts, few enough to read every row of W⁺.
  static let small = WPlusFactorization(parts: 3, shapeLayers: 2, textureLayers: 2)
  /// The paper's thirteen parts with the default numbers of layers.
  static let paper = WPlusFactorization(parts: 13)
  static let width = 512

  /// Returns the names of the rows of W⁺.
  static func names(_ factorization: WPlusFactorization) -> [String] {
    ["base"] + (0..<factorization.parts).flatMap { ["shape \($0)", "texture \($0)"] }
  }

  static func draw(_ page: Page, _ stream: UInt64, _ shape: [Int]) -> Tensor {
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: stream)
    return numbers.normal(shape)
  }

  static let factors = Step(
    "Eq. 1", "Which latents does W⁺ contain, and in which order?",
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
      "wplus", wplus[0], labels: names(small), axes: "[baseLayers + 2K, L]",
      caption: "W⁺ of three parts: one row for each factor, with eight numbers in each latent")
    page.stripes(
      "wplus_shape", latents.shape[0], labels: ["shape 0", "shape 1", "shape 2"],
      caption: "the shape latents of the three parts")
    page.stripes(
      "wplus_texture", latents.texture[0], labels: ["texture 0", "texture 1", "texture 2"],
      caption: "the texture latents of the three parts")
    page.holds(
      "W⁺ of three parts has one base row and two rows for each part (number of rows)",
      Double(small.rows), equals: 7, within: 0)
    page.holds(
      "joining the factors gives W⁺ back, bit for bit (largest difference)",
      (small.joined(latents) - wplus).absolute().maximum().item, atMost: 0)
    page.why(
      """
      Training uses this function: `expanded(_:)`, which prepares the latents of the part \
      generators, calls `split(_:)` on every W⁺.
      """)
  }

  static let layers = Step(
    "W^k", "Which layers of the part generators does each latent drive?",
    formulas: [#"W^k = \{W^{\text{base}}, W_s^k, W_t^k\}"#],
    code: [CodeExcerpt(source, declaration: "func expanded")]
  ) { page in
    let wplus = draw(page, 1, [1, small.rows, 8])
    let expanded = small.expanded(wplus)
    let kinds = ["base", "shape", "shape", "texture", "texture"]
    let labels = (0..<3).flatMap { part in kinds.map { "part \(part): \($0)" } }
    page.stripes(
      "wplus_expanded", expanded[0], labels: labels, axes: "[K · layersPerPart, L]",
      caption: "the latent of every layer of every part generator, one row for each layer")
    let latents = small.split(wplus)
    let first = (0..<3).map { expanded[axis: 1, $0 * small.layersPerPart] }
    page.holds(
      "the first layer of parts 1 and 2 gets the base latent (largest difference)",
      [first[1], first[2]].map { ($0 - latents.base[axis: 1, 0]).absolute().maximum().item }.reduce(
        0, max),
      atMost: 0)
    page.holds(
      "the first layer of the background, part 0, gets its own shape latent (largest difference)",
      (first[0] - latents.shape[axis: 1, 0]).absolute().maximum().item, atMost: 0)
    page.why(
      """
      The paper says that all parts share the base latent. In the systems that the paper builds on, \
      the background does not use it, because a background and a head have no coarse structure in \
      common. This code does the same (note 18).
      """)
  }

  /// Returns W⁺ of two portraits at the paper's size.
  static func portraits(_ page: Page) -> (Tensor, Tensor) {
    (draw(page, 2, [1, paper.rows, width]), draw(page, 3, [1, paper.rows, width]))
  }

  static func aspect(_ page: Page) -> PartAspect { PartAspect.allCases[Int(page["aspect"])] }

  static let swap = Step(
    "Fig. 1, editing", "Which latents change when the latents of one part are swapped?",
    code: [
      CodeExcerpt(editing, declaration: "func rows(of"),
      CodeExcerpt(editing, declaration: "func swapping"),
    ]
  ) { page in
    let part = Int(page["part"])
    let (portrait, donor) = portraits(page)
    let edited = paper.swapping(aspect(page), ofPart: part, in: portrait, with: donor)
    let change = (edited - portrait).absolute().maximum(axes: [0, 2])
    page.bars(
      "swap_changed_rows", change.scalars, labels: names(paper), unit: "",
      caption: "largest change in each of the \(paper.rows) rows of W⁺")
    let rows = paper.rows(of: aspect(page), part: part)
    let isTouched = change.isGreater(than: .scalar(0)).sum().item
    page.number("numbers in W⁺ at the paper's size", Double(portrait.count))
    page.holds(
      "only the swapped rows of W⁺ change (number of changed rows)", isTouched,
      equals: Double(rows.count), within: 0)
    let layers = paper.layersPerPart
    let moved = (paper.expanded(edited) - paper.expanded(portrait)).absolute()
    let before = moved.sliced(axis: 1, from: 0, length: part * layers).sum().item
    let after = moved.sliced(
      axis: 1, from: (part + 1) * layers, length: (12 - part) * layers
    ).sum().item
    page.holds(
      "the layers of all other parts keep their latents, bit for bit (sum of changes)",
      before + after, atMost: 0)
    page.why(
      """
      No part generator reads more than the two rows of its part and the base row. The other parts \
      therefore keep their latents by construction. This property is not learned: it holds before \
      the first training iteration.
      """)
  }

  static let swapGrid = Step(
    "Eq. 1, swaps", "Which portraits result from swapping the shape or the texture of one part?"
  ) { page in
    let part = Int(page["part"])
    // The first portrait is all +1 and the second all −1, so a color shows the origin of a row.
    let (first, second) = (Tensor.ones([1, paper.rows, 16]), -Tensor.ones([1, paper.rows, 16]))
    let grid = [
      first, paper.swapping(.texture, ofPart: part, in: first, with: second),
      paper.swapping(.shape, ofPart: part, in: first, with: second),
      paper.swapping(.both, ofPart: part, in: first, with: second),
    ]
    page.stripes(
      "swap_grid", .concatenated(grid.map { $0[0] }, axis: 1), labels: names(paper),
      axes: "[baseLayers + 2K, 4 L]",
      caption:
        "four portraits side by side: unchanged, then with texture, shape, or both of part "
        + "\(part) from the second portrait; red rows come from the first portrait, blue rows from "
        + "the second")
    let rows = paper.rows(of: .both, part: part)
    let taken = grid.map {
      $0.sliced(axis: 1, from: rows.lowerBound, length: 2).mean(axes: [0, 2]).scalars
    }
    page.table(
      "origin of the shape and the texture of part \(part) in each of the four portraits",
      columns: ["shape", "texture"],
      rows: taken.map { $0.map { $0 > 0 ? "first" : "second" } })
    page.holds(
      "the four portraits have four different pairs of shape and texture (number of pairs)",
      Double(Set(taken).count), equals: 4, within: 0)
  }

  static let mixing = Step(
    "Style mixing", "Which mixtures of two latents does style mixing use in training?",
    code: [CodeExcerpt(editing, declaration: "func mixed")]
  ) { page in
    // The first latent is all +1 and the second all −1, so a color shows the origin of a row.
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 4)
    let choices = numbers.integers([12, 13], below: 3)
    let mixed = paper.mixed(.ones([12, 8]), -.ones([12, 8]), choices: choices)
    let rows = mixed.mean(axes: [2])
    page.stripes(
      "mixing_rows", rows, labels: (0..<12).map { "sample \($0)" }, axes: "[B, baseLayers + 2K]",
      caption:
        "twelve samples: the base, then shape and texture of each part; red comes from the first "
        + "latent, blue from the second")
    let latents = paper.split(mixed)
    let reversed =
      latents.texture.isGreater(than: .scalar(0)) * latents.shape.isGreater(than: .scalar(0))
      - latents.texture.isGreater(than: .scalar(0))
    page.holds(
      "the base always comes from the first latent, whose numbers are 1 (smallest number)",
      latents.base.minimum().item, atLeast: 1)
    page.holds(
      "no part has the second latent's shape with the first latent's texture (number of parts)",
      -reversed.sum().item, atMost: 0)
    page.why(
      """
      For each part, training draws one of three cases: shape and texture from the first w, only \
      the texture from the second, or both from the second. So if the shape comes from the second \
      w, the texture does too.
      """)
  }

  static let truncation = Step(
    "Truncation", "How does truncation move an unusual latent toward the mean?",
    formulas: [#"w' = \bar w + \psi\,(w - \bar w)"#],
    code: [CodeExcerpt(editing, declaration: "func truncated")]
  ) { page in
    let w = draw(page, 5, [1, width])
    let mean = draw(page, 6, [4096, width]).mean(axes: [0])
    let drawn = paper.truncated(w, towards: mean, psi: page["psi"])
    let ladder = [1, 0.7, 0.35, 0].map { psi in
      paper.truncated(w, towards: mean, psi: psi)[0].sliced(axis: 0, from: 0, length: 64)
    }
    page.stripes(
      "w_truncated", .stacked(ladder), labels: ["psi 1", "psi 0.7", "psi 0.35", "psi 0"],
      axes: "[psi, L]", caption: "the first 64 numbers of the truncated w for four values of psi")
    let before = (w - mean).squared().sum().squareRoot().item
    let after = (drawn - mean).squared().sum().squareRoot().item
    page.number("distance of w from the mean before truncation", before)
    page.number("distance of w from the mean after truncation", after)
    page.holds(
      "truncation multiplies the distance from the mean by psi (ratio)", after / before,
      equals: page["psi"], within: 1e-5)
  }
}
