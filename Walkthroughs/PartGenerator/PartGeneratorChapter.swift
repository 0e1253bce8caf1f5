import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

// Figure 3: the generator of one part, layer by layer.
extension Chapter {
  /// The chapter on figure 3: how a part's generator turns positions into feature, depth and density.
  public static var partGenerator: Chapter { partGenerator(of: TrainedFaces.shipped) }

  /// Returns the same chapter for another generator with 13 parts.
  ///
  /// - Parameter load: returns the generator; an error that it throws becomes a failed claim.
  /// - Returns: the chapter.
  public static func partGenerator(
    _ load: @escaping @Sendable () throws -> Generator
  ) -> Chapter { partGenerator(of: TrainedFaces.source(load)) }

  private static func partGenerator(of faces: @escaping TrainedFaces.Source) -> Chapter {
    let steps = PartGeneratorSteps(faces: faces)
    return Chapter(
      "part-generator", title: "One part's generator, layer by layer", equations: "Fig. 3",
      cover: "part01_feature2d",
      introduction: """
        Every part has a generator of its own. This network reads no image: the only input at a pixel is the \
        position of this pixel. A few small matrices process each pixel independently; they are the \
        same for all pixels. The outputs are a feature, a depth and a density for every pixel. Which layers \
        determine which output?

        Prerequisites: which row of W⁺ drives which layer (previous chapter). The model is the trained \
        generator that ships with the project: 13 parts, maps of 32 × 32 pixels. Each random seed is \
        one person. In this model the density is softplus of ToDensity where the paper has ReLU, and \
        the depth of the background is fixed (notes 41 and 23 in Docs/PaperNotes.md). \
        Rows, columns and channels are counted from 1; tensors have the names of dumps, in which parts and \
        layers are counted from 0.
        """,
      parameters: [
        Parameter(
          choice: "part", 1, of: ClassPalette.partNames, meaning: "the part shown"),
        Parameter(whole: "seed", 0, in: 0...1000, meaning: "random seed of the person"),
        Parameter("strength", 4, in: 0.25...16, meaning: "factor on the latents in step 3"),
        Parameter(
          "mix", 1, in: 0...1,
          meaning: "share of another person's row in step 6; at 1 it replaces the person's own row"),
        Parameter(
          whole: "factor", 4, in: 2...10, meaning: "refinement factor of the grid in step 7"),
      ]
    ) {
      steps.waves
      steps.base
      steps.demodulation
      steps.shape
      steps.texture
      steps.swap
      steps.anySize
    }
  }
}

/// The steps of the chapter on figure 3.
struct PartGeneratorSteps: Sendable {
  static let source = "Sources/Networks/PartGenerators.swift"
  static let layerSource = "Sources/Networks/ModulatedLayers.swift"
  static let waveSource = "Sources/Networks/FourierFeatures.swift"

  let faces: TrainedFaces.Source

  func part(_ page: Page) -> Int { Int(page["part"]) }

  /// Returns the name of the part shown in the names of its tensors, for example `part01`.
  func tensorName(_ page: Page) -> String { DumpNames.part(part(page)) }

  /// Returns the name of the part shown.
  func partName(_ page: Page) -> String { ClassPalette.portrait.name(part(page)) }

  /// Returns the maps of all parts of the person shown, with the outputs of all layers.
  func maps(_ page: Page) throws -> GeneratedMaps {
    try faces().portrait(seed: page["seed"]).maps
  }

  func density(_ maps: GeneratedMaps) -> Tensor { maps.densityMap ?? maps.relativeDepth * 0 }

  /// Returns the person's latents for one layer of every part, `[1, K, L]`.
  func latents(_ page: Page, layer: Int) throws -> Tensor {
    let faces = try faces()
    let model = faces.configuration
    return faces.latents(seed: page["seed"]).expanded
      .reshaped([1, model.parts, model.layersPerPart, model.latentWidth])[axis: 2, layer]
  }

  /// Shows all channels of a map, `[c, H, W]`, in one sheet.
  func channels(_ page: inout Page, _ name: String, _ map: Tensor, caption: String) {
    page.sheet(
      name, map, titles: (0..<map.shape[0]).map { "channel \($0 + 1)" }, isSigned: true,
      axes: "[C, H, W]", caption: caption)
  }

  var waves: Step {
    Step(
      "Fourier features", "How is the position of a pixel encoded?",
      formulas: [
        #"x,\; y,\; \sin x,\; \sin y,\; \cos x,\; \cos y,\; \sin 2x,\; \sin 2y,\; \cos 2x,\; \cos 2y,\; \ldots"#
      ],
      symbols: [
        Symbol(
          "x, y", "linspace(−1, 1, size)", shape: "[H, W]", unit: "−1 … 1, end points included")
      ],
      code: [
        CodeExcerpt(Self.waveSource, declaration: "public static func waves"),
        CodeExcerpt(Self.waveSource, declaration: "func callAsFunction"),
      ]
    ) { page in
      let (generator, model) = (try faces().generator, try faces().configuration)
      let (octaves, size) = (model.fourierFrequencies, model.coarseSize)
      let waves = FourierFeatures.waves(octaves, size: size, .float32)
      let kinds = ["sin", "sin", "cos", "cos"]
      let titles =
        ["x", "y"]
        + (0..<octaves).flatMap { octave in
          kinds.enumerated().map { "\($1) \(1 << octave)\($0.isMultiple(of: 2) ? "x" : "y")" }
        }
      page.sheet(
        "fourier_waves", waves, titles: titles, isSigned: true, axes: "[2 (2F + 1), H, W]",
        caption:
          "the inputs at each pixel: x, y, and sines and cosines of their multiples 1, 2, 4, …")
      let embedding = FourierFeatures(generator.parameters, frequencies: octaves)(size: size)
      channels(
        &page, "fourier_features", embedding,
        caption: "the inputs projected to the generator's width; all parts read the same map")
      func wave(_ octave: Int, _ kind: Int) -> Tensor { waves[2 + 4 * octave + kind] }
      page.holds("the first pixel has x = −1", waves[0, 0, 0].item, equals: -1, within: 0)
      page.holds(
        "the last pixel has y = 1: end points are included", waves[1, size - 1, 0].item,
        equals: 1, within: 0)
      for (axis, letter) in [(0, "x"), (1, "y")] {
        page.holds(
          "the first wave is sin \(letter), with no factor of π (largest difference)",
          largestDifference(wave(0, axis), waves[axis].sine()), atMost: 1e-6)
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
  }

  var base: Step {
    Step(
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
      code: [CodeExcerpt(Self.layerSource, declaration: "public func callAsFunction(_ x")]
    ) { page in
      let (model, maps, part) = (try faces().configuration, try maps(page), part(page))
      channels(
        &page, "\(tensorName(page))_layer0", maps.layers[0][0, part],
        caption:
          "output of the base layer of the part \(partName(page)): mixtures of the Fourier "
          + "features, weighted by the style")
      let layers = ModulatedLayers(try scopes(), "linears.0")
      let latents = try latents(page, layer: 0)
      let width = model.localChannels
      // The first of seven pixels gets its own input, the other six get others.
      var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 12)
      let crowd = numbers.normal([1, model.parts, width, 7])
      let alone = crowd.sliced(axis: 3, from: 0, length: 1)
      page.holds(
        "a pixel's output does not depend on the other pixels (largest difference)",
        largestDifference(
          layers(crowd, latents).sliced(axis: 3, from: 0, length: 1), layers(alone, latents)),
        atMost: 1e-5)
      let rows = (1..<model.parts).map { latents[axis: 1, $0] }
      page.holds(
        "all parts except the background read the same base latent (largest difference)",
        rows.map { largestDifference($0, rows[0]) }.max() ?? 1, atMost: 0)
      page.holds(
        "parts compute different maps from this latent, since their weights differ (smallest of the "
          + "parts' largest differences from the face)",
        (2..<model.parts).map {
          largestDifference(maps.layers[0][axis: 1, 1], maps.layers[0][axis: 1, $0])
        }.min() ?? 0, atLeast: 0.1)
      page.why(
        "The latent is not an input of the layer; it scales the weights of every input channel. A 1×1 "
          + "layer is one small matrix for all pixels: the latent determines the matrix, and the "
          + "position is the input.")
    }
  }

  /// Returns the parameters of each part's generator.
  func scopes() throws -> [Parameters] {
    let generator = try faces().generator
    return (0..<generator.configuration.parts).map {
      generator.parameters.scope("local_nets.\($0)")
    }
  }

  /// The line that divides the weights of each output channel by their norm.
  static let demodulationLine = CodeExcerpt(
    layerSource, declaration: "public func callAsFunction(_ x", marking: "modulated.squared()")

  var demodulation: Step {
    Step(
      "Demodulation", "Why do the values not grow from layer to layer?",
      formulas: [
        #"W'' = \frac{W'}{\sqrt{\sum_{\text{in}} W'^2 + 10^{-8}}}, \quad W' = W \odot s"#
      ],
      code: [Self.demodulationLine],
      sweep: Sweep(
        "strength", [0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16],
        moving: ["portrait_by_strength", "demodulated_channels"]),
      answers: AnswerBox(
        "Fig. 3", line: Self.demodulationLine, doubling: "doubling the weights of a layer",
        notes: [18, 37, 39, 46],
        proofs: [
          "Tests/NetworksTests/PropertyTests.swift", "Tests/NetworksTests/ModulationTests.swift",
          "Tests/NetworksTests/GoldenFileTests.swift", "Fixtures/Networks/modulated",
        ], exercise: nil)
    ) { page in
      let (faces, part, strength) = (try faces(), part(page), page["strength"])
      let (generator, model) = (faces.generator, faces.configuration)
      var weights = generator.parameters
      let name = "local_nets.\(part).linears.1"
      // A bias would add its own square to the mean square.
      weights.tensors["\(name).activate.bias"] = weights["\(name).activate.bias"] * 0
      func layer(_ parameters: Parameters) -> ModulatedLayers {
        ModulatedLayers([parameters.scope("local_nets.\(part)")], "linears.1")
      }
      var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 13)
      let x = numbers.normal([1, 1, model.localChannels, 8192])
      let latents = try latents(page, layer: 1).sliced(axis: 1, from: part, length: 1)
      func squares(_ strength: Double) -> Tensor {
        layer(weights)(x, latents * strength).squared().mean(axes: [3])[0, 0]
      }
      let inside = withoutGradients {
        generator.maps(
          of: faces.latents(seed: page["seed"]).expanded * strength, keepingLayers: true)
      }
      let stronger = withoutGradients {
        generator.portraits(of: inside, from: faces.poses([0]), options: faces.options)
      }
      page.image(
        "portrait_by_strength", stronger.image[0], range: .signed,
        caption: "the portrait with all latents multiplied by \(strength.brief)")
      let found = squares(strength)
      page.bars(
        "demodulated_channels", found.scalars,
        labels: (0..<model.localChannels).map { "channel \($0 + 1)" },
        caption:
          "mean square of each output channel of the first shape layer of the part \(partName(page)), without its "
          + "bias, for normally distributed inputs; latents multiplied by \(strength.brief)")
      page.number("mean of these mean squares", found.mean().item)
      // E[leakyReLU²] of N(0, 1) is (1 + 0.2²) / 2, and the layer multiplies it by (√2)².
      page.holds(
        "the smallest mean square of a channel is near 1.04", found.minimum().item, atLeast: 0.92)
      page.holds(
        "the largest mean square of a channel is near 1.04", found.maximum().item, atMost: 1.16)
      var louder = weights
      louder.tensors["\(name).conv.weight"] = weights["\(name).conv.weight"] * 2
      page.holds(
        "doubling the weights of a layer does not change its output (largest difference)",
        largestDifference(layer(louder)(x, latents), layer(weights)(x, latents)), atMost: 1e-5)
      func squares(_ maps: GeneratedMaps) -> [Double] {
        maps.layers.map { $0[0, part].squared().mean().item }
      }
      let ratios = zip(squares(inside), squares(try maps(page))).map { max($0 / $1, $1 / $0) }
      page.holds(
        "the factor on the latents hardly changes the size of a layer's output (largest ratio of the "
          + "mean squares with and without it)", ratios.max() ?? 99, atMost: 5)
      page.why(
        """
        Demodulation divides the weights of every output channel by their norm. Uncorrelated inputs of \
        variance 1 then give an output of variance 1, for any style and any weights. The leaky ReLU \
        with its factor √2 turns this into a mean square of 1.04. Inside the generator the channels are \
        correlated and have biases, so the mean squares vary more, but they do not explode. Stronger \
        latents change which channels a layer prefers, and so the face, but not the size of its values.
        """)
    }
  }
}
