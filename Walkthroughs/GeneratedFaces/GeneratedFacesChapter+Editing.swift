import Inspection
import MaskSoftmax
import MeanDifference
import Networks
import PortraitClasses
import PortraitModel
import Tensors
import VolumeRendering
import WPlusFactorization

// Editing: exchanging a part and removing a part.
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
      ],
      sweep: Sweep(
        "part", (0..<PartClass.count).map(Double.init), moving: ["exchanged", "difference_map"])
    ) { page in
      let generator = try generator()
      let (wplus, donors) = (try latents(page), try latents(page, from: 500))
      let (factors, part) = (generator.factorization, Int(page["part"]))
      let first = [wplus, donors].map { $0.sliced(axis: 0, from: 0, length: 1) }
      let edited = factors.swapping(.both, ofPart: part, in: first[0], with: first[1])
      let edits = made(generator, .concatenated(first + [edited], axis: 0))
      let shown = FaceGroup(edits)
      let name = ClassPalette.portrait.name(part)
      let (measure, images) = (MeanDifference(), [shown.image[0], shown.image[2]])
      page.gallery(
        "exchanged",
        [
          .face("before", edits.image[0]), .face("after", edits.image[2]),
          .mask("mask before", edits.mask[0]), .mask("mask after", edits.mask[2]),
        ], columns: 2, tensor: edits.image, axes: "[B, 3, S, S]",
        caption: "the first portrait, and the same with the \(name) of another person")
      page.gallery(
        "exchange_donor",
        [.face("image", edits.image[1]), .mask("mask", edits.mask[1])], columns: 2,
        caption: "the other person, from whom the part comes")
      page.map(
        "difference_map", measure.differenceMap(images[0], images[1]), range: 0...1,
        caption: "the change of each pixel, mean over red, green and blue; 1 is from black to white"
      )
      let total = (images[1] - images[0]).cast(to: .float64).absolute().sum().item
      let size = Double(images[0].shape[1])
      page.equality(
        #"D_{\text{mean}}"#, .number(total) / (3 * .number(size) * .number(size)),
        equals: measure.mean(images[0], images[1]).item, within: 1e-6)
      let region = shown.region([PartClass.allCases[part]])
      page.number(
        "masked D_mean, outside the part before and after",
        measure.maskedMean(
          images[0], images[1], editedRegion: region[0].maximum(region[2])
        ).item)
      let others = (0..<generator.configuration.parts).filter { $0 != part }
      let maps = [edits.maps.feature, edits.maps.relativeDepth, edits.maps.densityMap]
        .compactMap(\.self)
      page.holds(
        "exchanging one part leaves the maps of all other parts unchanged, bit for bit (largest change)",
        maps.flatMap { map in
          others.map { largestDifference(map[0][$0], map[2][$0]) }
        }.max() ?? 1, atMost: 0)
      let change = try changes.value("exchange \(page["seed"])") {
        let hair = PartClass.hair.rawValue
        let other = factors.swapping(.both, ofPart: hair, in: wplus, with: donors)
        return Change(try faces(page), FaceGroup(made(generator, other)), around: [.hair])
      }
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
        generator and its own latents. The image has no such guarantee, because the render net decodes \
        all parts together. An edit of the hair stays mostly in the hair. Edits of mouth, eyes and brows \
        change little, and most of that change lies elsewhere (Docs/Evaluation.md, Part editing). If a \
        portrait does not show a part, such as a hat, both figures are equal.
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
      ],
      sweep: Sweep("part", (0..<PartClass.count).map(Double.init), moving: ["muted"])
    ) { page in
      let (generator, group, part) = (try generator(), try group(page), Int(page["part"]))
      let (name, before) = (ClassPalette.portrait.name(part), FaceGroup(group))
      let (maps, all) = (try firstMaps(page), Set(0..<PartClass.count))
      let muted = composed(generator, maps, of: all.subtracting([part]))
      page.gallery(
        "muted",
        [
          .face("all parts", group.image[0]), .face("without \(name)", muted.image[0]),
          .mask("mask", group.mask[0]), .mask("its mask", muted.mask[0]),
        ], columns: 2, tensor: muted.image, axes: "[1, 3, S, S]",
        caption:
          "the first portrait with all parts, and with density and features 0 for the part \(name)")
      let pixels = [group.mask, muted.mask].map {
        $0[0].argmax(axis: 0).cast(to: .float32).isEqual(to: .scalar(Double(part))).sum().item
      }
      page.number("pixels that show the part, with all parts", pixels[0])
      page.number("pixels that show it without its density and features", pixels[1])
      page.number(
        "D_mean of the image with and without the part",
        MeanDifference().mean(before.image[0], muted.image[0].unitRange).item)
      /// Returns by how much the part's coarse mask exceeds those of all others, `[H, W]`.
      func lead(_ masks: Tensor) -> Tensor {
        let others = all.subtracting([part]).map { masks[0, $0] }
        return masks[0, part] - Tensor.stacked(others).maximum(axes: [0])
      }
      page.number(
        "share of rays that show the part, with all parts",
        lead(group.view.maskProbabilities).isGreater(than: .scalar(0)).mean().item)
      // Where no other part has density, all masks are equal and no part leads.
      page.holds(
        "without its density, a part leads the coarse mask of no ray (its largest lead over all others)",
        lead(muted.view.maskProbabilities).maximum().item, atMost: 0)
      if pixels[0] == 0 {
        page.holds(
          "a part that the mask does not show is not shown without its density either (pixels)",
          pixels[1],
          atMost: 0)
      } else {
        // Behind the background there is nothing, so the render net fills some of its pixels in.
        page.holds(
          "without its density and features, a part vanishes from the mask (share of its pixels that "
            + "remain)", pixels[1] / pixels[0],
          atMost: part == 0 ? FaceBounds.backgroundRemains : FaceBounds.remains)
      }
      page.probabilities(
        "mask_coarse", group.view.maskProbabilities[0], palette: .portrait,
        caption:
          "the coarse mask of the first portrait: all parts together, then the probability of each part"
      )
      let order = PartClass.backToFront
      let grown = grown.value(page["seed"]) {
        .concatenated(
          order.indices.map {
            composed(generator, maps, of: Set(order[...$0].map(\.rawValue))).image
          }, axis: 0)
      }
      page.gallery(
        "growing",
        fixed(page, "growing") {
          order.enumerated().map { .face("+ \($1.name)", grown[$0]) }
        }, columns: 4,
        tensor: grown, axes: "[part, 3, S, S]",
        caption:
          "the parts of the first portrait added one at a time; a part that is not yet added has "
          + "density and features 0")
      let volume = group.coarseMask.upsampledTwice().argmax(axis: 1).cast(to: .float32)
      page.holds(
        "the final mask shows the same part as the coarse mask of the volume (share of pixels)",
        volume.isEqual(to: FaceGroup(group).labels).mean().item,
        atLeast: FaceBounds.agreement)
      let change = changes.value("removal \(page["seed"])") {
        let hair = PartClass.hair.rawValue
        let without = composed(generator, group.maps, of: all.subtracting([hair])).image
        return Change(before.image, without.unitRange, within: before.region([.hair]))
      }
      page.holds(
        "removing the hair changes mainly the hair (mean change of a pixel inside the hair region, "
          + "relative to outside)",
        change.inside / change.outside, atLeast: FaceBounds.removal)
    }
  }

  /// Returns portraits that are composed of some of their parts, seen from the front.
  private func composed(
    _ generator: Generator, _ maps: GeneratedMaps, of parts: Set<Int>
  ) -> GeneratedPortraits {
    withoutGradients {
      generator.portraits(
        of: maps.keeping(parts),
        from: Self.poses([Double](repeating: 0, count: maps.feature.shape[0])),
        options: .evaluation(generator.configuration))
    }
  }
}

/// The change of portraits inside an edited region and outside it.
struct Change: Sendable {
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
