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
      equations: "§3.1", cover: "portraits_truncated",
      introduction: """
        A portrait begins with L random numbers, z. The mapping network, a few linear layers, turns z \
        into the latent w, and every layer of every part's generator reads w. Which latent row \
        influences which map? And why are the weights of the mapping network a hundred times as \
        large as all others?

        Prerequisites: the rows of W⁺ (chapter on Eq. 1). The model is the preset `tiny` with fresh \
        weights, so everything on this page holds before any training.
        """,
      parameters: [
        Parameter(whole: "seed", 1, in: 1...20, meaning: "random seed of the weights and of z"),
        Parameter("scale", 3, in: 0.1...10, meaning: "factor on z in step 1"),
        Parameter(
          "psi", 0.5, in: 0...0.9, meaning: "truncation in step 5: 1 keeps w, 0 gives the mean"),
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
private enum MappingSteps {
  static func model(_ page: Page) -> LittleModel {
    page.shared("model") { LittleModel(seed: UInt64(page["seed"])) }
  }

  /// Returns 512 random z, `[512, L]`.
  static func manyZ(_ page: Page) -> Tensor {
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 11)
    return numbers.normal([512, model(page).configuration.latentWidth])
  }

  static let pixelNorm = Step(
    "§3.1, pixel norm", "Does the length of z matter?",
    formulas: [#"\hat z = z \,/ \sqrt{\frac{1}{L} \sum_i z_i^2 + 10^{-8}}"#],
    symbols: [
      Symbol("z", "z", shape: "[B, L]", unit: "normally distributed"),
      Symbol(#"\hat z"#, "pixelNormalized()", shape: "[B, L]", unit: "mean square 1"),
    ],
    code: [
      CodeExcerpt(
        "Sources/Networks/EqualizedLayers.swift", declaration: "public func pixelNormalized")
    ]
  ) { page in
    let (generator, z) = (model(page).generator, manyZ(page))
    func lengths(_ x: Tensor) -> Tensor { x.squared().sum(axes: [1]).squareRoot() }
    let (before, after) = (lengths(z), lengths(z.pixelNormalized()))
    page.histogram(
      "z_lengths", before, unit: "‖z‖", caption: "histogram of the lengths of 512 random z")
    page.number("√L", Double(z.shape[1]).squareRoot())
    page.holds(
      "before pixel norm, the longest z is at least 1.5 times as long as the shortest (ratio)",
      before.maximum().item / before.minimum().item, atLeast: 1.5)
    page.holds(
      "after pixel norm, every z has the length √L (largest difference)",
      (after - Double(z.shape[1]).squareRoot()).absolute().maximum().item, atMost: 1e-4)
    let (w, scaled) = (generator.mapped(z), generator.mapped(z * page["scale"]))
    page.holds(
      "multiplying z by the parameter scale does not change w (largest difference, relative to max |w|)",
      largestDifference(w, scaled) / w.absolute().maximum().item, atMost: 1e-4)
    page.why(
      """
      In many dimensions, nearly all z have nearly the same length anyway. Pixel norm removes the \
      remaining differences: only the direction of z matters, and no z is unusual only because of \
      its length.
      """)
  }

  static let layers = Step(
    "§3.1, mapping layers", "How do the layers turn z into w?",
    formulas: [
      #"x_{i+1} = \sqrt{2}\;\text{leakyReLU}\left(\frac{0.01}{\sqrt L} W_i x_i + 0.01\,b_i\right)"#
    ],
    symbols: [
      Symbol("W_i", "style.{i}.weight", shape: "[L, L]", unit: "standard deviation 100"),
      Symbol("b_i", "style.{i}.bias", shape: "[L]", unit: "0 before training"),
    ],
    code: [
      CodeExcerpt("Sources/Networks/MappingNetwork.swift", declaration: "func callAsFunction"),
      CodeExcerpt("Sources/Networks/Activation.swift", declaration: "func activated"),
    ]
  ) { page in
    let (generator, z) = (model(page).generator, manyZ(page))
    let outputs =
      [z.pixelNormalized()]
      + (1...generator.configuration.mappingLayers).map {
        MappingNetwork(generator.parameters, layers: $0)(z)
      }
    let names = ["z, normalized"] + (1..<outputs.count).map { "after layer \($0)" }
    page.stripes(
      "z_to_w", .stacked(outputs.map { $0[0] }), labels: names, axes: "[layer, L]",
      caption: "one z after each layer: every layer mixes all L numbers, and the last row is w")
    let squares = outputs.map { $0.squared().mean().item }
    page.bars(
      "mapping_mean_square", squares, labels: names,
      caption: "the mean square of 512 × L numbers after each layer")
    for (name, square) in zip(names, squares).dropFirst() {
      page.holds("\(name), the mean square is still near 1", square, in: 0.6...1.6)
    }
    page.holds(
      "the output after the last layer is the output of the mapping network (largest difference)",
      largestDifference(generator.mapped(z), outputs.last ?? z), atMost: 0)
    page.why(
      """
      Half of all numbers are negative, and leaky ReLU multiplies them by 0.2: the mean square falls \
      to 0.52. The factor √2 brings it back to 1.04. Without this factor, eight layers would reduce \
      the mean square to half a percent.
      """)
  }

  static let learningRate = Step(
    "§3.1, learning rate", "Why are mapping weights stored with a standard deviation of 100?",
    code: [
      CodeExcerpt("Sources/Networks/MappingNetwork.swift", declaration: "static let learningRate"),
      CodeExcerpt("Sources/Training/Adam.swift", declaration: "public mutating func updated("),
    ]
  ) { page in
    let (model, seed) = (model(page), UInt64(page["seed"]))
    let old = model.generator.parameters
    let tracked = old.tracked()
    let generator = Generator(model.configuration, tracked)
    let made = generator(
      expandedLatents: generator.latents(seed: seed).expanded, poses: model.poses(turned: [0]))
    let names = [
      "style.1.weight", "style.2.weight", "local_nets.1.linears.0.conv.modulation.weight",
      "local_nets.1.linears.0.conv.weight", "local_nets.1.to_feat.conv.weight",
      "render_net.convs.0.weight",
    ]
    let gradients = try gradients(
      of: made.image.squared().mean(), withRespectTo: names.map { tracked[$0] })
    var adam = Adam()
    let new = adam.updated(old, with: Dictionary(uniqueKeysWithValues: zip(names, gradients)))
    func size(_ x: Tensor) -> Double { x.squared().mean().squareRoot().item }
    let steps = names.map { largestDifference(new[$0], old[$0]) }
    let shares = zip(names, steps).map { $1 / size(old[$0]) }
    page.bars(
      "update_relative", shares.map { 100 * $0 }, labels: names, unit: "%",
      caption: "largest change in one Adam step, in percent of the weights' root mean square")
    page.number("standard deviation of style.1.weight", size(old[names[0]]))
    page.holds(
      "fresh mapping weights have a standard deviation of 100", size(old[names[0]]), equals: 100,
      within: 10)
    for index in [0, 3] {
      page.holds(
        "Adam's first step changes \(names[index]) by the learning rate, whatever the gradient",
        steps[index],
        equals: adam.rate, within: 0.05 * adam.rate)
    }
    page.holds(
      "relative to their size, mapping weights change a hundredth as much as part weights (ratio)",
      shares[0] / shares[3], in: 0.007...0.013)
    page.why(
      """
      The mapping network multiplies its weights by 0.01 where it uses them. The size of an Adam \
      step does not depend on the size of the gradient. A factor on the loss would therefore not slow \
      the mapping network down, but a factor on the weights does. A separate learning rate for these \
      parameters would have the same effect. StyleGAN uses the factor: it is part of the network, so \
      the optimizer needs no list of exceptions.

      The slow learning rate is needed because all other layers depend on w: if the mapping network \
      changed too fast, all of them would be disturbed.
      """)
  }

  static let rows = Step(
    "Rows of W⁺, Fig. 3", "Which row of W⁺ influences which map?",
    formulas: [
      #"\left\|\frac{\partial\,(\text{map} \cdot \text{noise})}{\partial\,\text{row}}\right\|"#
    ],
    code: [
      CodeExcerpt(
        "Sources/Equations/WPlusFactorization/WPlusFactorization.swift",
        declaration: "func expanded"),
      CodeExcerpt("Sources/PortraitModel/Generator.swift", declaration: "public func maps(of"),
    ]
  ) { page in
    let model = model(page)
    let (rows, parts) = (model.generator.factorization, model.configuration.parts)
    let w = model.generator.mapped(model.generator.z(seed: UInt64(page["seed"])))
    let wplus = rows.wplus(from: w).tracked(as: "wplus")
    let maps = model.maps(
      model.generator.expandedLatents(wplus: wplus), size: model.configuration.coarseSize)
    var numbers = RandomNumbers(seed: 1, stream: 12)
    let outputs = (0..<parts).flatMap { part in
      [
        maps.relativeDepth[axis: 1, part], maps.densityMap?[axis: 1, part],
        maps.feature[axis: 1, part],
      ]
      .compactMap(\.self)
    }
    let columns = try outputs.map { output in
      let gradient = try gradient(
        of: (output * numbers.normal(output.shape)).sum(), withRespectTo: wplus)
      return gradient[0].squared().sum(axes: [1]).squareRoot()  // [rows]
    }
    let norms = Tensor.stacked(columns, axis: 1)  // [rows, K · 3]
    let names = ["base"] + (0..<parts).flatMap { ["shape \($0)", "texture \($0)"] }
    page.shares(
      "row_sensitivity", norms / norms.maximum(axes: [0], keepingAxes: true), rows: names,
      columns: [
        (0..<parts).map { (3 * $0, LittleModel.names[$0]) },
        (0..<(3 * parts)).map { ($0, ["depth", "dens.", "feat."][$0 % 3]) },
      ], axes: "[row, K · 3]",
      caption:
        "norm of the gradient of each part's depth, density and feature with respect to each "
        + "row; every column relative to its largest value")
    let table = (0..<rows.rows).map { norms[$0].scalars }
    func row(_ aspect: PartAspect, _ part: Int) -> [Double] {
      table[rows.rows(of: aspect, part: part).lowerBound]
    }
    let own = (0..<parts).map { Array(row(.shape, $0)[(3 * $0)..<(3 * $0 + 3)]) }
    let textures = (0..<parts).map { Array(row(.texture, $0)[(3 * $0)..<(3 * $0 + 3)]) }
    page.holds(
      "a shape row changes depth, density and feature of its part (smallest gradient norm)",
      own.joined().min() ?? 0, atLeast: 1e-4)
    page.holds(
      "a texture row changes neither depth nor density of its part (largest gradient norm)",
      textures.map { max($0[0], $0[1]) }.max() ?? 1, atMost: 0)
    page.holds(
      "a texture row changes the feature of its part (smallest gradient norm)",
      textures.map { $0[2] }.min() ?? 0, atLeast: 1e-4)
    let foreign = (0..<parts).flatMap { part in
      [PartAspect.shape, .texture].flatMap { aspect in
        row(aspect, part).enumerated().filter { $0.offset / 3 != part }.map(\.element)
      }
    }
    page.holds(
      "no row of a part changes the maps of another part (largest gradient norm)",
      foreign.max() ?? 1, atMost: 0)
    page.holds(
      "the base row does not change the background (largest gradient norm)",
      table[0][..<3].max() ?? 1, atMost: 0)
    page.holds(
      "the base row changes all other parts (smallest gradient norm)",
      table[0][3...].min() ?? 0, atLeast: 1e-4)
    page.why(
      """
      The background uses its own shape row where the other parts use the base row (note 18 in \
      Docs/PaperNotes.md). Depth and density depend on no texture row. The background's depth and \
      density, the first two columns, therefore depend on a single row each; its feature depends on \
      its shape row and its texture row.
      """)
  }

  static let truncation = Step(
    "Truncation", "How do portraits change when w is moved towards the mean latent?",
    formulas: [#"w' = \bar w + \psi\,(w - \bar w)"#],
    code: [
      CodeExcerpt(
        "Sources/PortraitModel/PortraitLatents.swift", declaration: "public func latents(seed"),
      CodeExcerpt(
        "Sources/PortraitModel/PortraitLatents.swift", declaration: "public func meanLatent"),
    ]
  ) { page in
    let (model, seed) = (model(page), UInt64(page["seed"]))
    let generator = model.generator
    let mean = generator.meanLatent()
    let w = generator.mapped(manyZ(page))
    page.stripes(
      "w_mean", .stacked([mean, w[0], w[1]]), labels: ["mean of 10 000 w", "first w", "second w"],
      axes: "[3, L]",
      caption: "the mean latent is not zero, and its numbers vary less than those of a single w")
    func distance(_ a: Tensor) -> Tensor { a.squared().sum(axes: [-1]).squareRoot() }
    page.holds(
      "the mean of 512 other w is near the mean latent (distance / mean distance of a w)",
      (distance(w.mean(axes: [0]) - mean).item) / distance(w - mean).mean().item, atMost: 0.1)
    let psis = [0, 0.25, 0.5, 0.75, 1]
    let pairs = [seed, seed + 100].map { seed in
      Tensor.concatenated(
        psis.map { generator.latents(seed: seed, truncation: $0, mean: mean).expanded }, axis: 0)
    }
    let poses = model.poses(turned: psis.map { _ in 0 })
    let images = withoutGradients {
      pairs.map { generator(expandedLatents: $0, poses: poses).image }
    }
    let apart = (images[0] - images[1]).absolute().mean(axes: [1, 2, 3]).scalars
    page.curve(
      "portraits_apart", apart, x: psis, xLabel: "psi",
      yLabel: "mean |a − b|", caption: "mean absolute difference of two portraits' images")
    page.picture(
      "portraits_truncated",
      .column(
        images.map { batch in
          imagePictures(psis.indices.map { batch[$0] / 2 + 0.5 }, factor: 4)
        }, gap: 4),
      caption: "two portraits (rows) from fresh weights at psi 0, ¼, ½, ¾ and 1 (columns)")
    page.holds(
      "at psi 0 the two portraits are equal, to the bit (mean difference)", apart[0], atMost: 0)
    page.holds("at psi 1 the two portraits differ (mean difference)", apart[4], atLeast: 0.05)
    page.holds(
      "truncation multiplies w − mean by psi (largest difference)",
      largestDifference(
        generator.latents(seed: seed, truncation: page["psi"], mean: mean).w - mean,
        (generator.latents(seed: seed).w - mean) * page["psi"]), atMost: 1e-5)
    page.why(
      """
      This ψ is StyleGAN's truncation factor, a single number. The ψ of equations 5–7 is a part's \
      bell-shaped weight along the depth planes; the two share only the letter.

      During training, latents far from the mean are rare, and the generator draws them badly. \
      Truncation avoids such latents and trades variety for quality. Two portraits usually become \
      more similar as psi decreases, but only one case is guaranteed: at psi 0 all portraits are equal.
      """)
  }
}
