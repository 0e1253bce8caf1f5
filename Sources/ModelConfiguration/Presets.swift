import Camera

// The presets, models by name.
extension Configuration {
  /// The names of all presets.
  public static let presetNames = ["paper", "small", "mini", "tiny", "semanticStyleGAN"]

  /// Returns the preset with this name; nil if there is none.
  public static func preset(_ name: String) -> Configuration? {
    switch name {
    case "paper": Configuration()
    case "small": .small
    case "mini": .mini
    case "tiny": .tiny
    case "semanticStyleGAN": .semanticStyleGAN
    default: nil
    }
  }

  /// A model of 64 × 64 portraits, for a few hours of training on two processor cores.
  public static var small: Configuration {
    var model = Configuration()
    (model.imageSize, model.coarseSize, model.minFeatureSize) = (64, 32, 8)
    model.depthPlanes = 16
    (model.latentWidth, model.mappingLayers) = (128, 4)
    (model.localChannels, model.featureChannels, model.fourierFrequencies) = (32, 64, 6)
    (model.shapeLayers, model.textureLayers) = (3, 3)
    (model.channelBase, model.channelMax) = (2048, 64)
    model.renderForShortTraining()
    return model
  }

  /// Sets the rendering options with which a few hours of training on one or two cores produce
  /// faces.
  ///
  /// Docs/Training.md has the measurements, and note 41 of Docs/PaperNotes.md gives the reasons.
  private mutating func renderForShortTraining() {
    // The box holds only the part of the volume that frontal rays see, so 16 samples are about one
    // plane apart.
    volumeBox = VolumeBox(
      min: Vector(-0.13, -0.13, -0.13), max: Vector(0.13, 0.13, 0.13))
    (camera.near, camera.far) = (0.86, 1.14)
    (samples, importanceSamples) = (16, 0)
    (evaluationSamples, evaluationImportanceSamples) = (24, 0)
    liftingAlpha = 1
    densityActivation = .softplus
    opticalScale = 12
    backgroundDepth = .bowl
    maskWarmup = 400
  }

  /// A model of 32 × 32 portraits with all parts, for quick comparisons.
  public static var mini: Configuration {
    var model = Configuration.small
    (model.imageSize, model.coarseSize, model.minFeatureSize) = (32, 16, 4)
    model.latentWidth = 64
    (model.featureChannels, model.fourierFrequencies) = (32, 5)
    (model.shapeLayers, model.textureLayers) = (2, 2)
    (model.channelBase, model.channelMax) = (1024, 64)
    return model
  }

  /// A model of 32 × 32 portraits with four parts, for tests.
  public static var tiny: Configuration {
    var model = Configuration()
    (model.imageSize, model.coarseSize, model.minFeatureSize) = (32, 16, 4)
    (model.depthPlanes, model.parts) = (8, 4)
    (model.latentWidth, model.mappingLayers) = (32, 2)
    (model.localChannels, model.featureChannels, model.fourierFrequencies) = (8, 8, 5)
    (model.shapeLayers, model.textureLayers) = (1, 1)
    (model.channelBase, model.channelMax) = (512, 16)
    (model.evaluationSamples, model.evaluationImportanceSamples) = (12, 12)
    model.maskWarmup = 0
    return model
  }

  /// The published 2D baseline at its published size.
  public static var semanticStyleGAN: Configuration {
    var model = Configuration()
    model.rendering = .flat
    model.featureChannels = 512
    model.baseLayers = 2
    model.transparentParts = [10, 12]
    return model
  }
}
