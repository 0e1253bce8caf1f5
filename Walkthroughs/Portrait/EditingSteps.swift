import Camera
import Chapters
import Inspection
import MeanDifference
import PortraitClasses
import RelativeDepth
import Tensors

// What relative depths (§3.2) and separate parts (equation 14) make possible.
extension PortraitChapter {
  var relativeDepthStep: Step {
    Step(
      "Fig. 7", "What happens to the nose when the face moves?",
      formulas: [#"\hat d_k(x,y) = d_k(x,y) + d_{\text{faceBase}}(x,y)"#],
      code: [
        CodeExcerpt(
          "Sources/Equations/RelativeDepth/RelativeDepth.swift",
          declaration: "public func absoluteDepth")
      ]
    ) { page in
      let portrait = lifted(page)
      let shift = 3.0
      // Only the face base moves, as if its generator had predicted another depth.
      let face = Tensor([13, 1, 1], PartClass.allCases.map { $0 == .face ? shift : 0 })
        .cast(to: .float32)
      let carried = RelativeDepth().absoluteDepth(of: portrait.relativeDepth + face)
      let left = portrait.absoluteDepth + face
      let pose = CameraPose(turnedLeft: page["yaw"])
      let views = [
        portrait.view(from: pose).image, portrait.view(from: pose, at: carried).image,
        portrait.view(from: pose, at: left).image,
      ]
      page.picture(
        "face_moved", imagePictures(views, factor: 3), tensor: .stacked(views),
        axes: "[case, 3, n, n]",
        caption:
          "left: the portrait; middle: its face base moved \(shift.formatted) planes nearer, with "
          + "relative depths; right: the same move with absolute depths")
      let nose = PartClass.nose.rawValue
      page.holds(
        "with relative depths, the nose moves with the face (planes)",
        (carried[nose] - portrait.absoluteDepth[nose]).mean().item, equals: shift,
        within: 1e-4)
      page.holds(
        "with absolute depths, the nose does not move (planes)",
        (left[nose] - portrait.absoluteDepth[nose]).mean().item, equals: 0,
        within: 1e-4)
      page.why(
        """
        Whether images get better shows only after training two models: the paper's Fig. 7 and \
        Table 3 compare a \
        model trained with relative depths and a model trained with absolute depths.
        """)
    }
  }

  var editStep: Step {
    Step(
      "Eq. 14", "How much does editing one part change the rest of the portrait?",
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
        recolored(part), alpha: page["alpha"], samples: Int(page["samples"])
      ).view(from: pose)
      page.picture(
        "edit", imagePictures([original.image, edited.image], factor: 4),
        tensor: .stacked([original.image, edited.image]), axes: "[case, 3, n, n]",
        caption: "left: the portrait; right: the part \(part.name) recolored; "
          + "yaw \(page["yaw"].formatted) rad")
      let measure = MeanDifference()
      page.map(
        "difference_map", measure.differenceMap(original.image, edited.image),
        caption: "difference of each pixel, mean over red, green and blue")
      let region = original.labels.cast(to: .float32)
        .isEqual(to: .scalar(Double(part.rawValue)))
      let whole = measure.mean(original.image, edited.image).item
      page.number("D_mean of the whole image", whole)
      if whole == 0 {
        page.why(
          "No pixel shows the part \(part.name) from this yaw. Choose another part with `set part`."
        )
      } else if region.sum().item < Double(region.count) {
        let outside = measure.maskedMean(original.image, edited.image, editedRegion: region).item
        page.number("masked D_mean, outside the part \(part.name)", outside)
        page.holds(
          "outside the edited part, little changes (masked D_mean / D_mean)", outside / whole,
          atMost: 0.5)
      }
      page.holds(
        "D_mean of a portrait and itself is 0",
        measure.mean(original.image, original.image).item, equals: 0, within: 0)
      page.holds(
        "D_mean is symmetric", measure.mean(edited.image, original.image).item, equals: whole,
        within: 1e-7)
    }
  }

  /// Returns the portrait with one part recolored: its color channels rotated and mixed with blue.
  private func recolored(_ part: PartClass) -> PortraitInput {
    let index = part.rawValue
    let own = input.color.sliced(axis: 0, from: index, length: 1)
    let turned = Tensor.concatenated(
      [own.sliced(axis: 1, from: 2, length: 1), own.sliced(axis: 1, from: 0, length: 2)], axis: 1)
    // The channels of dark hair hardly differ, so rotating them is not enough: the part is lightened too.
    let lighter = turned * 0.6 + 0.4 * Tensor([1, 3, 1, 1], [0.2, 0.5, 0.9]).cast(to: .float32)
    let color = Tensor.concatenated(
      [
        input.color.sliced(axis: 0, from: 0, length: index), lighter,
        input.color.sliced(axis: 0, from: index + 1, length: PartClass.count - 1 - index),
      ], axis: 0)
    return PortraitInput(
      name: input.name, image: input.image, labels: input.labels, color: color,
      coverage: input.coverage, absoluteDepth: input.absoluteDepth, grid: input.grid,
      camera: input.camera, truth: input.truth)
  }
}
