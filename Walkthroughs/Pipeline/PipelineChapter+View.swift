import Camera
import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import VolumeWeights

// What depends on the camera: rays, rendered feature and masks, the portrait.
extension PipelineSteps {
  static let rays = Step(
    "Eq. 2–3", "What does a ray meet?",
    formulas: [
      #"w_i = T_i\,(1 - \exp(-\sigma_i \delta_i))"#,
      #"T_i = \exp\left(-\sum_{j<i} \sigma_j \delta_j\right)"#,
    ],
    code: [
      CodeExcerpt("Sources/VolumeRendering/VolumeRenderer.swift", declaration: "public func view(")
    ]
  ) { page in
    let model = model(page).configuration
    show(&page, "ray_points", "where the middle sample of every ray is: x, y and z of the world")
    show(
      &page, "ray_depths", "how far along the ray each sample is: dense where there is something")
    show(&page, "ray_density", "the fused density there")
    show(&page, "ray_transmittance", "how much light is left when it arrives")
    show(&page, "ray_weights", "how much each sample counts")
    func rays(_ name: String) -> Tensor { seen(page)[name]?.tensor ?? .zeros([1]) }
    let (depths, density, weights) = (rays("ray_depths"), rays("ray_density"), rays("ray_weights"))
    let count = model.samples + model.importanceSamples
    expectShape(&page, "ray_weights", [model.coarseSize, model.coarseSize, count])
    let steps =
      depths.sliced(axis: 2, from: 1, length: count - 1)
      - depths.sliced(axis: 2, from: 0, length: count - 1)
    page.holds("depths never decrease (least step)", steps.minimum().item, atLeast: 0)
    let sums = weights.sum(axes: [2])
    page.holds("no ray's weights add up to more than 1", sums.maximum().item, atMost: 1 + 1e-5)
    // The last sample has an endless stretch behind it: any density there stops all that is left.
    let ends = density[axis: 2, count - 1].isGreater(than: .scalar(1e-6))
    page.number("rays that end in some density", ends.sum().item)
    page.holds(
      "where the last sample has any density, they add up to 1 (largest error)",
      ((sums - 1).absolute() * ends).maximum().item, atMost: 1e-5)
    page.why(
      """
      Half of the samples stand at equal distances; the others are drawn where the first half found \
      weight. Their places are numbers without a gradient: the ray asks again, it is not moved. This \
      second half, the importance pass, is not in the paper, which knows the first alone; it is \
      VolumeGAN's (notes 16 and 25), and `importanceSamples` 0 leaves it out.
      """)
  }

  static let streaming = Step(
    "Eq. 11, streaming", "Were the volumes of the last steps needed at all?",
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
      "what the rays meet of this part alone (Fig. 2, green)")
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
        "\(LittleModel.names[part]): sampling the volume gives what was streamed (in largest densities)",
        difference / largest, atMost: 1e-5)
      return [LittleModel.names[part], "\(explicit.maximum().item)", "\(difference)"]
    }
    page.table(
      "density at the samples", columns: ["part", "largest", "largest difference"], rows: rows)
    let fused = seen(page)["fused_feature3d"]?.tensor ?? .zeros([1])
    let features = fused.sampled(at: points)  // [P, C]
      .reshaped(view.ray.renderingWeights.shape + [model.featureChannels])
    let rendered = VolumeWeights().rendered(view.ray.renderingWeights, features)  // [1, R, C]
      .transposed().reshaped(view.feature.shape)
    page.holds(
      "rendering the fused volume gives the streamed feature (largest difference, relative)",
      largestDifference(rendered, view.feature) / view.feature.absolute().maximum().item,
      atMost: 1e-5)
    let stored = (0..<model.parts).reduce(0) { sum, part in
      sum + (seen(page)["\(DumpNames.part(part))_feature3d"]?.tensor.count ?? 0)
    }
    page.number("numbers in the parts' feature volumes, never stored by the model", Double(stored))
    page.number("numbers in the maps they are made of", Double(stored / model.depthPlanes))
    page.why(
      """
      A sample needs eight voxels, four pixels of each part's maps and two planes of a bell that has \
      a formula. So the model reads the maps and never builds a volume; those on these pages were \
      built for the pictures. At the paper's size they would take 1.6 GiB a portrait.
      """)
  }

  static let rendered = Step(
    "Eq. 4, 9–10", "What does the volume renderer hand on?",
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
    show(&page, "render_feature", "f_render: the feature that each ray collected")
    show(&page, "render_depth", "Σ w t: how far the rays went; 0 where a ray met nothing")
    show(&page, "mask_init", "Σ w σ of each part")
    show(&page, "mask_coarse", "their softmax: which part each ray shows")
    func tensor(_ name: String) -> Tensor { seen(page)[name]?.tensor ?? .zeros([1, 1, 1]) }
    expectShape(
      &page, "render_feature", [model.featureChannels, model.coarseSize, model.coarseSize])
    let mask = tensor("mask_coarse")
    page.holds(
      "the parts' masks add up to 1 in every pixel (largest error)",
      (mask.sum(axes: [0]) - 1).absolute().maximum().item, atMost: 1e-5)
    page.holds("no mask is negative", mask.minimum().item, atLeast: 0)
    // Where Σ w < 1, Σ w t is drawn towards 0: only the mean of t tells where the light stops.
    let ray = made(page, turned: 0).view
    let sums = ray.ray.renderingWeights.sum(axes: [-1])
    let means = VolumeWeights().normalizedDepth(ray.ray.renderingWeights, at: ray.rayDepths)
    let stopped = means.scalars.filter(\.isFinite)
    page.number("rays that meet something", Double(stopped.count))
    page.number("least Σ w of a ray", sums.minimum().item)
    page.holds(
      "where the light stops, Σ w t / Σ w, is not before the near end (nearest)",
      stopped.min() ?? 0, atLeast: model.camera.near - 1e-4)
    page.holds(
      "and not behind the far end (farthest)", stopped.max() ?? 9,
      atMost: model.camera.far + 1e-4)
    page.why(
      "`render_depth` is the sum as it stands, and a ray that lets light pass seems nearer in it than "
        + "what it meets; the mean is another number with another name (note 30).")
  }

  static let final = Step(
    "Fig. 2, right", "What leaves the generator?",
    formulas: [#"m_{\text{hr}} = \text{upsample}(2 m - 1) + \Delta m"#],
    code: [CodeExcerpt(source, declaration: "public func callAsFunction")]
  ) { page in
    let model = model(page).configuration
    show(&page, "image", "the portrait of fresh weights")
    show(&page, "mask_residual", "Δm: what the render net adds to the coarse mask")
    show(&page, "mask_final", "the mask of the size of the portrait; the discriminator gets both")
    let (size, found) = (model.imageSize, made(page, turned: 0))
    expectShape(&page, "image", [3, size, size])
    expectShape(&page, "mask_final", [model.parts, size, size])
    page.holds(
      "the final mask is the upsampled coarse one plus Δm (largest difference)",
      largestDifference(found.mask, found.coarseMask.upsampledTwice() + found.maskResidual),
      atMost: 1e-5)
    let names = Set(seen(page).keys)
    page.number("named tensors", Double(names.count))
    page.holds(
      "every name that a dump of this model knows was handed over, and no other",
      names == Set(DumpNames.all(model)))
    page.why(
      "The paper prints upsample(m) + Δm. Here the mask travels as 2m − 1, the range of the real masks "
        + "that D compares with (note 17).")
  }

  static let camera = Step(
    "Camera", "What changes when the camera is turned?",
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
      "largest change", columns: ["tensor", "from the front against from the side"],
      rows: shown.map { [names[$0], changes[$0] == 0 ? "none" : "\(Float(changes[$0]))"] })
    page.holds(
      "latents, maps and volumes are the same to the bit (largest change)",
      changes[..<start].max() ?? 1, atMost: 0)
    // A fresh part may have its density outside of what the rays see: then it is zero from all sides.
    let met = names.indices[start...].filter { front[names[$0]]?.tensor.maximum().item != 0 }
    page.holds(
      "everything behind the lift changes (least change)", met.map { changes[$0] }.min() ?? 0,
      atLeast: 1e-6)
    page.holds(
      "that are all tensors, or all but a part's own", Double(names.count - start - met.count),
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
      caption: "how far the rays go, for five cameras around one and the same volume")
    page.picture(
      "image_turning",
      .column(
        [
          palettePictures(
            turns.indices.map { orbit.view.maskProbabilities[$0].argmax(axis: 0) }, factor: 8),
          imagePictures(turns.indices.map { orbit.image[$0] / 2 + 0.5 }, factor: 4),
        ], gap: 4),
      caption: "the same cameras: the coarse mask's largest part, and the portrait of fresh weights"
    )
    page.why(
      "The camera enters where rays are cast, and nowhere before. Features, depths and densities are "
        + "made once for all views; that they agree between views is built in, not learned.")
  }
}
