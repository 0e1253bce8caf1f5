import Inspection
import Networks
import PortraitModel
import Tensors
import Training
import WPlusFactorization

// §3.1: the mapping network, and which layers read its latents.
extension Chapter {
  /// The chapter on the mapping network: how a random vector becomes one latent for every layer.
  public static var mappingAndLatents: Chapter {
    Chapter(
      "mapping-and-latents", title: "From a random vector to a latent for every layer",
      equations: "§3.1", cover: "truncated",
      introduction: """
        A portrait begins with L random numbers, z. The mapping network, a few linear layers, turns z \
        into the latent w, and every layer of every part's generator reads w. Which latent row \
        influences which map? And why are the weights of the mapping network a hundred times as \
        large as all others?

        Prerequisites: the rows of W⁺ (chapter on Eq. 1). The steps on pixel norm, on the mapping \
        layers and on truncation use the trained generator that ships with the project, with L = 128. \
        The other two use the preset `tiny` with fresh weights, because what they show holds before \
        any training.
        """,
      parameters: [
        Parameter(whole: "seed", 1, in: 1...20, meaning: "random seed of z and of fresh weights"),
        Parameter("scale", 2, in: 0.1...10, meaning: "factor on z in step 1"),
        Parameter(
          whole: "number", 1, in: 1...128,
          meaning: "the number of the first layer's output in step 2, counted from 1"),
        Parameter(
          "psi", 0.7, in: 0...1,
          meaning: "truncation ψ in step 5: 1 keeps w, 0 gives the mean latent"),
      ]
    ) {
      MappingSteps.pixelNorm
      MappingSteps.layers
      MappingSteps.learningRate
      MappingSteps.rows
      MappingSteps.truncation
    }
  }
}

/// The steps of the chapter on the mapping network.
enum MappingSteps {
  static let mapping = "Sources/Networks/MappingNetwork.swift"

  static func model(_ page: Page) -> LittleModel {
    page.shared("model") { LittleModel(seed: UInt64(page["seed"])) }
  }

  /// Returns 512 random z of the trained generator, `[512, L]`.
  static func manyZ(_ page: Page) throws -> Tensor {
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 11)
    return numbers.normal([512, try TrainedFaces.shipped().configuration.latentWidth])
  }

  /// Returns the lengths of latents, `[B, L]` → `[B]`.
  static func lengths(_ x: Tensor) -> Tensor { x.squared().sum(axes: [-1]).squareRoot() }

  static let pixelNorm = Step(
    "§3.1, pixel norm", "Does the length of z matter?",
    formulas: [#"\hat z = z \,/ \sqrt{\frac{1}{L} \sum_i z_i^2 + 10^{-8}}"#],
    symbols: [
      Symbol("z", "z", shape: "[B, L]", unit: "normally distributed"),
      Symbol(#"\hat z"#, "pixelNormalized()", shape: "[B, L]", unit: "mean square 1"),
    ],
    code: [
      CodeExcerpt(
        "Sources/Networks/EqualizedLayers.swift", declaration: "public func pixelNormalized",
        marking: "reciprocalSquareRoot()")
    ],
    sweep: Sweep("scale", [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 10], moving: ["z_scaled"])
  ) { page in
    let (generator, z) = (try TrainedFaces.shipped().generator, try manyZ(page))
    let scaled = z * page["scale"]
    let normalized = scaled.pixelNormalized()
    let (w, moved) = (generator.mapped(z), generator.mapped(scaled))
    page.stripes(
      "z_scaled",
      .stacked([scaled, normalized, moved].map { $0[0].sliced(axis: 0, from: 0, length: 64) }),
      labels: ["scale · z", "normalized", "w"], axes: "[3, L]", reach: 4,
      caption:
        "one z times \(page["scale"].brief), the same after pixel norm, and its w (64 of \(z.shape[1]) "
        + "numbers each); full color is 4 or more")
    let square = scaled[0].cast(to: .float64).squared().mean().item
    page.equality(
      #"\hat z_1"#, .number(scaled[0, 0].item) / .squareRoot(.number(square) + 1e-8),
      equals: normalized[0, 0].item, within: 1e-6)
    page.histogram(
      "z_lengths", lengths(z), unit: "‖z‖", caption: "histogram of the lengths of 512 random z")
    page.number("√L, the length of every z after pixel norm", Double(z.shape[1]).squareRoot())
    page.holds(
      "before pixel norm, the longest z is at least 1.2 times as long as the shortest (ratio)",
      lengths(z).maximum().item / lengths(z).minimum().item, atLeast: 1.2)
    page.holds(
      "after pixel norm, every z has the length √L (largest difference)",
      (lengths(z.pixelNormalized()) - Double(z.shape[1]).squareRoot()).absolute().maximum().item,
      atMost: 1e-5)
    page.holds(
      "multiplying z by the parameter scale does not change w (largest difference, relative to max |w|)",
      largestDifference(w, moved) / w.absolute().maximum().item, atMost: 1e-5)
    page.why(
      """
      In many dimensions, nearly all z have nearly the same length anyway. Pixel norm removes the \
      remaining differences: only the direction of z matters, and no z is unusual only because of \
      its length.
      """)
  }

  /// Mapping networks of the trained generator's size with fresh weights.
  private static let fresh = Kept<Double, Parameters>(count: 2)

  static let layers = Step(
    "§3.1, mapping layers", "How do the layers turn z into w?",
    formulas: [
      #"x_{i+1} = \sqrt{2}\;\text{leakyReLU}\left(\frac{0.01}{\sqrt L} W_i x_i + 0.01\,b_i\right)"#
    ],
    symbols: [
      Symbol("W_i", "style.{i}.weight", shape: "[L, L]", unit: "standard deviation 100"),
      Symbol("b_i", "style.{i}.bias", shape: "[L]", unit: "0 before training"),
      Symbol("x_i", "x", shape: "[B, L]"),
    ],
    code: [
      CodeExcerpt(
        mapping, declaration: "func callAsFunction", marking: "x.matmul(weight.transposed())"),
      CodeExcerpt("Sources/Networks/Activation.swift", declaration: "func activated"),
    ],
    sweep: Sweep("number", (1...12).map(Double.init), moving: ["layer_terms"])
  ) { page in
    let (generator, z) = (try TrainedFaces.shipped().generator, try manyZ(page))
    let (count, width) = (generator.configuration.mappingLayers, z.shape[1])
    func outputs(_ parameters: Parameters) -> [Tensor] {
      [z.pixelNormalized()] + (1...count).map { MappingNetwork(parameters, layers: $0)(z) }
    }
    let trained = outputs(generator.parameters)
    let number = Int(page["number"])
    let rate = MappingNetwork.learningRate
    let bias = generator.parameters["style.1.bias"][number - 1].item * rate
    let terms =
      (generator.parameters["style.1.weight"][number - 1] * trained[0][0]
      * (rate / Double(width).squareRoot())).scalars
    let largest = terms.indices.sorted { abs(terms[$0]) > abs(terms[$1]) }.prefix(12)
    page.bars(
      "layer_terms",
      largest.map { terms[$0] } + [
        terms.reduce(0, +) - largest.reduce(0) { $0 + terms[$1] }, bias,
      ],
      labels: largest.map { "z \($0 + 1)" } + ["the rest", "bias"],
      caption:
        "number \(number) of \(width) in the first layer's output, before the activation: the 12 largest "
        + "terms of the sum, the other \(width - 12) together, and the bias")
    let total = Arithmetic.sum(of: (terms + [bias]).map(Arithmetic.number), showing: 2)
    let activated: Arithmetic = .squareRoot(2) * (total.value < 0 ? 0.2 * total : total)
    page.equality("x_2(n)", activated, equals: trained[1][0, number - 1].item, within: 2e-6)
    let names = ["z, normalized"] + (1...count).map { "after layer \($0)" }
    page.stripes(
      "z_to_w", .stacked(trained.map { $0[0] }), labels: names, axes: "[layer, L]",
      caption:
        "one z after each layer of the trained network: every layer mixes all \(width) numbers, and "
        + "the last row is w")
    let start = outputs(
      fresh.value(page["seed"]) {
        ParameterPlan.generator(generator.configuration).fresh(seed: UInt64(page["seed"]))
      })
    let squares = [start, trained].map { $0.map { $0.squared().mean().item } }
    page.curves(
      "mapping_mean_square",
      zip(["fresh weights", "trained weights"], squares).map { Series($0, $1) },
      xLabel: "layer", yLabel: "mean square",
      caption: "the mean square of 512 × \(width) numbers after each layer; layer 0 is pixel norm")
    page.holds(
      "with fresh weights, the mean square stays near 1 in every layer (farthest from 1)",
      squares[0].max { abs($0 - 1) < abs($1 - 1) } ?? 0, in: 0.7...1.4)
    page.holds(
      "with fresh weights, half of the first layer's outputs are negative (share)",
      1 - start[1].isGreater(than: .scalar(0)).mean().item, in: 0.45...0.55)
    page.why(
      """
      Half of all numbers are negative, and leaky ReLU multiplies them by 0.2: the mean square falls \
      to 0.52. The factor √2 brings it back to 1.04. Without this factor, eight layers would reduce \
      the mean square to half a percent. Training may change the mean square: nothing requires w to \
      have the size of z.
      """)
  }
}
