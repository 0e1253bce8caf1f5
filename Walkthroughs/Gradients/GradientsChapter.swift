import Foundation
import Inspection
import Tensors
import VolumeWeights

// Gradients of any order: the engine that differentiates every loss by every parameter.
extension Chapter {
  /// The chapter on gradients: reverse mode, second derivatives, and tests for both.
  public static var gradients: Chapter {
    Chapter(
      "gradients", title: "Gradients and gradients of gradients", equations: "Gradients",
      cover: "brightness_gradient_front",
      introduction: """
        Every training step needs the gradient of a loss: how should each of a million parameters \
        change so that the loss decreases? Reverse mode computes the gradient with respect to all \
        parameters in one pass backwards through the computation. Two loss terms need more. R1 \
        penalizes the discriminator's gradient, and the path-length penalty uses the generator's, so \
        training needs the gradient of a gradient.

        Prerequisites: derivatives and the chain rule.
        """,
      parameters: [
        Parameter("a", 2, in: -3...3, meaning: "first input of the graph in step 1"),
        Parameter("b", 3, in: -3...3, meaning: "second input of the graph in step 1"),
        Parameter(
          "error", 0.03, in: 0.01...0.5, meaning: "relative error of the wrong gradient in step 3"),
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
  static let source = "Sources/Tensors/Gradients/Gradients.swift"

  static let smallGraph = Step(
    "Reverse mode", "y = a·b + exp(a): what is the gradient of y with respect to every node?",
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
    let gradients = try gradients(of: y, withRespectTo: [y, c, e, a, b]).map(\.item)
    let names = ["y", "c = a·b", "e = exp(a)", "a", "b"]
    page.table(
      "gradients of y, in the order of the backward pass", columns: ["node", "value", "∂y/∂node"],
      rows: zip(names, zip([y, c, e, a, b], gradients)).map {
        [$0, String(format: "%.6g", $1.0.item), String(format: "%.6g", $1.1)]
      })
    page.bars(
      "small_graph_gradient", gradients, labels: names,
      caption: "gradient of y with respect to each node")
    page.holds("∂y/∂b = a", gradients[4], equals: page["a"], within: 1e-12)
    page.holds(
      "∂y/∂a is the sum over both paths from a to y: b + exp(a)", gradients[3],
      equals: page["b"] + exp(page["a"]), within: 1e-12)
    page.why(
      """
      Each operation has one rule: it turns the gradient with respect to its output into the \
      gradients with respect to its inputs. The backward pass starts at y. It visits a node after \
      all nodes that use it, and adds the gradients that arrive over several paths. One pass gives \
      the gradients with respect to all inputs.
      """)
  }

  static let secondDerivative = Step(
    "Second derivative", "Can a gradient be differentiated again?",
    formulas: [
      #"y = x^3"#, #"y' = 3 x^2"#, #"y'' = 6 x"#,
    ],
    code: [CodeExcerpt(source, declaration: "func gradient(")]
  ) { page in
    let x = Tensor.linspace(-1.5, 1.5, 61, .float64).tracked(as: "x")
    let y = x * x * x
    // Each y depends on one x only, so the gradient of the sum holds the derivative at every x.
    let first = try gradient(of: y.sum(), withRespectTo: x, createGraph: true)
    let second = try gradient(of: first.sum(), withRespectTo: x, createGraph: true)
    let third = try gradient(of: second.sum(), withRespectTo: x)
    let names = ["y", "y'", "y''", "y'''"]
    page.curves(
      "derivatives",
      zip(names, [y, first, second, third]).map { Series($0, x: x.scalars, y: $1.scalars) },
      xLabel: "x", caption: "x³ and its first three derivatives, computed by the engine")
    page.holds(
      "y' = 3x² (largest error)", (first - 3 * x.squared()).absolute().maximum().item, atMost: 1e-12
    )
    page.holds(
      "y'' = 6x (largest error)", (second - 6 * x).absolute().maximum().item, atMost: 1e-12)
    page.holds("y''' = 6 (largest error)", (third - 6).absolute().maximum().item, atMost: 1e-12)
    page.why(
      "With `createGraph` the backward pass is recorded like any other computation. Its rules consist "
        + "of differentiable operations, so derivatives of every order exist.")
  }

  /// Returns a pixel's brightness, a nonlinear function of the six densities on its ray.
  static func brightness(_ density: Tensor) -> Tensor {
    let depths = Tensor.linspace(0.8, 1.2, 6, .float64)
    let ray = VolumeWeights(lastSpacing: .far(1.25)).ray(density: density, at: depths)
    return (ray.renderingWeights * Tensor([6], [0.9, 0.1, 0.7, 0.3, 1, 0.2])).sum()
  }

  static let taylor = Step(
    "Taylor test", "How can a gradient be checked without a reference value?",
    formulas: [#"|f(x + h v) - f(x) - h\,\nabla f \cdot v| \propto h^2"#]
  ) { page in
    let x = Tensor([6], [1, 4, 2, 6, 3, 5])
    let v = Tensor([6], [0.6, -0.3, 0.5, 0.2, -0.4, 0.3]) * 10
    let leaf = x.tracked(as: "x")
    let gradient = (try gradient(of: brightness(leaf), withRespectTo: leaf) * v).sum().item
    let value = brightness(x).item
    let steps = (0..<8).map { 1e-1 / Double(1 << $0) }
    let right = steps.map { (brightness(x + v * $0).item - value - $0 * gradient).magnitude }
    let wrong = steps.map {
      (brightness(x + v * $0).item - value - $0 * gradient * (1 + page["error"])).magnitude
    }
    let h = steps.map(log10)
    page.curves(
      "taylor_remainder",
      [
        Series("correct gradient", x: h, y: right.map(log10)),
        Series("relative error \(page["error"])", x: h, y: wrong.map(log10)),
      ], xLabel: "log₁₀ of the step h", yLabel: "log₁₀ of the remainder",
      caption: "remainder after the linear term: it falls with h² if the gradient is correct")
    let rightSlope = log2(right[4] / right[7]) / 3
    let wrongSlope = log2(wrong[4] / wrong[7]) / 3
    page.number("Taylor slope with the correct gradient", rightSlope)
    page.number("Taylor slope with the wrong gradient", wrongSlope)
    page.holds(
      "with the correct gradient the remainder falls with h² (Taylor slope)", rightSlope,
      in: 1.9...2.1)
    page.holds(
      "with the wrong gradient the remainder falls only with h (Taylor slope)", wrongSlope,
      in: 0.5...1.5)
    page.why(
      """
      The Taylor test has no parameter to tune and needs no second implementation. It halves the \
      step h and checks whether the remainder falls to a quarter. The Taylor slope is the exponent \
      of h, the slope in the log-log plot. The function f in this step is a pixel rendered by equations \
      2–4.
      """)
  }

  /// Returns the score of a tiny discriminator, a nonlinear function of the image's four numbers.
  static func score(_ image: Tensor, _ weights: Tensor) -> Tensor {
    weights.matmul(image.unsqueezed(axis: -1)).softplus().sum()
  }

  /// Returns the squared norm of the score's gradient at one real image, which R1 penalizes.
  static func steepness(_ weights: Tensor) throws -> Tensor {
    let image = Tensor([4], [0.3, -0.8, 0.5, 0.2]).tracked(as: "image")
    let gradient = try gradient(
      of: score(image, weights), withRespectTo: image, createGraph: true)
    return gradient.squared().sum()
  }

  static let tinyWeights = Tensor(
    [3, 4], [0.5, -0.2, 0.8, 0.1, -0.6, 0.9, 0.3, -0.4, 0.7, 0.2, -0.5, 1.1])

  static let penalty = Step(
    "R1", "How does a penalty on a gradient change the weights?",
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
        Series("finite differences of ‖∇D‖²", differences),
      ], xLabel: "weight", yLabel: "∂‖∇D‖²/∂weight",
      caption: "gradient of the penalty with respect to twelve weights, computed in two ways")
    let largest = found.absolute().maximum().item
    page.holds(
      "double backward equals finite differences (largest error, relative to the largest gradient)",
      (found.flattened() - Tensor([12], differences)).absolute().maximum().item / largest,
      atMost: 1e-6)
    // One step of gradient descent, as in training.
    let before = try steepness(tinyWeights).item
    let after = try steepness(tinyWeights - found * 0.05).item
    page.number("‖∇D‖² before the step", before)
    page.number("‖∇D‖² after the step", after)
    page.holds(
      "a step against the penalty's gradient lowers ‖∇D‖² (ratio after / before)", after / before,
      atMost: 0.95)
  }

  static let detached = Step(
    "R1 with a detached gradient", "What happens if the first gradient is not recorded?",
    code: [CodeExcerpt(source, declaration: "enum GradientError")]
  ) { page in
    let image = Tensor([4], [0.3, -0.8, 0.5, 0.2]).tracked(as: "image")
    let weights = tinyWeights.tracked(as: "weights")
    let unrecorded = try gradient(of: score(image, weights), withRespectTo: image)
    let penalty = unrecorded.squared().sum()
    page.number("value of the detached penalty, which is still correct", penalty.item)
    var message = "no error"
    do {
      _ = try gradient(of: penalty, withRespectTo: weights)
    } catch let error as GradientError {
      message = error.description
    }
    page.table("error message of the engine", columns: ["message"], rows: [[message]])
    page.holds(
      "differentiating a detached penalty is an error, not a silent zero",
      message.hasPrefix("gradients(of:)"))
    page.why(
      "A detached penalty has the correct value but no effect on the discriminator's weights. This "
        + "classical mistake can waste a whole night of training. The engine therefore reports an "
        + "error instead of returning a zero gradient.")
  }

  static let ray = Step(
    "Gradient of an image", "Where does more density make a rendered image brighter?"
  ) { page in
    let shape = [64, 64, 24]
    let across = Tensor.linspace(-1, 1, 64)
    let depths = Tensor.linspace(0.8, 1.2, 24).broadcast(to: shape)
    let radius = across.squared().reshaped([1, 64, 1]) + across.squared().reshaped([64, 1, 1])
    let ball = ((0.6 - radius - ((depths - 1) * 5).squared()) * 12).sigmoid() * 30
    let density = ball.tracked(as: "density")
    let glow = (depths - 0.8) * 2.5  // matter that is farther away is brighter
    let weights = VolumeWeights(lastSpacing: .far(1.22)).ray(density: density, at: depths)
      .renderingWeights
    let image = (weights * glow).sum(axes: [-1])
    let gradient = try gradient(of: image.sum(), withRespectTo: density)
    page.map(
      "ray_brightness", image, range: 0...1,
      caption: "the rendered image, 64 × 64 rays of 24 samples, values 0 … 1")
    page.signedMap(
      "brightness_gradient_front", gradient[axis: -1, 8],
      caption: "∂brightness/∂σ at sample 8, the front of the ball"
    )
    page.signedMap(
      "brightness_gradient_back", gradient[axis: -1, 17],
      caption: "∂brightness/∂σ at sample 17, the back of the ball")
    page.number("densities differentiated in one backward pass", Double(gradient.count))
    page.holds(
      "in the middle, more density in front occludes the brighter matter behind it (∂brightness/∂σ)",
      gradient[32, 32, 8].item, atMost: 0)
    page.holds(
      "at the edge, where light passes through, more density brightens the image (∂brightness/∂σ)",
      gradient[2, 2, 17].item, atLeast: 1e-6)
  }
}
