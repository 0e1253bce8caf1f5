import Camera
import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import VolumeWeights

// The steps that depend on the camera: rays, rendered feature and masks, the portrait.
extension PipelineSteps {
  static let rays = Step(
    "Eq. 2–3", "How much does each sample on a ray contribute?",
    formulas: [
      #"w_i = T_i\,(1 - \exp(-\sigma_i \delta_i))"#,
      #"T_i = \exp\left(-\sum_{j<i} \sigma_j \delta_j\right)"#,
    ],
    code: [
      CodeExcerpt("Sources/VolumeRendering/VolumeRenderer.swift", declaration: "public func view(")
    ]
  ) { page in
    let model = model(page).configuration
    show(&page, "ray_points", "world coordinates x, y and z of the middle sample on every ray")
    show(
      &page, "ray_depths",
      "distance of each sample along its ray; samples lie closer together where weights are large")
    show(&page, "ray_density", "σ: fused density at each sample")
    show(&page, "ray_transmittance", "T: share of the light that reaches each sample")
    show(&page, "ray_weights", "w: weight of each sample in its ray")
    func rays(_ name: String) -> Tensor { seen(page)[name]?.tensor ?? .zeros([1]) }
    let (depths, density, weights) = (rays("ray_depths"), rays("ray_density"), rays("ray_weights"))
    let count = model.samples + model.importanceSamples
    expectShape(&page, "ray_weights", [model.coarseSize, model.coarseSize, count])
    let steps =
      depths.sliced(axis: 2, from: 1, length: count - 1)
      - depths.sliced(axis: 2, from: 0, length: count - 1)
    page.holds(
      "sample depths never decrease along a ray (smallest step)", steps.minimum().item, atLeast: 0)
    let sums = weights.sum(axes: [2])
    page.holds(
      "the weights of a ray add up to at most 1 (largest sum)", sums.maximum().item,
      atMost: 1 + 1e-5)
    // δ_N is 10¹⁰ for the last sample: any density there stops all remaining light.
    let ends = density[axis: 2, count - 1].isGreater(than: .scalar(1e-6))
    page.number("rays whose last sample has density", ends.sum().item)
    page.holds(
      "if the last sample has any density, the weights of the ray add up to 1 (largest error)",
      ((sums - 1).absolute() * ends).maximum().item, atMost: 1e-5)
    page.why(
      """
      Half of the samples are equally spaced. The importance pass places the other half where the \
      weights of the first half are large. The positions of all samples are detached: gradients do \
      not move them. The paper does not mention the importance pass; it comes from VolumeGAN (notes \
      16 and 25 in Docs/PaperNotes.md). `importanceSamples` 0 switches it off.
      """)
  }

  static let streaming = Step(
    "Eq. 11, streaming", "Can a view be rendered without storing the volumes?",
    formulas: [#"\sigma_k^i(u,v) = \text{SAMPLE}(\sigma_k^{3d}, X_i(u,v))"#],
    code: [
      CodeExcerpt(
        "Sources/Equations/MaskSoftmax/MaskSoftmax.swift", declaration: "public func sampled"),
      CodeExcerpt(
        "Sources/VolumeRendering/VolumeRenderer.swift", declaration: "private func refined"),
    ]
  ) { page in
    let model = model(page).configuration
    let view = made(page, turned: 0).view
    show(
      &page, "\(partName(page))_ray_density",
      "density of this part alone at each sample (green arrows in Fig. 2)")
    let grid = VoxelGrid(
      box: model.volumeBox, planes: model.depthPlanes, rows: model.coarseSize,
      columns: model.coarseSize, rowAxis: model.rowAxis)
    let points = grid.coordinates(of: view.samplePoints).reshaped([-1, 3])
    let largest = view.partDensities.maximum().item
    let rows = (0..<model.parts).compactMap { part -> [String]? in
      guard let volume = seen(page)["\(DumpNames.part(part))_density3d"]?.tensor else { return nil }
      let explicit = MaskSoftmax().sampled(volume, at: points)
      let streamed = view.partDensities[axis: 3, part].flattened()
      let difference = largestDifference(explicit, streamed)
      page.holds(
        "\(LittleModel.names[part]): volume samples equal the streamed density (relative difference)",
        difference / largest, atMost: 1e-5)
      return [LittleModel.names[part], "\(explicit.maximum().item)", "\(difference)"]
    }
    page.table(
      "density at the samples, from the volume and streamed",
      columns: ["part", "largest density", "largest difference"], rows: rows)
    let fused = seen(page)["fused_feature3d"]?.tensor ?? .zeros([1])
    let features = fused.sampled(at: points)  // [P, C]
      .reshaped(view.ray.renderingWeights.shape + [model.featureChannels])
    let rendered = VolumeWeights().rendered(view.ray.renderingWeights, features)  // [1, R, C]
      .transposed().reshaped(view.feature.shape)
    page.holds(
      "rendering the fused volume gives the streamed feature (largest relative difference)",
      largestDifference(rendered, view.feature) / view.feature.absolute().maximum().item,
      atMost: 1e-5)
    let stored = (0..<model.parts).reduce(0) { sum, part in
      sum + (seen(page)["\(DumpNames.part(part))_feature3d"]?.tensor.count ?? 0)
    }
    page.number(
      "values in the parts' feature volumes, which the model never stores", Double(stored))
    page.number(
      "values in the feature maps that the volumes are made from",
      Double(stored / model.depthPlanes))
    page.why(
      """
      A trilinear sample reads eight voxels. Their values follow from four pixels of each part's maps \
      and from ψ on two planes, and ψ has a closed formula. The model therefore reads the maps and \
      never builds a volume; the volumes in this chapter were built for the pictures. At the paper's \
      size they would take 1.6 GiB per portrait.
      """)
  }

  static let rendered = Step(
    "Eq. 4, 9–10", "What is the output of the volume renderer?",
    formulas: [
      #"f_{\text{render}} = \sum_i w_i f_i^{3d}"#,
      #"m = \text{softmax}_k \sum_i w_i \sigma_k^i"#,
    ],
    code: [
      CodeExcerpt(
        "Sources/Equations/VolumeWeights/VolumeWeights.swift", declaration: "public func rendered")
    ]
  ) { page in
    let model = model(page).configuration
    show(&page, "render_feature", "f_render: the feature of each ray")
    show(&page, "render_depth", "Σ w t: expected depth of each ray; 0 where a ray meets no density")
    show(&page, "mask_init", "m_init: Σ w σ of each part")
    show(&page, "mask_coarse", "m: softmax of m_init over the parts, the coarse mask")
    func tensor(_ name: String) -> Tensor { seen(page)[name]?.tensor ?? .zeros([1, 1, 1]) }
    expectShape(
      &page, "render_feature", [model.featureChannels, model.coarseSize, model.coarseSize])
    let mask = tensor("mask_coarse")
    page.holds(
      "the masks of all parts add up to 1 in every pixel (largest error)",
      (mask.sum(axes: [0]) - 1).absolute().maximum().item, atMost: 1e-5)
    page.holds("no mask is negative (smallest value)", mask.minimum().item, atLeast: 0)
    // Where Σ w < 1, Σ w t is pulled towards 0; only the mean Σ w t / Σ w is a depth on the ray.
    let ray = made(page, turned: 0).view
    let sums = ray.ray.renderingWeights.sum(axes: [-1])
    let means = VolumeWeights().normalizedDepth(ray.ray.renderingWeights, at: ray.rayDepths)
    let stopped = means.scalars.filter(\.isFinite)
    page.number("rays that meet some density", Double(stopped.count))
    page.number("smallest Σ w of a ray", sums.minimum().item)
    page.holds(
      "the mean depth Σ w t / Σ w is not in front of the near end of the ray (smallest)",
      stopped.min() ?? 0, atLeast: model.camera.near - 1e-4)
    page.holds(
      "the mean depth Σ w t / Σ w is not behind the far end of the ray (largest)",
      stopped.max() ?? 9,
      atMost: model.camera.far + 1e-4)
    page.why(
      "`render_depth` is Σ w t without a division. For a ray that lets light pass, this value is "
        + "smaller than the depth of the matter that the ray meets. The mean Σ w t / Σ w is a separate "
        + "quantity with its own name (note 30).")
  }

  static let final = Step(
    "Fig. 2, output", "What is the output of the whole generator?",
    formulas: [#"m_{\text{hr}} = \text{upsample}(2 m - 1) + \Delta m"#],
    code: [CodeExcerpt(source, declaration: "public func callAsFunction")]
  ) { page in
    let model = model(page).configuration
    show(&page, "image", "the portrait from fresh weights")
    show(&page, "mask_residual", "Δm: what the render net adds to the coarse mask")
    show(
      &page, "mask_final",
      "m_hr: the mask at the portrait's resolution; the discriminator reads portrait and mask")
    let (size, found) = (model.imageSize, made(page, turned: 0))
    expectShape(&page, "image", [3, size, size])
    expectShape(&page, "mask_final", [model.parts, size, size])
    page.holds(
      "the final mask is the upsampled coarse mask plus Δm (largest difference)",
      largestDifference(found.mask, found.coarseMask.upsampledTwice() + found.maskResidual),
      atMost: 1e-5)
    let names = Set(seen(page).keys)
    page.number("named tensors", Double(names.count))
    page.holds(
      "the recorded tensors are exactly those that a dump of this model contains",
      names == Set(DumpNames.all(model)))
    page.why(
      "The paper prints upsample(m) + Δm. Here the coarse mask is 2m − 1, which has the range of the "
        + "real masks that the discriminator sees (note 17).")
  }

  static let camera = Step(
    "Camera", "Which tensors change when the camera is turned?",
    code: [CodeExcerpt("Sources/Camera/RayBundle.swift", declaration: "public init")]
  ) { page in
    let model = model(page)
    let (front, side) = (seen(page), seen(page, turned: page["yaw"]))
    let names = DumpNames.all(model.configuration)
    let start = names.firstIndex(of: "ray_points") ?? 0
    let changes = names.map { name -> Double in
      guard let a = front[name]?.tensor, let b = side[name]?.tensor else { return .infinity }
      return largestDifference(a, b)
    }
    let shown = names.indices.filter {
      !names[$0].hasPrefix("part") || names[$0].hasPrefix("part01")
    }
    page.table(
      "change of each tensor when the camera is turned",
      columns: ["tensor", "largest |front − side|"],
      rows: shown.map { [names[$0], changes[$0] == 0 ? "none" : "\(Float(changes[$0]))"] })
    page.holds(
      "turning the camera does not change latents, maps and volumes, to the bit (largest change)",
      changes[..<start].max() ?? 1, atMost: 0)
    // With fresh weights, a part's density may lie where no ray passes: it is then zero in every view.
    let met = names.indices[start...].filter { front[names[$0]]?.tensor.maximum().item != 0 }
    page.holds(
      "turning the camera changes ray_points and all later nonzero tensors (smallest change)",
      met.map { changes[$0] }.min() ?? 0,
      atLeast: 1e-6)
    page.holds(
      "at most one of these tensors is zero everywhere (number of such tensors)",
      Double(names.count - start - met.count),
      atMost: 1)
    let turns = [-page["yaw"], -page["yaw"] / 2, 0, page["yaw"] / 2, page["yaw"]]
    let latents = model.latents(from: UInt64(page["seed"]))
    let orbit = withoutGradients {
      model.generator(
        expandedLatents: latents.broadcast(to: [turns.count] + latents.shape[1...]),
        poses: model.poses(turned: turns))
    }
    page.sheet(
      "render_depth_turning", orbit.view.expectedDepth,
      titles: turns.map { "yaw \(Float($0))" }, axes: "[view, H, W]", unit: "world",
      caption: "expected depth of the rays, for five cameras around the same volume")
    page.picture(
      "image_turning",
      .column(
        [
          palettePictures(
            turns.indices.map { orbit.view.maskProbabilities[$0].argmax(axis: 0) }, factor: 8),
          imagePictures(turns.indices.map { orbit.image[$0] / 2 + 0.5 }, factor: 4),
        ], gap: 4),
      caption: "the same five cameras: most probable part of the coarse mask, and the portrait"
    )
    page.why(
      "No computation before the rays uses the camera. Features, depths and densities are computed "
        + "once for all views. Their consistency between views is built in, not learned.")
  }
}
