import Inspection

extension Chapter {
  /// The chapters in reading order: one ray first, then what lies along it, then losses and measures,
  /// and the gradients that carry them all; then the networks in the order of figure 2, and how they
  /// are trained.
  public static var every: [Chapter] {
    [
      .wPlusFactorization, .volumeWeights, .gaussianLifting, .partFusion, .maskSoftmax,
      .depthSmoothness, .meanDifference, .gradients, .mappingAndLatents, .partGenerator, .pipeline,
      .renderNet, .discriminator, .trainingStep,
    ]
  }
}
