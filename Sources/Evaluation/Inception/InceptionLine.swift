import Foundation

/// One line of `inception.jsonl`: the Fréchet Inception distance of one generator, with its conditions.
public struct InceptionLine: Codable, Sendable, Equatable {
  /// The name of the checkpoint.
  public let checkpoint: String
  /// The number of real portraits seen in training; nil if unknown.
  public let images: Int?
  /// The distance between generated portraits and the data.
  public let distance: Double
  /// The name of the data.
  public let data: String
  /// The number of pictures of the data.
  public let real: Int
  /// The number of generated portraits.
  public let generated: Int
  /// The program that computes the same distance from the same pictures.
  public let network: String
  /// The number of rows and columns of the portraits, which are resized to 299.
  public let imageSize: Int
  /// The numbers of coarse and of importance samples per ray.
  public let samples: [Int]
  /// The truncation of the latents; 1 is none.
  public let truncation: Double
  /// The random seed of latents and poses.
  public let seed: UInt64

  /// Measures a generator.
  ///
  /// - Parameters:
  ///   - checkpoint: the name of the checkpoint.
  ///   - images: the number of real portraits seen in training, if known.
  ///   - sample: the generated portraits.
  ///   - seed: the random seed of the portraits.
  ///   - reference: the moments of the data.
  ///   - data: the name of the data.
  ///   - network: the network that gave the features.
  ///   - progress: called with the number of newly finished portraits.
  /// - Throws: `FeatureError` if pictures are not finite.
  public init(
    checkpoint: String, images: Int?, _ sample: GeneratedSample, seed: UInt64,
    against reference: FeatureMoments, of data: String, _ network: InceptionNetwork,
    progress: (Int) -> Void = { _ in }
  ) throws {
    var features = FeatureMoments(width: InceptionNetwork.width)
    for first in stride(from: 0, to: sample.count, by: InceptionNetwork.together) {
      let batch = first..<min(first + InceptionNetwork.together, sample.count)
      features.add(network.features(of: sample.portraits(batch).drawn().images))
      progress(batch.count)
    }
    let model = sample.generator.configuration
    self.checkpoint = checkpoint
    self.images = images
    distance = try FrechetDistance(features, reference).value
    self.data = data
    real = reference.count
    generated = sample.count
    self.network = network.variant.program
    imageSize = model.imageSize
    samples = [model.evaluationSamples, model.evaluationImportanceSamples]
    truncation = 1
    self.seed = seed
  }

  /// The name of a file of lines.
  public static let fileName = "inception.jsonl"

  /// Returns the bytes of a file of lines.
  public static func file(_ lines: [InceptionLine]) throws -> Data {
    try MeasurementLines.data(lines)
  }
}
