import Inspection
import Networks
import PortraitModel
import Tensors
import Training
import WPlusFactorization

// §3.1: the mapping network, and where its latents go.
extension Chapter {
  /// How a random vector becomes one latent for every layer.
  public static var mappingAndLatents: Chapter {
    Chapter(
      "mapping-and-latents", title: "From a random vector to a latent for every layer",
      equations: "§3.1",
      introduction: """
        A portrait begins as L random numbers, z. A few linear layers turn them into w, and w is \
        handed to every layer of every part's generator. Which number ends up where? And why are this \
        network's weights a hundred times as large as all others?

        Needs: how W⁺ is shared out (chapter of Eq. 1). The model is the preset `tiny` with fresh \
        weights: what is shown holds before any training.
        """,
      parameters: [
        Parameter(whole: "seed", 1, in: 1...20, meaning: "which weights and which z are drawn"),
        Parameter("scale", 3, in: 0.1...10, meaning: "what z is multiplied by in the first step"),
        Parameter("psi", 0.5, in: 0...0.9, meaning: "truncation: 1 leaves w, 0 gives the mean"),
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

  /// 512 random z, `[512, L]`.
  static func manyZ(_ page: Page) -> Tensor {
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 11)
    return numbers.normal([512, model(page).model.latentWidth])
  }

  static let pixelNorm = Step(
    "§3.1, z", "Does it matter how long z is?",
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
    func lengths(_ x: Tensor) -> Tensor { x.squared().sum([1]).squareRoot() }
    let (before, after) = (lengths(z), lengths(z.pixelNormalized()))
    page.histogram("z_lengths", before, unit: "‖z‖", caption: "the lengths of 512 random z")
    page.number("√L", Double(z.shape[1]).squareRoot())
    page.holds(
      "before, the longest z is at least half as long again as the shortest",
      before.maximum().item / before.minimum().item, atLeast: 1.5)
    page.holds(
      "after, every length is √L (largest difference)",
      (after - Double(z.shape[1]).squareRoot()).absolute().maximum().item, atMost: 1e-4)
    let (w, scaled) = (generator.mapped(z), generator.mapped(z * page["scale"]))
    page.holds(
      "a longer or shorter z gives the same w (largest difference, in largest numbers of w)",
      largestDifference(w, scaled) / w.absolute().maximum().item, atMost: 1e-4)
    page.why(
      """
      In many dimensions nearly all z have nearly the same length anyway. Pixel norm removes what is \
      left of it: only the direction of z counts, and no z is unusual for its length alone.
      """)
  }

  static let layers = Step(
    "§3.1, w", "What do the layers make of z?",
    formulas: [
      #"x_{i+1} = \sqrt{2}\;\text{leakyReLU}\left(\frac{0.01}{\sqrt L} W_i x_i + 0.01\,b_i\right)"#
    ],
    symbols: [
      Symbol("W_i", "style.{i}.weight", shape: "[L, L]", unit: "deviation 100"),
      Symbol("b_i", "style.{i}.bias", shape: "[L]", unit: "0 at first"),
    ],
    code: [
      CodeExcerpt("Sources/Networks/MappingNetwork.swift", declaration: "func callAsFunction"),
      CodeExcerpt("Sources/Networks/Activation.swift", declaration: "func activated"),
    ]
  ) { page in
    let (generator, z) = (model(page).generator, manyZ(page))
    let outputs =
      [z.pixelNormalized()]
      + (1...generator.model.mappingLayers).map {
        MappingNetwork(generator.parameters, layers: $0)(z)
      }
    let names = ["z, normalised"] + (1..<outputs.count).map { "after layer \($0)" }
    page.stripes(
      "z_to_w", .stacked(outputs.map { $0.at(0, 0) }), labels: names, axes: "[layer, L]",
      caption: "one z on its way: every layer mixes all L numbers, the last row is w")
    let squares = outputs.map { $0.squared().mean().item }
    page.bars(
      "mapping_mean_square", squares, labels: names,
      caption: "the mean square of 512 × L numbers after each layer")
    for (name, square) in zip(names, squares).dropFirst() {
      page.holds("\(name) the mean square is still near 1", square, in: 0.6...1.6)
    }
    page.holds(
      "the whole network is the last of these (largest difference)",
      largestDifference(generator.mapped(z), outputs.last ?? z), atMost: 0)
    page.why(
      """
      Half of all numbers are negative and shrink to a fifth: their mean square falls to 0.52. The \
      factor √2 brings it back to 1.04. Without it eight layers would leave half a hundredth.
      """)
  }

  static let learningRate = Step(
    "§3.1, rate 0.01", "Why are the weights kept a hundred times as large as they are used?",
    code: [
      CodeExcerpt("Sources/Networks/MappingNetwork.swift", declaration: "static let learningRate"),
      CodeExcerpt("Sources/Training/Adam.swift", declaration: "public mutating func updated("),
    ]
  ) { page in
    let (model, seed) = (model(page), UInt64(page["seed"]))
    let old = model.generator.parameters
    let tracked = old.tracked()
    let generator = Generator(model.model, tracked)
    let made = generator(
      expandedLatents: generator.latents(seed: seed).expanded, poses: model.poses(turned: [0]))
    let names = [
      "style.1.weight", "style.2.weight", "local_nets.1.linears.0.conv.modulation.weight",
      "local_nets.1.linears.0.conv.weight", "local_nets.1.to_feat.conv.weight",
      "render_net.convs.0.weight",
    ]
    let slopes = try gradients(
      of: made.image.squared().mean(), withRespectTo: names.map { tracked[$0] })
    var adam = Adam()
    let new = adam.updated(old, with: Dictionary(uniqueKeysWithValues: zip(names, slopes)))
    func size(_ x: Tensor) -> Double { x.squared().mean().squareRoot().item }
    let steps = names.map { largestDifference(new[$0], old[$0]) }
    let shares = zip(names, steps).map { $1 / size(old[$0]) }
    page.bars(
      "update_relative", shares.map { 100 * $0 }, labels: names, unit: "%",
      caption: "one update of Adam: the largest change of a weight, in percent of the usual weight")
    page.number("deviation of style.1.weight", size(old[names[0]]))
    page.holds(
      "a fresh mapping weight has the deviation 100", size(old[names[0]]), equals: 100, within: 10)
    for index in [0, 3] {
      page.holds(
        "Adam moves \(names[index]) by its rate, whatever the gradient", steps[index],
        equals: adam.rate, within: 0.05 * adam.rate)
    }
    page.holds(
      "so relative to its size the mapping network moves a hundredth as far",
      shares[0] / shares[3], in: 0.007...0.013)
    page.why(
      """
      Adam's step does not depend on how large a gradient is, so a factor in front of the loss would \
      not slow anything down; one in front of the weight does. A rate of its own for these parameters \
      would do as well. The factor is StyleGAN's way: it is part of the network, and the optimiser \
      needs no list of exceptions. Everything else hangs on w; a mapping network that ran ahead would \
      shake all of it.
      """)
  }

  static let rows = Step(
    "W^k, Fig. 3", "Which row of W⁺ moves which map?",
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
    let (rows, parts) = (model.generator.latents, model.model.parts)
    let w = model.generator.mapped(model.generator.z(seed: UInt64(page["seed"])))
    let wplus = rows.wplus(from: w).tracked(as: "wplus")
    let maps = model.maps(rows.expanded(wplus), size: model.model.coarseSize)
    var numbers = RandomNumbers(seed: 1, stream: 12)
    let outputs = (0..<parts).flatMap { part in
      [maps.depth.at(1, part), maps.density?.at(1, part), maps.feature.at(1, part)]
        .compactMap(\.self)
    }
    let columns = try outputs.map { output in
      let slope = try gradient(
        of: (output * numbers.normal(output.shape)).sum(), withRespectTo: wplus)
      return slope.at(0, 0).squared().sum([1]).squareRoot()  // [rows]
    }
    let norms = Tensor.stacked(columns, 1)  // [rows, K · 3]
    let names = ["base"] + (0..<parts).flatMap { ["shape \($0)", "texture \($0)"] }
    page.shares(
      "row_sensitivity", norms / norms.maximum(over: [0], keepingAxes: true), rows: names,
      columns: [
        (0..<parts).map { (3 * $0, LittleModel.names[$0]) },
        (0..<(3 * parts)).map { ($0, ["depth", "dens.", "feat."][$0 % 3]) },
      ], axes: "[row, K · 3]",
      caption: "how strongly each row moves depth, density and feature of each part; every column "
        + "relative to its largest")
    let table = (0..<rows.rows).map { norms.at(0, $0).scalars }
    func row(_ aspect: PartAspect, _ part: Int) -> [Double] {
      table[rows.rows(of: aspect, part: part).lowerBound]
    }
    let own = (0..<parts).map { Array(row(.shape, $0)[(3 * $0)..<(3 * $0 + 3)]) }
    let textures = (0..<parts).map { Array(row(.texture, $0)[(3 * $0)..<(3 * $0 + 3)]) }
    page.holds(
      "a shape row moves depth, density and feature of its part (least)",
      own.joined().min() ?? 0, atLeast: 1e-4)
    page.holds(
      "a texture row moves neither depth nor density (largest)",
      textures.map { max($0[0], $0[1]) }.max() ?? 1, atMost: 0)
    page.holds(
      "but it does move the feature (least)", textures.map { $0[2] }.min() ?? 0, atLeast: 1e-4)
    let foreign = (0..<parts).flatMap { part in
      [PartAspect.shape, .texture].flatMap { aspect in
        row(aspect, part).enumerated().filter { $0.offset / 3 != part }.map(\.element)
      }
    }
    page.holds("no row of a part moves another part (largest)", foreign.max() ?? 1, atMost: 0)
    page.holds("the base does not reach the background", table[0][..<3].max() ?? 1, atMost: 0)
    page.holds("it reaches all other parts (least)", table[0][3...].min() ?? 0, atLeast: 1e-4)
    page.why(
      "The background takes its own shape row where other parts take the base (note 18); that is "
        + "why its first two columns have a single entry each. Depth and density read no texture row; "
        + "the feature of the background reads both of its own.")
  }

  static let truncation = Step(
    "Truncation", "What becomes of the differences when w is drawn towards the mean?",
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
      "w_mean", .stacked([mean, w.at(0, 0), w.at(0, 1)]), labels: ["mean of 10 000", "a w", "a w"],
      axes: "[3, L]", caption: "the mean latent is not zero, and calmer than a single one")
    func distance(_ a: Tensor) -> Tensor { a.squared().sum([-1]).squareRoot() }
    page.holds(
      "the mean of 512 other w lies near it (distance, in usual distances of a w)",
      (distance(w.mean([0]) - mean).item) / distance(w - mean).mean().item, atMost: 0.1)
    let psis = [0, 0.25, 0.5, 0.75, 1]
    let pairs = [seed, seed + 100].map { seed in
      Tensor.concatenated(
        psis.map { generator.latents(seed: seed, truncation: $0, mean: mean).expanded }, 0)
    }
    let poses = model.poses(turned: psis.map { _ in 0 })
    let images = withoutGradients {
      pairs.map { generator(expandedLatents: $0, poses: poses).image }
    }
    let apart = (images[0] - images[1]).absolute().mean([1, 2, 3]).scalars
    page.curve(
      "portraits_apart", apart, x: psis, xLabel: "psi",
      yLabel: "mean |a − b|", caption: "how far two portraits' images are apart")
    page.picture(
      "portraits_truncated",
      .column(
        images.map { batch in
          imagePictures(psis.indices.map { batch.at(0, $0) / 2 + 0.5 }, factor: 4)
        }, gap: 4),
      caption: "two portraits of fresh weights at psi 0, ¼, ½, ¾ and 1; from the left they part")
    page.holds("at psi 0 all portraits are one, to the bit", apart[0], atMost: 0)
    page.holds("at psi 1 they differ", apart[4], atLeast: 0.05)
    page.holds(
      "w is drawn to the mean by psi (largest difference)",
      largestDifference(
        generator.latents(seed: seed, truncation: page["psi"], mean: mean).w - mean,
        (generator.latents(seed: seed).w - mean) * page["psi"]), atMost: 1e-5)
    page.why(
      """
      This ψ is StyleGAN's, a single number; the ψ of equations 5–7, a part's bell along the planes, \
      has nothing to do with it but the letter.

      Latents near the mean are those that training saw most of; what lies far out it saw rarely and \
      draws badly. Truncation trades variety for that. That portraits come nearer to each other at \
      every step of the way is usual, but nothing promises it; at psi 0 there is only one left.
      """)
  }
}
