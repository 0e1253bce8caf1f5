import ArgumentParser
import CommandStatus
import MaskSoftmax
import ModelConfiguration
import PortraitModel

/// The option for the weights of equation 10, in place of those with which a model was trained.
struct MaskWeightsOption: ParsableArguments {
  @Option(
    help: """
      The weights of equation 10: rendering, or ones as in the ablation of figure 9 (default: the field \
      maskWeights of the model).
      """)
  var maskWeights: MaskWeighting?

  /// Returns a configuration with these weights.
  ///
  /// - Parameter model: the configuration of the model.
  /// - Throws: `WrongUse` if the option is given for a flat model, whose parts have no densities.
  /// - Returns: the configuration, unchanged without the option.
  func applied(to model: Configuration) throws(WrongUse) -> Configuration {
    guard let maskWeights else { return model }
    guard model.rendering == .volume else {
      throw WrongUse(
        "--mask-weights: the model is flat (rendering=flat): its parts have no densities")
    }
    var result = model
    result.maskWeights = maskWeights
    return result
  }

  /// Returns a generator with these weights, see `applied(to:)` for its configuration.
  func applied(to generator: Generator) throws(WrongUse) -> Generator {
    Generator(try applied(to: generator.configuration), generator.parameters)
  }
}
