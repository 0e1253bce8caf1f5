import GaussianLifting
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
  ///   - probe: the receiver of the tensors.
  public func record(_ made: GeneratedPortraits, image: Int = 0, into probe: Probe) {
    guard probe.isInstalled else { return }
    recordMaps(made, image, probe)
    recordVolumes(made, image, probe)
    recordView(made, image, probe)
    probe.record("image", axes: "[3, H, W]", made.image[image])
    probe.record("mask_residual", axes: "[K, H, W]", made.maskResidual[image])
    probe.record("mask_final", axes: "[K, H, W]", made.mask[image])
  }

  /// Passes one portrait's latents to a probe: `z`, `w`, `wplus`, `wplus_expanded`.
  ///
  /// - Parameters:
  ///   - latents: the latents of the portrait.
  ///   - probe: the receiver of the tensors.
  public func record(_ latents: PortraitLatents, into probe: Probe) {
    probe.record("z", axes: "[L]", latents.z[0])
    probe.record("w", axes: "[L]", latents.w[0])
    probe.record("wplus", axes: "[R, L]", equation: "Eq. 1", latents.wplus[0])
    probe.record(
      "wplus_expanded", axes: "[R, L]", equation: "Eq. 1", latents.expanded[0])
  }

  /// Records figure 3: the maps of every part's generator, and the absolute depths.
  private func recordMaps(_ made: GeneratedPortraits, _ image: Int, _ probe: Probe) {
    let embedding = FourierFeatures(parameters, frequencies: configuration.fourierFrequencies)(
      size: configuration.coarseSize)
    let maps = made.maps
    let layers = layers(of: maps, wantedBy: probe)
    for part in 0..<configuration.parts {
      func plane(_ maps: Tensor) -> Tensor {
        maps[image].sliced(axis: 0, from: part, length: 1)
      }
      let name = DumpNames.part(part)
      probe.record("\(name)_fourier", axes: "[C, H, W]", embedding)
      for (index, layer) in layers.enumerated() {
        probe.record(
          "\(name)_layer\(index)", axes: "[C, H, W]", layer[image, part])
      }
      probe.record("\(name)_depth2d", axes: "[1, H, W]", unit: "planes", plane(maps.relativeDepth))
      probe.record(
        "\(name)_depth_absolute", axes: "[1, H, W]", unit: "planes", plane(made.absoluteDepth))
      if let density = maps.densityMap {
        probe.record("\(name)_density2d", axes: "[1, H, W]", unit: "density", plane(density))
      }
      probe.record(
        "\(name)_feature2d", axes: "[C, H, W]", maps.feature[image, part])
    }
  }

  /// Returns the outputs of figure 3's layers; if the probe wants them and they were not kept,
  /// computes them again.
  private func layers(of maps: GeneratedMaps, wantedBy probe: Probe) -> [Tensor] {
    let isWanted = (0..<configuration.parts).contains { part in
      (0..<configuration.layersPerPart).contains {
        probe.wants("\(DumpNames.part(part))_layer\($0)")
      }
    }
    guard maps.layers.isEmpty, isWanted else { return maps.layers }
    let rows = [-1, configuration.parts * configuration.layersPerPart, configuration.latentWidth]
    return withoutGradients {
      self.maps(of: maps.latents.detached().reshaped(rows), keepingLayers: true).layers
    }
  }

  /// Records equations 5 to 8 on explicit volumes.
  private func recordVolumes(_ made: GeneratedPortraits, _ image: Int, _ probe: Probe) {
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
    for part in 0..<configuration.parts {
      let name = DumpNames.part(part)
      probe.record("\(name)_psi", axes: "[D, H, W]", equation: "Eq. 7", psi[part])
      probe.record(
        "\(name)_density3d", axes: "[D, H, W]", unit: "density", equation: "Eq. 6",
        densities[part])
      guard probe.wants("\(name)_feature3d") || probe.wants("fused_feature3d") else { continue }
      // A feature volume is C times as large as the others. At most this one and the sum so far are
      // in memory.
      let lifted = lifting.lifted(feature: feature[part], weights: spread[part])
      probe.record("\(name)_feature3d", axes: "[C, D, H, W]", equation: "Eq. 5", lifted)
      if probe.wants("fused_feature3d") { fused = fused.map { $0 + lifted } ?? lifted }
    }
    probe.record(
      "fused_density3d", axes: "[D, H, W]", unit: "density", equation: "Eq. 8",
      fusion.fused(densities: densities))
    if let fused {
      probe.record("fused_feature3d", axes: "[C, D, H, W]", equation: "Eq. 8", fused)
    }
  }

  /// Records equations 2 to 4 and 9 to 11 along the rays.
  private func recordView(_ made: GeneratedPortraits, _ image: Int, _ probe: Probe) {
    let view = made.view
    let size = configuration.coarseSize
    /// Records `[B, R, N]` of one image as `[H, W, N]`.
    func record(
      _ name: String, unit: String = "", equation: String = "", rays: @autoclosure () -> Tensor
    ) {
      probe.record(
        name, axes: "[H, W, N]", unit: unit, equation: equation,
        rays()[image].reshaped([size, size, -1]))
    }
    probe.record(
      "ray_points", axes: "[H, W, N, 3]", unit: "world",
      view.samplePoints[image].reshaped([size, size, -1, 3]))
    record("ray_depths", unit: "world", rays: view.rayDepths)
    record("ray_density", unit: "density", equation: "Eq. 8", rays: view.sampleDensity)
    record("ray_transmittance", equation: "Eq. 3", rays: view.ray.transmittance)
    record("ray_weights", equation: "Eq. 2", rays: view.ray.renderingWeights)
    for part in 0..<configuration.parts {
      record(
        "\(DumpNames.part(part))_ray_density", unit: "density", equation: "Eq. 11",
        rays: view.partDensities[axis: 3, part])
    }
    probe.record(
      "render_feature", axes: "[C, H, W]", equation: "Eq. 4", view.feature[image])
    probe.record("render_depth", axes: "[H, W]", unit: "world", view.expectedDepth[image])
    probe.record("mask_init", axes: "[K, H, W]", equation: "Eq. 10", view.maskLogits[image])
    probe.record(
      "mask_coarse", axes: "[K, H, W]", equation: "Eq. 9", view.maskProbabilities[image])
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
        "\(DumpNames.part(part))_depth2d", axes: "[1, H, W]",
        made.pseudoDepth[image].sliced(axis: 0, from: part, length: 1))
    }
    probe.record("render_feature", axes: "[C, H, W]", made.feature[image])
    probe.record("mask_coarse", axes: "[K, H, W]", (made.coarseMask[image] + 1) * 0.5)
    probe.record("image", axes: "[3, H, W]", made.image[image])
    probe.record("mask_residual", axes: "[K, H, W]", made.maskResidual[image])
    probe.record("mask_final", axes: "[K, H, W]", made.mask[image])
  }
}
