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

// The steps along the rays, and the portrait.
extension PipelineSteps {
  /// The columns of the sliders that move a ray across the face.
  private static let columns: [Double] = [4, 7, 10, 13, 16, 19, 22, 25, 28]

  /// Returns the index of the ray that is looked at.
  private func ray(_ page: Page) throws -> Int {
    (Int(page["row"]) - 1) * (try faces().configuration.coarseSize) + Int(page["column"]) - 1
  }

  /// Shows the portrait and its coarse mask with a cross at the ray that is looked at.
  private func showPlace(_ page: inout Page) throws {
    let (made, size) = (try made(page), try faces().configuration.coarseSize)
    let (row, column) = (Int(page["row"]) - 1, Int(page["column"]) - 1)
    let tiles: [Gallery.Tile] = [
      .face("portrait", made.image[0]), .mask("coarse mask", made.view.maskProbabilities[0]),
    ]
    page.gallery(
      "place_of_the_ray",
      tiles.map { tile in
        // The cross needs more pixels than the picture has.
        var picture = tile.pictures[0].legible
        let pixel = picture.width / size
        for distance in pixel...3 * pixel {
          for side in [-1, 1] {
            let (y, x) = (row * pixel + pixel / 2, column * pixel + pixel / 2)
            for wide in -1...1 {
              let color: Color = wide == 0 ? .white : .ink
              picture.plot(y + side * distance, x + wide, color)
              picture.plot(y + wide, x + side * distance, color)
            }
          }
        }
        return Gallery.Tile(tile.title, [picture], palette: tile.palette)
      }, columns: 2,
      caption: "the ray that is looked at: row \(row + 1), column \(column + 1)")
  }

  var rays: Step {
    Step(
      "Eq. 2–3", "How much does each sample on a ray contribute?",
      formulas: [
        #"w_i = T_i\,(1 - \exp(-s\,\sigma_i \delta_i))"#,
        #"T_i = \exp\left(-\sum_{j<i} s\,\sigma_j \delta_j\right)"#,
      ],
      code: [
        CodeExcerpt(
          "Sources/VolumeRendering/VolumeRenderer.swift", declaration: "public func view(")
      ],
      sweep: Sweep(
        "column", Self.columns,
        moving: ["place_of_the_ray", "weights_of_the_ray", "parts_on_the_ray"])
    ) { page in
      let (model, view, index) = (try faces().configuration, try made(page).view, try ray(page))
      try showPlace(&page)
      let depths = view.rayDepths[0, index].scalars
      let (light, weights) = (
        view.ray.transmittance[0, index].scalars, view.ray.renderingWeights[0, index].scalars
      )
      page.curves(
        "weights_of_the_ray",
        [Series("T", x: depths, y: light), Series("w", x: depths, y: weights)],
        xLabel: "distance t from the camera, world units", yLabel: "share",
        caption: "transmittance T and weight w of each sample on this ray; left is near")
      let own = view.partDensities[0, index]  // [N, K]
      let peaks = own.maximum(axes: [0]).scalars
      let shown = peaks.indices.filter { peaks[$0] >= 0.1 * (peaks.max() ?? 0) }
      page.curves(
        "parts_on_the_ray",
        shown.map { Series(name($0), x: depths, y: own[axis: 1, $0].scalars) },
        xLabel: "distance t from the camera, world units", yLabel: "density",
        caption:
          "density of the parts on this ray; left is near. \(peaks.count - shown.count) parts with "
          + "less than a tenth of the largest density are left out")
      let rule = try faces().generator.renderer(try faces().options).volumeWeights
      let density = view.sampleDensity[0, index].scalars
      let steps = rule.spacing(view.rayDepths[0, index]).scalars
      let sample = weights.indices.dropLast().max { weights[$0] < weights[$1] } ?? 0
      page.number("the sample i with the largest weight, counted from 1", Double(sample + 1))
      let scale = Arithmetic.number(model.opticalScale)
      let before = (0..<sample).map { Arithmetic.number(density[$0]) * .number(steps[$0]) }
      page.equality(
        "T_i", .exp(-(scale * .sum(of: before, showing: min(2, before.count)))),
        equals: light[sample], within: 2e-6)
      let stopped = 1 - .exp(-(scale * .number(density[sample]) * .number(steps[sample])))
      page.equality(
        "w_i", .number(light[sample]) * stopped, equals: weights[sample], within: 1e-6)
      let every = view.ray.renderingWeights[0]
      page.number(
        "smallest weight of a ray's last sample", every[axis: 1, depths.count - 1].minimum().item)
      // Softplus densities are positive everywhere, and δ_N is 10¹⁰: the last sample stops all light.
      page.holds(
        "the weights of every ray add up to 1 (largest error)",
        (every.sum(axes: [1]) - 1).absolute().maximum().item, atMost: 1e-5)
      let gaps =
        view.rayDepths[0].sliced(axis: 1, from: 1, length: depths.count - 1)
        - view.rayDepths[0].sliced(axis: 1, from: 0, length: depths.count - 1)
      page.holds(
        "the samples of all rays are evenly spaced (largest difference of two spacings)",
        gaps.maximum().item - gaps.minimum().item, atMost: 1e-6)
      let twice = rule.ray(density: view.sampleDensity * 2, at: view.rayDepths).transmittance
      page.holds(
        "doubling every density squares T (largest difference)",
        largestDifference(twice, view.ray.transmittance.squared()), atMost: 1e-5)
      page.why(
        """
        The weight is large where the ray first meets density: light that was stopped there does not \
        reach the parts behind. s is the optical scale, 12 in this model (note 19 in \
        Docs/PaperNotes.md). The last sample has δ = 10¹⁰ (note 5), so it stops all light that is left.

        This model has 24 evenly spaced samples. `importanceSamples` above 0 adds a second pass that \
        places more samples where the weights are large. The paper does not mention this pass; it \
        comes from VolumeGAN (notes 16 and 25).
        """)
    }
  }

  var streaming: Step {
    Step(
      "Eq. 11, streaming", "Can a view be rendered without storing the volumes?",
      formulas: [#"\sigma_k^i(u,v) = \text{SAMPLE}(\sigma_k^{3d}, X_i(u,v))"#],
      code: [
        CodeExcerpt(
          "Sources/Equations/MaskSoftmax/MaskSoftmax.swift", declaration: "public func sampled"),
        CodeExcerpt(
          "Sources/VolumeRendering/StreamingLift.swift",
          declaration: "public func renderedFeature("),
      ]
    ) { page in
      let (model, view) = (try faces().configuration, try made(page).view)
      let volumes = (0..<model.parts).map { "\(DumpNames.part($0))_density3d" }
      let shown = ["ray_density", "ray_weights", "\(partName(page))_ray_density"]
      let found = try recordings(page, volumes + shown + ["fused_feature3d"])
      show(&page, shown[0], found, "σ: fused density at the samples of each ray")
      show(&page, shown[1], found, "w: weight of each sample in its ray")
      show(
        &page, shown[2], found,
        "density of the part \(name(Int(page["part"]))) alone at each sample (green arrows in Fig. 2)"
      )
      let grid = VoxelGrid(
        box: model.volumeBox, planes: model.depthPlanes, rows: model.coarseSize,
        columns: model.coarseSize, rowAxis: model.rowAxis)
      let points = grid.coordinates(of: view.samplePoints).reshaped([-1, 3])
      let largest = view.partDensities.maximum().item
      let compared = volumes.enumerated().map { part, volume -> (Double, Double) in
        let explicit = MaskSoftmax().sampled(
          found[volume]?.tensor ?? .zeros([1, 1, 1]), at: points)
        let streamed = view.partDensities[axis: 3, part].flattened()
        return (explicit.maximum().item, largestDifference(explicit, streamed))
      }
      page.table(
        "density at the samples, read from the volume and streamed",
        columns: ["part", "largest density", "largest difference"],
        rows: compared.enumerated().map { [name($0), $1.0.brief, $1.1.brief] })
      page.holds(
        "for every part, samples of the volume equal the streamed density (largest difference, "
          + "relative to the largest density)",
        (compared.map(\.1).max() ?? 1) / largest, atMost: 1e-5)
      let fused = found["fused_feature3d"]?.tensor ?? .zeros([1])
      let features = fused.sampled(at: points)  // [P, C]
        .reshaped(view.ray.renderingWeights.shape + [model.featureChannels])
      let rendered = VolumeWeights().rendered(view.ray.renderingWeights, features)  // [1, R, C]
        .transposed().reshaped(view.feature.shape)
      page.holds(
        "rendering the fused volume gives the streamed feature (largest relative difference)",
        largestDifference(rendered, view.feature) / view.feature.absolute().maximum().item,
        atMost: 1e-5)
      page.number(
        "values in the parts' feature volumes, which the model never stores",
        Double(model.parts * fused.count))
      page.number(
        "values in the feature maps that the volumes are made from",
        Double(model.parts * fused.count / model.depthPlanes))
      page.why(
        """
        A trilinear sample reads eight voxels. Their values follow from four pixels of each part's maps \
        and from ψ on two planes, and ψ has a closed formula. The model therefore reads the maps and \
        never builds a volume; the volumes in this chapter were built for the pictures. At the paper's \
        size they would take 1.6 GiB per portrait.
        """)
    }
  }

  var rendered: Step {
    Step(
      "Eq. 4", "What is the output of the volume renderer?",
      formulas: [
        #"f_{\text{render}} = \sum_i w_i f_i^{3d}"#
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/VolumeWeights/VolumeWeights.swift",
          declaration: "public func rendered")
      ]
    ) { page in
      let (model, view) = (try faces().configuration, try made(page).view)
      let shown = ["render_feature", "render_depth", "mask_init", "mask_coarse"]
      let found = try recordings(page, shown)
      show(&page, shown[0], found, "f_render: the feature of each ray")
      show(
        &page, shown[1], found,
        "Σ w t: expected distance of each ray from the camera in world units; bright is near")
      show(&page, shown[2], found, "m_init: Σ w σ of each part, the mask before the softmax")
      show(&page, shown[3], found, "m: softmax of m_init over the parts, the coarse mask")
      expectShape(
        &page, shown[0], found, [model.featureChannels, model.coarseSize, model.coarseSize])
      let distance = try made(page).distance()
      let classes = view.maskProbabilities.argmax(axis: 1)[0].cast(to: .float32)
      func mean(_ part: PartClass) -> Double {
        let region = classes.isEqual(to: .scalar(Double(part.rawValue)))
        return ((region * distance).sum() / region.sum()).item
      }
      page.holds(
        "rays that show the face end nearer to the camera than rays that show the background "
          + "(difference of the mean distances)", mean(.background) - mean(.face), atLeast: 0.06)
      page.why(
        "`render_depth` is Σ w t without a division. Here the weights of every ray add up to 1, so it "
          + "is the mean distance Σ w t / Σ w as well. With densities of exactly 0, as ReLU gives, some "
          + "rays lose light and the two differ (note 30).")
    }
  }

  var masks: Step {
    Step(
      "Eq. 9–10", "Which part does a ray show?",
      formulas: [
        #"m_k = \frac{\exp(m_k^{\text{init}})}{\sum_j \exp(m_j^{\text{init}})}"#,
        #"m_k^{\text{init}} = \sum_i w_i \sigma_k^i"#,
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/MaskSoftmax/MaskSoftmax.swift",
          declaration: "public func maskLogits"),
        CodeExcerpt(
          "Sources/Equations/MaskSoftmax/MaskSoftmax.swift",
          declaration: "public func maskProbabilities"),
      ],
      sweep: Sweep("column", Self.columns, moving: ["place_of_the_ray", "mask_of_the_ray"])
    ) { page in
      let (model, view, index) = (try faces().configuration, try made(page).view, try ray(page))
      let size = model.coarseSize
      try showPlace(&page)
      func own(_ maps: Tensor) -> [Double] {
        (0..<model.parts).map { maps[0, $0, index / size, index % size].item }
      }
      let (logits, masks) = (own(view.maskLogits), own(view.maskProbabilities))
      page.bars(
        "mask_of_the_ray", masks, labels: (0..<model.parts).map(name),
        caption: "the coarse mask m at this ray: the probability of each part")
      let order = logits.indices.sorted { logits[$0] > logits[$1] }
      let (weights, density) = (
        view.ray.renderingWeights[0, index].scalars,
        view.partDensities[0, index][axis: 1, order[0]].scalars
      )
      page.equality(
        #"m_k^{\text{init}}"#,
        .sum(of: zip(weights, density).map { .number($0) * .number($1) }, showing: 2),
        equals: logits[order[0]], within: 2e-6 * max(1, logits[order[0]]))
      let terms = logits.map { Arithmetic.exp(.number($0)) }
      page.equality(
        "m_k", .exp(.number(logits[order[0]])) / .sum(of: terms, showing: 2),
        equals: masks[order[0]], within: 2e-6)
      page.table(
        "the two most probable parts at this ray; the first is k in the formulas",
        columns: ["part", "m_init", "m"],
        rows: order.prefix(2).map { [name($0), logits[$0].brief, masks[$0].brief] })
      page.holds(
        "the masks of all parts add up to 1 in every pixel (largest error)",
        (view.maskProbabilities.sum(axes: [1]) - 1).absolute().maximum().item, atMost: 1e-6)
      let swapped = MaskSoftmax().maskProbabilities(
        view.maskLogits.permuted(axes: [0, 2, 3, 1]) * 2)
      let doubled = swapped.maximum(axes: [3])[0] - view.maskProbabilities.maximum(axes: [1])[0]
      page.holds(
        "doubling every m_init makes no mask less certain (smallest increase of the largest m)",
        doubled.minimum().item, atLeast: -1e-6)
      page.why(
        "The sum in the formula shows the two samples that count most, and the rest as one number. The "
          + "softmax compares the sums of all parts: a part wins where it has density at samples whose "
          + "weight w is large.")
    }
  }

  var final: Step {
    Step(
      "Fig. 2, output", "What is the output of the whole generator?",
      formulas: [#"m_{\text{hr}} = \text{upsample}(2 m - 1) + \Delta m"#],
      code: [CodeExcerpt(Self.source, declaration: "public func callAsFunction")]
    ) { page in
      let (model, made) = (try faces().configuration, try made(page))
      let shown = ["image", "mask_residual", "mask_final"]
      let found = try recordings(page, shown)
      page.gallery(
        "portrait_and_mask",
        [
          .face("portrait", made.image[0]), .mask("final mask", made.mask[0]),
          .mask("coarse mask", made.coarseMask[0]),
          .picture("distance, bright is near", made.distancePicture(model)),
        ], columns: 2,
        caption:
          "the portrait, the most probable part of the final and of the coarse mask, and the mean "
          + "distance Σ w t / Σ w of each ray")
      show(&page, shown[1], found, "Δm: what the render net adds to the coarse mask, for each part")
      show(
        &page, shown[2], found,
        "m_hr: the mask at the portrait's resolution; the discriminator reads portrait and mask")
      let size = model.imageSize
      expectShape(&page, shown[0], found, [3, size, size])
      expectShape(&page, shown[2], found, [model.parts, size, size])
      page.holds(
        "the final mask is the upsampled coarse mask plus Δm (largest difference)",
        largestDifference(made.mask, made.coarseMask.upsampledTwice() + made.maskResidual),
        atMost: 1e-5)
      let upsampled = made.coarseMask.upsampledTwice().argmax(axis: 1).cast(to: .float32)
      page.holds(
        "the final mask shows the part of the coarse mask (share of pixels)",
        upsampled.isEqual(to: made.mask.argmax(axis: 1).cast(to: .float32)).mean().item,
        atLeast: FaceBounds.agreement)
      page.number("named tensors in a dump of this model", Double(DumpNames.all(model).count))
      page.why(
        "The paper adds Δm to the upsampled m. Here the coarse mask is 2m − 1, which has the range of the "
          + "real masks that the discriminator sees (note 17).")
    }
  }
}
