import Tensors
import Training

extension IterationReport {
  /// The updates that were made, each with the values that every update reports.
  var updateReports: [(update: LazySchedule.Update, report: any UpdateReport)] {
    var all: [(LazySchedule.Update, any UpdateReport)] = [(.discriminator, discriminator)]
    if let gradientPenalty { all.append((.gradientPenalty, gradientPenalty)) }
    all.append((.generator, generator))
    if let pathLength { all.append((.pathLength, pathLength)) }
    return all
  }

  /// The values that a line of metrics averages, by their keys in `metrics.jsonl`; depth smoothness is
  /// left out if the parts predict no depths in a volume.
  var measurements: [String: Double] {
    var all = [
      "discriminator.realScore": discriminator.realScores.mean().item,
      "discriminator.fakeScore": discriminator.fakeScores.mean().item,
      "generator.adversarial": generator.adversarial,
      "generator.maskRegularizer": generator.maskRegularizer,
    ]
    all["generator.depthSmoothness"] = generator.depthSmoothness
    if let gradientPenalty {
      all["gradientPenalty.image"] = gradientPenalty.image
      all["gradientPenalty.mask"] = gradientPenalty.mask
    }
    if let pathLength {
      all["pathLength.length"] = pathLength.lengths.mean().item
      all["pathLength.penalty"] = pathLength.penalty
    }
    for (update, report) in updateReports {
      all["\(update.rawValue).loss"] = report.loss
      all["\(update.rawValue).gradientLength"] = report.gradientLength
    }
    return all
  }

  /// The values that the dump of an iteration writes to `values.json`.
  ///
  /// | Name                                         | Values                                        |
  /// |----------------------------------------------|-----------------------------------------------|
  /// | `discriminator/real_scores`, `…/fake_scores` | one score for each pair in D's update         |
  /// | `gradientPenalty/image`, `…/mask`            | R1, before its weights                        |
  /// | `generator/adversarial`, `…/mask_regularizer`, `…/depth_smoothness` | loss terms, before their weights |
  /// | `pathLength/lengths`, `…/penalty`            | one length for each portrait; the penalty, before its weight |
  /// | `{update}/loss`                              | the loss that the update minimizes            |
  /// | `{update}/gradient_length`                   | the norm of all its gradients together        |
  var dumpedValues: [String: [Double]] {
    var all = [
      "discriminator/real_scores": discriminator.realScores.scalars,
      "discriminator/fake_scores": discriminator.fakeScores.scalars,
      "generator/adversarial": [generator.adversarial],
      "generator/mask_regularizer": [generator.maskRegularizer],
    ]
    all["generator/depth_smoothness"] = generator.depthSmoothness.map { [$0] }
    if let gradientPenalty {
      all["gradientPenalty/image"] = [gradientPenalty.image]
      all["gradientPenalty/mask"] = [gradientPenalty.mask]
    }
    if let pathLength {
      all["pathLength/lengths"] = pathLength.lengths.scalars
      all["pathLength/penalty"] = [pathLength.penalty]
    }
    for (update, report) in updateReports {
      all["\(update.rawValue)/loss"] = [report.loss]
      all["\(update.rawValue)/gradient_length"] = [report.gradientLength]
    }
    return all
  }
}
