import Inspection
import MaskSoftmax
import MeanDifference
import Networks
import PortraitClasses
import PortraitModel
import Tensors
import VolumeRendering
import WPlusFactorization

// Editing: exchanging a part, removing a part, and truncation toward the mean face.
extension GeneratedFaces {
  var exchange: Step {
    Step(
      "Fig. 1, Eq. 14", "What changes when one part comes from another person?",
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
      let (factors, part) = (generator.factorization, Int(page["part"]))
      let first = [wplus, donors].map { $0.sliced(axis: 0, from: 0, length: 1) }
      let aspects = PartAspect.allCases
      let swaps = aspects.map {
        factors.swapping($0, ofPart: part, in: first[0], with: first[1])
      }
      let edits = made(generator, .concatenated(first + swaps, axis: 0))
      let shown = FaceGroup(edits)
      let name = ClassPalette.portrait.name(part)
      page.picture(
        "edits", shown.picture(columns: shown.image.shape[0]), tensor: shown.image,
        axes: "[B, 3, S, S]",
        caption:
          "a portrait, another person, and three times the portrait with the other person's \(name): "
          + aspects.map { "\($0)" }.joined(separator: ", "))
      page.sheet(
        "difference_maps",
        .stacked(
          aspects.indices.map {
            MeanDifference().differenceMap(shown.image[0], shown.image[2 + $0])
          }), titles: aspects.map { "\(name): \($0)" }, axes: "[aspect, H, W]",
        caption: "the change of each pixel after each exchange, mean over red, green and blue")
      let others = (0..<generator.configuration.parts).filter { $0 != part }
      let changes = others.map { other -> Double in
        let maps = edits.maps
        return [maps.feature, maps.relativeDepth, maps.densityMap].compactMap(\.self).map {
          largestDifference($0[axis: 1, other][0], $0[axis: 1, other][4])
        }.reduce(0, max)
      }
      page.holds(
        "exchanging one part leaves the maps of all other parts unchanged, bit for bit (largest change)",
        changes.max() ?? 1, atMost: 0)
      let swapped = factors.swapping(
        .both, ofPart: PartClass.hair.rawValue, in: wplus, with: donors)
      let (before, after) = (FaceGroup(try group(page)), FaceGroup(made(generator, swapped)))
      let change = Change(before, after, around: [.hair])
      page.number("D_mean when all twelve portraits get other hair", change.everywhere)
      page.number(
        "masked D_mean of the same edit, outside the old and the new hair", change.outside)
      page.holds(
        "exchanging the hair changes mainly the hair (mean change of a pixel inside the hair region, "
          + "relative to outside)",
        change.inside / change.outside, atLeast: FaceBounds.edit)
      page.why(
        """
        The maps of the other parts stay the same by construction, because each part has its own \
        generator and its own latents. In the image, by contrast, the rest changes little only because \
        the render net, which decodes all parts together, has learned to change little else.
        """)
    }
  }

  var parts: Step {
    Step(
      "Eq. 8–10", "What does each part contribute to the portrait?",
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
        "mask_coarse", group.view.maskProbabilities[0], palette: .portrait,
        caption:
          "the coarse mask of the first portrait: all parts together, then the probability of each part"
      )
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
              line.map { grown[$0] }, factor: FaceGroup.enlargement(of: grown))
          }, gap: 4), tensor: grown, axes: "[part, 3, S, S]",
        caption: "the parts added one at a time: " + order.map(\.name).joined(separator: ", ")
          + "; a part that is not yet added has density and features 0")
      let volume = group.coarseMask.upsampledTwice().argmax(axis: 1).cast(to: .float32)
      page.holds(
        "the final mask shows the same part as the coarse mask of the volume (share of pixels)",
        volume.isEqual(to: FaceGroup(group).labels).mean().item,
        atLeast: FaceBounds.agreement)
      let bald = PartClass.allCases.map { $0 == .hair ? 0.0 : 1 }
      let without = Tensor.concatenated(
        (0..<Self.count).map { composed(generator, group, portrait: $0, included: [bald]) }, axis: 0
      )
      let before = FaceGroup(group)
      page.picture(
        "without_hair",
        .column(
          [before.image, without].map { images in
            imagePictures(
              (0..<6).map { images[$0] }, factor: FaceGroup.enlargement(of: images))
          }, gap: 4), tensor: without, axes: "[B, 3, S, S]",
        caption: "above: the first six portraits; below: the same portraits without their hair")
      let change = Change(before.image, without, within: before.region([.hair]))
      page.holds(
        "removing the hair changes mainly the hair (mean change of a pixel inside the hair region, "
          + "relative to outside)",
        change.inside / change.outside, atLeast: FaceBounds.removal)
    }
  }

  var truncation: Step {
    Step(
      "Truncation", "How does truncation make faces more average?",
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
              }, axis: 0)))
      }
      page.picture(
        "truncated",
        .column(
          groups.map { group in
            imagePictures(
              (0..<6).map { group.image[$0] },
              factor: FaceGroup.enlargement(of: group.image))
          }, gap: 4), tensor: .concatenated(groups.map(\.image), axis: 0),
        axes: "[psi · B, 3, S, S]",
        caption: "six people in each row; from top to bottom, ψ is "
          + ladder.map(\.brief).joined(separator: ", ") + "; the last row shows the mean face")
      page.curve(
        "variety", groups.map(\.variety), x: ladder, xLabel: "ψ", yLabel: "mean difference",
        caption: "mean difference of consecutive portraits for each ψ")
      page.holds(
        "with ψ = 0, all portraits are the same (mean difference)", groups[3].variety, atMost: 1e-6)
      page.holds(
        "portraits differ less from each other with ψ = 0.7 than with ψ = 1",
        groups[1].variety < groups[0].variety)
      page.holds(
        "hair or hat is above the face in the mean face too (share of portraits)",
        groups[3].hairAbove,
        atLeast: FaceBounds.hairAbove)
      page.why(
        """
        Truncation moves every latent w toward the mean latent. The factor ψ says how much of the \
        distance from the mean remains: all of it for ψ = 1, nothing for ψ = 0.
        """)
    }
  }

  /// Returns a portrait rendered from some of its parts, `[N, 3, S, S]`: one image for each list in
  /// `included`, which holds 1 for every part to include and 0 for the others.
  func composed(
    _ generator: Generator, _ made: GeneratedPortraits, portrait: Int, included: [[Double]]
  ) -> Tensor {
    let (model, count) = (generator.configuration, included.count)
    let gain = Tensor([count, model.parts, 1, 1], included.flatMap(\.self)).cast(to: .float32)
    let maps = made.maps
    func alone(_ tensor: Tensor) -> Tensor { tensor.sliced(axis: 0, from: portrait, length: 1) }
    return withoutGradients {
      let depth = alone(made.absoluteDepth)
      let stack = PartStack(
        feature: alone(maps.feature) * gain.unsqueezed(axis: 2),
        densityMap: alone(maps.densityMap ?? depth) * gain, absoluteDepth: depth + gain * 0)
      let view = generator.renderer(Self.options(model)).view(
        of: stack, from: Self.poses([Double](repeating: 0, count: count)), size: model.coarseSize)
      let net = RenderNet(
        generator.parameters, minFeatureSize: model.minFeatureSize, imageSize: model.imageSize)
      let made = net(
        view.feature, coarseMask: MaskSoftmax.coarseMask(view.maskProbabilities))
      return (made.image / 2 + 0.5).clamped(0, 1)
    }
  }
}

/// The change of portraits inside an edited region and outside it.
struct Change {
  /// The mean difference of a pixel inside the region, outside it, and over the whole image.
  let (inside, outside, everywhere): (Double, Double, Double)

  /// Measures the change of images `[B, 3, S, S]` inside and outside a region `[B, S, S]` of 1 and 0.
  init(_ before: Tensor, _ after: Tensor, within region: Tensor) {
    let (measure, pairs) = (MeanDifference(), 0..<before.shape[0])
    func mean(_ figure: (_ pair: Int) -> Tensor) -> Double {
      Tensor.stacked(pairs.map(figure)).mean().item
    }
    everywhere = mean { measure.mean(before[$0], after[$0]) }
    outside = mean {
      measure.maskedMean(before[$0], after[$0], editedRegion: region[$0])
    }
    let maps = Tensor.stacked(
      pairs.map { measure.differenceMap(before[$0], after[$0]) })
    inside = ((maps * region).sum() / region.sum()).item
  }

  /// Measures the change inside and outside the region that shows the classes before or after the edit.
  init(_ before: FaceGroup, _ after: FaceGroup, around parts: [PartClass]) {
    let region = before.region(parts).maximum(after.region(parts))
    self.init(before.image, after.image, within: region)
  }
}
