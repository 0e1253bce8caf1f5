import Inspection

extension Chapter {
  /// The chapters in reading order: one ray first, then what lies along it, then losses and measures,
  /// and the gradients that carry them all.
  public static var every: [Chapter] {
    [
      .wPlusFactorization, .volumeWeights, .gaussianLifting, .partFusion, .maskSoftmax,
      .depthSmoothness, .meanDifference, .gradients,
    ]
  }
}
