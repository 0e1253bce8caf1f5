import Exercises
import Tensors
import WPlusFactorization

extension Exercise {
  typealias Split = (_ flat: Tensor, _ parts: Int, _ width: Int) throws -> PartLatents

  static var e01: Exercise {
    Exercise(
      "E01", "Equation 1: take W⁺ apart",
      attempt: { try Exercises.split($0, parts: $1, width: $2) } as Split,
      answer: splitAnswer,
      checks: [
        Check(
          "the factors have the shapes [1, L], [K, L] and [K, L]",
          hint: "count the rows: one of the base, then two of each part"
        ) { split in
          let latents = try split(.counting(to: 20, .float64), 2, 4)
          return shapeFinding(latents.base, [1, 4]) ?? shapeFinding(latents.shape, [2, 4])
            ?? shapeFinding(latents.texture, [2, 4])
        },
        Check(
          "W^base comes first", hint: "read equation 1 from the left: what is its first factor?"
        ) { split in
          difference(try split(numberedRows, 2, 3).base, row(0))
        },
        Check(
          "the shape of the first part is the row after the base",
          hint: "look at the order of the two factors of one part in equation 1: which comes first?"
        ) { split in
          difference(
            try split(numberedRows, 2, 3).shape.sliced(axis: 0, from: 0, length: 1), row(1))
        },
        Check(
          "shape and texture of a part stand side by side",
          hint:
            "the parts follow one another, each with both of its factors; how far is it from the "
            + "shape of one part to the shape of the next?"
        ) { split in
          let latents = try split(numberedRows, 2, 3)
          return difference(latents.shape, .concatenated([row(1), row(3)]))
            ?? difference(latents.texture, .concatenated([row(2), row(4)]))
        },
        Check(
          "the golden case expansion_base1",
          hint:
            "the rows are right for two parts; do their number and the width enter as parameters?"
        ) { split in
          try goldenFinding(
            "expansion_base1", of: "WPlusFactorization", in: ["base", "shapes", "textures"]
          ) { inputs in
            let wplus = try input("wplus", inputs)
            let width = wplus.shape[2]
            let images = try (0..<wplus.shape[0]).map { image in
              try split(
                wplus.sliced(axis: 0, from: image, length: 1).flattened(),
                (wplus.shape[1] - 1) / 2, width)
            }
            return [
              "base": .stacked(images.map(\.base)), "shapes": .stacked(images.map(\.shape)),
              "textures": .stacked(images.map(\.texture)),
            ]
          }
        },
      ],
      wrongAnswers: [
        WrongAnswer(
          "shape and texture exchanged",
          caughtBy: "the shape of the first part is the row after the base"
        ) {
          let latents = splitAnswer($0, $1, $2)
          return PartLatents(base: latents.base, shape: latents.texture, texture: latents.shape)
        },
        WrongAnswer(
          "all shapes before all textures",
          caughtBy: "shape and texture of a part stand side by side"
        ) { flat, parts, width in
          let rows = flat.reshaped([1 + 2 * parts, width])
          return PartLatents(
            base: rows.sliced(axis: 0, from: 0, length: 1),
            shape: rows.sliced(axis: 0, from: 1, length: parts),
            texture: rows.sliced(axis: 0, from: 1 + parts, length: parts))
        },
        WrongAnswer("the base at the end", caughtBy: "W^base comes first") { flat, parts, width in
          let rows = flat.reshaped([1 + 2 * parts, width])
          return PartLatents(
            base: rows.sliced(axis: 0, from: 2 * parts, length: 1),
            shape: rows.sliced(axis: 0, from: 0, length: parts, step: 2),
            texture: rows.sliced(axis: 0, from: 1, length: parts, step: 2))
        },
      ],
      picture: { try $0(numberedRows, 2, 3).shape },
      derivation: """
        The products of equation 1 are products of sets: a point of W⁺ is a list of latents, one from each \
        factor, in the order in which the factors are written. The base comes first. Then every part \
        contributes two latents, its shape and its texture, so the shape of part k, counted from 0, is row \
        1 + 2k and its texture is row 2 + 2k.
        """)
  }

  // [excerpt: answer]
  static func splitAnswer(_ flat: Tensor, _ parts: Int, _ width: Int) -> PartLatents {
    let rows = flat.reshaped([1 + 2 * parts, width])
    return PartLatents(
      base: rows.sliced(axis: 0, from: 0, length: 1),
      shape: rows.sliced(axis: 0, from: 1, length: parts, step: 2),
      texture: rows.sliced(axis: 0, from: 2, length: parts, step: 2))
  }
  // [end: answer]

  /// Five rows of three equal numbers, 0 … 4: the base and two parts.
  private static let numberedRows = Tensor(
    [15], (0..<5).flatMap { row in (0..<3).map { _ in Double(row) } })

  private static func row(_ number: Double) -> Tensor {
    Tensor(repeating: number, [1, 3], .float64)
  }
}
