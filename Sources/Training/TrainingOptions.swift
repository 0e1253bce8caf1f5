import Camera
import Foundation
import ModelConfiguration

/// Everything that training can be told apart from the model; each field is a JSON key of its name.
///
/// A key that is missing takes the value given here, which is that of the reference systems: batch 16
/// on one machine, StyleGAN2's optimiser and penalties, SemanticStyleGAN's mask terms, the paper's
/// smoothness. How long to train is no part of it: a run can always be continued.
public struct TrainingOptions: Sendable, Equatable, Codable {
  /// Portraits in a batch, real and generated alike: 1 to 4, or a multiple of 4.
  public var batch = 16
  /// The seed of fresh weights, of every draw, and of the order of the data.
  public var seed: UInt64 = 0
  /// Adam's rate for the generator, before the correction for path length.
  public var generatorRate = 0.002
  /// Adam's rate for the discriminator, before the correction for R1.
  public var discriminatorRate = 0.002
  /// The weight of R1 on images, over 2.
  public var imagePenaltyWeight = GradientPenalty.imageWeight
  /// The weight of R1 on masks, over 2; without both weights the update is left out.
  public var maskPenaltyWeight = GradientPenalty.maskWeight
  /// Iterations from one R1 update to the next.
  public var penaltyInterval = GradientPenalty.interval
  /// The weight of the path-length penalty; 0 leaves the update out.
  public var pathWeight = PathLength.weight
  /// Iterations from one path-length update to the next.
  public var pathInterval = PathLength.interval
  /// The weight of the difference between coarse and final mask.
  public var maskRegularizerWeight = AdversarialLosses.maskRegularizerWeight
  /// λ_ds of equation 12.
  public var smoothnessWeight = 0.1
  /// What the moving average keeps of itself in every iteration.
  public var averageDecay = MovingAverage.decay
  /// How often a batch is mixed from two latents, 0 … 1.
  public var mixingProbability = PortraitDraw.mixingProbability
  /// Whether the render net's noise is drawn anew for every portrait; else its stored maps serve.
  public var noise = true
  /// Whether real pairs are flipped, shifted, scaled and turned at random.
  public var augment = false

  /// The most portraits in a batch.
  public static let mostPortraits = 4096

  /// The options of the reference systems.
  public init() {}

  /// The same with the weights of R1 for portraits of another size than the 512 they were chosen for.
  ///
  /// A pixel of a small portrait carries more of it, so its slope is larger, and the reference's
  /// weights hold the discriminator too still. A twentieth of them has trained 32 × 32 and 64 × 64;
  /// from there a straight line goes up to the whole at 512 (note 42 of Docs/PaperNotes.md).
  ///
  /// - Parameter imageSize: rows, and columns, of the portraits.
  public init(imageSize: Int) {
    let way = max(0, Double(imageSize - 64) / (512 - 64))
    imagePenaltyWeight *= (1 + 19 * way) / 20
    maskPenaltyWeight *= (1 + 19 * way) / 20
  }

  /// The JSON keys, in the order of the documentation.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case batch, seed, generatorRate, discriminatorRate, imagePenaltyWeight, maskPenaltyWeight
    case penaltyInterval, pathWeight, pathInterval, maskRegularizerWeight, smoothnessWeight
    case averageDecay, mixingProbability, noise, augment
  }

  /// Reads a JSON object: a missing key keeps its value, an unknown one is an error.
  public init(from decoder: any Decoder) throws {
    try rejectUnknownKeys(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ field: inout Value) throws {
      field = try values.decodeIfPresent(Value.self, forKey: key) ?? field
    }
    try read(.batch, &batch)
    try read(.seed, &seed)
    try read(.generatorRate, &generatorRate)
    try read(.discriminatorRate, &discriminatorRate)
    try read(.imagePenaltyWeight, &imagePenaltyWeight)
    try read(.maskPenaltyWeight, &maskPenaltyWeight)
    try read(.penaltyInterval, &penaltyInterval)
    try read(.pathWeight, &pathWeight)
    try read(.pathInterval, &pathInterval)
    try read(.maskRegularizerWeight, &maskRegularizerWeight)
    try read(.smoothnessWeight, &smoothnessWeight)
    try read(.averageDecay, &averageDecay)
    try read(.mixingProbability, &mixingProbability)
    try read(.noise, &noise)
    try read(.augment, &augment)
  }

  /// Stops with the first field whose value is impossible.
  public func validate() throws(ConfigurationError) {
    for (field, value, most) in [
      ("batch", batch, Self.mostPortraits), ("penaltyInterval", penaltyInterval, 1 << 20),
      ("pathInterval", pathInterval, 1 << 20),
    ] where value < 1 || value > most {
      throw ConfigurationError(field, "is \(value), expected 1 … \(most)")
    }
    // The minibatch deviation compares portraits in groups of four, or of all where they are fewer.
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
  }
}

extension TrainingOptions {
  /// When the updates of an iteration are due.
  public var schedule: LazySchedule {
    LazySchedule(penaltyInterval: penaltyInterval, pathInterval: pathInterval)
  }

  /// Whether R1 is taken at all.
  public var hasGradientPenalty: Bool { imagePenaltyWeight > 0 || maskPenaltyWeight > 0 }
  /// Whether path length is taken at all.
  public var hasPathLength: Bool { pathWeight > 0 }

  /// The updates of an iteration in their order, without those whose weight is 0.
  public func updates(at iteration: Int) -> [LazySchedule.Update] {
    schedule.updates(at: iteration).filter { update in
      switch update {
      case .gradientPenalty: hasGradientPenalty
      case .pathLength: hasPathLength
      case .discriminator, .generator, .movingAverage: true
      }
    }
  }

  /// Adam for the generator, corrected for path length where that is taken.
  var generatorOptimizer: Adam {
    Adam(rate: generatorRate, lazyInterval: hasPathLength ? pathInterval : nil)
  }

  /// Adam for the discriminator, corrected for R1 where that is taken.
  var discriminatorOptimizer: Adam {
    Adam(rate: discriminatorRate, lazyInterval: hasGradientPenalty ? penaltyInterval : nil)
  }
}

extension TrainingOptions {
  /// These options with fields replaced one after the other, checked at the end.
  ///
  /// - Parameter assignments: `field=value`, the value as JSON.
  /// - Throws: `ConfigurationError` that names the field, whatever is wrong.
  /// - Returns: the changed options.
  public func setting(_ assignments: [String]) throws(ConfigurationError) -> TrainingOptions {
    var options = self
    for assignment in assignments {
      guard let sign = assignment.firstIndex(of: "=") else {
        throw ConfigurationError(assignment, "has no value, expected field=value")
      }
      let (field, value) = (
        String(assignment[..<sign]), assignment[assignment.index(after: sign)...]
      )
      options = try options.setting(field, String(value))
    }
    try options.validate()
    return options
  }

  private func setting(_ field: String, _ text: String) throws(ConfigurationError)
    -> TrainingOptions
  {
    var data = Data()
    do {
      let tree = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(self))
      var fields = tree as? [String: Any] ?? [:]
      let value = try? JSONSerialization.jsonObject(
        with: Data(text.utf8), options: .fragmentsAllowed)
      if value is NSNull { throw ConfigurationError(field, "is null, expected a value") }
      fields[field] = value ?? text
      data = try JSONSerialization.data(withJSONObject: fields)
      return try JSONDecoder().decode(TrainingOptions.self, from: data)
    } catch let error as ConfigurationError {
      throw error
    } catch let error as DecodingError {
      // The decoder has no name for a number that does not fit its field.
      if case .dataCorrupted(let context) = error, context.codingPath.isEmpty {
        throw ConfigurationError(field, "is \(text), expected a whole number, 0 or more")
      }
      throw ConfigurationError(decoding: error, of: data)
    } catch {
      throw ConfigurationError(field, "is \(text), which is no JSON value")
    }
  }
}
