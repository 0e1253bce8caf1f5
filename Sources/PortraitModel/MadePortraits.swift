import MaskSoftmax
import ModelConfiguration
import Probes
import Tensors
import VolumeRendering

/// The portraits of a generator of any kind, with what training and evaluation read of them.
///
/// | Property         | Lifted maps (the paper) | A 3D generator per part | Flat |
/// |------------------|-------------------------|-------------------------|------|
/// | image and masks  | yes                     | yes                     | yes  |
/// | `view`           | yes                     | yes                     | nil  |
/// | `predictedDepth` | yes                     | nil                     | nil  |
/// | `absoluteDepth`  | yes                     | nil                     | nil  |
public enum MadePortraits: Sendable {
  /// Portraits from lifted 2D maps, the paper's method.
  case lifted(GeneratedPortraits)
  /// Portraits from a 3D generator per part (CNeRF-style).
  case field(FieldPortraits)
  /// Portraits that were composed in 2D, without camera and volume.
  case flat(FlatPortraits)

  /// The portraits, `[B, 3, S, S]`, about −1 … 1.
  public var image: Tensor {
    switch self {
    case .lifted(let made): made.image
    case .field(let made): made.image
    case .flat(let made): made.image
    }
  }

  /// The final masks m_hr, `[B, K, S, S]`, about −1 … 1.
  public var mask: Tensor {
    switch self {
    case .lifted(let made): made.mask
    case .field(let made): made.mask
    case .flat(let made): made.mask
    }
  }

  /// The coarse masks 2m − 1, `[B, K, H, W]`.
  public var coarseMask: Tensor {
    switch self {
    case .lifted(let made): made.coarseMask
    case .field(let made): made.coarseMask
    case .flat(let made): made.coarseMask
    }
  }

  /// The coarse mask probabilities m, `[B, K, H, W]`, 0 … 1.
  public var maskProbabilities: Tensor { view?.maskProbabilities ?? (coarseMask + 1) * 0.5 }

  /// The rendered view with its rays; nil for a flat model.
  public var view: RenderedView? {
    switch self {
    case .lifted(let made): made.view
    case .field(let made): made.view
    case .flat: nil
    }
  }

  /// The depths d that the parts' generators predict, `[B, K, H, W]`, in planes, the input of equation
  /// 13; nil if there are none in a volume.
  public var predictedDepth: Tensor? { lifted?.maps.relativeDepth }

  /// The absolute depths d̂ in the volume, `[B, K, H, W]`, in planes; nil if nothing is lifted.
  public var absoluteDepth: Tensor? { lifted?.absoluteDepth }

  /// The portraits with their maps; nil unless maps were lifted.
  public var lifted: GeneratedPortraits? {
    guard case .lifted(let made) = self else { return nil }
    return made
  }
}

extension Generator {
  /// Generates portraits of the configuration's kind: from lifted maps, from a 3D generator per part, or
  /// flat.
  ///
  /// - Parameters:
  ///   - expandedLatents: one latent for every layer of every part, `[B, K · layers, L]`.
  ///   - poses: yaw and pitch, `[B, 2]`, radians; a flat model does not read them.
  ///   - options: mask weights, jitter, noise, samples; a flat model reads only the noise.
  /// - Returns: portraits and masks with their intermediate results.
  public func made(
    expandedLatents: Tensor, poses: Tensor, options: Options = Options()
  ) -> MadePortraits {
    switch configuration.kind {
    case .lifted: .lifted(self(expandedLatents: expandedLatents, poses: poses, options: options))
    case .field:
      .field(
        FieldGenerator(configuration, parameters)(
          expandedLatents: expandedLatents, poses: poses, options: options))
    case .flat:
      .flat(
        FlatGenerator(configuration, parameters)(
          expandedLatents: expandedLatents, noise: options.noise))
    }
  }

  /// Passes every tensor after the latents to a probe, those of the configuration's kind of model.
  ///
  /// - Parameters:
  ///   - made: the output of the generator.
  ///   - image: the index of the image in the batch.
  ///   - weighting: the weights of equation 10 with which the portraits were made; nil for those of the
  ///     configuration.
  ///   - probe: the receiver of the tensors.
  public func record(
    _ made: MadePortraits, image: Int = 0, weighting: MaskWeighting? = nil, into probe: Probe
  ) {
    switch made {
    case .lifted(let made): record(made, image: image, weighting: weighting, into: probe)
    case .field(let made):
      FieldGenerator(configuration, parameters).record(
        made, image: image, weighting: weighting, into: probe)
    case .flat(let made):
      FlatGenerator(configuration, parameters).record(made, image: image, into: probe)
    }
  }
}
