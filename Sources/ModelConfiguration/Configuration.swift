import Camera
import GaussianLifting
import Networks
import PartFusion
import RelativeDepth

/// Where the background's depth comes from.
public enum BackgroundDepth: String, Sendable, CaseIterable, Codable {
  /// Its generator predicts it, as the paper says.
  case predicted
  /// A fixed bowl, deepest in the middle.
  case bowl
}

/// What δ_N is.
public enum LastSpacingRule: String, Sendable, CaseIterable, Codable {
  /// 10¹⁰.
  case infinite
  /// What is left to the far end.
  case far
}

/// Whether the maps are lifted and rendered, or composed flat.
public enum RenderingMode: String, Sendable, CaseIterable, Codable {
  /// Lifted to a volume: 3D-SSGAN.
  case volume
  /// Composed in 2D by pseudo-depths: SemanticStyleGAN, the paper's baseline [5].
  case flat
}

/// Everything that defines a model; each field is a JSON key of the same name.
///
/// A key that is missing takes the value of the preset `paper`, which is also the value given here.
public struct Configuration: JSONSettings {
  /// The paper's model.
  public static let standard = Configuration()

  /// Rows and columns of the portrait.
  public var imageSize = 512
  /// Rows and columns of the part maps, of the rays and of the coarse mask: H = W.
  public var coarseSize = 64
  /// The number of depth planes, D.
  public var depthPlanes = 32
  /// Rows and columns where the render net starts.
  public var minFeatureSize = 16
  /// The number of semantic parts, K; part 0 is the background, part 1 the face base.
  public var parts = 13
  /// The latent width, L.
  public var latentWidth = 512
  /// Layers of the mapping network.
  public var mappingLayers = 8
  /// Channels inside a part generator.
  public var localChannels = 64
  /// Channels of the 2D features, C.
  public var featureChannels = 256
  /// Octaves of the position features: frequencies 1, 2, 4, ….
  public var fourierFrequencies = 9
  /// Layers of a part generator driven by the base latent.
  public var baseLayers = 1
  /// Layers driven by the shape latent.
  public var shapeLayers = 4
  /// Layers driven by the texture latent.
  public var textureLayers = 4
  /// What the base layers are.
  public var baseStyle = BaseStyle.conv
  /// Channels of render net and discriminator at size s: min(channelMax, channelBase / s).
  public var channelBase = 32768
  /// The most channels of render net and discriminator.
  public var channelMax = 512
  /// Whether facial parts' depths are relative to the face.
  public var depthMode = DepthMode.relative
  /// Where the background's depth comes from.
  public var backgroundDepth = BackgroundDepth.predicted
  /// The initial depth of every part in planes of this D; nil is 5 for the background, 16 for the face
  /// base and 0 for the others, times D/32.
  public var initialDepth: [Double]?
  /// The bell of equation 7.
  public var liftingKernel = LiftingKernel.gaussian
  /// α of equation 7.
  public var liftingAlpha = 2.0
  /// How the parts' volumes are fused.
  public var fusion = Fusion.sum
  /// What makes a density out of ToDensity's output.
  public var densityActivation = DensityActivation.relu
  /// s in wᵢ = Tᵢ (1 − exp(−s σᵢ δᵢ)).
  public var opticalScale = 1.0
  /// Coarse samples on a ray in training.
  public var samples = 12
  /// Samples that the importance pass adds in training; 0 switches it off.
  public var importanceSamples = 12
  /// Coarse samples on a ray when generating and evaluating.
  public var evaluationSamples = 36
  /// Samples of the importance pass when generating and evaluating.
  public var evaluationImportanceSamples = 36
  /// Iterations of training with wᵢ = 1 in equation 10.
  public var maskWarmup = 2000
  /// What δ_N is.
  public var lastSpacing = LastSpacingRule.infinite
  /// The world box of the voxel centres.
  public var volumeBox = VolumeBox.reference
  /// Whether row 0 of a part map is its top.
  public var rowAxis = RowAxis.down
  /// The camera and the distribution of its poses.
  public var camera = Camera()
  /// Lifted and rendered, or composed flat.
  public var rendering = RenderingMode.volume
  /// In the flat model, parts that add on top without taking others' weight.
  public var transparentParts: [Int] = []
}

extension Configuration {
  /// Reads a JSON object; a missing key takes the paper's value, an unknown key is an error.
  public init(from decoder: any Decoder) throws { try self.init(from: decoder, by: Self.init) }

  /// The initial depths, the default filled in.
  public var initialDepths: [Double] {
    initialDepth
      ?? (0..<parts).map { part in
        (part == 0 ? 5 : part == 1 ? 16 : 0) * Double(depthPlanes) / 32
      }
  }

  /// Layers of one part generator.
  public var layersPerPart: Int { baseLayers + shapeLayers + textureLayers }

  /// Channels of render net and discriminator at a size.
  public func width(at size: Int) -> Int { min(channelMax, channelBase / size) }
}
