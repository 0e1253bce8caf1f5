import ModelConfiguration
import PortraitModel

extension StudioState {
  /// Returns the command that writes the portrait of this state, word by word.
  ///
  /// Only what differs from the command's own defaults is named.
  ///
  /// - Parameters:
  ///   - model: the configuration of the studio's model.
  ///   - source: the words that name the model, such as `--checkpoint FOLDER`; empty for the shipped one.
  ///   - latents: the file of the found portrait, if the state is of one.
  ///   - folder: the folder that the command writes.
  /// - Returns: the words, beginning with `ssgan3d`.
  public func words(
    of model: Configuration, source: [String] = [], latents: String? = nil,
    to folder: String = "Output/studio"
  ) -> [String] {
    var words = ["ssgan3d", "generate"] + source
    words += latents.map { ["--latents", $0] } ?? ["--seed", "\(recipe.seed)"]
    if recipe.isTruncated { words += ["--truncation", "\(recipe.truncation)"] }
    let seeds = recipe.parts.map(\.text).filter { !$0.isEmpty }
    words += seeds.flatMap { ["--part", $0] }
    if let blend = recipe.blend { words += ["--blend", blend.text] }
    if !muted.isEmpty { words += ["--mute", muted.map(PartName.text).joined(separator: ",")] }
    if maskWeights != model.maskWeights { words += ["--mask-weights", maskWeights.rawValue] }
    words += rendererWords(of: model)
    // The command's camera is frontal and level.
    if yaw != .pi / 2 { words += ["--yaw", "\(yaw)"] }
    if pitch != .pi / 2 { words += ["--pitch", "\(pitch)"] }
    return words + ["--out", folder]
  }

  /// Returns the words that change the renderer's settings of a model to those of this state.
  func rendererWords(of model: Configuration) -> [String] {
    let standard = StudioState(of: model)
    let fields: [(String, Bool, String)] = [
      ("liftingKernel", kernel != standard.kernel, kernel.rawValue),
      ("liftingAlpha", alpha != standard.alpha, "\(alpha)"),
      ("opticalScale", opticalScale != standard.opticalScale, "\(opticalScale)"),
      ("evaluationSamples", samples != standard.samples, "\(samples)"),
      (
        "evaluationImportanceSamples", importanceSamples != standard.importanceSamples,
        "\(importanceSamples)"
      ),
    ]
    return fields.filter(\.1).flatMap { name, _, value in ["--set", "\(name)=\(value)"] }
  }

  /// Returns the command as one line for a shell.
  public func command(
    of model: Configuration, source: [String] = [], latents: String? = nil
  ) -> String {
    words(of: model, source: source, latents: latents).map(DumpRecord.shellWord)
      .joined(separator: " ")
  }
}
