import Camera
import Foundation
import GaussianLifting
import MaskSoftmax
import PartFusion
import PortraitClasses
import RelativeDepth
import Tensors
import VolumeRendering
import VolumeWeights

/// A portrait whose 2D maps replace those of the part generators, lifted and ready to be rendered.
public struct LiftedPortrait: Sendable {
  /// The maps that are lifted.
  public let input: PortraitInput
  /// The predicted depths d²ᵈ, `[K, H, W]`, relative to the face for parts 2 and up.
  public let relativeDepth: Tensor
  /// The absolute depths d̂²ᵈ at which the maps are lifted, `[K, H, W]`.
  public let absoluteDepth: Tensor
  /// The density maps σ²ᵈ, `[K, H, W]`.
  public let densityMap: Tensor
  /// The renderer, which applies equations 2–11.
  public var renderer: VolumeRenderer

  /// σ²ᵈ of the nearest part at a pixel, and the factor by which each part in front reduces σ²ᵈ.
  static let (nearestDensity, densityFactor) = (5.0, 6.0)

  /// Lifts a portrait.
  ///
  /// - Parameters:
  ///   - input: the maps.
  ///   - alpha: α of equation 7.
  ///   - samples: the number of samples on a ray. There is no importance pass, so that sums over samples
  ///     are plain sums.
  public init(_ input: PortraitInput, alpha: Double = 2, samples: Int = 64) {
    self.input = input
    relativeDepth = Self.onTheFace(RelativeDepth().relativeDepth(of: input.absoluteDepth))
    absoluteDepth = RelativeDepth().absoluteDepth(of: relativeDepth)
    densityMap = Self.densityMap(coverage: input.coverage, depth: absoluteDepth, alpha: alpha)
    renderer = VolumeRenderer(
      lifting: GaussianLifting(alpha: alpha, depthPlanes: input.grid.planes),
      // "Density per plane": a part of density σ that fills one plane transmits exp(−σ) of the light.
      volumeWeights: VolumeWeights(opticalScale: 1 / input.grid.planePitch),
      camera: input.camera, box: input.grid.box, rowAxis: input.grid.rowAxis, samples: samples,
      importanceSamples: 0)
  }

  /// Returns σ²ᵈ, computed from coverage and depth, `[K, H, W]`.
  ///
  /// Equation 9 compares densities alone, so at every pixel a part in front must be denser than the
  /// parts that it hides. Each part in front of another therefore reduces the density of that part. Of
  /// parts at the same depth, the one with the higher number counts as in front: parts lie on the face,
  /// and the face lies before the background.
  /// Where a part covers half of a pixel or less, its bell stops that share of the light:
  /// 1 − exp(−σ √(π/α)) = coverage.
  static func densityMap(coverage: Tensor, depth: Tensor, alpha: Double) -> Tensor {
    let planes = (Double.pi / alpha).squareRoot()
    let (parts, pixels) = (coverage.shape[0], coverage.shape[1] * coverage.shape[2])
    let (shape, coverage, depth) = (coverage.shape, coverage.floats, depth.floats)
    return Tensor(shape, filling: Float.self) { density in
      for index in 0..<parts * pixels {
        let inFront = (0..<parts).count { other in
          let place = other * pixels + index % pixels
          return coverage[place] > 0.5 && (depth[place], other) > (depth[index], index / pixels)
        }
        let share = Double(coverage[index])
        let ladder = nearestDensity / pow(densityFactor, Double(inFront))
        density[index] = Float(share > 0.5 ? ladder : -log1p(-share) / planes)
      }
    }
  }

  /// The least distance of eyes, brows and mouth in front of the face, in planes.
  static let featureRelief = 1.0

  /// Returns relative depths with eyes, brows and mouth moved in front of the face, `[K, H, W]`.
  ///
  /// An eyeball that is ray-cast alone lies behind the eyelids. The model expects these parts to be
  /// "normally above the face base" (§3.2).
  static func onTheFace(_ relativeDepth: Tensor) -> Tensor {
    let features = [PartClass.eyes, .brows, .mouth]
    let floor = PartClass.allCases.map { features.contains($0) ? featureRelief : -1e6 }
    return relativeDepth.maximum(Tensor([floor.count, 1, 1], floor).cast(to: .float32))
  }

  /// Returns the parts at given depths, in the form that the renderer takes.
  ///
  /// The feature has four channels: the three colors times the density, and the density itself. Their
  /// quotient after rendering is the density-weighted mean color along the ray. This quotient replaces
  /// the render net, which decodes features in the model.
  ///
  /// - Parameter absoluteDepth: `[K, H, W]`, planes.
  /// - Returns: maps with a batch of one.
  public func stack(at absoluteDepth: Tensor) -> PartStack {
    let density = densityMap.unsqueezed(axis: 1)
    return PartStack(
      feature: Tensor.concatenated([input.color * density, density], axis: 1).unsqueezed(axis: 0),
      densityMap: densityMap.unsqueezed(axis: 0), absoluteDepth: absoluteDepth.unsqueezed(axis: 0))
  }

  /// Renders the portrait from a pose.
  ///
  /// - Parameters:
  ///   - pose: the pose of the camera.
  ///   - size: the number of rows and of columns of the view.
  ///   - weighting: the weights of equation 10.
  ///   - depth: depths to use instead of the portrait's own, `[K, H, W]`.
  /// - Returns: the image, the classes and all intermediate tensors.
  public func view(
    from pose: CameraPose, size: Int = 64, weighting: MaskWeighting = .rendering,
    at depth: Tensor? = nil
  ) -> PortraitView {
    var renderer = renderer
    renderer.masks = MaskSoftmax(weighting)
    let poses = Tensor([1, 2], [pose.yaw, pose.pitch]).cast(to: .float32)
    return PortraitView(
      withoutGradients {
        renderer.view(of: stack(at: depth ?? absoluteDepth), from: poses, size: size)
      })
  }
}

/// A rendered portrait.
public struct PortraitView: Sendable {
  /// All tensors that the renderer computed.
  public let rendered: RenderedView
  /// The image, `[3, size, size]`, 0 … 1.
  public let image: Tensor
  /// The most probable class of each pixel, `[size, size]`, int32.
  public let labels: Tensor

  init(_ rendered: RenderedView) {
    self.rendered = rendered
    let feature = rendered.feature[0]
    let (color, density) = (
      feature.sliced(axis: 0, from: 0, length: 3), feature.sliced(axis: 0, from: 3, length: 1)
    )
    // A ray that meets nothing has density 0: the added constant makes it black and avoids 0 / 0.
    image = (color / (density + 1e-6)).clamped(0, 1)
    labels = rendered.maskProbabilities[0].argmax(axis: 0)
  }
}
