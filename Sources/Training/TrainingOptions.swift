import ModelConfiguration

/// The options of training apart from the model; each field is a JSON key of the same name.
///
/// A missing key takes the default given here. The defaults are those of the reference systems: batch
/// 16 on one machine, StyleGAN2's optimizer and penalties, SemanticStyleGAN's mask terms, the paper's
/// smoothness. The number of iterations is not among them, because a run can always be continued.
public struct TrainingOptions: JSONSettings {
  /// The options of the reference systems.
  public static let standard = TrainingOptions()

  /// The number of real, and of generated, portraits in a batch: 1 to 4, or a multiple of 4.
  public var batch = 16
  /// The random seed of initial weights, of every draw, and of the order of the data.
  public var seed: UInt64 = 0
  /// Adam's learning rate for the generator, before the correction for path length.
  public var generatorRate = 0.002
  /// Adam's learning rate for the discriminator, before the correction for R1.
  public var discriminatorRate = 0.002
  /// The weight w of R1 on images, which enters the loss as w/2 · R1.
  public var imagePenaltyWeight = 10.0
  /// The weight w of R1 on masks, which enters the loss as w/2 · R1.
  ///
  /// If this weight and `imagePenaltyWeight` are 0, the update of R1 is left out.
  public var maskPenaltyWeight = 1000.0
  /// The number of iterations from one R1 update to the next.
  public var penaltyInterval = LazySchedule().penaltyInterval
  /// The weight of the path-length penalty; 0 leaves the update out.
  public var pathWeight = 0.5
  /// The number of iterations from one path-length update to the next.
  public var pathInterval = LazySchedule().pathInterval
  /// The weight of the difference between coarse and final mask.
  public var maskRegularizerWeight = 100.0
  /// The weight λ_ds of the depth smoothness, equation 12.
  public var smoothnessWeight = 0.1
  /// The decay d of the moving average: the share of the old average that is kept in every
  /// iteration.
  public var averageDecay = MovingAverage.decay
  /// The probability that a batch is mixed from two latents, 0 … 1.
  public var mixingProbability = PortraitDraw.mixingProbability
  /// Whether the render net's noise is drawn anew for every portrait; if not, its stored maps are used.
  public var noise = true
  /// Whether real pairs are randomly flipped, shifted, scaled and rotated.
  public var augment = false
}

extension TrainingOptions {
  /// The largest number of portraits in a batch.
  public static let mostPortraits = 4096

  /// Creates the standard options with weights of R1 for portraits of a given size.
  ///
  /// The weights of the reference systems were chosen for 512 × 512. Each pixel of a small portrait
  /// matters more, so the discriminator's gradient is larger, and these weights regularize it too much.
  /// Training at 32 × 32 and 64 × 64 worked with a twentieth of them. Above 64, the weights increase
  /// linearly to their full value at 512 (note 42 of Docs/PaperNotes.md).
  ///
  /// - Parameter imageSize: the number of rows, and of columns, of the portraits.
  public init(imageSize: Int) {
    self.init()
    let way = max(0, Double(imageSize - 64) / (512 - 64))
    imagePenaltyWeight *= (1 + 19 * way) / 20
    maskPenaltyWeight *= (1 + 19 * way) / 20
  }

  /// Reads a JSON object; a missing key takes its default, an unknown key is an error.
  public init(from decoder: any Decoder) throws { try self.init(from: decoder, by: Self.init) }

  /// Throws an error that names the first field whose value is not allowed.
  public func validate() throws(ConfigurationError) {
    for (field, value, most) in [
      ("batch", batch, Self.mostPortraits), ("penaltyInterval", penaltyInterval, 1 << 20),
      ("pathInterval", pathInterval, 1 << 20),
    ] where value < 1 || value > most {
      throw ConfigurationError(field, "is \(value), expected 1 … \(most)")
    }
    // The minibatch deviation compares portraits in groups of four; a smaller batch is one group.
    if batch > 4 && !batch.isMultiple(of: 4) {
      throw ConfigurationError("batch", "is \(batch), expected 1 to 4 or a multiple of 4")
    }
    for (field, value) in [
      ("generatorRate", generatorRate), ("discriminatorRate", discriminatorRate),
      ("imagePenaltyWeight", imagePenaltyWeight), ("maskPenaltyWeight", maskPenaltyWeight),
      ("pathWeight", pathWeight), ("maskRegularizerWeight", maskRegularizerWeight),
      ("smoothnessWeight", smoothnessWeight),
    ] where !value.isFinite || value < 0 {
      throw ConfigurationError(field, "is \(value), expected a finite number, 0 or more")
    }
    for (field, value) in [
      ("averageDecay", averageDecay), ("mixingProbability", mixingProbability),
    ] where !(0...1).contains(value) {
      throw ConfigurationError(field, "is \(value), expected 0 … 1")
    }
    try requireSinglePrecision()
  }
}

extension TrainingOptions {
  /// The schedule of the updates.
  public var schedule: LazySchedule {
    LazySchedule(penaltyInterval: penaltyInterval, pathInterval: pathInterval)
  }

  /// Whether training uses R1.
  public var hasGradientPenalty: Bool { imagePenaltyWeight > 0 || maskPenaltyWeight > 0 }
  /// Whether training uses path length.
  public var hasPathLength: Bool { pathWeight > 0 }

  /// Returns the updates of an iteration in order, without those whose weight is 0.
  public func updates(at iteration: Int) -> [LazySchedule.Update] {
    schedule.updates(at: iteration).filter { update in
      switch update {
      case .gradientPenalty: hasGradientPenalty
      case .pathLength: hasPathLength
      case .discriminator, .generator, .movingAverage: true
      }
    }
  }

  /// The generator's optimizer, corrected for path length if training uses it.
  public var generatorOptimizer: Adam {
    Adam(rate: generatorRate, lazyInterval: hasPathLength ? pathInterval : nil)
  }

  /// The discriminator's optimizer, corrected for R1 if training uses it.
  public var discriminatorOptimizer: Adam {
    Adam(rate: discriminatorRate, lazyInterval: hasGradientPenalty ? penaltyInterval : nil)
  }
}
