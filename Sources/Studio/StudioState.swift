import Camera
import Foundation
import GaussianLifting
import MaskSoftmax
import ModelConfiguration
import PortraitModel

/// Everything that determines a portrait of the studio, and nothing else.
///
/// A state is what the page sends. The same state gives the same bits, whichever states came before; and
/// `StudioState.words(of:)` is the command that writes the same portrait.
public struct StudioState: Codable, Sendable, Hashable {
  /// The latents by their seeds.
  public var recipe: PortraitRecipe
  /// The number of a found portrait, which takes the place of the seed; nil for none.
  public var found: Int?
  /// The parts that are left out, ascending.
  public var muted: [Int]
  /// The yaw of the camera, in radians.
  public var yaw: Double
  /// The pitch of the camera, in radians.
  public var pitch: Double
  /// The weights of equation 10.
  public var maskWeights: MaskWeighting
  /// The lifting kernel ψ.
  public var kernel: LiftingKernel
  /// The width parameter α of the kernel.
  public var alpha: Double
  /// The optical scale s.
  public var opticalScale: Double
  /// The number of evenly spaced samples on a ray.
  public var samples: Int
  /// The number of samples of the importance pass.
  public var importanceSamples: Int

  /// Creates the state with which the studio begins: seed 0, from the front, with the model's settings.
  public init(of model: Configuration) {
    recipe = PortraitRecipe()
    muted = []
    (yaw, pitch) = (model.camera.yawMean, model.camera.pitchMean)
    maskWeights = model.maskWeights
    (kernel, alpha) = (model.liftingKernel, model.liftingAlpha)
    opticalScale = model.opticalScale
    (samples, importanceSamples) = (model.evaluationSamples, model.evaluationImportanceSamples)
  }

  /// The pose of the camera.
  public var pose: CameraPose { CameraPose(yaw: yaw, pitch: pitch) }

  /// Returns the parts that compose the portrait; nil for all of them.
  func shownParts(of model: Configuration) -> Set<Int>? {
    muted.isEmpty ? nil : Set(0..<model.parts).subtracting(muted)
  }

  /// The most samples on a ray, of each pass, that the studio renders.
  public static let mostSamples = 256

  /// Returns the configuration with the settings of this state.
  func configuration(of model: Configuration) -> Configuration {
    var result = model
    (result.liftingKernel, result.liftingAlpha) = (kernel, alpha)
    result.opticalScale = opticalScale
    (result.evaluationSamples, result.evaluationImportanceSamples) = (samples, importanceSamples)
    return result
  }

  /// Throws an error unless a model can make the portrait.
  ///
  /// - Parameters:
  ///   - model: the configuration of the model.
  ///   - portraits: the number of found portraits.
  /// - Throws: `StudioError`, one line that names the first wrong field.
  public func check(for model: Configuration, found portraits: Int = 0) throws(StudioError) {
    func require(_ isRight: Bool, _ field: String, _ problem: String) throws(StudioError) {
      if !isRight { throw StudioError("\(field) \(problem)") }
    }
    func requirePart(_ part: Int, _ field: String) throws(StudioError) {
      try require(
        (0..<model.parts).contains(part), field,
        "is \(part), expected a part 0 … \(model.parts - 1)")
    }
    let truncation = recipe.truncation
    try require(
      (-10...10).contains(truncation), "truncation", "is \(truncation), expected -10 … 10")
    try require(
      Set(recipe.parts.map(\.part)).count == recipe.parts.count, "parts", "names a part twice")
    for seeds in recipe.parts { try requirePart(seeds.part, "parts") }
    if let blend = recipe.blend {
      try require((0...1).contains(blend.amount), "blend", "is \(blend.amount), expected 0 … 1")
      if let part = blend.part { try requirePart(part, "blend") }
    }
    if let found {
      try require(
        (0..<portraits).contains(found), "found",
        "is \(found), but there are \(portraits) found portraits, counted from 0")
    }
    try require(Set(muted).count == muted.count, "muted", "names a part twice")
    for part in muted { try requirePart(part, "muted") }
    try require((-1000...1000).contains(yaw), "yaw", "is \(yaw), expected radians, -1000 … 1000")
    try require(
      pitch > 0 && pitch < .pi, "pitch", "is \(pitch), expected radians between 0 and π")
    try require(
      samples <= Self.mostSamples && importanceSamples <= Self.mostSamples, "samples",
      "are \(samples) and \(importanceSamples), expected at most \(Self.mostSamples) of each kind")
    do { try configuration(of: model).validate() } catch { throw StudioError("\(error)") }
  }

  /// Returns the parts in which two states may differ; nil if everything may.
  ///
  /// Equal latents of a part do not make it differ, nor does the camera.
  func changedParts(from other: StudioState) -> [Int]? {
    guard found == other.found, recipe.seed == other.recipe.seed || found != nil,
      recipe.truncation == other.recipe.truncation
    else { return nil }
    let (own, others) = (recipe.blend, other.recipe.blend)
    let blends = own == others ? [] : [own, others].compactMap(\.self).filter { $0.amount != 0 }
    guard blends.allSatisfy({ $0.part != nil }) else { return nil }
    let seeds = Set(recipe.parts).symmetricDifference(other.recipe.parts).map(\.part)
    let mutes = Set(muted).symmetricDifference(other.muted)
    return Set(seeds + mutes + blends.compactMap(\.part)).sorted()
  }
}

/// An error of the studio that its reader can mend.
public struct StudioError: Error, Equatable, CustomStringConvertible {
  /// One line: what is wrong and what is expected.
  public let description: String

  /// Creates an error with its line.
  public init(_ description: String) { self.description = description }

  /// Describes JSON that is not what was expected: the path of the first wrong value.
  init(decoding error: any Error) {
    guard let error = error as? DecodingError else {
      self.init("the request is not valid JSON")
      return
    }
    func line(_ context: DecodingError.Context, _ problem: String) -> String {
      let path = context.codingPath.map { key in
        key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
      }.joined().drop { $0 == "." }
      return path.isEmpty ? "the request \(problem)" : "\(path) \(problem)"
    }
    switch error {
    case .keyNotFound(let key, let context): self.init(line(context, "lacks \(key.stringValue)"))
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      self.init(line(context, "has a value of another kind than expected"))
    case .dataCorrupted(let context):
      self.init(line(context, "has a value that is not allowed there"))
    @unknown default: self.init("the request cannot be read")
    }
  }
}
