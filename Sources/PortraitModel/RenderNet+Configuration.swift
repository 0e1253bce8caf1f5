import ModelConfiguration
import Networks

extension RenderNet {
  /// Creates the render net of a model with its weights.
  init(_ model: Configuration, _ parameters: Parameters) {
    self.init(
      parameters, minFeatureSize: model.minFeatureSize, imageSize: model.imageSize,
      residualMask: model.residualMask)
  }
}
