import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import WPlusFactorization

// The outputs of the generators' layers and heads, and the latents that determine them.
extension PartGeneratorSteps {
  static let shape = Step(
    "Shape layers", "How are the depth and the density of a part computed?",
    formulas: [
      #"\hat d_k = d_k \;(k \le 1), \quad \hat d_k = d_k + d_1 \;(k > 1)"#,
      #"\sigma_k^{2d} = \max(0,\, \text{ToDensity})"#,
    ],
    symbols: [
      Symbol("d_k", "depth", shape: "[B, K, H, W]", unit: "planes"),
      Symbol(#"\hat d_k"#, "absoluteDepth", shape: "[B, K, H, W]", unit: "planes"),
      Symbol(#"\sigma_k^{2d}"#, "density", shape: "[B, K, H, W]", unit: "≥ 0"),
    ],
    code: [
      CodeExcerpt(source, declaration: "public func callAsFunction"),
      CodeExcerpt(layerSource, declaration: "public struct Heads"),
      CodeExcerpt(
        "Sources/Equations/RelativeDepth/RelativeDepth.swift",
        declaration: "public func absoluteDepth"),
    ]
  ) { page in
    let (model, maps, name) = (model(page), maps(page), name(page))
    let made = model.generator(
      expandedLatents: model.latents(from: UInt64(page["seed"])), poses: model.poses(turned: [0]))
    let density = density(maps)
    channels(
      &page, "\(name)_layer1", maps.layers[1][0, part(page)],
      caption: "output of the shape layer: the input of ToDepth and ToDensity")
    page.signedMap(
      "\(name)_depth2d", maps.relativeDepth[0, part(page)], unit: "planes",
      caption: "ToDepth: a weighted sum of the shape layer's channels plus the part's initial depth"
    )
    page.map(
      "\(name)_density2d", density[0, part(page)], unit: "density",
      caption: "ToDensity: another weighted sum of these channels, negative values set to 0")
    page.sheet(
      "depth_absolute", made.absoluteDepth[0], titles: LittleModel.names, axes: "[K, H, W]",
      unit: "planes", caption: "absolute depth of every part, from plane 0 (far) to plane 7 (near)")
    let depth = made.absoluteDepth[0]
    page.bars(
      "mean_depth", depth.mean(axes: [1, 2]).scalars, labels: LittleModel.names, unit: "planes",
      caption: "mean depth of each part: background far, face near, parts on the face at its depth")
    page.holds("no density is negative (smallest)", density.minimum().item, atLeast: 0)
    page.holds(
      "every part has some density (smallest of the parts' maxima)",
      density.maximum(axes: [0, 2, 3]).minimum().item, atLeast: 0.1)
    let own = maps.relativeDepth[0]
    page.holds(
      "for background and face, the absolute depth is the predicted depth (largest difference)",
      largestDifference(
        depth.sliced(axis: 0, from: 0, length: 2), own.sliced(axis: 0, from: 0, length: 2)),
      atMost: 0)
    page.holds(
      "for the other parts, the predicted depth is relative to the face (largest difference)",
      largestDifference(
        depth.sliced(axis: 0, from: 2, length: 2) - depth[1],
        own.sliced(axis: 0, from: 2, length: 2)),
      atMost: 1e-6)
    page.holds(
      "with fresh weights the face is in front of the background (difference in planes)",
      depth[1].mean().item - depth[0].mean().item, atLeast: 0.5)
    page.why(
      """
      Before training, the bias of ToDepth is the usual depth of a part: \
      \(model.configuration.initialDepths.map { "\($0)" }.joined(separator: ", ")) planes for the four parts. \
      Parts on the face begin at 0 because their predicted depth is relative to the face. When the \
      face moves, they move with it, and the gradient with respect to their absolute depth also \
      reaches the face.
      """)
  }

  static let texture = Step(
    "Texture layers", "Which output depends on the texture layers?",
    code: [CodeExcerpt(layerSource, declaration: "public func callAsFunction(_ x")]
  ) { page in
    let (maps, name) = (maps(page), name(page))
    let feature = maps.feature[0, part(page)]
    channels(
      &page, "\(name)_layer2", maps.layers[2][0, part(page)],
      caption: "output of the texture layer: the input of ToFeature")
    page.features(
      "\(name)_feature2d", feature,
      caption: "ToFeature: the part's feature, first three principal components as red, green, blue"
    )
    let table = maps.layers.enumerated().map { index, layer in
      let own = layer[0, part(page)]
      return ["layer \(index)"]
        + [own.mean().item, own.squared().mean().item].map { String(($0 * 1000).rounded() / 1000) }
    }
    page.table(
      "outputs of the layers of one part, \(LittleModel.names[part(page)])",
      columns: ["layer", "mean", "mean square"], rows: table)
    let squares = maps.layers.map { $0.squared().mean().item }
    page.holds(
      "over all parts together, no layer's output vanishes (smallest mean square)",
      squares.min() ?? 0,
      atLeast: 0.1)
    page.holds(
      "over all parts together, no layer's output explodes (largest mean square)",
      squares.max() ?? 99,
      atMost: 4)
    page.why(
      "ToDepth and ToDensity come before the texture layers. The texture latent therefore cannot "
        + "change the part's position or outline. This is how Fig. 3 separates shape from texture.")
  }

  static let swap = Step(
    "Shape and texture", "What changes when one row of a part is replaced?",
    code: [
      CodeExcerpt(
        "Sources/Equations/WPlusFactorization/LatentEditing.swift", declaration: "func swapping")
    ]
  ) { page in
    let (model, part, seed) = (model(page), part(page), UInt64(page["seed"]))
    let rows = model.generator.factorization
    let codes = [seed, seed + 50].map { seed in
      rows.wplus(from: model.generator.mapped(model.generator.z(seed: seed)))
    }
    let size = model.configuration.coarseSize
    func made(_ aspect: PartAspect) -> GeneratedMaps {
      let swapped = rows.swapping(aspect, ofPart: part, in: codes[0], with: codes[1])
      return model.maps(model.generator.expandedLatents(wplus: swapped), size: size)
    }
    let (before, texture, shape) = (maps(page), made(.texture), made(.shape))
    func own(_ maps: Tensor) -> Tensor { maps[0, part] }
    func others(_ maps: Tensor) -> Tensor {
      .stacked((0..<model.configuration.parts).filter { $0 != part }.map { maps[0, $0] })
    }
    func change(_ a: Tensor, _ b: Tensor) -> Tensor {
      (own(a) - own(b)).squared().sum(axes: [0]).squareRoot()
    }
    page.sheet(
      "feature_change",
      .stacked([change(before.feature, texture.feature), change(before.feature, shape.feature)]),
      titles: ["another texture", "another shape"], axes: "[2, H, W]",
      caption: "change of the part's feature at each pixel (norm over the channels)")
    page.sheet(
      "depth_change",
      .stacked([
        own(texture.relativeDepth) - own(before.relativeDepth),
        own(shape.relativeDepth) - own(before.relativeDepth),
      ]), titles: ["another texture", "another shape"], isSigned: true, axes: "[2, H, W]",
      unit: "planes", caption: "change of the part's depth at each pixel; white is no change")
    page.holds(
      "another texture row does not change the depth, to the bit (largest difference)",
      largestDifference(own(texture.relativeDepth), own(before.relativeDepth)), atMost: 0)
    page.holds(
      "another texture row does not change the density, to the bit (largest difference)",
      largestDifference(own(density(texture)), own(density(before))), atMost: 0)
    page.holds(
      "another texture row changes the feature (largest difference)",
      largestDifference(own(texture.feature), own(before.feature)),
      atLeast: 0.1)
    page.holds(
      "another shape row changes the depth (largest difference)",
      largestDifference(own(shape.relativeDepth), own(before.relativeDepth)),
      atLeast: 0.1)
    page.holds(
      "another shape row changes the feature (largest difference)",
      largestDifference(own(shape.feature), own(before.feature)), atLeast: 0.1)
    page.holds(
      "neither row changes the maps of other parts, to the bit (largest difference)",
      [texture, shape].flatMap { maps in
        [
          largestDifference(others(maps.feature), others(before.feature)),
          largestDifference(others(maps.relativeDepth), others(before.relativeDepth)),
          largestDifference(others(density(maps)), others(density(before))),
        ]
      }.max() ?? 1, atMost: 0)
  }

  static let anySize = Step(
    "Resolution", "Does the output of a part generator depend on the resolution of the map?",
    code: [
      CodeExcerpt("Sources/Networks/FourierFeatures.swift", declaration: "func callAsFunction")
    ]
  ) { page in
    let (model, part, factor) = (model(page), part(page), Int(page["factor"]))
    let coarse = model.configuration.coarseSize
    // Both grids include the end points, so the fine grid has (coarse − 1) · factor + 1 pixels a side.
    let fine = model.maps(
      model.latents(from: UInt64(page["seed"])), size: (coarse - 1) * factor + 1)
    let before = maps(page)
    func own(_ maps: Tensor) -> Tensor { maps[0, part] }
    func thinned(_ map: Tensor) -> Tensor {
      map.sliced(axis: -1, from: 0, length: coarse, step: factor)
        .sliced(axis: -2, from: 0, length: coarse, step: factor)
    }
    page.signedMap(
      "depth2d_coarse", own(before.relativeDepth), unit: "planes",
      caption: "predicted depth on \(coarse) × \(coarse) pixels, as in the model")
    page.signedMap(
      "depth2d_fine", own(fine.relativeDepth), unit: "planes",
      caption: "the same function, evaluated on a grid \(factor) times as fine along each side")
    page.holds(
      "at the points of the coarse grid, fine and coarse depth are equal (largest difference)",
      largestDifference(thinned(own(fine.relativeDepth)), own(before.relativeDepth)), atMost: 1e-4)
    page.holds(
      "at the points of the coarse grid, both densities (up to about 100) are equal (largest difference)",
      largestDifference(thinned(own(density(fine))), own(density(before))), atMost: 3e-3)
    page.holds(
      "at the points of the coarse grid, fine and coarse feature are equal (largest difference)",
      largestDifference(thinned(own(fine.feature)), own(before.feature)),
      atMost: 1e-4)
    let row = own(fine.relativeDepth)[0].scalars
    let places = row.indices.map { -1 + 2 * Double($0) / Double(row.count - 1) }
    page.curves(
      "depth_along_the_top",
      [
        Series("fine", x: places, y: row),
        Series(
          "coarse", x: (0..<coarse).map { -1 + 2 * Double($0) / Double(coarse - 1) },
          y: own(before.relativeDepth)[0].scalars),
      ], xLabel: "x", yLabel: "planes",
      caption: "top row of both maps: the coarse map misses the oscillations between its pixels")
    page.why(
      """
      A part generator is a function of a position, not of a grid. It can be evaluated anywhere, also \
      at shifted or rotated positions; the grid only determines where it is evaluated. Fresh weights \
      use all frequencies equally. The highest frequency runs through \
      \(1 << (model.configuration.fourierFrequencies - 1)) radians from the middle to the edge.
      """)
  }
}
