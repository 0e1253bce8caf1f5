import Foundation
import Inspection
import Tensors
import VolumeWeights

// Gradients of any order: what carries every loss back to every parameter.
extension Chapter {
  /// What reverse mode does, what a second derivative is for, and how to tell a right one.
  public static var gradients: Chapter {
    Chapter(
      "gradients", title: "How a number tells its inputs what to do", equations: "Gradients",
      introduction: """
        Training asks one question again and again: this number should be smaller, so which way \
        should every one of a million numbers move? Reverse mode answers for all of them in one walk \
        back through the computation. R1 and the path-length term ask more: the gradient of a \
        gradient.

        Needs: what a derivative is.
        """,
      parameters: [
        Parameter("a", 2, in: -3...3, meaning: "input of the small graph"),
        Parameter("b", 3, in: -3...3, meaning: "input of the small graph"),
        Parameter(
          "error", 0.03, in: 0.01...0.5, meaning: "by how much the wrong gradient is wrong"),
      ]
    ) {
      GradientSteps.smallGraph
      GradientSteps.secondDerivative
      GradientSteps.taylor
      GradientSteps.penalty
      GradientSteps.detached
      GradientSteps.ray
    }
  }
}

/// The steps of the chapter on gradients.
private enum GradientSteps {
  static let source = "Sources/Tensors/Gradients.swift"

  static let smallGraph = Step(
    "Reverse mode", "y = a·b + exp(a): how does y depend on everything it is made of?",
    formulas: [
      #"c = a\,b, \quad e = \exp(a), \quad y = c + e"#,
      #"\frac{\partial y}{\partial a} = \frac{\partial y}{\partial c}\,b + \frac{\partial y}{\partial e}\,\exp(a)"#,
    ],
    code: [CodeExcerpt(source, declaration: "func gradients")]
  ) { page in
    let a = Tensor([], [page["a"]]).tracked(as: "a")
    let b = Tensor([], [page["b"]]).tracked(as: "b")
    let c = a * b
    let e = a.exponential()
    let y = c + e
    let slopes = try gradients(of: y, withRespectTo: [y, c, e, a, b]).map(\.item)
    let names = ["y", "c = a·b", "e = exp(a)", "a", "b"]
    page.table(
      "walked from y back to a and b", columns: ["node", "value", "∂y/∂node"],
      rows: zip(names, zip([y, c, e, a, b], slopes)).map {
        [$0, String(format: "%.6g", $1.0.item), String(format: "%.6g", $1.1)]
      })
    page.bars("small_graph_gradient", slopes, labels: names, caption: "∂y/∂node")
    page.holds("∂y/∂b = a", slopes[4], equals: page["a"], within: 1e-12)
    page.holds(
      "∂y/∂a collects both ways from a to y: b + exp(a)", slopes[3],
      equals: page["b"] + exp(page["a"]), within: 1e-12)
    page.why(
      """
      Each operation knows one rule: given how y depends on my result, how does it depend on my \
      inputs? Walking from y backwards, a node is visited when everything that used it has reported; \
      what arrives over several ways is added. One walk, all inputs.
      """)
  }

  static let secondDerivative = Step(
    "Twice", "Can a gradient be differentiated again?",
    formulas: [
      #"y = x^3"#, #"y' = 3 x^2"#, #"y'' = 6 x"#,
    ],
    code: [CodeExcerpt(source, declaration: "func gradient(")]
  ) { page in
    let x = Tensor.linspace(-1.5, 1.5, 61, .float64).tracked(as: "x")
    let y = x * x * x
    // The elements do not see each other, so the gradient of the sum holds every derivative.
    let first = try gradient(of: y.sum(), withRespectTo: x, createGraph: true)
    let second = try gradient(of: first.sum(), withRespectTo: x, createGraph: true)
    let third = try gradient(of: second.sum(), withRespectTo: x)
    let names = ["y", "y'", "y''", "y'''"]
    page.curves(
      "derivatives",
      zip(names, [y, first, second, third]).map { Series($0, x: x.scalars, y: $1.scalars) },
      xLabel: "x", caption: "x³ and what the engine says of it, three times over")
    page.holds(
      "y' = 3x²", (first - 3 * x.squared()).absolute().maximum().item, atMost: 1e-12)
    page.holds("y'' = 6x", (second - 6 * x).absolute().maximum().item, atMost: 1e-12)
    page.holds("y''' = 6", (third - 6).absolute().maximum().item, atMost: 1e-12)
    page.why(
      "With createGraph the walk back is recorded like any other computation. Its rules are made of "
        + "differentiable operations, so there is no last derivative.")
  }

  /// A pixel's brightness as a function of the densities on its ray: a curved function of six numbers.
  static func brightness(_ density: Tensor) -> Tensor {
    let depths = Tensor.linspace(0.8, 1.2, 6, .float64)
    let ray = VolumeWeights(lastSpacing: .far(1.25)).ray(density: density, at: depths)
    return (ray.renderingWeights * Tensor([6], [0.9, 0.1, 0.7, 0.3, 1, 0.2])).sum()
  }

  static let taylor = Step(
    "Taylor's test", "How does one see that a gradient is right, without knowing it?",
    formulas: [#"|f(x + h v) - f(x) - h\,\nabla f \cdot v| \propto h^2"#]
  ) { page in
    let x = Tensor([6], [1, 4, 2, 6, 3, 5])
    let v = Tensor([6], [0.6, -0.3, 0.5, 0.2, -0.4, 0.3]) * 10
    let leaf = x.tracked(as: "x")
    let slope = (try gradient(of: brightness(leaf), withRespectTo: leaf) * v).sum().item
    let value = brightness(x).item
    let steps = (0..<8).map { 1e-1 / Double(1 << $0) }
    let right = steps.map { (brightness(x + v * $0).item - value - $0 * slope).magnitude }
    let wrong = steps.map {
      (brightness(x + v * $0).item - value - $0 * slope * (1 + page["error"])).magnitude
    }
    let h = steps.map(log10)
    page.curves(
      "taylor_remainder",
      [
        Series("right gradient", x: h, y: right.map(log10)),
        Series("wrong by \(page["error"])", x: h, y: wrong.map(log10)),
      ], xLabel: "log₁₀ of the step h", yLabel: "log₁₀ of what is left",
      caption: "what is left after the linear term: h² where the gradient is right")
    let rightSlope = log2(right[4] / right[7]) / 3
    let wrongSlope = log2(wrong[4] / wrong[7]) / 3
    page.number("slope with the right gradient", rightSlope)
    page.number("slope with the wrong gradient", wrongSlope)
    page.holds("the right gradient leaves h²", rightSlope, in: 1.9...2.1)
    page.holds("the wrong one leaves h", wrongSlope, in: 0.5...1.5)
    page.why(
      """
      There is nothing to tune and no second implementation to trust: halve the step, and see \
      whether the remainder falls to a quarter. The rendered pixel of equations 2–4 is the function.
      """)
  }

  /// A discriminator of eight numbers: a score that is curved in its input.
  static func score(_ image: Tensor, _ weights: Tensor) -> Tensor {
    weights.matmul(image.expanded(-1)).softplus().sum()
  }

  /// What R1 asks: how steep the score is around a real image.
  static func steepness(_ weights: Tensor) throws -> Tensor {
    let image = Tensor([4], [0.3, -0.8, 0.5, 0.2]).tracked(as: "image")
    let slope = try gradient(
      of: score(image, weights), withRespectTo: image, createGraph: true)
    return slope.squared().sum()
  }

  static let tinyWeights = Tensor(
    [3, 4], [0.5, -0.2, 0.8, 0.1, -0.6, 0.9, 0.3, -0.4, 0.7, 0.2, -0.5, 1.1])

  static let penalty = Step(
    "R1", "How does a penalty on a gradient teach the weights?",
    formulas: [
      #"R_1 = \frac{\gamma}{2}\,\|\nabla_x D(x)\|^2"#,
      #"\nabla_\theta R_1 = \gamma\,\frac{\partial^2 D}{\partial \theta\,\partial x} \nabla_x D"#,
    ]
  ) { page in
    let weights = tinyWeights.tracked(as: "weights")
    let found = try gradient(of: steepness(weights), withRespectTo: weights)
    var differences: [Double] = []
    for index in 0..<12 {
      let nudged = try [1e-5, -1e-5].map { h in
        var values = tinyWeights.scalars
        values[index] += h
        return try steepness(Tensor([3, 4], values)).item
      }
      differences.append((nudged[0] - nudged[1]) / 2e-5)
    }
    page.curves(
      "penalty_gradient",
      [
        Series("double backward", found.flattened().scalars),
        Series("differences of the first gradient", differences),
      ], xLabel: "weight", yLabel: "∂‖∇D‖²/∂weight",
      caption: "one slope for each of twelve weights, found in two ways")
    let largest = found.absolute().maximum().item
    page.holds(
      "double backward equals differences (relative to the largest)",
      (found.flattened() - Tensor([12], differences)).absolute().maximum().item / largest,
      atMost: 1e-6)
    // One step against it, as training would take.
    let before = try steepness(tinyWeights).item
    let after = try steepness(tinyWeights - found * 0.05).item
    page.number("‖∇D‖² before", before)
    page.number("‖∇D‖² after one step", after)
    page.holds("a step against it makes the score less steep", after / before, atMost: 0.95)
  }

  static let detached = Step(
    "R1, gone wrong", "What if the first gradient is not recorded?",
    code: [CodeExcerpt(source, declaration: "enum GradientError")]
  ) { page in
    let image = Tensor([4], [0.3, -0.8, 0.5, 0.2]).tracked(as: "image")
    let weights = tinyWeights.tracked(as: "weights")
    let slope = try gradient(of: score(image, weights), withRespectTo: image)
    let penalty = slope.squared().sum()
    page.number("the penalty's value is right all the same", penalty.item)
    var message = "no error"
    do {
      _ = try gradient(of: penalty, withRespectTo: weights)
    } catch let error as GradientError {
      message = error.description
    }
    page.table("what the engine says", columns: ["message"], rows: [[message]])
    page.holds("it is an error, not a silent zero", message.hasPrefix("gradients(of:)"))
    page.why(
      "The value looks right and the discriminator would never feel it: a classical mistake that "
        + "costs a night of training. Here the question has no answer, and that is said.")
  }

  static let ray = Step(
    "At size", "64 × 64 rays of 24 samples: which matter makes the image brighter?"
  ) { page in
    let shape = [64, 64, 24]
    let across = Tensor.linspace(-1, 1, 64)
    let depths = Tensor.linspace(0.8, 1.2, 24).broadcast(to: shape)
    let radius = across.squared().reshaped([1, 64, 1]) + across.squared().reshaped([64, 1, 1])
    let ball = ((0.6 - radius - ((depths - 1) * 5).squared()) * 12).sigmoid() * 30
    let density = ball.tracked(as: "density")
    let glow = (depths - 0.8) * 2.5  // brighter matter is further away
    let weights = VolumeWeights(lastSpacing: .far(1.22)).ray(density: density, at: depths)
      .renderingWeights
    let image = (weights * glow).sum([-1])
    let slope = try gradient(of: image.sum(), withRespectTo: density)
    page.map("ray_brightness", image, range: 0...1, caption: "the rendered image, 0 … 1")
    page.signedMap(
      "brightness_gradient_front", slope.at(-1, 8), caption: "∂brightness/∂σ at sample 8, the front"
    )
    page.signedMap(
      "brightness_gradient_back", slope.at(-1, 17), caption: "and at sample 17, the back")
    page.number("numbers differentiated by in one walk", Double(slope.count))
    page.holds(
      "in the middle, matter in front hides the brighter matter behind it",
      slope.at(0, 32).at(0, 32).at(0, 8).item, atMost: 0)
    page.holds(
      "at the rim, where light passes, more matter is brighter",
      slope.at(0, 2).at(0, 2).at(0, 17).item, atLeast: 1e-6)
  }
}
