import Camera
import Inspection
import MeanDifference
import PortraitData
import Tensors

// What relative depth and separate parts are good for: §3.2 and equation 14.
extension PortraitChapter {
  var relativeDepthStep: Step {
    Step(
      "Fig. 7", "What happens to the nose when the face moves?",
      formulas: [#"\hat d_k(x,y) = d_k(x,y) + d_{\text{faceBase}}(x,y)"#],
      code: [
        CodeExcerpt("Walkthroughs/Portrait/LiftedPortrait.swift", declaration: "func absolute")
      ]
    ) { page in
      let portrait = lifted(page)
      let shift = 3.0
      // Only the face base is touched: as if its generator had drawn another depth.
      let face = Tensor([13, 1, 1], PartClass.allCases.map { $0 == .face ? shift : 0 })
        .cast(to: .float32)
      let carried = LiftedPortrait.absolute(portrait.relativeDepth + face)
      let left = portrait.absoluteDepth + face
      let pose = CameraPose(turnedLeft: page["yaw"])
      let views = [
        portrait.view(from: pose).image, portrait.view(from: pose, at: carried).image,
        portrait.view(from: pose, at: left).image,
      ]
      page.picture(
        "face_moved", strip(views, factor: 3), tensor: .stacked(views), axes: "[case, 3, n, n]",
        caption:
          "before; face base \(shift.formatted) planes nearer with relative depths; the same "
          + "with absolute depths")
      let nose = PartClass.nose.rawValue
      page.holds(
        "a relative nose moves with the face (planes)",
        (carried.at(0, nose) - portrait.absoluteDepth.at(0, nose)).mean().item, equals: shift,
        within: 1e-4)
      page.holds(
        "an absolute nose stays behind (planes)",
        (left.at(0, nose) - portrait.absoluteDepth.at(0, nose)).mean().item, equals: 0,
        within: 1e-4)
      page.why(
        """
        This is all that can be shown without two trainings: the paper's Fig. 7 and Table 3 compare \
        models trained with relative and with absolute depths.
        """)
    }
  }

  var editStep: Step {
    Step(
      "Eq. 14", "Does editing one part leave the others alone?",
      formulas: [
        #"D_{mean} = \frac{1}{3 W H} \sum_{c} \sum_{i,j} |p_{edited}(i,j,c) - p_{original}(i,j,c)|"#
      ],
      symbols: [
        Symbol("p", "original, edited", shape: "[3, H, W]", unit: "0 … 1"),
        Symbol("D_{mean}", "mean(_:_:)", shape: "scalar", unit: "≥ 0"),
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/MeanDifference/MeanDifference.swift", declaration: "func maskedMean(")
      ]
    ) { page in
      let portrait = lifted(page)
      let part = part(page)
      let pose = CameraPose(turnedLeft: page["yaw"])
      let original = portrait.view(from: pose)
      let edited = LiftedPortrait(
        recoloured(part), alpha: page["alpha"], samples: Int(page["samples"])
      ).view(from: pose)
      page.picture(
        "edit", strip([original.image, edited.image], factor: 4),
        tensor: .stacked([original.image, edited.image]), axes: "[case, 3, n, n]",
        caption: "the \(part.name) in other colours, seen from yaw \(page["yaw"].formatted)")
      let measure = MeanDifference()
      page.map(
        "difference_map", measure.differenceMap(original.image, edited.image),
        caption: "mean of R, G, B")
      let region = original.labels.cast(to: .float32)
        .isEqual(to: .scalar(Double(part.rawValue)))
      let whole = measure.mean(original.image, edited.image).item
      page.number("D_mean", whole)
      if whole == 0 {
        page.why("Nothing of the \(part.name) is visible here; `set part` chooses another one.")
      } else if region.sum().item < Double(region.count) {
        let outside = measure.maskedMean(original.image, edited.image, editedRegion: region).item
        page.number("D_mean masked, outside the \(part.name)", outside)
        page.holds("outside the part little changes (masked / whole)", outside / whole, atMost: 0.5)
      }
      page.holds(
        "a portrait does not differ from itself",
        measure.mean(original.image, original.image).item, equals: 0, within: 0)
      page.holds(
        "the measure is symmetric", measure.mean(edited.image, original.image).item, equals: whole,
        within: 1e-7)
    }
  }

  /// The portrait with one part dyed: its colour channels exchanged and mixed with blue.
  private func recoloured(_ part: PartClass) -> PortraitInput {
    let index = part.rawValue
    let own = input.colour.sliced(0, from: index, length: 1)
    let turned = Tensor.concatenated(
      [own.sliced(1, from: 2, length: 1), own.sliced(1, from: 0, length: 2)], 1)
    // Dark hair has hardly any colour to exchange: it is made lighter as well.
    let lighter = turned * 0.6 + 0.4 * Tensor([1, 3, 1, 1], [0.2, 0.5, 0.9]).cast(to: .float32)
    let colour = Tensor.concatenated(
      [
        input.colour.sliced(0, from: 0, length: index), lighter,
        input.colour.sliced(0, from: index + 1, length: PartClass.count - 1 - index),
      ], 0)
    return PortraitInput(
      name: input.name, image: input.image, labels: input.labels, colour: colour,
      coverage: input.coverage, absoluteDepth: input.absoluteDepth, grid: input.grid,
      camera: input.camera, truth: input.truth)
  }
}
