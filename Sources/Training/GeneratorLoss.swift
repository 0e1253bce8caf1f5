import DepthSmoothness
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// The loss that the generator minimizes: equation 12 with all its terms.
///
/// Paper §3.4, equation 12; the terms of ℒ_SSGAN are SemanticStyleGAN's.
///
///     ℒ_SSGAN = E softplus(−D(x̂, m_hr)) + λ_m · E (2m − 1 − pool(m_hr))²
///     ℒ       = ℒ_SSGAN + λ_ds ℒ_ds                                         Eq. 12
///
/// ℒ_ds is left out if the parts predict no depths in a volume, as in a flat model or with a 3D generator
/// per part.
///
/// | Symbol | Code                                    | Value            |
/// |--------|-----------------------------------------|------------------|
/// | λ_m    | `TrainingOptions.maskRegularizerWeight` | 100              |
/// | λ_ds   | `TrainingOptions.smoothnessWeight`      | 0.1 in the paper |
///
/// The path-length penalty has an update of its own, see `LazySchedule`.
public struct GeneratorLoss: Sendable {
  /// The scores D(x̂, m_hr), `[B, 1]`.
  public let scores: Tensor
  /// The adversarial loss softplus(−D(x̂, m_hr)), a batch mean.
  public let adversarial: Tensor
  /// The mean squared difference between coarse and final mask, before its weight.
  public let maskRegularizer: Tensor
  /// The depth smoothness ℒ_ds, equation 13, before its weight; 0 if it is left out.
  public let depthSmoothness: Tensor
  /// The weighted sum, equation 12.
  public let total: Tensor

  /// Computes the loss, which can be differentiated with respect to the generator's parameters.
  ///
  /// - Parameters:
  ///   - fake: portraits of a generator with tracked parameters.
  ///   - discriminator: D, whose parameters stay fixed.
  ///   - configuration: the model, which tells whether the background's depth is predicted.
  ///   - options: the weights of the loss terms.
  public init(
    _ fake: MadePortraits, judgedBy discriminator: Discriminator,
    _ configuration: Configuration, _ options: TrainingOptions = .standard
  ) {
    let smoothness = DepthSmoothness(
      weight: options.smoothnessWeight,
      includesBackground: configuration.backgroundDepth == .predicted)
    scores = discriminator(fake.image, mask: fake.mask)
    adversarial = AdversarialLosses.generator(fake: scores)
    maskRegularizer = AdversarialLosses.maskRegularizer(
      coarseMask: fake.coarseMask, finalMask: fake.mask)
    let ssgan = adversarial + options.maskRegularizerWeight * maskRegularizer
    guard let depth = fake.predictedDepth else {
      depthSmoothness = .zeros([], ssgan.scalarType)
      total = ssgan
      return
    }
    depthSmoothness = smoothness.loss(depth)
    total = smoothness.total(adversarial: ssgan, smoothness: depthSmoothness)
  }

  /// Computes the loss of portraits from lifted maps, see `init(_:judgedBy:_:_:)`.
  public init(
    _ fake: GeneratedPortraits, judgedBy discriminator: Discriminator,
    _ configuration: Configuration, _ options: TrainingOptions = .standard
  ) {
    self.init(.lifted(fake), judgedBy: discriminator, configuration, options)
  }
}
