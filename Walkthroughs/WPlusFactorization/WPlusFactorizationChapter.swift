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
        another portrait, or be blended with the hair of another portrait, and the latents of all \
        other parts stay the same.

        This chapter has no prerequisites. The first two steps count rows with random latents. The \
        steps on swapping and interpolation show faces of the trained generator that ships with the \
        project. The code counts parts from 0, so part 7, the hair, is k = 8 in equation 1.
        """,
      parameters: [
        Parameter(
          choice: "part", 7, of: ClassPalette.partNames, meaning: "the part whose latents change"),
        Parameter(
          whole: "row", 15, in: 0...26,
          meaning: "the row of W⁺ that is doubled in step 2; 15 is the shape of the hair"),
        Parameter(
          choice: "aspect", 2, of: PartAspect.allCases.map(\.rawValue),
          meaning: "the latents in the bars of step 3"),
        Parameter(
          "mix", 0.5, in: 0...1, meaning: "share of the second portrait in the blends of step 4"),
        Parameter(
          whole: "seed", 1, in: 1...99, meaning: "random seed of the latents and the portraits"),
      ]
    ) {
      WPlusSteps.factors
      WPlusSteps.layers
      WPlusSteps.swap
      WPlusSteps.interpolation
      WPlusSteps.mixing
    }
  }
}

/// The steps of the chapter on equation 1.
enum WPlusSteps {
  static let source = "Sources/Equations/WPlusFactorization/WPlusFactorization.swift"
  static let editing = "Sources/Equations/WPlusFactorization/LatentEditing.swift"
  /// The paper's thirteen parts with the default numbers of layers.
  static let paper = WPlusFactorization(parts: 13)
  /// The names of the thirteen parts.
  static let parts = ClassPalette.portrait.names
  /// The names of the rows of W⁺.
  static let rows = ["base"] + parts.flatMap { ["\($0) shape", "\($0) texture"] }

  static func draw(_ page: Page, _ stream: UInt64, _ shape: [Int]) -> Tensor {
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: stream)
    return numbers.normal(shape)
  }

  /// The line of equation 1 that takes the shapes; the next line takes the textures.
  static let equation1 = CodeExcerpt(
    source, declaration: "func split",
    marking: "shape: pairs.sliced(axis: 1, from: 0, length: parts, step: 2)")

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
      Symbol("K", "parts", shape: "scalar", unit: "13"),
    ],
    code: [equation1],
    sweep: Sweep("part", (0...12).map(Double.init), moving: ["wplus_doubled"]),
    answers: AnswerBox(
      "Eq. 1", line: equation1, doubling: "doubling the two latents of one part",
      notes: [18, 37],
      proofs: [
        "Tests/WPlusFactorizationTests/HandGoldenTests.swift",
        "Tests/WPlusFactorizationTests/PropertyTests.swift",
        "Tests/WPlusFactorizationTests/GoldenFileTests.swift",
        "Fixtures/WPlusFactorization/expansion_base1", "Fixtures/WPlusFactorization/swap",
      ], exercise: "E01")
  ) { page in
    let part = Int(page["part"])
    let wplus = draw(page, 1, [1, paper.rows, 8])
    let doubled = paper.swapping(.both, ofPart: part, in: wplus, with: 2 * wplus)
    page.stripes(
      "wplus_doubled", doubled[0], labels: rows, axes: "[baseLayers + 2K, L]",
      reach: 2 * wplus.absolute().maximum().item,
      caption:
        "W⁺ of 13 parts: one row for each factor of equation 1, with eight numbers in each latent; "
        + "the two latents of the part \(parts[part]) are doubled")
    // Every row of this W⁺ holds its own number, so the split tells where each factor is.
    let numbered = paper.split(Tensor.counting(to: paper.rows).reshaped([1, paper.rows, 1]))
    let before = 2 * (Arithmetic.number(Double(part + 1)) - 1)
    page.equality(
      #"\text{row}(W_s^k)"#, 1 + before, equals: numbered.shape[0, part, 0].item, within: 0)
    page.equality(
      #"\text{row}(W_t^k)"#, 1 + before + 1, equals: numbered.texture[0, part, 0].item, within: 0)
    let expanded = paper.expanded(wplus)
    // Each of the part's layers reads one of its two latents, except that the head's parts share the base.
    let own = (0..<paper.parts * paper.layersPerPart).map { index in
      let (owner, layer) = index.quotientAndRemainder(dividingBy: paper.layersPerPart)
      return owner == part && (part == 0 || layer >= paper.baseLayers) ? 1.0 : 0
    }
    page.holds(
      "doubling the two latents of one part doubles the rows of its shape and texture layers in the "
        + "expanded latents and changes no other row (largest difference)",
      largestDifference(
        paper.expanded(doubled) - expanded,
        expanded * Tensor([own.count, 1], own).cast(to: .float32)), atMost: 0)
    page.holds(
      "joining the factors gives W⁺ back, bit for bit (largest difference)",
      largestDifference(paper.joined(paper.split(wplus)), wplus), atMost: 0)
    page.why(
      """
      The rows are numbered from 0, as in the code; k counts from 1, as in equation 1. The base is \
      row 0, and every part before part k takes two rows. If the part is the background, doubling \
      its latents also doubles the row of its first layer, because the background does not use the \
      base (note 18).

      Training uses this function: `expanded(_:)`, which prepares the latents of the part \
      generators, calls `split(_:)` on every W⁺.
      """)
  }

  static let layers = Step(
    "W^k", "Which layers of the part generators does each row of W⁺ drive?",
    formulas: [#"W^k = \{W^{\text{base}}, W_s^k, W_t^k\}"#],
    code: [CodeExcerpt(source, declaration: "func expanded")],
    sweep: Sweep(
      "row", [0, 1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 25, 26], moving: ["driven_layers"])
  ) { page in
    let row = Int(page["row"])
    let wplus = draw(page, 1, [1, paper.rows, 8])
    let gain = (0..<paper.rows).map { $0 == row ? 2.0 : 1 }
    let expanded = paper.expanded(wplus)
    let change =
      paper.expanded(wplus * Tensor([gain.count, 1], gain).cast(to: .float32)) - expanded
    let driven = change.absolute().maximum(axes: [0, 2]).isGreater(than: .scalar(0))
    page.shares(
      "driven_layers", driven.cast(to: .float32).reshaped([paper.parts, paper.layersPerPart]),
      rows: parts,
      columns: [
        [(0, "base"), (1, "shape"), (5, "texture")],
        (0..<paper.layersPerPart).map { ($0, "\($0 + 1)") },
      ], axes: "[K, layers of a part]",
      caption:
        "the layers that get another latent when row \(row) of W⁺, \(rows[row]), is doubled; "
        + "one line for each part generator, one column for each of its layers")
    let isBackground = row == 1
    let expected =
      row == 0
      ? paper.parts - 1
      : row.isMultiple(of: 2)
        ? paper.textureLayers : paper.shapeLayers + (isBackground ? paper.baseLayers : 0)
    page.holds(
      "the row drives the layers that note 18 and the numbers of layers give it (number of layers)",
      driven.sum().item, equals: Double(expected), within: 0)
    let latents = paper.split(wplus)
    let first = (0..<paper.parts).map { expanded[axis: 1, $0 * paper.layersPerPart] }
    page.holds(
      "the first layer of every part except the background gets the base latent (largest difference)",
      first.dropFirst().map { largestDifference($0, latents.base[axis: 1, 0]) }.max() ?? 1,
      atMost: 0)
    page.holds(
      "the first layer of the background gets its own shape latent (largest difference)",
      largestDifference(first[0], latents.shape[axis: 1, 0]), atMost: 0)
    page.why(
      """
      The paper says that all parts share the base latent. In the systems that the paper builds on, \
      the background does not use it, because a background and a head have no coarse structure in \
      common. This code does the same (note 18): the base drives 12 of the 13 parts, and the shape \
      of the background drives five layers where the shape of another part drives four.
      """)
  }

  static let mixing = Step(
    "Style mixing", "Which mixtures of two latents does style mixing use in training?",
    code: [CodeExcerpt(editing, declaration: "func mixed")]
  ) { page in
    // The first latent is all +1 and the second all −1, so a color shows the origin of a row.
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 4)
    let choices = numbers.integers([12, 13], below: 3)
    let mixed = paper.mixed(.ones([12, 8]), -.ones([12, 8]), choices: choices)
    page.stripes(
      "mixing_rows", mixed.mean(axes: [2]).transposed(), labels: rows,
      axes: "[baseLayers + 2K, B]",
      caption:
        "twelve mixed W⁺, one in each column: red rows come from the first latent, blue rows from "
        + "the second")
    let latents = paper.split(mixed)
    let fromFirst = (
      shape: latents.shape.isGreater(than: .scalar(0)),
      texture: latents.texture.isGreater(than: .scalar(0))
    )
    page.holds(
      "the base always comes from the first latent, whose numbers are 1 (smallest number)",
      latents.base.minimum().item, atLeast: 1)
    page.holds(
      "no part has the second latent's shape with the first latent's texture (number of parts)",
      ((1 - fromFirst.shape) * fromFirst.texture).maximum(axes: [2]).sum().item, atMost: 0)
    page.holds(
      "some parts have the first latent's shape with the second latent's texture (number of parts)",
      (fromFirst.shape * (1 - fromFirst.texture)).maximum(axes: [2]).sum().item, atLeast: 1)
    page.why(
      """
      For each part, training draws one of three cases: shape and texture from the first w, only \
      the texture from the second, or both from the second. So if the shape comes from the second \
      w, the texture does too.
      """)
  }
}
