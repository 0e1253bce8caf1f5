import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import WPlusFactorization

// What the generators' layers and heads make, and who decides it.
extension PartGeneratorSteps {
  static let shape = Step(
    "Shape layers", "Where does a part stand, and how dense is it?",
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
        "Sources/PortraitModel/Generator.swift", declaration: "private func absoluteDepth"),
    ]
  ) { page in
    let (model, maps, name) = (model(page), maps(page), name(page))
    let made = model.generator(
      expandedLatents: model.latents(from: UInt64(page["seed"])), poses: model.poses(turned: [0]))
    let density = density(maps)
    channels(
      &page, "\(name)_layer1", maps.layers[1].at(0, 0).at(0, part(page)),
      caption: "after the shape layer: what the two heads of the next pictures read")
    page.signedMap(
      "\(name)_depth2d", maps.depth.at(0, 0).at(0, part(page)), unit: "planes",
      caption: "ToDepth: a weighted sum of those channels plus the part's initial depth")
    page.map(
      "\(name)_density2d", density.at(0, 0).at(0, part(page)), unit: "density",
      caption: "ToDensity: another weighted sum, what is negative cut off")
    page.sheet(
      "depth_absolute", made.absoluteDepth.at(0, 0), titles: LittleModel.names, axes: "[K, H, W]",
      unit: "planes", caption: "where each part stands: planes 0 (far) to 7 (near)")
    let depth = made.absoluteDepth.at(0, 0)
    page.bars(
      "mean_depth", depth.mean([1, 2]).scalars, labels: LittleModel.names, unit: "planes",
      caption: "each part's mean depth: the background behind, what lies on the face on the face")
    page.holds("no density is negative", density.minimum().item, atLeast: 0)
    page.holds(
      "somewhere every part has some (least of the parts' largest)",
      density.maximum(over: [0, 2, 3]).minimum().item, atLeast: 0.1)
    let own = maps.depth.at(0, 0)
    page.holds(
      "background and face keep their own depth (largest difference)",
      largestDifference(depth.sliced(0, from: 0, length: 2), own.sliced(0, from: 0, length: 2)),
      atMost: 0)
    page.holds(
      "the other parts stand on the face (largest difference)",
      largestDifference(
        depth.sliced(0, from: 2, length: 2) - depth.at(0, 1), own.sliced(0, from: 2, length: 2)),
      atMost: 1e-6)
    page.holds(
      "fresh, the face stands in front of the background (planes)",
      depth.at(0, 1).mean().item - depth.at(0, 0).mean().item, atLeast: 0.5)
    page.why(
      """
      The bias of ToDepth begins where such a part usually is: \
      \(model.model.initialDepths.map { "\($0)" }.joined(separator: ", ")) planes for the four parts. \
      Parts on the face begin at 0, since theirs is a distance from the face: when the face moves, \
      they move with it, and their gradient moves the face.
      """)
  }

  static let texture = Step(
    "Texture layers", "What is left to decide for the texture?",
    code: [CodeExcerpt(layerSource, declaration: "public func callAsFunction(_ x")]
  ) { page in
    let (maps, name) = (maps(page), name(page))
    let feature = maps.feature.at(0, 0).at(0, part(page))
    channels(
      &page, "\(name)_layer2", maps.layers[2].at(0, 0).at(0, part(page)),
      caption: "after the texture layer")
    page.features(
      "\(name)_feature2d", feature,
      caption: "ToFeature: the part's feature, its first three principal components as colours")
    let table = maps.layers.enumerated().map { index, layer in
      let own = layer.at(0, 0).at(0, part(page))
      return ["layer \(index)"]
        + [own.mean().item, own.squared().mean().item].map { String(($0 * 1000).rounded() / 1000) }
    }
    page.table(
      "the layers of the \(LittleModel.names[part(page)]) alone",
      columns: ["layer", "mean", "mean square"], rows: table)
    let squares = maps.layers.map { $0.squared().mean().item }
    page.holds(
      "over all parts together, no layer has faded (least mean square)", squares.min() ?? 0,
      atLeast: 0.1)
    page.holds(
      "over all parts together, none has run away (greatest mean square)", squares.max() ?? 99,
      atMost: 4)
    page.why(
      "Depth and density were read before these layers. Whatever texture the latent asks for, the "
        + "part's place and outline are settled; that is how Fig. 3 separates shape from texture.")
  }

  static let swap = Step(
    "Shape and texture", "Same shape row, another texture row: what moves?",
    code: [
      CodeExcerpt(
        "Sources/Equations/WPlusFactorization/LatentEditing.swift", declaration: "func swapping")
    ]
  ) { page in
    let (model, part, seed) = (model(page), part(page), UInt64(page["seed"]))
    let rows = model.generator.latents
    let codes = [seed, seed + 50].map { seed in
      rows.wplus(from: model.generator.mapped(model.generator.z(seed: seed)))
    }
    let size = model.model.coarseSize
    func made(_ aspect: PartAspect) -> GeneratedMaps {
      model.maps(
        rows.expanded(rows.swapping(aspect, ofPart: part, in: codes[0], with: codes[1])), size: size
      )
    }
    let (before, texture, shape) = (maps(page), made(.texture), made(.shape))
    func own(_ maps: Tensor) -> Tensor { maps.at(0, 0).at(0, part) }
    func others(_ maps: Tensor) -> Tensor {
      .stacked((0..<model.model.parts).filter { $0 != part }.map { maps.at(0, 0).at(0, $0) })
    }
    func change(_ a: Tensor, _ b: Tensor) -> Tensor {
      (own(a) - own(b)).squared().sum([0]).squareRoot()
    }
    page.sheet(
      "feature_change",
      .stacked([change(before.feature, texture.feature), change(before.feature, shape.feature)]),
      titles: ["another texture", "another shape"], axes: "[2, H, W]",
      caption: "how far the part's feature moves at each pixel")
    page.sheet(
      "depth_change",
      .stacked([
        own(texture.depth) - own(before.depth), own(shape.depth) - own(before.depth),
      ]), titles: ["another texture", "another shape"], isSigned: true, axes: "[2, H, W]",
      unit: "planes", caption: "how far its depth moves: white is not at all")
    page.holds(
      "another texture row: the depth is the same to the bit (largest difference)",
      largestDifference(own(texture.depth), own(before.depth)), atMost: 0)
    page.holds(
      "and so is the density",
      largestDifference(own(density(texture)), own(density(before))), atMost: 0)
    page.holds(
      "but the feature moves", largestDifference(own(texture.feature), own(before.feature)),
      atLeast: 0.1)
    page.holds(
      "another shape row moves the depth", largestDifference(own(shape.depth), own(before.depth)),
      atLeast: 0.1)
    page.holds(
      "and the feature", largestDifference(own(shape.feature), own(before.feature)), atLeast: 0.1)
    page.holds(
      "all other parts' maps are the same to the bit, either way",
      [texture, shape].flatMap { maps in
        [
          largestDifference(others(maps.feature), others(before.feature)),
          largestDifference(others(maps.depth), others(before.depth)),
          largestDifference(others(density(maps)), others(density(before))),
        ]
      }.max() ?? 1, atMost: 0)
  }

  static let anySize = Step(
    "Fourier features, finer", "Does a generator know how many pixels its map has?",
    code: [
      CodeExcerpt("Sources/Networks/FourierFeatures.swift", declaration: "func callAsFunction")
    ]
  ) { page in
    let (model, part, factor) = (model(page), part(page), Int(page["factor"]))
    let coarse = model.model.coarseSize
    // The end points are included, so the finer grid has (coarse − 1) · factor + 1 pixels.
    let fine = model.maps(
      model.latents(from: UInt64(page["seed"])), size: (coarse - 1) * factor + 1)
    let before = maps(page)
    func own(_ maps: Tensor) -> Tensor { maps.at(0, 0).at(0, part) }
    func thinned(_ map: Tensor) -> Tensor {
      map.sliced(-1, from: 0, length: coarse, step: factor)
        .sliced(-2, from: 0, length: coarse, step: factor)
    }
    page.signedMap(
      "depth2d_coarse", own(before.depth), unit: "planes",
      caption: "the depth on \(coarse) × \(coarse) pixels, as the model uses it")
    page.signedMap(
      "depth2d_fine", own(fine.depth), unit: "planes",
      caption: "the same function asked at \(factor) times as many places along each side")
    page.holds(
      "every \(factor)th pixel of the fine depth is a pixel of the coarse one (largest difference)",
      largestDifference(thinned(own(fine.depth)), own(before.depth)), atMost: 1e-4)
    page.holds(
      "of the density too, in densities of about 100",
      largestDifference(thinned(own(density(fine))), own(density(before))), atMost: 3e-3)
    page.holds(
      "and of the feature", largestDifference(thinned(own(fine.feature)), own(before.feature)),
      atMost: 1e-4)
    let row = own(fine.depth).at(0, 0).scalars
    let places = row.indices.map { -1 + 2 * Double($0) / Double(row.count - 1) }
    page.curves(
      "depth_along_the_top",
      [
        Series("fine", x: places, y: row),
        Series(
          "coarse", x: (0..<coarse).map { -1 + 2 * Double($0) / Double(coarse - 1) },
          y: own(before.depth).at(0, 0).scalars),
      ], xLabel: "x", yLabel: "planes",
      caption: "the top row: between its pixels the coarse map misses what the fine waves do")
    page.why(
      """
      A generator is a function of a place, not of a grid: it may be asked anywhere, also at shifted \
      or turned places. The grid only decides where it is asked. Fresh weights mix all frequencies \
      alike; the highest passes through \
      \(1 << (model.model.fourierFrequencies - 1)) radians from the middle to the edge.
      """)
  }
}
