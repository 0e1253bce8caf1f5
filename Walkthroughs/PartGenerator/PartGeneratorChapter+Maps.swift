import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Probes
import RelativeDepth
import Tensors
import WPlusFactorization

// The outputs of the generators' layers and heads, and the latents that determine them.
extension PartGeneratorSteps {
  /// All thirteen parts, the values of the slider.
  static let everyPart = (0...12).map(Double.init)

  /// The line that computes ToDepth and ToDensity.
  private static let headLine = CodeExcerpt(
    layerSource, declaration: "public func callAsFunction(_ x: Tensor, pixelByPixel")

  var shape: Step {
    Step(
      "Shape layers", "How are the depth and the density of a part computed?",
      formulas: [
        #"\hat d_k = d_k \;(k \le 1), \quad \hat d_k = d_k + d_1 \;(k > 1)"#,
        #"\sigma_k^{2d} = \ln(1 + \exp(\text{ToDensity}))"#,
      ],
      symbols: [
        Symbol("d_k", "depth", shape: "[B, K, H, W]", unit: "planes"),
        Symbol(#"\hat d_k"#, "absoluteDepth", shape: "[B, K, H, W]", unit: "planes"),
        Symbol(#"\sigma_k^{2d}"#, "density", shape: "[B, K, H, W]", unit: "≥ 0"),
      ],
      code: [
        CodeExcerpt(Self.source, declaration: "public func callAsFunction"), Self.headLine,
        CodeExcerpt(
          "Sources/Equations/RelativeDepth/RelativeDepth.swift",
          declaration: "public func absoluteDepth"),
      ],
      sweep: Sweep(
        "part", Self.everyPart, moving: ["part_density2d", "part_depth2d", "part_depth_absolute"])
    ) { page in
      let (faces, part, name) = (try faces(), part(page), partName(page))
      let (model, maps) = (faces.configuration, try maps(page))
      let (own, density) = (maps.relativeDepth[0], density(maps)[0])
      let depth = RelativeDepth(model.depthMode).absoluteDepth(of: maps.relativeDepth)[0]
      let isOnFace = part > RelativeDepth.facePart
      show(
        &page, "\(tensorName(page))_density2d", density[part], unit: "density",
        TensorMeaning(scale: .unsigned(to: density.maximum().item)),
        caption: "density σ²ᵈ of the part \(name); all parts have the same color range")
      show(
        &page, "\(tensorName(page))_depth2d", own[part], unit: "planes",
        TensorMeaning(
          scale: .depth(
            DepthScale(
              near: .largest, reference: isOnFace ? "relative to the face" : "absolute"))),
        caption: part == 0
          ? "depth d of the background: a fixed bowl, no output of a network; bright is near"
          : "ToDepth: depth d of the part \(name), "
            + (isOnFace ? "relative to the face base; " : "absolute; ") + "bright is near")
      show(
        &page, "\(tensorName(page))_depth_absolute", depth[part], unit: "planes",
        TensorMeaning(
          scale: .depth(
            DepthScale(
              near: .largest, reference: "absolute, in the volume",
              range: depth.minimum().item...depth.maximum().item))),
        caption:
          "absolute depth d̂ of the part \(name); bright is near, and all parts have the same "
          + "color range. The depth counts only where the part has density")
      channels(
        &page, "\(tensorName(page))_layer\(model.baseLayers + model.shapeLayers - 1)",
        maps.layers[model.baseLayers + model.shapeLayers - 1][0, part],
        caption:
          "output of the last shape layer of the part \(name): the input of ToDepth and "
          + "ToDensity")
      let weight = density / density.sum(axes: [1, 2], keepingAxes: true)
      page.bars(
        "mean_depth", (weight * depth).sum(axes: [1, 2]).scalars,
        labels: (0..<model.parts).map(ClassPalette.portrait.name), unit: "planes",
        caption:
          "mean absolute depth of each part, weighted by its density; 0 is far, "
          + "\(model.depthPlanes - 1) is near")
      let pixel = density[part].largestPixel
      depthByHand(&page, faces.generator, maps, part: part, pixel: pixel)
      let predicted = Arithmetic.number(own[part, pixel.row, pixel.column].item)
      let face = Arithmetic.number(own[RelativeDepth.facePart, pixel.row, pixel.column].item)
      page.equality(
        #"\hat d_k"#, isOnFace ? predicted + face : predicted,
        equals: depth[part, pixel.row, pixel.column].item, within: 2e-6, unit: "planes")
      page.holds(
        "the depth of the background lies behind that of the face at every pixel (smallest distance)",
        (depth[1] - depth[0]).minimum().item, atLeast: 0.5)
      page.holds(
        "for background and face, the absolute depth is the predicted depth (largest difference)",
        largestDifference(
          depth.sliced(axis: 0, from: 0, length: 2), own.sliced(axis: 0, from: 0, length: 2)),
        atMost: 0)
      page.holds(
        "for the other parts, the predicted depth is relative to the face (largest difference)",
        largestDifference(
          depth.sliced(axis: 0, from: 2, length: model.parts - 2) - depth[1],
          own.sliced(axis: 0, from: 2, length: model.parts - 2)),
        atMost: 5e-6)
      page.why(
        """
        Training knew no depth. It began with every part at its usual depth, the bias of ToDepth: \
        \(model.initialDepths.map(\.brief).joined(separator: ", ")) planes for the thirteen parts. Parts on the face \
        begin near 0 because their depth is relative to the face. When the face moves, they move with \
        it, and the gradient with respect to their absolute depth also reaches the face.
        """)
    }
  }

  /// Shows a map with the colors of a scale.
  private func show(
    _ page: inout Page, _ name: String, _ map: Tensor, unit: String, _ meaning: TensorMeaning,
    caption: String
  ) {
    page.tensor(
      name, map, axes: "[H, W]", unit: unit, palette: .portrait, caption: caption,
      meaning: meaning)
  }

  /// Writes the depth of one pixel out with its numbers: the head of a part, or the bowl.
  private func depthByHand(
    _ page: inout Page, _ generator: Generator, _ maps: GeneratedMaps, part: Int,
    pixel: (row: Int, column: Int)
  ) {
    let model = generator.configuration
    let result = maps.relativeDepth[0, part, pixel.row, pixel.column].item
    page.number("row of the pixel in the formula, counted from 1", Double(pixel.row + 1))
    page.number("column of the pixel in the formula, counted from 1", Double(pixel.column + 1))
    guard part > 0 else {
      let places = Tensor.linspace(-1, 1, model.coarseSize, .float64)
      let squares = [pixel.column, pixel.row].map { Arithmetic.power(.number(places[$0].item), 2) }
      let bowl: Arithmetic =
        .sum([.number(3), .number(0.003 * 31.5 * 31.5) * .sum(squares)])
        * .number(Double(model.depthPlanes) / 32)
      page.equality(
        "d_k", bowl, equals: result, within: 1e-6, unit: "planes")
      return
    }
    let head = generator.parameters.scope("local_nets.\(part).to_depth")
    let scale = 1 / Double(head["conv.weight"].shape[1]).squareRoot()
    let weights = (head["conv.weight"] * head["conv.modulation"]).flattened().scalars
    let channels = maps.layers[model.baseLayers + model.shapeLayers - 1][0, part]
      .flattened(axes: 1...2)[axis: 1, pixel.row * model.coarseSize + pixel.column].scalars
    let terms = zip(weights, channels).map { weight, channel in
      Arithmetic.number(weight * scale) * .number(channel)
    }
    page.equality(
      "d_k", .number(head["bias"].item) + .sum(of: terms, showing: 2), equals: result, within: 1e-5,
      unit: "planes")
  }

  var texture: Step {
    Step(
      "Texture layers", "Which output depends on the texture layers?",
      code: [CodeExcerpt(Self.layerSource, declaration: "public func callAsFunction(_ x")],
      sweep: Sweep("part", Self.everyPart, moving: ["part_feature2d"])
    ) { page in
      let (model, maps, name) = (try faces().configuration, try maps(page), partName(page))
      page.features(
        "\(tensorName(page))_feature2d", maps.feature[0, part(page)],
        caption:
          "ToFeature: the feature of the part \(name), first three principal components as red, green, "
          + "blue")
      channels(
        &page, "\(tensorName(page))_layer\(model.layersPerPart - 1)",
        maps.layers[model.layersPerPart - 1][0, part(page)],
        caption:
          "output of the last texture layer of the part \(name): the input of ToFeature")
      let kinds =
        [String](repeating: "base", count: model.baseLayers)
        + [String](repeating: "shape", count: model.shapeLayers)
        + [String](repeating: "texture", count: model.textureLayers)
      let own = maps.layers.map { $0[0, part(page)] }
      page.table(
        "outputs of the layers of the part",
        columns: ["layer", "latent", "mean", "mean square"],
        rows: zip(own, kinds).enumerated().map { index, layer in
          [
            "layer\(index)", layer.1, layer.0.mean().item.brief,
            layer.0.squared().mean().item.brief,
          ]
        })
      let squares = maps.layers.map { $0[0].squared().mean(axes: [1, 2, 3]) }
      page.holds(
        "no layer's output vanishes in any part (smallest mean square)",
        squares.map { $0.minimum().item }.min() ?? 0, atLeast: 0.005)
      page.holds(
        "no layer's output explodes in any part (largest mean square)",
        squares.map { $0.maximum().item }.max() ?? 99, atMost: 40)
      page.why(
        "ToDepth and ToDensity come before the texture layers. The texture latent therefore cannot "
          + "change the part's position or outline. This is how Fig. 3 separates shape from texture."
      )
    }
  }

  var swap: Step {
    Step(
      "Shape and texture", "What changes when one row of a part comes from another person?",
      code: [
        CodeExcerpt(
          "Sources/Equations/WPlusFactorization/LatentEditing.swift", declaration: "func swapping")
      ],
      sweep: Sweep(
        "mix", [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1],
        moving: ["swapped_faces", "feature_change", "depth_change"])
    ) { page in
      let (faces, part, mix, name) = (try faces(), part(page), page["mix"], partName(page))
      let (factors, seed) = (faces.generator.factorization, page["seed"])
      let (own, other) = (faces.latents(seed: seed), faces.latents(seed: seed + 500))
      // All rows on the way to the other person; one of them is then taken.
      let mixed = factors.truncated(own.wplus, towards: other.w[0], psi: 1 - mix)
      let edited = PartAspect.allCases.dropLast().map {
        factors.swapping($0, ofPart: part, in: own.wplus, with: mixed)
      }
      let (before, donor) = (
        faces.portrait(seed: seed), faces.portrait(seed: seed + 500)
      )
      let after = faces.portraits(wplus: .concatenated(edited, axis: 0))
      page.gallery(
        "swapped_faces",
        [
          .face("the person", before.image[0]), .face("another person", donor.image[0]),
          .face("\(name) shape: \(mix.brief)", after.image[0]),
          .face("\(name) texture: \(mix.brief)", after.image[1]),
        ], columns: 2, tensor: after.image, axes: "[2, 3, S, S]",
        caption:
          "below: the person with the shape row, or the texture row, of the part \(name) moved "
          + "\((100 * mix).brief) % of the way to the other person's")
      let (shape, texture) = (0, 1)
      func maps(_ edit: Int) -> [Tensor] {
        [after.maps.relativeDepth[edit], density(after.maps)[edit], after.maps.feature[edit]]
      }
      let plain = [
        before.maps.relativeDepth[0], density(before.maps)[0], before.maps.feature[0],
      ]
      func change(_ edit: Int, _ kind: Int) -> Double {
        largestDifference(maps(edit)[kind][part], plain[kind][part])
      }
      page.sheet(
        "feature_change",
        .stacked(
          [shape, texture].map {
            (maps($0)[2][part] - plain[2][part]).squared().sum(axes: [0]).squareRoot()
          }), titles: ["another shape", "another texture"], axes: "[2, H, W]",
        caption: "change of the part's feature at each pixel (norm over the channels)")
      page.sheet(
        "depth_change",
        .stacked([shape, texture].map { maps($0)[0][part] - plain[0][part] }),
        titles: ["another shape", "another texture"], isSigned: true, axes: "[2, H, W]",
        unit: "planes",
        caption: "change of the part's depth at each pixel: red is nearer, white is no change")
      page.holds(
        "another texture row does not change the depth, to the bit (largest difference)",
        change(texture, 0), atMost: 0)
      page.holds(
        "another texture row does not change the density, to the bit (largest difference)",
        change(texture, 1), atMost: 0)
      page.holds(
        "another texture row changes the feature (largest difference)", change(texture, 2),
        atLeast: 0.05 * mix)
      page.holds(
        "another shape row changes the density (largest difference)", change(shape, 1),
        atLeast: 0.01 * mix)
      page.holds(
        "another shape row changes the feature (largest difference)", change(shape, 2),
        atLeast: 0.05 * mix)
      let others = (0..<faces.configuration.parts).filter { $0 != part }
      page.holds(
        "neither row changes the maps of other parts, to the bit (largest difference)",
        others.flatMap { other in
          [shape, texture].flatMap { edit in
            zip(maps(edit), plain).map { largestDifference($0[other], $1[other]) }
          }
        }.max() ?? 1, atMost: 0)
      page.why(
        "The maps of the other parts stay the same to the bit. Small changes elsewhere in the image "
          + "come from the render net, which decodes all parts together.")
    }
  }

  var anySize: Step {
    Step(
      "Resolution", "Does the output of a part generator depend on the resolution of the map?",
      code: [CodeExcerpt(Self.waveSource, declaration: "func callAsFunction")],
      sweep: Sweep(
        "factor", [2, 3, 4, 5, 6, 7, 8, 9, 10], moving: ["density_fine", "density_along_a_row"])
    ) { page in
      let (faces, factor, name) = (try faces(), Int(page["factor"]), partName(page))
      let (model, maps) = (faces.configuration, try maps(page))
      // The background has no ToDepth, so its density is shown instead of its depth.
      let part = max(1, part(page))
      let coarse = model.coarseSize
      // Both grids include the end points, so the fine grid has (coarse − 1) · factor + 1 pixels a side.
      let fine = self.maps(of: part, page, faces, size: (coarse - 1) * factor + 1)
      let index = self.part(page) == 0 ? 0 : 1
      func thinned(_ map: Tensor) -> Tensor {
        map.sliced(axis: -1, from: 0, length: coarse, step: factor)
          .sliced(axis: -2, from: 0, length: coarse, step: factor)
      }
      let (before, after) = (density(maps)[0, self.part(page)], density(fine)[0, index])
      page.map(
        "density_coarse", before, unit: "density",
        caption: "density of the part \(name) on \(coarse) × \(coarse) pixels, as in the model")
      page.map(
        "density_fine", after, unit: "density",
        caption: "the same function on a grid \(factor) times as fine along each side")
      page.holds(
        "at the points of the coarse grid, fine and coarse density are equal (largest difference)",
        largestDifference(thinned(after), before), atMost: 1e-4 * before.maximum().item)
      page.holds(
        "at the points of the coarse grid, fine and coarse depth are equal (largest difference)",
        largestDifference(thinned(fine.relativeDepth[0, 1]), maps.relativeDepth[0, part]),
        atMost: 1e-4)
      page.holds(
        "at the points of the coarse grid, fine and coarse feature are equal (largest difference)",
        largestDifference(thinned(fine.feature[0, index]), maps.feature[0, self.part(page)]),
        atMost: 1e-4)
      let (row, sparse) = (after[coarse / 2 * factor].scalars, before[coarse / 2].scalars)
      let places = row.indices.map { -1 + 2 * Double($0) / Double(row.count - 1) }
      page.curves(
        "density_along_a_row",
        [
          Series("fine grid", x: places, y: row),
          Series(
            "coarse grid",
            x: sparse.indices.map { -1 + 2 * Double($0) / Double(coarse - 1) }, y: sparse),
        ], xLabel: "x of the position, −1 left … 1 right", yLabel: "density",
        caption:
          "density over x along one row of each grid: row \(coarse / 2 + 1) of the coarse grid, and the row of "
          + "the fine grid at the same height, in which every \(factor). point is a point of the coarse grid"
      )
      let between = row.indices.filter { $0 % factor != 0 }.map { index -> Double in
        let (left, share) = (index / factor, Double(index % factor) / Double(factor))
        return abs(row[index] - (sparse[left] * (1 - share) + sparse[left + 1] * share))
      }
      page.number(
        "largest distance of the fine row from straight lines between the coarse points",
        between.max() ?? 0)
      page.why(
        """
        A part generator is a function of a position, not of a grid. It can be evaluated anywhere, also \
        at shifted or rotated positions; the grid only determines where it is evaluated. Training saw \
        only the coarse grid. The highest frequency runs through \
        \(1 << (model.fourierFrequencies - 1)) radians from the middle to the edge, so between two \
        pixels of the coarse grid its wave turns by about two radians.
        """)
    }
  }

  /// Returns the maps of the background and one other part at any size, `[1, 2, …]`.
  private func maps(of part: Int, _ page: Page, _ faces: TrainedFaces, size: Int) -> GeneratedMaps {
    let (model, weights) = (faces.configuration, faces.generator.parameters)
    var own = Parameters()
    for (name, tensor) in weights.tensors {
      if name.hasPrefix("local_nets.0.") { own.tensors[name] = tensor }
      if let rest = name.wholeMatch(of: /local_nets\.(\d+)\.(.*)/), Int(rest.1) == part {
        own.tensors["local_nets.1.\(rest.2)"] = tensor
      }
    }
    let latents = faces.latents(seed: page["seed"]).expanded
      .reshaped([1, model.parts, model.layersPerPart, model.latentWidth])
    let generators = PartGenerators(
      own, parts: 2, baseStyle: model.baseStyle, baseLayers: model.baseLayers,
      shapeLayers: model.shapeLayers, textureLayers: model.textureLayers,
      densityActivation: model.densityActivation)
    return withoutGradients {
      generators(
        FourierFeatures(weights, frequencies: model.fourierFrequencies)(size: size),
        .concatenated([0, part].map { latents.sliced(axis: 1, from: $0, length: 1) }, axis: 1),
        fixedDepth: .zeros([size, size]), keepingLayers: false)
    }
  }
}

extension Tensor {
  /// The row and the column of the largest value of a map, `[H, W]`.
  var largestPixel: (row: Int, column: Int) {
    let index = flattened().argmax(axis: 0).integers.first ?? 0
    return (Int(index) / shape[1], Int(index) % shape[1])
  }
}
