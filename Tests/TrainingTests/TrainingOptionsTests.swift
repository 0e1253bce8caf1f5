import Foundation
import ModelConfiguration
import Testing

@testable import Training

@Suite("Training options")
struct TrainingOptionsTests {
  /// The defaults are those of SemanticStyleGAN and StyleGAN2, and λ_ds of the paper.
  @Test func defaultsAreThoseOfTheReferences() {
    let options = TrainingOptions()
    #expect(options.generatorRate == 0.002 && options.discriminatorRate == 0.002)
    #expect(options.imagePenaltyWeight == 10 && options.maskPenaltyWeight == 1000)
    #expect(options.penaltyInterval == 16 && options.pathInterval == 4 && options.pathWeight == 0.5)
    #expect(options.maskRegularizerWeight == 100 && options.smoothnessWeight == 0.1)
    #expect(abs(options.averageDecay - 0.99778) < 1e-5 && options.mixingProbability == 0.3)
    #expect(options.batch == 16 && options.noise && !options.augment)
    #expect(options.generatorOptimizer.rate == Adam(lazyInterval: 4).rate)
    #expect(options.discriminatorOptimizer.beta2 == Adam(lazyInterval: 16).beta2)
  }

  /// At 512 pixels the weights are the reference's; at 32 and 64, where this was tried, they are a
  /// twentieth; 288 is half way from 64 to 512.
  @Test(
    arguments: [(32, 0.5, 50), (64, 0.5, 50), (288, 5.25, 525), (512, 10, 1000)]
      as [(Int, Double, Double)])
  func penaltiesShrinkWithTheSize(size: Int, image: Double, mask: Double) {
    var options = TrainingOptions()
    (options.imagePenaltyWeight, options.maskPenaltyWeight) = (image, mask)
    #expect(TrainingOptions(imageSize: size) == options)
  }

  /// 1e-310 is a positive number in double precision and 0 where an update uses it.
  @Test(arguments: ["generatorRate", "pathWeight", "smoothnessWeight", "mixingProbability"])
  func subnormalNumbersAreRefused(field: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try TrainingOptions().setting(["\(field)=1e-310"])
    }
    #expect(error?.field == field && error?.complaint.hasPrefix("is 1e-310, which is 0") == true)
    #expect(throws: Never.self) { try TrainingOptions().setting(["\(field)=0"]) }
  }

  @Test func jsonKeepsEveryField() throws {
    var options = TrainingOptions()
    options.seed = .max
    options = try options.setting([
      "batch=8", "generatorRate=0.001", "discriminatorRate=0.003", "imagePenaltyWeight=1",
      "maskPenaltyWeight=2", "penaltyInterval=3", "pathWeight=4", "pathInterval=5",
      "maskRegularizerWeight=6", "smoothnessWeight=7", "averageDecay=0.5", "mixingProbability=1",
      "noise=false", "augment=true",
    ])
    let json = try JSONEncoder().encode(options)
    let tree = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(Set(tree.keys) == Set(TrainingOptions.keys))
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: json) == options)
    // All values differ from those that missing keys would give.
    let standard = try JSONEncoder().encode(TrainingOptions())
    let usual = try #require(try JSONSerialization.jsonObject(with: standard) as? [String: Any])
    for (key, value) in tree { #expect("\(value)" != "\(usual[key] ?? "")", "\(key)") }
  }

  @Test(
    arguments: [
      ("batch=0", "batch"), ("batch=6", "multiple of 4"), ("batch=two", "batch"),
      ("generatorRate=-1", "generatorRate"), ("averageDecay=1.5", "0 … 1"), ("rate=1", "rate"),
      ("noise", "expected field=value"), ("noise=1.5", "noise"), ("pathInterval=0", "pathInterval"),
      ("noise=null", "is null"),
    ])
  func impossibleValuesAreNamed(assignment: String, word: String) {
    let error = #expect(throws: ConfigurationError.self) {
      _ = try TrainingOptions().setting([assignment])
    }
    #expect(error?.description.contains(word) == true, "\(String(describing: error))")
  }

  static let keys =
    "batch, seed, generatorRate, discriminatorRate, imagePenaltyWeight, maskPenaltyWeight, "
    + "penaltyInterval, pathWeight, pathInterval, maskRegularizerWeight, smoothnessWeight, "
    + "averageDecay, mixingProbability, noise, augment"

  /// Invalid options and their messages.
  static let flaws = [
    (#"{"rate": 1}"#, "rate is unknown, expected one of \(keys)"),
    (#"{"batch": "two"}"#, "batch has another type, expected a whole number"),
    (#"{"batch": 1.5}"#, "batch is 1.5, expected a whole number"),
    (#"{"seed": -1}"#, "seed is -1, expected a whole number, 0 or more"),
    (#"{"seed": "abc"}"#, "seed has another type, expected a whole number, 0 or more"),
    (#"{"noise": 1}"#, "noise has another type, expected true or false"),
    (
      #"{"generatorRate": 1e999}"#,
      "generatorRate is a number too large to hold, expected a finite one"
    ),
    (#"{"pathWeight": [1]}"#, "pathWeight has another type, expected a number"),
    (#"{"batch": 6}"#, "batch is 6, expected 1 to 4 or a multiple of 4"),
    ("[]", "JSON has another type, expected an object in braces"),
  ]

  @Test(arguments: flaws)
  func aFlawOfJSONIsNamed(json: String, line: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try TrainingOptions(json: Data(json.utf8))
    }
    #expect(error?.description == "configuration: \(line)")
  }

  /// A record of an older version lacks fields that were added later.
  @Test func missingAndNullFieldsTakeTheirDefaults() throws {
    var options = TrainingOptions()
    (options.batch, options.augment) = (8, true)
    let json = Data(#"{"augment": true, "batch": 8, "seed": null}"#.utf8)
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: json) == options)
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: Data("{}".utf8)) == .standard)
  }

  @Test(
    arguments: [
      ("batch=1.5", "batch is 1.5, expected a whole number"),
      ("seed=-1", "seed is -1, expected a whole number, 0 or more"),
      ("seed=1.5", "seed is 1.5, expected a whole number, 0 or more"),
      ("rate=1", "rate is unknown, expected one of \(keys)"),
      ("batch.x=1", "batch.x has no fields inside"),
      ("noise", "noise has no value, expected field=value"),
      ("=3", "=3 lacks the name of a field, expected field=value"),
      ("pathWeight=1e999", "pathWeight is a number too large to hold, expected a finite one"),
    ])
  func aFlawOfAnAssignmentIsNamed(assignment: String, line: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try TrainingOptions().setting([assignment])
    }
    #expect(error?.description == "configuration: \(line)")
  }

  /// A seed beyond the range of `Int` keeps all its digits, also if other options are set.
  @Test func aLargeSeedIsKept() throws {
    let seed = UInt64.max - 1
    let options = try TrainingOptions().setting(["seed=\(seed)"])
    #expect(options.seed == seed)
    #expect(try options.setting(["batch=4"]).seed == seed)
  }
}
