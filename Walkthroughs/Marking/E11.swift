import Exercises
import GoldenFiles
import Tensors

extension Exercise {
  typealias Masks =
    (_ partDensities: Tensor, _ renderingWeights: Tensor) throws -> Tensor

  static var e11: Exercise {
    Exercise(
      "E11", "Equations 9–11: from densities along rays to masks",
      attempt: { try Exercises.masks(partDensities: $0, renderingWeights: $1) } as Masks,
      answer: masksAnswer,
      checks: [
        Check(
          "the mask has the shape [R, K]",
          hint: "equation 10 sums over the samples; rays and parts stay"
        ) { shapeFinding(try $0(densities, weights), [2, 3]) },
        Check(
          "a ray's mask does not depend on other rays",
          hint: "the sum in the denominator of equation 9 runs over j, the parts of one ray"
        ) { masks in
          let first = try masks(densities, weights).sliced(axis: 0, from: 0, length: 1)
          let other = Tensor.concatenated([
            densities.sliced(axis: 0, from: 0, length: 1),
            7 * densities.sliced(axis: 0, from: 1, length: 1),
          ])
          return difference(try masks(other, weights).sliced(axis: 0, from: 0, length: 1), first)
        },
        Check(
          "the probabilities of a ray add up to 1",
          hint:
            "as printed, the numerator of equation 9 contains m itself; what has to stand there?"
        ) { difference(try $0(densities, weights).sum(axes: [-1]), Tensor([2], [1, 1])) },
        Check(
          "a sample of weight 0 changes nothing",
          hint: "a sample behind a wall is not seen; what is wᵢ for?"
        ) { masks in
          let hidden = Tensor([1, 2, 2], [1, 2, 9, 0])
          let seen = Tensor([1, 1, 2], [1, 2])
          return difference(
            try masks(hidden, Tensor([1, 2], [0.8, 0])), try masks(seen, Tensor([1, 1], [0.8])))
        },
        Check(
          "where nothing is dense, every part has the probability 1/K",
          hint: "a density of 0 is a logit of 0; what is the exponential of 0?"
        ) { masks in
          difference(
            try masks(Tensor(repeating: 0, [1, 2, 4], .float64), Tensor([1, 2], [0.5, 0.2])),
            Tensor(repeating: 0.25, [1, 4], .float64))
        },
        Check(
          "thin matter gives a less certain mask than a wall",
          hint: "the text calls equation 10 an average, but the formula does not divide by Σw"
        ) { masks in
          let density = Tensor([1, 1, 2], [3, 0])
          let certain = try masks(density, Tensor([1, 1], [1])).scalars[0]
          let thin = try masks(density, Tensor([1, 1], [0.1])).scalars[0]
          return thin < certain - 0.1 ? nil : "both are \(certain)"
        },
        Check(
          "the golden case masks",
          hint: "the properties hold; are samples and parts the right axes?"
        ) { masks in
          let golden = try GoldenCase.named("masks", of: "MaskSoftmax")
          return try goldenFinding(golden.name, of: golden.module, in: ["mask_probabilities"]) {
            let (densities, weights) = (try input("part_density", $0), try input("weights", $0))
            return ["mask_probabilities": try masks(densities, weights)]
          }
        },
      ],
      wrongAnswers: [
        WrongAnswer("equation 9 as printed", caughtBy: "the probabilities of a ray add up to 1") {
          // exp(m) above the line defines m by itself; the fixed point is found by repetition.
          let logits = logits($0, $1)
          let sum = logits.exponential().sum(axes: [-1], keepingAxes: true)
          return (0..<50).reduce(logits * 0) { m, _ in m.exponential() / sum }
        },
        WrongAnswer(
          "a softmax over the rays", caughtBy: "a ray's mask does not depend on other rays"
        ) { logits($0, $1).softmax(axis: 0) },
        WrongAnswer("without the weights", caughtBy: "a sample of weight 0 changes nothing") {
          densities, _ in densities.sum(axes: [-2]).softmax()
        },
        WrongAnswer(
          "shares without exp",
          caughtBy: "where nothing is dense, every part has the probability 1/K"
        ) {
          let logits = logits($0, $1)
          return logits / logits.sum(axes: [-1], keepingAxes: true)
        },
        WrongAnswer(
          "divided by Σw", caughtBy: "thin matter gives a less certain mask than a wall"
        ) { (logits($0, $1) / $1.sum(axes: [-1], keepingAxes: true)).softmax() },
      ],
      picture: { try $0(densities, weights) },
      derivation: """
        Equation 10 lets every sample vote for the parts that are dense there, with the weight by which the \
        ray sees the sample; a sample behind a wall has the weight 0 and no vote. The votes are logits, and \
        equation 9 turns them into probabilities: exp(m_k^init) over the sum of all exp(m_j^init). As \
        printed, the numerator lacks "init" and the formula would define m by itself (PaperNotes 1). A \
        softmax ignores a number added to all logits, but not a factor, so dividing equation 10 by Σw \
        would make a ray through thin fog as certain as one that meets a wall.
        """)
  }

  // [excerpt: answer]
  static func masksAnswer(_ partDensities: Tensor, _ renderingWeights: Tensor) -> Tensor {
    let logits = (partDensities * renderingWeights.unsqueezed(axis: -1)).sum(axes: [-2])
    return logits.softmax(axis: -1)
  }
  // [end: answer]

  private static let densities = Tensor([2, 2, 3], [4, 0, 1, 0, 3, 2, 1, 1, 0, 5, 0, 2])
  private static let weights = Tensor([2, 2], [0.6, 0.3, 0.5, 0.25])

  private static func logits(_ densities: Tensor, _ weights: Tensor) -> Tensor {
    (densities * weights.unsqueezed(axis: -1)).sum(axes: [-2])
  }
}
