import Datasets
import Training

/// The request of a call of `invert --data`, which a later call must repeat to continue.
struct InversionRequest: Codable, Equatable {
  /// The data, with an absolute path.
  let data: String
  /// The numbering of its label maps, a raw value of `LabelScheme`; nil if there are none.
  let classes: String?
  /// The label that is ignored; nil if there is none.
  let ignored: UInt8?
  /// The least value that counts in masks of single parts; nil for 255 alone.
  let maskThreshold: UInt8?
  /// The names of the pairs that were chosen; nil for all.
  let subset: [String]?
  let poses: String?
  /// The fingerprint of the generator's weights.
  let generator: String
  let iterations: Int
  let rate: Double
  let yaw: Double?
  let pitch: Double?
  let tuneIterations: Int?
  let tuneRate: Double?
  let locality: Double?

  init(
    data: String, reading: DataReading, poses: String?, generator: String, iterations: Int,
    rate: Double,
    yaw: Double?, pitch: Double?, tuning: PivotalTuning.Options?
  ) {
    (self.data, self.poses, self.generator) = (data, poses, generator)
    (classes, ignored) = (reading.scheme?.rawValue, reading.ignored)
    (maskThreshold, subset) = (reading.maskThreshold, reading.subset)
    (self.iterations, self.rate, self.yaw, self.pitch) = (iterations, rate, yaw, pitch)
    (tuneIterations, tuneRate) = (tuning?.iterations, tuning?.rate)
    locality = tuning?.localityWeight
  }

  /// Returns the first thing in which another request differs, in words; nil if they are equal.
  func difference(from other: InversionRequest) -> String? {
    if data != other.data { return "other data (\(other.data))" }
    guard readsLike(other) else {
      return "another reading of the data (--classes, --ignore, --mask-threshold or --subset)"
    }
    if generator != other.generator { return "a generator of other weights" }
    return self == other ? nil : "other settings"
  }

  /// Returns whether both requests take the same pairs from the files.
  private func readsLike(_ other: InversionRequest) -> Bool {
    classes == other.classes && ignored == other.ignored && maskThreshold == other.maskThreshold
      && subset == other.subset
  }
}
