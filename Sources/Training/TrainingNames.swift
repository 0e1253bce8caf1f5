/// The names under which an update hands its tensors to a probe.
///
/// | Name                                         | What                                           |
/// |----------------------------------------------|------------------------------------------------|
/// | `discriminator/real_scores`, `…/fake_scores` | `[B, 1]`, of the pairs that D is trained with  |
/// | `gradientPenalty/image`, `…/mask`            | R1 before its weights                          |
/// | `generator/adversarial`, `…/mask_regularizer`, `…/depth_smoothness` | terms before their weights |
/// | `pathLength/lengths`, `…/penalty`            | `[B]`, and the penalty before its weight       |
/// | `{update}/loss`                              | what the update minimises                      |
/// | `{update}/gradient_length`                   | the length of all its gradients together       |
/// | `{update}/gradient/{parameter}`              | the gradient of one parameter                  |
/// | `generator/portrait/…`                       | every tensor of Fig. 2 of the first portrait   |
public enum TrainingNames {
  static let realScores = "discriminator/real_scores"
  static let fakeScores = "discriminator/fake_scores"
  static let imagePenalty = "gradientPenalty/image"
  static let maskPenalty = "gradientPenalty/mask"
  static let adversarial = "generator/adversarial"
  static let maskRegularizer = "generator/mask_regularizer"
  static let depthSmoothness = "generator/depth_smoothness"
  static let portrait = "generator/portrait"
  static let pathLengths = "pathLength/lengths"
  static let pathPenalty = "pathLength/penalty"

  static func loss(_ update: LazySchedule.Update) -> String { "\(update.rawValue)/loss" }

  static func gradientLength(_ update: LazySchedule.Update) -> String {
    "\(update.rawValue)/gradient_length"
  }

  static func gradients(_ update: LazySchedule.Update) -> String { "\(update.rawValue)/gradient" }

  /// What the metrics are made of; cheap enough for every iteration.
  static let measured: Set<String> = Set(
    [
      realScores, fakeScores, imagePenalty, maskPenalty, adversarial, maskRegularizer,
      depthSmoothness, pathLengths, pathPenalty,
    ] + LazySchedule.Update.allCases.flatMap { [loss($0), gradientLength($0)] })
}
