import GaussianLifting
import ModelConfiguration
import Networks
import PartFusion
import Tensors

extension Generator {
  /// Every arrow of Fig.
  ///
  /// 2 and Fig. 3 behind the latents, by the names of the dumps, for one image.
  ///
  /// The explicit volumes are built here and only here; training and generation never hold them.
  public func dumps(of made: GeneratedPortraits, image: Int = 0) -> [String: Tensor] {
    var dumps: [String: Tensor] = [:]
    let embedding = FourierFeatures(parameters, frequencies: model.fourierFrequencies)(
      size: model.coarseSize)
    let lifting = renderer().lifting
    let density = made.maps.density?.at(0, image)
    let depth = made.absoluteDepth.at(0, image)
    let psi = lifting.weights(at: depth)
    let densities = density.map { lifting.lifted(densityMap: $0, at: depth) }
    let fusion = PartFusion(model.fusion)
    let spread =
      model.fusion == .sum
      ? psi : densities.map { psi * fusion.shares($0, partAxis: 0) } ?? psi
    let feature = made.maps.feature.at(0, image)
    var fusedFeature: Tensor?
    for part in 0..<model.parts {
      let name = part < 10 ? "part0\(part)" : "part\(part)"
      dumps["\(name)_fourier"] = embedding
      for (index, layer) in made.maps.layers.enumerated() {
        dumps["\(name)_layer\(index)"] = layer.at(0, image).at(0, part)
      }
      dumps["\(name)_feature2d"] = feature.at(0, part)
      dumps["\(name)_depth2d"] = made.maps.depth.at(0, image).sliced(0, from: part, length: 1)
      dumps["\(name)_depth_absolute"] = depth.sliced(0, from: part, length: 1)
      dumps["\(name)_density2d"] = density?.sliced(0, from: part, length: 1)
      dumps["\(name)_psi"] = psi.at(0, part)
      dumps["\(name)_density3d"] = densities?.at(0, part)
      let lifted = spread.at(0, part).expanded(0) * feature.at(0, part).expanded(1)
      dumps["\(name)_feature3d"] = lifted
      fusedFeature = fusedFeature.map { $0 + lifted } ?? lifted
      dumps["\(name)_ray_density"] = rayMap(made.view.partDensities.at(3, part), image)
    }
    dumps["fused_feature3d"] = fusedFeature
    dumps["fused_density3d"] = densities.map { fusion.fused(densities: $0) }
    addView(made, image, &dumps)
    return dumps
  }

  private func addView(
    _ made: GeneratedPortraits, _ image: Int, _ dumps: inout [String: Tensor]
  ) {
    let view = made.view
    dumps["ray_points"] = view.samplePoints.at(0, image)
      .reshaped([model.coarseSize, model.coarseSize, -1, 3])
    dumps["ray_depths"] = rayMap(view.rayDepths, image)
    dumps["ray_density"] = rayMap(view.density, image)
    dumps["ray_transmittance"] = rayMap(view.ray.transmittance, image)
    dumps["ray_weights"] = rayMap(view.ray.renderingWeights, image)
    dumps["render_feature"] = view.feature.at(0, image)
    dumps["render_depth"] = view.depth.at(0, image)
    dumps["mask_init"] = view.maskLogits.at(0, image)
    dumps["mask_coarse"] = view.maskProbabilities.at(0, image)
    dumps["image"] = made.image.at(0, image)
    dumps["mask_residual"] = made.maskResidual.at(0, image)
    dumps["mask_final"] = made.mask.at(0, image)
  }

  /// `[B, R, N]` → `[H, W, N]` of one image.
  private func rayMap(_ rays: Tensor, _ image: Int) -> Tensor {
    rays.at(0, image).reshaped([model.coarseSize, model.coarseSize, -1])
  }
}
