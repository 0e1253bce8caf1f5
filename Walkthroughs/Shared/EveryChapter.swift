import Inspection

extension Chapter {
  /// The chapters that explain, in reading order: one ray first, then where the parts stand and what
  /// lies along it, then losses and measures, and the gradients that carry them all; then the networks
  /// in the order of figure 2, and how they are trained.
  public static var explaining: [Chapter] {
    [
      .wPlusFactorization, .volumeWeights, .relativeDepth, .gaussianLifting, .partFusion,
      .maskSoftmax, .depthSmoothness, .meanDifference, .gradients, .mappingAndLatents,
      .partGenerator, .pipeline, .renderNet, .discriminator, .trainingStep,
    ]
  }

  /// All chapters: what comes out in the end, then what explains it.
  public static var every: [Chapter] { [.generatedFaces] + explaining }
}
