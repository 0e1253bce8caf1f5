import Exercises
import GoldenFiles
import Tensors

extension Exercise {
  typealias Bell = (_ depth: Tensor, _ planes: Int, _ alpha: Double) throws -> Tensor

  static var e07: Exercise {
    Exercise(
      "E07", "Equation 7: spread a pixel along z",
      attempt: { try Exercises.bell(at: $0, planes: $1, alpha: $2) } as Bell,
      answer: bellAnswer,
      checks: [
        Check(
          "ψ has the shape [D, H, W]",
          hint:
            "the planes are a new axis in front of rows and columns; broadcasting d̂ − z makes it"
        ) { shapeFinding(try $0(onPlanes, 5, 1), [5, 1, 3]) },
        Check(
          "the sum of ψ along z is free",
          hint: "equation 7 has no denominator: a pixel's values along z need not add up to 1"
        ) { bell in
          let sums = try bell(onPlanes, 5, 0.3).sum(axes: [0]).scalars
          return sums.allSatisfy { abs($0 - 1) < 1e-9 } ? "ψ adds up to 1 at every pixel" : nil
        },
        Check(
          "ψ is 1 on the plane at d̂",
          hint: "in which unit is z? The paper counts planes, z ∈ {0, …, 31}, and so does d̂"
        ) { bell in
          let psi = try bell(onPlanes, 5, 1.3).scalars
          let onTheDepth = [3, 2, 4].enumerated().map { psi[$1 * 3 + $0] }
          return onTheDepth.allSatisfy { abs($0 - 1) < 1e-12 } ? nil : "ψ there is \(onTheDepth)"
        },
        Check(
          "ψ falls on both sides of d̂",
          hint: "a bell is largest at d̂: check the sign in the exponent"
        ) { bell in
          let psi = try bell(Tensor([1, 1], [2]), 5, 0.4).scalars
          return psi[1] < psi[2] && psi[3] < psi[2] ? nil : "ψ along z is \(psi)"
        },
        Check(
          "doubling α squares ψ",
          hint: "α is a factor in the exponent, not the width of a normal distribution"
        ) { bell in
          difference(try bell(between, 5, 0.8), try bell(between, 5, 0.4).squared())
        },
        Check(
          "two planes from d̂, ψ is the fourth power of ψ one plane from d̂",
          hint:
            "how does the exponent grow with the distance: in proportion to it, or to its square?"
        ) { bell in
          let psi = try bell(Tensor([1, 1], [2]), 5, 0.4).scalars
          return difference(Tensor([1], [psi[4]]), Tensor([1], [psi[3] * psi[3] * psi[3] * psi[3]]))
        },
        Check(
          "the golden case gaussian, with its gradients",
          hint: "the properties hold; are rows, columns and planes in the right order?"
        ) { bell in
          let golden = try GoldenCase.named("gaussian", of: "GaussianLifting")
          let (planes, alpha) = (try golden.whole("depthPlanes"), try golden.number("liftingAlpha"))
          return try goldenFinding("gaussian", of: "GaussianLifting", in: ["psi"]) {
            ["psi": try bell(try input("absolute_depth", $0), planes, alpha)]
          }
        },
      ],
      wrongAnswers: [
        WrongAnswer("z runs over −1 … 1", caughtBy: "ψ is 1 on the plane at d̂") {
          depth, planes, alpha in
          let z = Tensor.counting(to: planes, .float64).reshaped([planes, 1, 1])
          let scaled = z * (2 / Double(planes - 1)) - 1
          return (-alpha * (depth.unsqueezed(axis: 0) - scaled).squared()).exponential()
        },
        WrongAnswer(
          "the distance without its square",
          caughtBy: "two planes from d̂, ψ is the fourth power of ψ one plane from d̂"
        ) { (-$2 * offset($0, $1).absolute()).exponential() },
        WrongAnswer("α as a standard deviation", caughtBy: "doubling α squares ψ") {
          (offset($0, $1).squared() * (-0.5 / ($2 * $2))).exponential()
        },
        WrongAnswer("normalized along z", caughtBy: "the sum of ψ along z is free") {
          let psi = bellAnswer($0, $1, $2)
          return psi / psi.sum(axes: [0], keepingAxes: true)
        },
        WrongAnswer("without the minus", caughtBy: "ψ falls on both sides of d̂") {
          ($2 * offset($0, $1).squared()).exponential()
        },
      ],
      picture: { try $0(between, 8, 0.4).reshaped([8, 3]).transposed() },
      derivation: """
        d̂ is the plane on which the pixel lies, and u = d̂ − z is the distance to plane z, in planes. The \
        exponent −αu² is 0 at u = 0, so ψ is 1 there, and falls with the square of the distance. Nothing is \
        normalized: equation 6 multiplies a density by ψ, and a density at the pixel's own depth has to stay \
        what it was. With α = 1 and z in −1 … 1, all planes would lie within two units of d̂, ψ would stay \
        above e⁻⁴, and every pixel would fill the whole depth of the volume.
        """)
  }

  // [excerpt: answer]
  static func bellAnswer(_ depth: Tensor, _ planes: Int, _ alpha: Double) -> Tensor {
    let z = Tensor.counting(to: planes, depth.scalarType).reshaped([planes, 1, 1])
    return (-alpha * (depth.unsqueezed(axis: 0) - z).squared()).exponential()
  }
  // [end: answer]

  private static let onPlanes = Tensor([1, 3], [3, 2, 4])
  private static let between = Tensor([1, 3], [1.3, 2.6, 3.2])

  private static func offset(_ depth: Tensor, _ planes: Int) -> Tensor {
    depth.unsqueezed(axis: 0) - Tensor.counting(to: planes, .float64).reshaped([planes, 1, 1])
  }
}
