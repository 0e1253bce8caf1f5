import GaussianLifting
import MaskSoftmax
import ModelConfiguration
import Networks
import PartFusion
import Probes
import Tensors

extension Generator {
  /// Passes every tensor of figures 2 and 3 after the latents to a probe, one after the other.
  ///
  /// The explicit feature volumes are built only here, one part at a time, and only if the probe wants
  /// them. Training and generation never build them.
  ///
  /// - Parameters:
  ///   - made: the output of the generator.
  ///   - image: the index of the image in the batch.
  ///   - weighting: the weights of equation 10 with which the portraits were made.
  ///   - probe: the receiver of the tensors.
  public func record(
    _ made: GeneratedPortraits, image: Int = 0, weighting: MaskWeighting = .rendering,
    into probe: Probe
  ) {
    guard probe.isInstalled else { return }
    let meanings = DumpMeanings(configuration, made, image: image)
    recordMaps(made, image, meanings, probe)
    recordVolumes(made, image, meanings, probe)
    recordView(made, image, weighting, meanings, probe)
    probe.recordPortrait(made.image, made.maskResidual, made.mask, image)
  }

  /// Passes one portrait's latents to a probe: `z`, `w`, `wplus`, `wplus_expanded`.
  ///
  /// - Parameters:
  ///   - latents: the latents of the portrait.
  ///   - probe: the receiver of the tensors.
  public func record(_ latents: PortraitLatents, into probe: Probe) {
    probe.record(
      "z", axes: "[L]", meaning: TensorMeaning("The random latent z, normally distributed."),
      latents.z[0])
    probe.record(
      "w", axes: "[L]", meaning: TensorMeaning("The mapped latent w, after truncation."),
      latents.w[0])
    probe.record(
      "wplus", axes: "[R, L]", equation: "Eq. 1",
      meaning: TensorMeaning(
        "W⁺: a base row for all parts, and a shape and a texture row for each part.",
        rows: factorization.rowLabels), latents.wplus[0])
    probe.record(
      "wplus_expanded", axes: "[R, L]", equation: "Eq. 1",
      meaning: TensorMeaning(
        "W⁺ with a row for every layer of every part. The background takes its shape row in place "
          + "of the base.", rows: factorization.expandedRowLabels), latents.expanded[0])
  }

  /// Records figure 3: the maps of every part's generator, and the absolute depths.
  private func recordMaps(
    _ made: GeneratedPortraits, _ image: Int, _ meanings: DumpMeanings, _ probe: Probe
  ) {
    let embedding = FourierFeatures(parameters, frequencies: configuration.fourierFrequencies)(
      size: configuration.coarseSize)
    let maps = made.maps
    let inside = insides(of: maps, wantedBy: probe)
    // The ranges that all parts share are computed once, and only if a tensor needs them.
    lazy var absoluteDepth = meanings.absoluteDepth()
    lazy var densityMap = meanings.densityMap
    for part in 0..<configuration.parts {
      func plane(_ maps: Tensor) -> Tensor {
        maps[image].sliced(axis: 0, from: part, length: 1)
      }
      let name = DumpNames.part(part)
      probe.record(
        "\(name)_fourier", axes: "[C, H, W]", meaning: DumpMeanings.fourier, embedding)
      if let base = inside.base {
        probe.record(
          "\(name)_base_scale", axes: "[1, H, W]", meaning: DumpMeanings.baseScale,
          plane(base.scale))
        probe.record(
          "\(name)_base_shift", axes: "[1, H, W]", meaning: DumpMeanings.baseShift,
          plane(base.shift))
      }
      for (index, layer) in inside.layers.enumerated() {
        probe.record(
          "\(name)_layer\(index)", axes: "[C, H, W]", meaning: meanings.layer(index),
          layer[image, part])
      }
      probe.record(
        "\(name)_depth2d", axes: "[1, H, W]", unit: "planes",
        meaning: meanings.relativeDepth(part), plane(maps.relativeDepth))
      probe.record(
        "\(name)_depth_absolute", axes: "[1, H, W]", unit: "planes",
        meaning: absoluteDepth, plane(made.absoluteDepth))
      if let density = maps.densityMap {
        probe.record(
          "\(name)_density2d", axes: "[1, H, W]", unit: "density", meaning: densityMap,
          plane(density))
      }
      probe.record(
        "\(name)_feature2d", axes: "[C, H, W]", meaning: meanings.feature,
        maps.feature[image, part])
    }
  }

  /// Returns the outputs inside figure 3; if the probe wants them and they were not kept, computes them
  /// again.
  private func insides(
    of maps: GeneratedMaps, wantedBy probe: Probe
  ) -> (layers: [Tensor], base: GeneratedMaps.Base?) {
    let isWanted = (0..<configuration.parts).contains { part in
      let name = DumpNames.part(part)
      let layers = (0..<configuration.layersPerPart).map { "layer\($0)" }
      return (["base_scale", "base_shift"] + layers).contains { probe.wants("\(name)_\($0)") }
    }
    guard maps.layers.isEmpty, isWanted else { return (maps.layers, maps.base) }
    let rows = [-1, configuration.parts * configuration.layersPerPart, configuration.latentWidth]
    return withoutGradients {
      let again = self.maps(of: maps.latents.detached().reshaped(rows), keepingLayers: true)
      return (again.layers, again.base)
    }
  }

  /// Records equations 5 to 8 on explicit volumes.
  private func recordVolumes(
    _ made: GeneratedPortraits, _ image: Int, _ meanings: DumpMeanings, _ probe: Probe
  ) {
    guard let density = made.maps.densityMap?[image],
      DumpNames.volumes(configuration).contains(where: probe.wants)
    else { return }
    let lifting = renderer().lifting
    let depth = made.absoluteDepth[image]
    let feature = made.maps.feature[image]
    let psi = lifting.weights(at: depth)  // [K, D, H, W]
    let densities = lifting.lifted(densityMap: density, weights: psi)
    let fusion = PartFusion(configuration.fusion)
    let spread = configuration.fusion == .sum ? psi : psi * fusion.shares(densities, partAxis: 0)
    var fused: Tensor?
    lazy var liftedDensity = meanings.liftedDensity
    lazy var liftedFeature = meanings.liftedFeature
    for part in 0..<configuration.parts {
      let name = DumpNames.part(part)
      probe.record(
        "\(name)_psi", axes: "[D, H, W]", equation: "Eq. 7", meaning: DumpMeanings.psi, psi[part])
      probe.record(
        "\(name)_density3d", axes: "[D, H, W]", unit: "density", equation: "Eq. 6",
        meaning: liftedDensity, densities[part])
      guard probe.wants("\(name)_feature3d") || probe.wants("fused_feature3d") else { continue }
      // A feature volume is C times as large as the others. At most this one and the sum so far are
      // in memory.
      let lifted = lifting.lifted(feature: feature[part], weights: spread[part])
      probe.record(
        "\(name)_feature3d", axes: "[C, D, H, W]", equation: "Eq. 5",
        meaning: liftedFeature, lifted)
      if probe.wants("fused_feature3d") { fused = fused.map { $0 + lifted } ?? lifted }
    }
    probe.record(
      "fused_density3d", axes: "[D, H, W]", unit: "density", equation: "Eq. 8",
      meaning: DumpMeanings.fusedDensity, fusion.fused(densities: densities))
    if let fused {
      probe.record(
        "fused_feature3d", axes: "[C, D, H, W]", equation: "Eq. 8",
        meaning: TensorMeaning(
          "The features of all parts together, shown by their norm.", scale: .unsigned(to: nil)),
        fused)
    }
  }

  /// Records equations 2 to 4 and 9 to 11 along the rays.
  private func recordView(
    _ made: GeneratedPortraits, _ image: Int, _ weighting: MaskWeighting,
    _ meanings: DumpMeanings, _ probe: Probe
  ) {
    let view = made.view
    let size = configuration.coarseSize
    /// Records `[B, R, N]` of one image as `[H, W, N]`.
    func record(
      _ name: String, unit: String = "", equation: String = "",
      _ meaning: @autoclosure () -> TensorMeaning, rays: @autoclosure () -> Tensor
    ) {
      probe.record(
        name, axes: "[H, W, N]", unit: unit, equation: equation, meaning: meaning(),
        rays()[image].reshaped([size, size, -1]))
    }
    probe.record(
      "ray_points", axes: "[H, W, N, 3]", unit: "world units", meaning: DumpMeanings.points,
      view.samplePoints[image].reshaped([size, size, -1, 3]))
    record("ray_depths", unit: "world units", meanings.rayDepths, rays: view.rayDepths)
    record(
      "ray_density", unit: "density", equation: "Eq. 8", DumpMeanings.rayDensity,
      rays: view.sampleDensity)
    record(
      "ray_transmittance", equation: "Eq. 3", DumpMeanings.transmittance,
      rays: view.ray.transmittance)
    record(
      "ray_weights", equation: "Eq. 2", DumpMeanings.weights, rays: view.ray.renderingWeights)
    lazy var sampledDensity = meanings.sampledDensity
    for part in 0..<configuration.parts {
      record(
        "\(DumpNames.part(part))_ray_density", unit: "density", equation: "Eq. 11",
        sampledDensity, rays: view.partDensities[axis: 3, part])
    }
    probe.record(
      "render_feature", axes: "[C, H, W]", equation: "Eq. 4",
      meaning: DumpMeanings.renderedFeature, view.feature[image])
    probe.record(
      "render_depth", axes: "[H, W]", unit: "world units", meaning: meanings.expectedDepth,
      view.expectedDepth[image])
    probe.record(
      "mask_init", axes: "[K, H, W]", equation: "Eq. 10",
      meaning: DumpMeanings.maskLogits(weighting.explanation), view.maskLogits[image])
    probe.record(
      "mask_coarse", axes: "[K, H, W]", equation: "Eq. 9",
      meaning: DumpMeanings.maskProbabilities, view.maskProbabilities[image])
  }
}

extension MaskWeighting {
  /// A sentence that says what equation 10 sums.
  public var explanation: String {
    switch self {
    case .rendering: "Equation 10 used the rendering weights w of equation 2."
    case .ones: "Equation 10 used w = 1 for every sample, as in the first iterations of training."
    }
  }
}

extension FlatGenerator {
  /// Passes the tensors of the flat model to a probe, named like their counterparts in the volume model.
  ///
  /// - Parameters:
  ///   - made: the output of the generator.
  ///   - image: the index of the image in the batch.
  ///   - probe: the receiver of the tensors.
  public func record(_ made: FlatPortraits, image: Int = 0, into probe: Probe) {
    for part in 0..<configuration.parts {
      probe.record(
        "\(DumpNames.part(part))_depth2d", axes: "[1, H, W]", meaning: DumpMeanings.pseudoDepth,
        made.pseudoDepth[image].sliced(axis: 0, from: part, length: 1))
    }
    probe.record(
      "render_feature", axes: "[C, H, W]", meaning: DumpMeanings.composedFeature,
      made.feature[image])
    probe.record(
      "mask_coarse", axes: "[K, H, W]", meaning: DumpMeanings.maskProbabilities,
      (made.coarseMask[image] + 1) * 0.5)
    probe.recordPortrait(made.image, made.maskResidual, made.mask, image)
  }
}

extension Probe {
  /// Passes on what the render net makes: the portrait, the mask residual and the final mask.
  fileprivate func recordPortrait(
    _ portrait: Tensor, _ residual: Tensor, _ mask: Tensor, _ image: Int
  ) {
    record("image", axes: "[3, H, W]", meaning: DumpMeanings.portrait, portrait[image])
    record(
      "mask_residual", axes: "[K, H, W]", meaning: DumpMeanings.maskResidual, residual[image])
    record("mask_final", axes: "[K, H, W]", meaning: DumpMeanings.finalMask, mask[image])
  }
}
