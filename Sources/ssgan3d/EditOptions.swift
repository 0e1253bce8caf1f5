import ArgumentParser
import CommandStatus
import MaskSoftmax
import ModelConfiguration
import PortraitModel
import Studio

extension MaskWeighting: ExpressibleByArgument {}

/// The options that change parts of a portrait, as the studio does.
struct EditOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Gives a part seeds of its own for shape, texture or both, for example \
      hair:shape=12,texture=3; may be repeated. Parts: \(PartNames.all).
      """, valueName: "part:shape=seed,texture=seed"),
    transform: { try PortraitRecipe.PartSeeds(text: $0) })
  var part: [PortraitRecipe.PartSeeds] = []

  @Option(
    help: ArgumentHelp(
      """
      Moves W⁺ towards the portrait of another seed, for example seed=9,amount=0.3; with part=hair and \
      aspect=shape (texture, both) only there. It follows --part.
      """, valueName: "seed=seed,amount=share"),
    transform: { try PortraitRecipe.Blend(text: $0) })
  var blend: PortraitRecipe.Blend?

  @Option(help: "The parts to leave out, with commas between them: features and densities are 0.")
  var mute: String?

  @Option(
    help: """
      The only parts that compose the portrait, with commas between them; features and densities of \
      all others are 0.
      """)
  var parts: String?

  @Option(
    help: """
      The weights of equation 10: rendering, or ones as in the ablation of figure 9 (default: the field \
      maskWeights of the model).
      """)
  var maskWeights: MaskWeighting?

  func validate() throws {
    if mute != nil && parts != nil {
      throw ValidationError("--mute and --parts both choose the parts; give one of them")
    }
    let seeded = part.map(\.part)
    if let twice = seeded.first(where: { part in seeded.count { $0 == part } > 1 }) {
      throw ValidationError(
        "--part names \(PartName.text(twice)) twice; give shape and texture in one option")
    }
  }

  /// Returns the latents of a portrait with the edits.
  func recipe(seed: UInt64, truncation: Double) -> PortraitRecipe {
    PortraitRecipe(seed: seed, truncation: truncation, parts: part, blend: blend)
  }

  /// Returns the parts that compose the portrait; nil for all of them.
  ///
  /// - Parameter model: the model.
  /// - Throws: `WrongUse` if the model has no such part, or no volume in which a part could be left out.
  /// - Returns: the parts that `--parts` names, or those that `--mute` does not name.
  func shownParts(of model: Configuration) throws(WrongUse) -> Set<Int>? {
    if model.rendering == .flat, mute != nil || parts != nil || maskWeights != nil {
      let option = mute != nil ? "--mute" : parts != nil ? "--parts" : "--mask-weights"
      throw WrongUse("\(option): the model is flat (rendering=flat): its parts have no densities")
    }
    for (option, number) in part.map({ ("--part", $0.part) }) + [("--blend", blend?.part ?? 0)]
    where number >= model.parts {
      throw WrongUse(
        "\(option): the model has no part \(PartName.text(number)), it has "
          + PartNames.list(Array(0..<model.parts)))
    }
    if let parts { return Set(try Self.numbers(parts, option: "--parts", of: model)) }
    guard let mute else { return nil }
    return Set(0..<model.parts).subtracting(
      try Self.numbers(mute, option: "--mute", of: model))
  }

  /// Returns the numbers of parts whose names, or numbers, stand with commas between them.
  private static func numbers(
    _ text: String, option: String, of model: Configuration
  ) throws(WrongUse) -> [Int] {
    let names = text.split(separator: ",").map(String.init)
    if names.isEmpty { throw WrongUse("\(option) is empty, expected names of parts") }
    return try PartNames.numbers(names, option: option, of: model)
  }
}
