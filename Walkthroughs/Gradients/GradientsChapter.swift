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
      cover: "brightness_gradient",
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
        Parameter("x", 0.5, in: -1.5...1.5, meaning: "the point that step 2 looks at"),
        Parameter(
          "error", 0.03, in: 0.01...0.5, meaning: "relative error of the wrong gradient in step 3"),
        Parameter(
          "rate", 0.05, in: 0.01...0.5,
          meaning: "learning rate of the step against the penalty's gradient in step 4"),
        Parameter(
          whole: "sample", 9, in: 1...24,
          meaning: "sample on every ray in the last step; 1 is nearest the camera"),
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
    code: [CodeExcerpt(source, declaration: "func gradients")],
    sweep: Sweep("a", [-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3])
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
    page.equality(
      #"\frac{\partial y}{\partial a}"#,
      1 * .number(page["b"]) + 1 * .exp(.number(page["a"])), equals: gradients[3], within: 1e-12)
    page.why(
      """
      Each operation has one rule: it turns the gradient with respect to its output into the \
      gradients with respect to its inputs. The backward pass starts at y. It visits a node after \
      all nodes that use it, and adds the gradients that arrive over several paths: in the formula with \
      numbers, ∂y/∂c = 1 times b over the product, and ∂y/∂e = 1 times exp(a) over the exponential. \
      One pass gives the gradients with respect to all inputs.
      """)
  }

  static let secondDerivative = Step(
    "Second derivative", "Can a gradient be differentiated again?",
    formulas: [
      #"y = x^3"#, #"y' = 3 x^2"#, #"y'' = 6 x"#,
    ],
    code: [CodeExcerpt(source, declaration: "func gradient(")],
    sweep: Sweep("x", [-1.5, -1.25, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5])
  ) { page in
    // The curves take the first 61 points; the last one is the point of the parameter.
    let points = Tensor.linspace(-1.5, 1.5, 61, .float64).scalars + [page["x"]]
    let x = Tensor([points.count], points).tracked(as: "x")
    let y = x * x * x
    // Each y depends on one x only, so the gradient of the sum holds the derivative at every x.
    let first = try gradient(of: y.sum(), withRespectTo: x, createGraph: true)
    let second = try gradient(of: first.sum(), withRespectTo: x, createGraph: true)
    let third = try gradient(of: second.sum(), withRespectTo: x)
    let names = ["y", "y'", "y''", "y'''"]
    let derivatives = [y, first, second, third].map(\.scalars)
    page.bars(
      "derivatives_at_x", derivatives.map { $0[61] }, labels: names,
      caption:
        "x³ and its first three derivatives at x = \(page["x"].brief), computed by the engine")
    page.curves(
      "derivatives",
      zip(names, derivatives).map {
        Series($0, x: Array(points.prefix(61)), y: Array($1.prefix(61)))
      },
      xLabel: "x", caption: "x³ and its first three derivatives, computed by the engine")
    let point = Arithmetic.number(page["x"])
    page.equality("y'", 3 * .power(point, 2), equals: first[61].item, within: 1e-12)
    page.equality("y''", 6 * point, equals: second[61].item, within: 1e-12)
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
    formulas: [#"|f(x + h v) - f(x) - h\,\nabla f \cdot v| \propto h^2"#],
    sweep: Sweep("error", [0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5])
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
        Series("relative error \(page["error"].brief)", x: h, y: wrong.map(log10)),
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
    ],
    sweep: Sweep(
      "rate", [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5], moving: ["penalty_of_a_step"])
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
    func penalty(after rate: Double) throws -> Double {
      try steepness(tinyWeights - found * rate).item
    }
    let rate = page["rate"]
    let (before, after) = (try penalty(after: 0), try penalty(after: rate))
    let rates = (0...25).map { 0.02 * Double($0) }
    // The point of the parameter is repeated, so that both lines have the same number of points.
    page.curves(
      "penalty_of_a_step",
      [
        Series("all learning rates", x: rates, y: try rates.map(penalty)),
        Series("the parameter", x: rates.map { _ in rate }, y: rates.map { _ in after }),
      ], xLabel: "learning rate", yLabel: "‖∇D‖²",
      caption:
        "‖∇D‖² after one step against the gradient of the penalty, for learning rates up to 0.5")
    page.number("‖∇D‖² before the step", before)
    page.number("‖∇D‖² after the step", after)
    page.holds(
      "a step against the penalty's gradient lowers ‖∇D‖² (ratio after / before)", after / before,
      atMost: 0.97)
    page.holds(
      "a short step lowers ‖∇D‖² by rate · ‖gradient‖² (ratio of the two, for the rate 1e-6)",
      (before - (try penalty(after: 1e-6))) / (1e-6 * found.squared().sum().item), equals: 1,
      within: 1e-4)
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

  /// A glowing ball that 64 × 64 rays of 24 samples meet, and the gradient of its image.
  struct Glow: Sendable {
    /// The rendered image, `[64, 64]`.
    let image: Tensor
    /// ∂(sum of the image)/∂σ for every sample, `[64, 64, 24]`.
    let gradient: Tensor
    /// The transmittance Tᵢ, `[64, 64, 24]`.
    let transmittance: Tensor
    /// The rendering weights wᵢ, `[64, 64, 24]`.
    let weights: Tensor
    /// The brightness cᵢ of the matter at every sample, `[24]`.
    let brightness: [Double]
    /// The spacing δᵢ of the samples, `[24]`.
    let spacing: [Double]

    init() throws {
      let shape = [64, 64, 24]
      let across = Tensor.linspace(-1, 1, 64, .float64)
      let depths = Tensor.linspace(0.8, 1.2, 24, .float64)
      let radius = across.squared().reshaped([1, 64, 1]) + across.squared().reshaped([64, 1, 1])
      let ball = ((0.6 - radius - ((depths - 1) * 5).squared()) * 12).sigmoid() * 30
      let density = ball.tracked(as: "density")
      let glow = (depths - 0.8) * 2.5  // matter that is farther away is brighter
      let equations = VolumeWeights(lastSpacing: .far(1.22))
      let ray = equations.ray(density: density, at: depths.broadcast(to: shape))
      let rendered = (ray.renderingWeights * glow).sum(axes: [-1])
      gradient = try Tensors.gradient(of: rendered.sum(), withRespectTo: density)
      image = rendered.detached()
      transmittance = ray.transmittance.detached()
      weights = ray.renderingWeights.detached()
      brightness = glow.scalars
      spacing = equations.spacing(depths).scalars
    }
  }

  static let glow = Result { try Glow() }

  static let ray = Step(
    "Gradient of an image", "Where does more density make a rendered image brighter?",
    formulas: [
      #"C = \sum_i w_i c_i"#,
      #"\frac{\partial C}{\partial \sigma_i} = \delta_i \left( T_{i+1} c_i - \sum_{j>i} w_j c_j \right)"#,
    ],
    sweep: Sweep(
      "sample", [1, 3, 5, 7, 8, 9, 10, 11, 13, 15, 18, 21, 24], moving: ["brightness_gradient"])
  ) { page in
    let glow = try glow.get()
    let index = Int(page["sample"]) - 1
    page.signedMap(
      "brightness_gradient", glow.gradient[axis: -1, index],
      caption: "∂brightness/∂σ at sample \(index + 1) of 24 of every ray; sample 1 is nearest the "
        + "camera; more density brightens red pixels and darkens blue ones")
    page.map(
      "ray_brightness", glow.image, range: 0...1,
      caption: "the rendered image, 64 × 64 rays of 24 samples, values 0 … 1")
    let (weights, light) = (glow.weights[32, 32].scalars, glow.transmittance[32, 32].scalars)
    let behind = zip(weights, glow.brightness).dropFirst(index + 1).map { $0 * $1 }.reduce(0, +)
    let passed = Arithmetic.number(light[index] - weights[index])
    page.equality(
      #"\frac{\partial C}{\partial \sigma_i}"#,
      .number(glow.spacing[index])
        * (passed * .number(glow.brightness[index]) - .number(behind)),
      equals: glow.gradient[32, 32, index].item, within: 1e-12)
    page.number("densities differentiated in one backward pass", Double(glow.gradient.count))
    page.holds(
      "at sample 9 in the middle, more density occludes the brighter matter behind it (∂brightness/∂σ)",
      glow.gradient[32, 32, 8].item, atMost: -1e-5)
    page.holds(
      "at sample 18 in a corner, where light passes through, more density brightens the image "
        + "(∂brightness/∂σ)",
      glow.gradient[2, 2, 17].item, atLeast: 1e-3)
    page.why(
      """
      The formula with numbers belongs to the ray in the middle, row 32 and column 32. More density at \
      a sample adds light of the sample itself and takes light from everything behind it, the sum over \
      j. The transmittance behind sample i is T_{i+1} = T_i − w_i. The matter behind is brighter here, \
      so near samples have a negative gradient.
      """)
  }
}
