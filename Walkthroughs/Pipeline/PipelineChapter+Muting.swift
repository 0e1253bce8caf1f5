import Camera
import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitClasses
import PortraitModel
import Probes
import Tensors
import VolumeRendering
import VolumeWeights

// What a part adds to the portrait.
extension PipelineSteps {
  var muted: Step {
    Step(
      "Eq. 8, image", "What does each part contribute to the portrait?",
      formulas: [#"f_{\text{fused}}^{3d} = \sum_{j \ne k} f_j^{3d}"#],
      code: [CodeExcerpt(Self.source, declaration: "public func portraits(")],
      sweep: Sweep("muted", PartGeneratorSteps.everyPart, moving: ["portrait_without_a_part"])
    ) { page in
      let (faces, before, part) = (try faces(), try made(page), Int(page["muted"]))
      let after = faces.portrait(of: before, without: part)
      page.gallery(
        "portrait_without_a_part",
        [
          .face("all parts", before.image[0]), .face("without \(name(part))", after.image[0]),
          .mask("final mask", before.mask[0]), .mask("final mask", after.mask[0]),
        ], columns: 2, tensor: after.image, axes: "[1, 3, S, S]",
        caption: "the person with all parts, and with density and feature of the part "
          + "\(name(part)) set to 0 before fusion")
      /// Returns by how much the part's mask exceeds those of all others, `[H, W]`.
      func lead(_ masks: Tensor) -> Tensor {
        let others = (0..<masks.shape[1]).filter { $0 != part }.map { masks[0, $0] }
        return masks[0, part] - Tensor.stacked(others).maximum(axes: [0])
      }
      let leads = (lead(before.coarseMask), lead(after.coarseMask))
      page.number(
        "share of rays that show the part, all parts present",
        leads.0.isGreater(than: .scalar(0)).mean().item)
      // Where no other part has density, all masks are equal and no part leads.
      page.holds(
        "the coarse mask shows a part that was taken away nowhere (its largest lead over all others)",
        leads.1.maximum().item, atMost: 0)
      page.holds(
        "taking the part away changes the rendered feature (largest difference)",
        largestDifference(before.view.feature, after.view.feature), atLeast: 1e-3)
      page.why(
        """
        Where a part is taken away, the rays meet what was behind it. A portrait without hair shows \
        skin or background where the hair was, because the generators of the other parts do not know \
        that it is gone. What no training portrait ever showed, such as the skin below the hair, is \
        a guess of the network.
        """)
    }
  }
}

extension TrainedFaces {
  /// Returns the view and the portrait of the same maps with density and feature of one part set to 0.
  fileprivate func portrait(
    of made: GeneratedPortraits, without part: Int
  ) -> (view: RenderedView, image: Tensor, mask: Tensor, coarseMask: Tensor) {
    let model = configuration
    let gain = Tensor([1, model.parts, 1, 1], (0..<model.parts).map { $0 == part ? 0.0 : 1 })
      .cast(to: .float32)
    return withoutGradients {
      let stack = PartStack(
        feature: made.maps.feature * gain.unsqueezed(axis: 2),
        densityMap: (made.maps.densityMap ?? made.absoluteDepth) * gain,
        absoluteDepth: made.absoluteDepth)
      let view = generator.renderer(options).view(
        of: stack, from: poses([0]), size: model.coarseSize)
      let coarseMask = MaskSoftmax.coarseMask(view.maskProbabilities)
      let net = RenderNet(
        generator.parameters, minFeatureSize: model.minFeatureSize, imageSize: model.imageSize)
      let found = net(view.feature, coarseMask: coarseMask)
      return (view, found.image, found.mask, coarseMask)
    }
  }
}
