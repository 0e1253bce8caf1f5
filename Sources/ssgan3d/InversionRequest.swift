import Training

/// The request of a call of `invert --data`, which a later call must repeat to continue.
struct InversionRequest: Codable, Equatable {
  /// The data, with an absolute path.
  let data: String
  let classes: String?
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
    data: String, classes: String?, poses: String?, generator: String, iterations: Int,
    rate: Double,
    yaw: Double?, pitch: Double?, tuning: PivotalTuning.Options?
  ) {
    (self.data, self.classes, self.poses, self.generator) = (data, classes, poses, generator)
    (self.iterations, self.rate, self.yaw, self.pitch) = (iterations, rate, yaw, pitch)
    (tuneIterations, tuneRate) = (tuning?.iterations, tuning?.rate)
    locality = tuning?.localityWeight
  }

  /// Returns the first thing in which another request differs, in words; nil if they are equal.
  func difference(from other: InversionRequest) -> String? {
    if data != other.data || classes != other.classes { return "other data (\(other.data))" }
    if generator != other.generator { return "a generator of other weights" }
    return self == other ? nil : "other settings"
  }
}
