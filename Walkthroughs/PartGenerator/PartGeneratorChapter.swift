import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import WPlusFactorization

// Figure 3: the generator of one part, layer by layer.
extension Chapter {
  /// The chapter on figure 3: how a part's generator turns positions into feature, depth and density.
  public static var partGenerator: Chapter {
    Chapter(
      "part-generator", title: "One part's generator, layer by layer", equations: "Fig. 3",
      cover: "part01_feature2d",
      introduction: """
        Every part has a generator of its own. This network reads no image: the only input at a pixel is the \
        position of this pixel. A few small matrices process each pixel independently; they are the \
        same for all pixels. The outputs are a feature, a depth and a density for every pixel. Which layers \
        determine which output?

        Prerequisites: which row of W⁺ drives which layer (previous chapter). The model is the preset \
        `tiny` with fresh weights, except that ToDensity's weights are multiplied by 100. The \
        patterns have no meaning, but every tensor has its place in figure 3.
        """,
      parameters: [
        Parameter(whole: "part", 1, in: 0...3, meaning: "the part shown; 1 is the face"),
        Parameter(
          whole: "seed", 1, in: 1...20, meaning: "random seed of the weights and the latents"),
        Parameter("strength", 4, in: 0.25...16, meaning: "factor on the latents in step 3"),
        Parameter(
          whole: "factor", 4, in: 2...8, meaning: "refinement factor of the grid in step 7"),
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

  /// Returns the maps of all parts at the model's resolution.
  static func maps(_ page: Page) -> GeneratedMaps {
    page.shared("maps") {
      let model = model(page)
      return model.maps(
        model.latents(from: UInt64(page["seed"])), size: model.configuration.coarseSize)
    }
  }

  static func density(_ maps: GeneratedMaps) -> Tensor { maps.densityMap ?? maps.relativeDepth * 0 }

  /// Shows all channels of a map, `[c, H, W]`, in one sheet.
  static func channels(_ page: inout Page, _ name: String, _ map: Tensor, caption: String) {
    page.sheet(
      name, map, titles: (0..<map.shape[0]).map { "channel \($0)" }, isSigned: true,
      axes: "[C, H, W]", caption: caption)
  }

  static let waves = Step(
    "Fourier features", "How is the position of a pixel encoded?",
    formulas: [
      #"x,\; y,\; \sin x,\; \sin y,\; \cos x,\; \cos y,\; \sin 2x,\; \sin 2y,\; \cos 2x,\; \cos 2y,\; \ldots"#
    ],
    symbols: [
      Symbol("x, y", "linspace(−1, 1, size)", shape: "[H, W]", unit: "−1 … 1, end points included")
    ],
    code: [
      CodeExcerpt(
        "Sources/Networks/FourierFeatures.swift", declaration: "public static func waves"),
      CodeExcerpt("Sources/Networks/FourierFeatures.swift", declaration: "func callAsFunction"),
    ]
  ) { page in
    let model = model(page)
    let (octaves, size) = (model.configuration.fourierFrequencies, model.configuration.coarseSize)
    let waves = FourierFeatures.waves(octaves, size: size, .float32)
    let kinds = ["sin", "sin", "cos", "cos"]
    let titles =
      ["x", "y"]
      + (0..<octaves).flatMap { octave in
        kinds.enumerated().map { "\($1) \(1 << octave)\($0.isMultiple(of: 2) ? "x" : "y")" }
      }
    page.sheet(
      "fourier_waves", waves, titles: titles, isSigned: true, axes: "[2 (2F + 1), H, W]",
      caption: "the inputs at each pixel: x, y, and sines and cosines of their multiples 1, 2, 4, …"
    )
    let embedding = FourierFeatures(model.generator.parameters, frequencies: octaves)(size: size)
    channels(
      &page, "\(name(page))_fourier", embedding,
      caption: "the inputs projected to the generator's width; all parts read this map")
    func wave(_ octave: Int, _ kind: Int) -> Tensor { waves[2 + 4 * octave + kind] }
    page.holds("the first pixel has x = −1", waves[0].minimum().item, equals: -1, within: 0)
    page.holds(
      "the last pixel has y = 1: end points are included", waves[1, size - 1, 0].item,
      equals: 1, within: 0)
    for (axis, letter) in [(0, "x"), (1, "y")] {
      let circle = (0..<octaves).map {
        largestDifference(
          wave($0, axis).squared() + wave($0, axis + 2).squared(), waves[0] * 0 + 1)
      }
      page.holds(
        "sin² + cos² = 1 for every frequency of \(letter) (largest difference)",
        circle.max() ?? 1, atMost: 1e-6)
      let doubled = (1..<octaves).map {
        largestDifference(wave($0, axis), 2 * wave($0 - 1, axis) * wave($0 - 1, axis + 2))
      }
      page.holds(
        "each frequency is double the previous one: sin 2\(letter) = 2 sin \(letter) cos \(letter)",
        doubled.max() ?? 1, atMost: 1e-6)
    }
    page.why(
      """
      A network of 1×1 layers whose inputs are only x and y produces smooth, nearly linear maps. With \
      sines and cosines as additional inputs, neighboring pixels can get clearly different outputs, \
      and no pixel has to read another one.

      The paper says only that Fourier features are "64-channel constant vectors" (Fig. 3). Three \
      details are choices of this model (note 39 in Docs/PaperNotes.md): the frequencies, that x and \
      y themselves are inputs, and that the frequencies have no factor π.
      """)
  }

  static let base = Step(
    "Base layer", "What does a blue block of figure 3 compute?",
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
    let layer = maps.layers[0][0, part(page)]
    channels(
      &page, "\(name(page))_layer0", layer,
      caption: "output of the base layer: mixtures of the projected inputs, weighted by the style")
    let pixel =
      Tensor.zeros([1, model.configuration.parts, model.configuration.localChannels, 1]) + 1
    let layers = ModulatedLayers(scopes(model), "linears.0")
    let expanded = model.latents(from: UInt64(page["seed"]))
      .reshaped([
        1, model.configuration.parts, model.configuration.layersPerPart,
        model.configuration.latentWidth,
      ])
    let latents = expanded[axis: 2, 0]
    let alone = layers(pixel, latents)
    let crowd = layers(
      pixel.broadcast(to: [1, model.configuration.parts, model.configuration.localChannels, 7]),
      latents)
    page.holds(
      "the output at a pixel depends on this pixel only (largest difference among 7 equal pixels)",
      largestDifference(crowd, alone), atMost: 1e-6)
    // Every part except the background reads the base row in its base layer.
    page.holds(
      "parts 1 … 3 read the same base latent (largest difference between parts 1 and 3)",
      largestDifference(latents[axis: 1, 1], latents[axis: 1, 3]),
      atMost: 0)
    page.holds(
      "parts 1 and 3 compute different maps from one latent: their weights differ (largest difference)",
      largestDifference(maps.layers[0][axis: 1, 1], maps.layers[0][axis: 1, 3]), atLeast: 0.1)
    page.why(
      "The latent is not an input of the layer; it scales the weights of every input channel. A 1×1 "
        + "layer is one small matrix for all pixels: the latent determines the matrix, and the "
        + "position is the input."
    )
  }

  static func scopes(_ model: LittleModel) -> [Parameters] {
    (0..<model.configuration.parts).map { model.generator.parameters.scope("local_nets.\($0)") }
  }

  static let demodulation = Step(
    "Demodulation", "Why do the values not grow from layer to layer?",
    formulas: [#"W'' = \frac{W'}{\sqrt{\sum_{\text{in}} W'^2 + 10^{-8}}}, \quad W' = W \odot s"#],
    code: [CodeExcerpt(layerSource, declaration: "public func callAsFunction(_ x")]
  ) { page in
    let (model, strength) = (model(page), page["strength"])
    let (parts, width) = (model.configuration.parts, model.configuration.localChannels)
    var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 13)
    let x = numbers.normal([1, parts, width, 8192])
    let latents = numbers.normal([1, parts, model.configuration.latentWidth])
    func squares(_ parameters: [Parameters], _ latents: Tensor) -> Tensor {
      ModulatedLayers(parameters, "linears.1")(x, latents).squared().mean(axes: [3])[0]
    }
    let own = scopes(model)
    let strengths = [0, 0.25, 1, 4, 16]
    let curves = (0..<parts).map { part in
      Series(
        "part \(part)", x: strengths,
        y: strengths.map { squares(own, latents * $0)[part].mean().item })
    }
    page.curves(
      "demodulated_mean_square", curves, xLabel: "latents multiplied by", yLabel: "mean square",
      caption:
        "mean square of a layer's output for normally distributed inputs, by factor on the latents")
    let found = squares(own, latents * strength)
    page.bars(
      "demodulated_channels", found[part(page)].scalars, unit: "",
      caption: "mean square of each output channel with the latents multiplied by \(strength)")
    page.holds(
      "the smallest mean square of a channel is near 1.04", found.minimum().item, atLeast: 0.9)
    page.holds(
      "the largest mean square of a channel is near 1.04", found.maximum().item, atMost: 1.2)
    var louder = model.generator.parameters
    for part in 0..<parts {
      let name = "local_nets.\(part).linears.1.conv.weight"
      louder.tensors[name] = louder[name] * 7
    }
    let loud = (0..<parts).map { louder.scope("local_nets.\($0)") }
    page.holds(
      "multiplying a layer's weights by 7 does not change its output (largest difference)",
      largestDifference(
        ModulatedLayers(loud, "linears.1")(x, latents),
        ModulatedLayers(own, "linears.1")(x, latents)), atMost: 1e-4)
    page.why(
      """
      Demodulation divides the weights of every output channel by their norm. Uncorrelated inputs of \
      variance 1 then give an output of variance 1, for any style and any weights. The leaky ReLU \
      with its factor √2 turns this into a mean square of 1.04. Inside the generator the channels are \
      correlated, so the mean squares vary more, but they do not explode.
      """)
  }
}
