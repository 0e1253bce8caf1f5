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
      ],
      sweep: Sweep("move", [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4], moving: ["face_moved"])
    ) { page in
      let (portrait, shift) = (lifted(page), page["move"])
      // Only the face base moves, as if its generator had predicted another depth.
      let face = Tensor([13, 1, 1], PartClass.allCases.map { $0 == .face ? shift : 0 })
        .cast(to: .float32)
      let carried = RelativeDepth().absoluteDepth(of: portrait.relativeDepth + face)
      let left = portrait.absoluteDepth + face
      let pose = CameraPose(turnedLeft: page["yaw"])
      let views = [carried, left].map { portrait.view(from: pose, at: $0) }
      let images = [seen(page, turned: page["yaw"]).image] + views.map(\.image)
      page.gallery(
        "face_moved",
        zip(["portrait", "relative depths", "absolute depths"], images).map { .image($0, $1) },
        columns: 2, tensor: .stacked(images), axes: "[case, 3, n, n]",
        caption:
          "first: the portrait; second: its face base moved \(shift.formatted) planes nearer, with "
          + "relative depths of the other parts; third: the same move with absolute depths; yaw "
          + "\(page["yaw"].formatted) rad")
      let nose = PartClass.nose.rawValue
      page.holds(
        "with relative depths, the nose moves with the face (planes)",
        (carried[nose] - portrait.absoluteDepth[nose]).mean().item, equals: shift,
        within: 1e-4)
      let counts = views.map { view in
        view.labels.integers.count { [3, 4, 5].contains($0) }
      }
      page.number("pixels of brows, mouth and nose, relative depths", Double(counts[0]))
      page.number("pixels of brows, mouth and nose, absolute depths", Double(counts[1]))
      if counts[0] > 0 && shift >= 3 {
        page.holds(
          "moved by 3 planes or more with absolute depths, brows, mouth and nose disappear inside the face "
            + "(pixels that still show them, as a share of those with relative depths)",
          Double(counts[1]) / Double(counts[0]), atMost: 0.7)
      }
      if shift == 0 {
        page.holds(
          "without a move, relative and absolute depths give the same portrait (largest difference)",
          (views[0].image - views[1].image).absolute().maximum().item, atMost: 1e-3)
      }
      page.why(
        """
        Whether images get better shows only after training two models: the paper's Fig. 7 and \
        Table 3 compare a model trained with relative depths and a model trained with absolute depths.
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
      let part = part(page)
      let original = seen(page, turned: page["yaw"])
      let edited = LiftedPortrait(
        recolored(part), alpha: page["alpha"], samples: Int(page["samples"])
      ).view(from: CameraPose(turnedLeft: page["yaw"]))
      page.gallery(
        "edit",
        zip(["original", "edited"], [original.image, edited.image]).map { .image($0, $1) },
        columns: 2, tensor: .stacked([original.image, edited.image]),
        axes: "[case, 3, n, n]",
        caption: "left: the portrait; right: the part \(part.name) recolored; "
          + "yaw \(page["yaw"].formatted) rad")
      let measure = MeanDifference()
      let differences = measure.differenceMap(original.image, edited.image)
      page.map(
        "difference_map", differences,
        caption: "difference of each pixel, mean over red, green and blue; violet is 0")
      let region = original.labels.cast(to: .float32)
        .isEqual(to: .scalar(Double(part.rawValue)))
      let whole = measure.mean(original.image, edited.image).item
      numbers(&page, original.image, edited.image, differences, whole)
      if whole == 0 {
        page.why(
          "No pixel shows the part \(part.name) from this yaw. Choose another part with `set part`."
        )
      } else if region.sum().item < Double(region.count) {
        let outside = measure.maskedMean(original.image, edited.image, editedRegion: region).item
        page.number("masked D_mean, outside the part \(part.name)", outside)
        page.holds(
          "outside the edited part, little changes (masked D_mean / D_mean)", outside / whole,
          atMost: 0.25)
      }
      let twice = original.image + 2 * (edited.image - original.image)
      page.holds(
        "doubling the change of every pixel doubles D_mean (relative error)",
        abs(measure.mean(original.image, twice).item - 2 * whole) / max(whole, 1e-9), atMost: 1e-5)
    }
  }

  /// Shows equation 14 with the numbers of the pixel that changed most, and of the whole image.
  private func numbers(
    _ page: inout Page, _ original: Tensor, _ edited: Tensor, _ differences: Tensor, _ mean: Double
  ) {
    let size = differences.shape[1]
    let place = Int(differences.flattened().argmax().cast(to: .float64).item)
    let (row, column) = (place / size, place % size)
    let changes = (0..<3).map { channel in
      Arithmetic.magnitude(
        .number(edited[channel, row, column].item) - .number(original[channel, row, column].item))
    }
    page.equality(
      #"D(i,j)"#, .sum(changes) / 3, equals: differences[row, column].item, within: 1e-6)
    let total = differences.cast(to: .float64).sum().item
    page.equality(
      "D_{mean}", .number(total) / (.number(Double(size)) * .number(Double(size))), equals: mean,
      within: 1e-6)
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
