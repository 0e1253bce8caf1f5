import Inspection

extension Chapter {
  /// The chapters that explain the paper, in reading order.
  ///
  /// The equations come first: latents, one ray, the depth of the parts and their volumes, masks, losses
  /// and measures. The chapter on gradients follows. The networks come next, in the order of figure 2,
  /// and training is last.
  public static var explaining: [Chapter] {
    [
      .wPlusFactorization, .volumeWeights, .relativeDepth, .gaussianLifting, .partFusion,
      .maskSoftmax, .depthSmoothness, .meanDifference, .gradients, .mappingAndLatents,
      .partGenerator, .pipeline, .renderNet, .discriminator, .trainingStep,
    ]
  }

  /// All chapters: the generated faces first, then the chapters that explain the paper.
  public static var every: [Chapter] { [.generatedFaces] + explaining }
}
