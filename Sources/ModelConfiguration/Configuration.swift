import Camera
import GaussianLifting
import MaskSoftmax
import Networks
import PartFusion
import RelativeDepth

/// The source of the background's depth.
public enum BackgroundDepth: String, Sendable, CaseIterable, Codable {
  /// The prediction of the background's generator, as in the paper.
  case predicted
  /// A fixed bowl, deepest in the middle.
  case bowl
}

/// The rule for δ_N, the spacing of a ray's last sample.
public enum LastSpacingRule: String, Sendable, CaseIterable, Codable {
  /// 10¹⁰.
  case infinite
  /// The distance to the far end of the ray.
  case far
}

/// The way in which the parts' maps become one image: by a volume, or in 2D.
public enum RenderingMode: String, Sendable, CaseIterable, Codable {
  /// Lifted to a volume: 3D-SSGAN.
  case volume
  /// Composed in 2D by pseudo-depths: SemanticStyleGAN, the paper's baseline [5].
  case flat
}

/// The source of a part's density and feature at a point of space.
public enum PartSource: String, Sendable, CaseIterable, Codable {
  /// 2D maps of the part, lifted to a volume by equations 5–7: the paper's method.
  case lifted
  /// The part's generator, evaluated at the point itself: a 3D generator per part (CNeRF-style), the
  /// baseline of Table 1.
  case field
}

/// The kinds of generators that a configuration can describe.
public enum GeneratorKind: String, Sendable, CaseIterable {
  /// 2D maps of every part are lifted to a volume: 3D-SSGAN.
  case lifted
  /// A 3D generator per part (CNeRF-style) is evaluated at every sample point.
  case field
  /// Everything is composed in 2D, without camera and volume: SemanticStyleGAN.
  case flat
}

/// The definition of a model; each field is a JSON key of the same name.
///
/// A missing key takes the value of the preset `paper`, which is the value given here.
public struct Configuration: JSONSettings {
  /// The paper's model.
  public static let standard = Configuration()

  /// The number of rows, and of columns, of a portrait.
  public var imageSize = 512
  /// The number of rows, and of columns, of part maps, rays and coarse mask: H = W.
  public var coarseSize = 64
  /// The number of depth planes, D.
  public var depthPlanes = 32
  /// The number of rows, and of columns, of the render net's first map.
  public var minFeatureSize = 16
  /// The number of semantic parts, K; part 0 is the background, part 1 the face base.
  public var parts = 13
  /// The latent width, L.
  public var latentWidth = 512
  /// The number of layers of the mapping network.
  public var mappingLayers = 8
  /// The number of channels inside a part generator.
  public var localChannels = 64
  /// The number C of channels of the 2D features.
  public var featureChannels = 256
  /// The number of frequencies 1, 2, 4, … of the Fourier features.
  public var fourierFrequencies = 9
  /// The number of layers of a part generator that the base latent modulates.
  public var baseLayers = 1
  /// The number of layers that the shape latent modulates.
  public var shapeLayers = 4
  /// The number of layers that the texture latent modulates.
  public var textureLayers = 4
  /// The source of a part's density and feature at a point (PaperNotes 58).
  ///
  /// With `field`, the parts have no depths and are not lifted; the fields that only lifting reads
  /// (`depthMode`, `backgroundDepth`, `initialDepth`, `liftingKernel`, `liftingAlpha`, `fusion` and
  /// `rowAxis`) have no effect on pictures.
  public var partSource = PartSource.lifted
  /// The kind of base layers.
  public var baseStyle = BaseStyle.conv
  /// The base of the number of channels at size s, which is min(channelMax, channelBase / s).
  public var channelBase = 32768
  /// The largest number of channels of render net and discriminator.
  public var channelMax = 512
  /// Whether facial parts' depths are relative to the face.
  public var depthMode = DepthMode.relative
  /// The source of the background's depth.
  public var backgroundDepth = BackgroundDepth.predicted
  /// The initial depth of every part, in planes.
  ///
  /// If it is nil, the depth is that of `usualDepths(_:)`, times D/32.
  public var initialDepth: [Double]?
  /// The function ψ, by default the bell of equation 7.
  public var liftingKernel = LiftingKernel.gaussian
  /// The parameter α of equation 7.
  public var liftingAlpha = 2.0
  /// The rule that fuses the parts' volumes.
  public var fusion = Fusion.sum
  /// The activation that turns the output of ToDensity into a density.
  public var densityActivation = DensityActivation.relu
  /// The optical scale s in wᵢ = Tᵢ (1 − exp(−s σᵢ δᵢ)).
  public var opticalScale = 1.0
  /// The number of coarse samples on a ray in training.
  public var samples = 12
  /// The number of samples that the importance pass adds in training; 0 switches the pass off.
  public var importanceSamples = 12
  /// The number of coarse samples on a ray in generation and evaluation.
  public var evaluationSamples = 36
  /// The number of samples that the importance pass adds in generation and evaluation.
  public var evaluationImportanceSamples = 36
  /// The weights of equation 10: those of equation 2, or 1 (PaperNotes 12).
  ///
  /// The choice holds in training, generation and evaluation; 1 is the ablation of figure 9 and Table 3.
  public var maskWeights = MaskWeighting.rendering
  /// The number of training iterations with wᵢ = 1 in equation 10; without effect if `maskWeights` is
  /// `ones`.
  public var maskWarmup = 2000
  /// The rule for δ_N.
  public var lastSpacing = LastSpacingRule.infinite
  /// The world box of the voxel centers.
  public var volumeBox = VolumeBox.reference
  /// Whether row 0 of a part map is its top.
  public var rowAxis = RowAxis.down
  /// The camera and the distribution of its poses.
  public var camera = Camera()
  /// The way in which the parts' maps become one image.
  public var rendering = RenderingMode.volume
  /// The parts that the flat model adds on top without reducing the weights of the others.
  public var transparentParts: [Int] = []
  /// Whether the render net's mask heads give a residual Δm that is added to the coarse mask, as in
  /// the paper; otherwise their sum is the final mask itself (PaperNotes 56).
  public var residualMask = true
}

extension Configuration {
  /// Reads a JSON object; a missing key takes the paper's value, an unknown key is an error.
  public init(from decoder: any Decoder) throws { try self.init(from: decoder, by: Self.init) }

  /// The initial depth of every part, in planes; the default if `initialDepth` is nil.
  public var initialDepths: [Double] {
    let usual = Self.usualDepths(depthMode)
    return initialDepth
      ?? (0..<parts).map { part in
        (part < usual.depths.count ? usual.depths[part] : usual.others) * Double(depthPlanes) / 32
      }
  }

  /// Returns the initial depths of the first parts and of all others, in planes of 32.
  ///
  /// Relative: 5 for the background, 16 for the face base, 0 on top of the face for the others.
  /// Absolute: every part where the relative ones would place it. With zeros, parts would start behind
  /// the background (PaperNotes 54).
  static func usualDepths(_ mode: DepthMode) -> (depths: [Double], others: Double) {
    switch mode {
    case .relative: ([5, 16], 0)
    case .absolute: ([5, 18, 20, 20, 20, 25, 15, 20, 15, 18, 25, 22, 18], 18)
    }
  }

  /// The kind of the generator.
  public var kind: GeneratorKind {
    if rendering == .flat { return .flat }
    return partSource == .field ? .field : .lifted
  }

  /// The number of layers of one part generator.
  public var layersPerPart: Int { baseLayers + shapeLayers + textureLayers }

  /// Returns the number of channels of render net and discriminator at a size.
  public func width(at size: Int) -> Int { min(channelMax, channelBase / size) }
}
