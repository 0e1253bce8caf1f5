import Inspection
import MeanDifference
import Networks
import PortraitData
import PortraitModel
import Tensors
import VolumeRendering
import WPlusFactorization

// What the parts are good for: they can be exchanged, taken away, and made more ordinary.
extension GeneratedFaces {
  var exchange: Step {
    Step(
      "Fig. 1, Eq. 14", "What changes when one part is another person's?",
      formulas: [
        #"D_{\text{mean}} = \frac{1}{3 W H} \sum_{c,i,j} |p_{\text{edited}} - p_{\text{original}}|"#
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/WPlusFactorization/LatentEditing.swift",
          declaration: "public func swapping"),
        CodeExcerpt(
          "Sources/Equations/MeanDifference/MeanDifference.swift",
          declaration: "public func maskedMean"),
      ]
    ) { page in
      let generator = try generator(page)
      let (wplus, donors) = (try latents(page), try latents(page, from: 500))
      let (factors, part) = (generator.latents, Int(page["part"]))
      let first = [wplus, donors].map { $0.sliced(0, from: 0, length: 1) }
      let aspects = PartAspect.allCases
      let swaps = aspects.map {
        factors.swapping($0, ofPart: part, in: first[0], with: first[1])
      }
      let edits = made(generator, .concatenated(first + swaps, 0))
      let shown = FaceGroup(edits)
      let name = MaskPalette.name(part)
      page.picture(
        "edits", shown.picture(columns: shown.image.shape[0]), tensor: shown.image,
        axes: "[B, 3, S, S]",
        caption: "a portrait, another person, and the portrait with the other's \(name): "
          + aspects.map { "\($0)" }.joined(separator: ", "))
      page.sheet(
        "difference_maps",
        .stacked(
          aspects.indices.map {
            MeanDifference().differenceMap(shown.image.at(0, 0), shown.image.at(0, 2 + $0))
          }), titles: aspects.map { "\(name): \($0)" }, axes: "[aspect, H, W]",
        caption: "where the portrait changed, mean of red, green and blue")
      let others = (0..<generator.model.parts).filter { $0 != part }
      let changes = others.map { other -> Double in
        let maps = edits.maps
        return [maps.feature, maps.depth, maps.density].compactMap(\.self).map {
          largestDifference($0.at(1, other).at(0, 0), $0.at(1, other).at(0, 4))
        }.reduce(0, max)
      }
      page.holds(
        "the maps of all other parts are the same, to the bit (largest change)",
        changes.max() ?? 1, atMost: 0)
      let swapped = factors.swapping(
        .both, ofPart: PartClass.hair.rawValue, in: wplus, with: donors)
      let (before, after) = (FaceGroup(try group(page)), FaceGroup(made(generator, swapped)))
      let change = Change(before, after, around: [.hair])
      page.number("other hair on all twelve: D_mean", change.everywhere)
      page.number("the same outside of the old and the new hair, D_mean masked", change.outside)
      page.holds(
        "other hair changes hair, and leaves the rest (change of a pixel inside, over outside)",
        change.inside / change.outside, atLeast: FaceBounds.edit)
      page.why(
        """
        That the other parts' maps stay is built in: each part has its own generator and its own \
        latents. That the image stays too is learned: the render net paints all parts together.
        """)
    }
  }

  var parts: Step {
    Step(
      "Eq. 8–10", "What is each part's share in the portrait?",
      code: [
        CodeExcerpt(
          "Sources/Equations/PartFusion/PartFusion.swift", declaration: "public func fused(features"
        ),
        CodeExcerpt(
          "Sources/Equations/MaskSoftmax/MaskSoftmax.swift",
          declaration: "public func maskProbabilities"),
      ]
    ) { page in
      let generator = try generator(page)
      let group = try group(page)
      page.probabilities(
        "mask_coarse", group.view.maskProbabilities.at(0, 0),
        caption: "the first portrait: which part each ray shows, all together and one by one")
      let order: [PartClass] = [
        .background, .cloth, .neck, .face, .ears, .nose, .mouth, .eyes, .brows, .hair, .glasses,
        .hat, .earrings,
      ]
      let included = order.indices.map { last in
        PartClass.allCases.map { order[...last].contains($0) ? 1.0 : 0 }
      }
      let grown = composed(generator, group, portrait: 0, included: included)
      page.picture(
        "growing",
        .column(
          [0..<7, 7..<order.count].map { line in
            imagePictures(
              line.map { grown.at(0, $0) }, factor: FaceGroup.enlargement(of: grown))
          }, gap: 4), tensor: grown, axes: "[part, 3, S, S]",
        caption: "part by part: " + order.map(\.name).joined(separator: ", ")
          + "; what is not there yet is neither dense nor coloured")
      let volume = group.coarseMask.upsampledTwice().argmax(1).cast(to: .float32)
      page.holds(
        "the final mask shows what the volume showed (share of pixels)",
        volume.isEqual(to: FaceGroup(group).labels).mean().item,
        atLeast: FaceBounds.agreement)
      let bald = PartClass.allCases.map { $0 == .hair ? 0.0 : 1 }
      let without = Tensor.concatenated(
        (0..<Self.count).map { composed(generator, group, portrait: $0, included: [bald]) }, 0)
      let before = FaceGroup(group)
      page.picture(
        "without_hair",
        .column(
          [before.image, without].map { images in
            imagePictures(
              (0..<6).map { images.at(0, $0) }, factor: FaceGroup.enlargement(of: images))
          }, gap: 4), tensor: without, axes: "[B, 3, S, S]",
        caption: "the first six portraits, and the same without their hair")
      let change = Change(before.image, without, within: before.region([.hair]))
      page.holds(
        "without hair, hair changes most (change of a pixel inside, over outside)",
        change.inside / change.outside, atLeast: FaceBounds.removal)
    }
  }

  var truncation: Step {
    Step(
      "Truncation", "How does one get ordinary faces?",
      formulas: [#"w' = \bar w + \psi\,(w - \bar w)"#],
      code: [
        CodeExcerpt(
          "Sources/Equations/WPlusFactorization/LatentEditing.swift",
          declaration: "public func truncated")
      ]
    ) { page in
      let generator = try generator(page)
      let (mean, first) = (generator.meanLatent(), UInt64(page["seed"]))
      let ladder = [1, 0.7, 0.35, 0]
      let groups = ladder.map { psi in
        FaceGroup(
          made(
            generator,
            .concatenated(
              (first..<first + 6).map {
                generator.latents(seed: $0, truncation: psi, mean: mean).wplus
              }, 0)))
      }
      page.picture(
        "truncated",
        .column(
          groups.map { group in
            imagePictures(
              (0..<6).map { group.image.at(0, $0) },
              factor: FaceGroup.enlargement(of: group.image))
          }, gap: 4), tensor: .concatenated(groups.map(\.image), 0), axes: "[psi · B, 3, S, S]",
        caption: "six people; from line to line ψ is "
          + ladder.map(\.brief).joined(separator: ", ") + ": the last is the mean face")
      page.curve(
        "variety", groups.map(\.variety), x: ladder, xLabel: "ψ", yLabel: "mean difference",
        caption: "how much neighbours differ")
      page.holds(
        "with ψ = 0 all are one (mean difference)", groups[3].variety, atMost: 1e-6)
      page.holds(
        "with ψ = 0.7 they differ less than with 1", groups[1].variety < groups[0].variety)
      page.holds(
        "the mean face has its hair above it too (share of portraits)", groups[3].hairAbove,
        atLeast: FaceBounds.hairAbove)
    }
  }

  /// A portrait of some of its parts, once for every list of which of them count, `[N, 3, S, S]`.
  func composed(
    _ generator: Generator, _ made: GeneratedPortraits, portrait: Int, included: [[Double]]
  ) -> Tensor {
    let (model, count) = (generator.model, included.count)
    let gain = Tensor([count, model.parts, 1, 1], included.flatMap(\.self)).cast(to: .float32)
    let maps = made.maps
    func alone(_ tensor: Tensor) -> Tensor { tensor.sliced(0, from: portrait, length: 1) }
    return withoutGradients {
      let depth = alone(made.absoluteDepth)
      let stack = PartStack(
        feature: alone(maps.feature) * gain.expanded(2),
        densityMap: alone(maps.density ?? depth) * gain, absoluteDepth: depth + gain * 0)
      let view = generator.renderer(Self.options(model)).view(
        of: stack, from: Self.poses([Double](repeating: 0, count: count)), size: model.coarseSize)
      let net = RenderNet(
        generator.parameters, minFeatureSize: model.minFeatureSize, imageSize: model.imageSize)
      let made = net(view.feature, coarseMask: 2 * view.maskProbabilities - 1)
      return (made.image / 2 + 0.5).clamped(0, 1)
    }
  }
}

/// How much portraits changed where they were meant to, and elsewhere.
struct Change {
  /// Mean differences of a pixel: inside the region, outside of it, and of all of them.
  let (inside, outside, everywhere): (Double, Double, Double)

  /// The change of images `[B, 3, S, S]` within a region `[B, S, S]` of 1 and 0.
  init(_ before: Tensor, _ after: Tensor, within region: Tensor) {
    let (measure, pairs) = (MeanDifference(), 0..<before.shape[0])
    func mean(_ figure: (_ pair: Int) -> Tensor) -> Double {
      Tensor.stacked(pairs.map(figure)).mean().item
    }
    everywhere = mean { measure.mean(before.at(0, $0), after.at(0, $0)) }
    outside = mean {
      measure.maskedMean(before.at(0, $0), after.at(0, $0), editedRegion: region.at(0, $0))
    }
    let maps = Tensor.stacked(
      pairs.map { measure.differenceMap(before.at(0, $0), after.at(0, $0)) })
    inside = ((maps * region).sum() / region.sum()).item
  }

  /// The change where the classes were or are.
  init(_ before: FaceGroup, _ after: FaceGroup, around parts: [PartClass]) {
    let region = before.region(parts).maximum(after.region(parts))
    self.init(before.image, after.image, within: region)
  }
}
