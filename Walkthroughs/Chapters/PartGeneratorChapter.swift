import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import WPlusFactorization

// Figure 3: one part's generator, layer by layer.
extension Chapter {
  /// How a part's generator makes a feature, a depth and a density of nothing but positions.
  public static var partGenerator: Chapter {
    Chapter(
      "part-generator", title: "One part's generator, layer by layer", equations: "Fig. 3",
      introduction: """
        Every part has a network of its own. It sees no image and no neighbour: each pixel is told \
        where it is, and the same few matrices answer for it alone. What comes out is a feature, a \
        depth and a density for every pixel. Who decides what, and at which layer?

        Needs: which row of W⁺ drives which layer (the chapter before). The model is the preset \
        `tiny` with fresh weights, ToDensity's multiplied by 100: patterns without meaning, but each \
        is where it belongs.
        """,
      parameters: [
        Parameter(whole: "part", 1, in: 0...3, meaning: "the part; 1 is the face"),
        Parameter(
          whole: "seed", 1, in: 1...20, meaning: "which weights and which latents are drawn"),
        Parameter("strength", 4, in: 0.25...16, meaning: "what latents are multiplied by, step 3"),
        Parameter(whole: "factor", 4, in: 2...8, meaning: "how much finer the last step looks"),
      ]
    ) {
      PartGeneratorSteps.waves
      PartGeneratorSteps.base
      PartGeneratorSteps.demodulation
      PartGeneratorSteps.shape
      PartGeneratorSteps.texture
      PartGeneratorSteps.swap
      PartGeneratorSteps.anySize
    }
  }
}

/// The steps of the chapter on figure 3.
enum PartGeneratorSteps {
  static let source = "Sources/Networks/PartGenerators.swift"
  static let layerSource = "Sources/Networks/ModulatedLayers.swift"

  static func model(_ page: Page) -> LittleModel {
    page.shared("model") { LittleModel(seed: UInt64(page["seed"])) }
  }

  static func part(_ page: Page) -> Int { Int(page["part"]) }

  static func name(_ page: Page) -> String { DumpNames.part(part(page)) }

  /// The maps of all parts at the usual size.
  static func maps(_ page: Page) -> GeneratedMaps {
    page.shared("maps") {
      let model = model(page)
      return model.maps(model.latents(from: UInt64(page["seed"])), size: model.model.coarseSize)
    }
  }

  static func density(_ maps: GeneratedMaps) -> Tensor { maps.density ?? maps.depth * 0 }

  /// A sheet of all channels of a map, `[c, H, W]`.
  static func channels(_ page: inout Page, _ name: String, _ map: Tensor, caption: String) {
    page.sheet(
      name, map, titles: (0..<map.shape[0]).map { "channel \($0)" }, isSigned: true,
      axes: "[C, H, W]", caption: caption)
  }

  static let waves = Step(
    "Fourier features", "How does a pixel know where it is?",
    formulas: [
      #"x,\; y,\; \sin x,\; \sin y,\; \cos x,\; \cos y,\; \sin 2x,\; \sin 2y,\; \cos 2x,\; \cos 2y,\; \ldots"#
    ],
    symbols: [
      Symbol("x, y", "linspace(−1, 1, size)", shape: "[H, W]", unit: "−1 … 1, ends included")
    ],
    code: [
      CodeExcerpt(
        "Sources/Networks/FourierFeatures.swift", declaration: "public static func waves"),
      CodeExcerpt("Sources/Networks/FourierFeatures.swift", declaration: "func callAsFunction"),
    ]
  ) { page in
    let model = model(page)
    let (octaves, size) = (model.model.fourierFrequencies, model.model.coarseSize)
    let waves = FourierFeatures.waves(octaves, size: size, .float32)
    let kinds = ["sin", "sin", "cos", "cos"]
    let titles =
      ["x", "y"]
      + (0..<octaves).flatMap { octave in
        kinds.enumerated().map { "\($1) \(1 << octave)\($0.isMultiple(of: 2) ? "x" : "y")" }
      }
    page.sheet(
      "fourier_waves", waves, titles: titles, isSigned: true, axes: "[2 (2F + 1), H, W]",
      caption: "what a pixel is told: its place, and waves of 1, 2, 4, … of it")
    let embedding = FourierFeatures(model.generator.parameters, frequencies: octaves)(size: size)
    channels(
      &page, "\(name(page))_fourier", embedding,
      caption: "the same after the projection to the generator's width; all parts get this")
    func wave(_ octave: Int, _ kind: Int) -> Tensor { waves.at(0, 2 + 4 * octave + kind) }
    page.holds("the first pixel is at −1", waves.at(0, 0).minimum().item, equals: -1, within: 0)
    page.holds(
      "the last is at 1: the ends are included", waves.at(0, 1).at(0, size - 1).at(0, 0).item,
      equals: 1, within: 0)
    for (axis, letter) in [(0, "x"), (1, "y")] {
      let circle = (0..<octaves).map {
        largestDifference(
          wave($0, axis).squared() + wave($0, axis + 2).squared(), waves.at(0, 0) * 0 + 1)
      }
      page.holds(
        "sin² + cos² = 1 for every frequency of \(letter) (largest difference)",
        circle.max() ?? 1, atMost: 1e-6)
      let doubled = (1..<octaves).map {
        largestDifference(wave($0, axis), 2 * wave($0 - 1, axis) * wave($0 - 1, axis + 2))
      }
      page.holds(
        "each frequency is twice the one before: sin 2\(letter) = 2 sin \(letter) cos \(letter)",
        doubled.max() ?? 1, atMost: 1e-6)
    }
    page.why(
      """
      A network of 1×1 layers on x and y alone makes smooth, nearly linear maps. The waves put fine \
      differences between neighbours within its reach, and no pixel needs to see another.

      The paper says only that they are "64-channel constant vectors" (Fig. 3). Which waves, that x \
      and y themselves are among them, and that there is no π in them is this model's reading (note \
      39).
      """)
  }

  static let base = Step(
    "Base layer", "What is a blue block of figure 3?",
    formulas: [
      #"s = A\,w + a"#,
      #"y = \sqrt{2}\;\text{leakyReLU}\left(\frac{W \odot s}{\|W \odot s\|}\,x + b\right)"#,
    ],
    symbols: [
      Symbol("w", "latents", shape: "[B, K, L]"),
      Symbol("A, a", "conv.modulation.weight, .bias", shape: "[in, L], [in]"),
      Symbol("W", "conv.weight", shape: "[1, out, in, 1, 1]"),
      Symbol("x, y", "x", shape: "[B, K, in, P]"),
    ],
    code: [CodeExcerpt(layerSource, declaration: "public func callAsFunction(_ x")]
  ) { page in
    let (model, maps) = (model(page), maps(page))
    let layer = maps.layers[0].at(0, 0).at(0, part(page))
    channels(
      &page, "\(name(page))_layer0", layer,
      caption: "after the base layer: the projected waves, mixed, each channel weighted by a style")
    let pixel = Tensor.zeros([1, model.model.parts, model.model.localChannels, 1]) + 1
    let layers = ModulatedLayers(scopes(model), "linears.0")
    let expanded = model.latents(from: UInt64(page["seed"]))
      .reshaped([1, model.model.parts, model.model.layersPerPart, model.model.latentWidth])
    let latents = expanded.at(2, 0)
    let alone = layers(pixel, latents)
    let crowd = layers(
      pixel.broadcast(to: [1, model.model.parts, model.model.localChannels, 7]), latents)
    page.holds(
      "a pixel's answer depends on that pixel alone (largest difference in a crowd of 7)",
      largestDifference(crowd, alone), atMost: 1e-6)
    // The base layer of every part but the background is driven by the one base row.
    page.holds(
      "parts 1 … 3 get the same base latent", largestDifference(latents.at(1, 1), latents.at(1, 3)),
      atMost: 0)
    page.holds(
      "and make different maps of it, for their weights differ (largest difference)",
      largestDifference(maps.layers[0].at(1, 1), maps.layers[0].at(1, 3)), atLeast: 0.1)
    page.why(
      "The latent does not enter as an input but as a weight of every input channel. A 1×1 layer is "
        + "one small matrix for all pixels: the latent chooses the matrix, the position is its input."
    )
  }

  static func scopes(_ model: LittleModel) -> [Parameters] {
    (0..<model.model.parts).map { model.generator.parameters.scope("local_nets.\($0)") }
  }

  static let demodulation = Step(
    "Demodulation", "What keeps the numbers from growing from layer to layer?",
    formulas: [#"W'' = \frac{W'}{\sqrt{\sum_{\text{in}} W'^2 + 10^{-8}}}, \quad W' = W \odot s"#],
    code: [CodeExcerpt(layerSource, declaration: "public func callAsFunction(_ x")]
  ) { page in
    let (model, strength) = (model(page), page["strength"])
    let (parts, width) = (model.model.parts, model.model.localChannels)
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 13)
    let x = numbers.normal([1, parts, width, 8192])
    let latents = numbers.normal([1, parts, model.model.latentWidth])
    func squares(_ parameters: [Parameters], _ latents: Tensor) -> Tensor {
      ModulatedLayers(parameters, "linears.1")(x, latents).squared().mean([3]).at(0, 0)
    }
    let own = scopes(model)
    let strengths = [0, 0.25, 1, 4, 16]
    let curves = (0..<parts).map { part in
      Series(
        "part \(part)", x: strengths,
        y: strengths.map { squares(own, latents * $0).at(0, part).mean().item })
    }
    page.curves(
      "demodulated_mean_square", curves, xLabel: "latents multiplied by", yLabel: "mean square",
      caption: "what comes out of a layer for normal inputs, however strong its style is")
    let found = squares(own, latents * strength)
    page.bars(
      "demodulated_channels", found.at(0, part(page)).scalars, unit: "",
      caption: "the mean square of each channel with latents times \(strength)")
    page.holds("the calmest channel's mean square is near 1.04", found.minimum().item, atLeast: 0.9)
    page.holds("the wildest channel's too", found.maximum().item, atMost: 1.2)
    var louder = model.generator.parameters
    for part in 0..<parts {
      let name = "local_nets.\(part).linears.1.conv.weight"
      louder.tensors[name] = louder[name] * 7
    }
    let loud = (0..<parts).map { louder.scope("local_nets.\($0)") }
    page.holds(
      "weights seven times as large change nothing (largest difference)",
      largestDifference(
        ModulatedLayers(loud, "linears.1")(x, latents),
        ModulatedLayers(own, "linears.1")(x, latents)), atMost: 1e-4)
    page.why(
      """
      Every output's weights are divided by their own length. Inputs of variance 1 that do not know \
      of each other then give an output of variance 1, whatever style and weights are; the leaky \
      ReLU with its √2 makes 1.04 of it. In the generator channels do know of each other, so their \
      mean squares scatter more, but they cannot run away.
      """)
  }
}
