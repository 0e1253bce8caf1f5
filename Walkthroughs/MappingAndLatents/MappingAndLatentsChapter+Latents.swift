import Inspection
import MeanDifference
import Networks
import PortraitModel
import Tensors
import Training
import WPlusFactorization

// How fast the mapping network learns, what reads its latents, and truncation.
extension MappingSteps {
  static let learningRate = Step(
    "§3.1, learning rate", "Why are mapping weights stored with a standard deviation of 100?",
    code: [
      CodeExcerpt(mapping, declaration: "static let learningRate"),
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
      caption:
        "largest change in one Adam step, in percent of the weights' root mean square: two layers of "
        + "the mapping network, three of the face's part generator, one of the render net")
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
    page.shares(
      "row_sensitivity", norms / norms.maximum(axes: [0], keepingAxes: true),
      rows: ["base"] + LittleModel.names.flatMap { ["\($0) shape", "\($0) texture"] },
      columns: [
        (0..<parts).map { (3 * $0, LittleModel.names[$0]) },
        (0..<(3 * parts)).map { ($0, ["depth", "dens.", "feat."][$0 % 3]) },
      ], axes: "[row, K · 3]",
      caption:
        "norm of the gradient of each part's relative depth, density and feature with respect to each "
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

  /// The number of people whose portraits are truncated.
  private static let people = 4
  private static let varieties = Kept<Double, [Double]>(count: 2)
  private static let truncated = Kept<[Double], GeneratedPortraits>(count: 16)

  /// Returns the truncated portraits of people with consecutive seeds, `[people, …]`.
  private static func truncated(_ page: Page, psi: Double) throws -> GeneratedPortraits {
    let faces = try TrainedFaces.shipped()
    return truncated.value([page["seed"], psi]) {
      faces.portraits(
        wplus: .concatenated(
          (0..<people).map {
            faces.latents(seed: page["seed"] + Double($0), truncation: psi).wplus
          }, axis: 0))
    }
  }

  static let truncation = Step(
    "Truncation", "How do faces change when w moves toward the mean latent?",
    formulas: [#"w' = \bar w + \psi\,(w - \bar w)"#],
    symbols: [
      Symbol("w", "w", shape: "[…, L]"), Symbol(#"\bar w"#, "mean", shape: "[L]"),
      Symbol(#"\psi"#, "psi", shape: "scalar", unit: "0 … 1"),
    ],
    code: [
      CodeExcerpt(
        "Sources/Equations/WPlusFactorization/LatentEditing.swift",
        declaration: "public func truncated", marking: "mean + (w - mean) * psi"),
      CodeExcerpt(
        "Sources/PortraitModel/PortraitLatents.swift", declaration: "public func latents(seed"),
      CodeExcerpt(
        "Sources/PortraitModel/PortraitLatents.swift", declaration: "public func meanLatent"),
    ],
    sweep: Sweep(
      "psi", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], moving: ["truncated"])
  ) { page in
    let (faces, seed, psi) = (try TrainedFaces.shipped(), page["seed"], page["psi"])
    let made = try truncated(page, psi: psi)
    page.gallery(
      "truncated",
      (0..<people).map { .face("person \($0 + 1)", made.image[$0]) }, columns: 2,
      tensor: made.image, axes: "[B, 3, S, S]",
      caption: "four people for ψ = \(psi.brief)")
    let mean = faces.meanLatent
    let (w, moved) = (faces.latents(seed: seed).w, faces.latents(seed: seed, truncation: psi).w)
    let numbers = [mean[0], w[0, 0], moved[0, 0]].map(\.item)
    page.equality(
      "w'(1)",
      .number(numbers[0]) + .number(psi) * (.number(numbers[1]) - .number(numbers[0])),
      equals: numbers[2], within: 1e-6)
    page.number("distance of w from the mean latent", lengths(w - mean).item)
    page.number("distance of the truncated w from it", lengths(moved - mean).item)
    let many = faces.generator.mapped(try manyZ(page))
    page.stripes(
      "w_mean", .stacked([mean, many[0], many[1]]),
      labels: ["mean of 10 000 w", "first w", "second w"], axes: "[3, L]",
      caption: "the mean latent is not zero, and its numbers vary less than those of a single w")
    let psis = (0...10).map { Double($0) / 10 }
    let variety = try varieties.value(seed) {
      try psis.map { FaceGroup(try truncated(page, psi: $0)).variety }
    }
    page.curve(
      "variety", variety, x: psis, xLabel: "ψ", yLabel: "mean difference",
      caption: "mean difference of the images of persons 1 and 2, 2 and 3, 3 and 4, for each ψ")
    page.holds(
      "the mean of 512 other w is near the mean latent (distance / mean distance of a w)",
      lengths(many.mean(axes: [0]) - mean).item / lengths(many - mean).mean().item, atMost: 0.1)
    page.holds(
      "truncation multiplies w − mean by ψ (largest difference)",
      largestDifference(moved - mean, (w - mean) * psi), atMost: 1e-6)
    page.holds(
      "with ψ = 0, all portraits are the same, bit for bit (mean difference)", variety[0], atMost: 0
    )
    page.holds(
      "with ψ = 0.7, portraits differ less from each other than with ψ = 1 (ratio of the differences)",
      variety[7] / variety[10], atMost: 0.95)
    page.holds(
      "hair or hat is above the face in the mean face too (share of portraits)",
      FaceGroup(try truncated(page, psi: 0)).hairAbove, atLeast: FaceBounds.hairAbove)
    page.why(
      """
      The factor ψ says how much of the distance from the mean latent remains: all of it for ψ = 1, \
      nothing for ψ = 0, where only the mean face is left. This ψ is StyleGAN's, a single number. The \
      ψ of equations 5–7 is a part's bell-shaped weight along the depth planes; the two share only \
      the letter.

      During training, latents far from the mean are rare, and the generator draws them badly. \
      Truncation avoids such latents and trades variety for quality. Two portraits usually become \
      more similar as ψ decreases, but only one case is guaranteed: with ψ = 0 all portraits are equal.
      """)
  }
}
