import Camera
import MaskSoftmax
import ModelConfiguration
import Probes
import Tensors
import VolumeRendering

extension RenderedView {
  /// Passes the tensors of equations 2 to 4 and 9 to 11 along the rays to a probe.
  ///
  /// - Parameters:
  ///   - model: the configuration of the model.
  ///   - image: the index of the image in the batch.
  ///   - weighting: the weights of equation 10 with which the view was made.
  ///   - probe: the receiver of the tensors.
  func record(
    of model: Configuration, image: Int, weighting: MaskWeighting, into probe: Probe
  ) {
    let size = model.coarseSize
    // A 3D generator per part is read at the sample points: no fused volume, no SAMPLE.
    let isLifted = model.kind == .lifted
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
      samplePoints[image].reshaped([size, size, -1, 3]))
    record(
      "ray_depths", unit: "world units", DumpMeanings.rayDepths(model.camera), rays: rayDepths)
    record(
      "ray_density", unit: "density", equation: isLifted ? "Eq. 8" : "", DumpMeanings.rayDensity,
      rays: sampleDensity)
    record(
      "ray_transmittance", equation: "Eq. 3", DumpMeanings.transmittance, rays: ray.transmittance)
    record("ray_weights", equation: "Eq. 2", DumpMeanings.weights, rays: ray.renderingWeights)
    lazy var sampledDensity = DumpMeanings.sampledDensity(partDensities[image])
    for part in 0..<model.parts {
      record(
        "\(DumpNames.part(part))_ray_density", unit: "density",
        equation: isLifted ? "Eq. 11" : "", sampledDensity, rays: partDensities[axis: 3, part])
    }
    probe.record(
      "render_feature", axes: "[C, H, W]", equation: "Eq. 4",
      meaning: DumpMeanings.renderedFeature, feature[image])
    probe.record(
      "render_depth", axes: "[H, W]", unit: "world units",
      meaning: DumpMeanings.expectedDepth(model.camera), expectedDepth[image])
    probe.record(
      "mask_init", axes: "[K, H, W]", equation: "Eq. 10",
      meaning: DumpMeanings.maskLogits(weighting.explanation), maskLogits[image])
    probe.record(
      "mask_coarse", axes: "[K, H, W]", equation: "Eq. 9",
      meaning: DumpMeanings.maskProbabilities, maskProbabilities[image])
  }
}
