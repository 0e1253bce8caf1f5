import Camera
import Foundation
import GaussianLifting
import MaskSoftmax
import PartFusion
import PortraitData
import Tensors
import VolumeRendering
import VolumeWeights

/// A portrait whose 2D maps play the part generators, ready to be rendered from any side.
public struct LiftedPortrait: Sendable {
  /// The maps it was made from.
  public let input: PortraitInput
  /// d²ᵈ as a generator would predict it: relative to the face for parts 2 and up, `[K, H, W]`.
  public let relativeDepth: Tensor
  /// d̂²ᵈ, what is lifted, `[K, H, W]`.
  public let absoluteDepth: Tensor
  /// σ²ᵈ, `[K, H, W]`.
  public let densityMap: Tensor
  /// The equations in their order.
  public var renderer: VolumeRenderer

  /// σ²ᵈ of what is nearest at a pixel, and how many times thinner each part behind it is.
  static let (nearestDensity, densityFactor) = (5.0, 6.0)

  /// Lifts a portrait.
  ///
  /// - Parameters:
  ///   - input: the maps.
  ///   - alpha: α of equation 7.
  ///   - samples: samples on a ray; no importance pass, so that sums over samples are plain sums.
  public init(_ input: PortraitInput, alpha: Double = 2, samples: Int = 64) {
    self.input = input
    relativeDepth = Self.onTheFace(Self.relative(input.absoluteDepth))
    absoluteDepth = Self.absolute(relativeDepth)
    densityMap = Self.densityMap(coverage: input.coverage, depth: absoluteDepth, alpha: alpha)
    renderer = VolumeRenderer(
      lifting: GaussianLifting(alpha: alpha, depthPlanes: input.grid.planes),
      // "Density per plane": a part of density σ that fills one plane stops exp(−σ) of the light.
      volumeWeights: VolumeWeights(opticalScale: 1 / input.grid.planePitch),
      camera: input.camera, box: input.grid.box, rowAxis: input.grid.rowAxis, samples: samples,
      importanceSamples: 0)
  }

  /// σ²ᵈ from coverage and depth, `[K, H, W]`.
  ///
  /// Equation 9 decides by density alone, so at every pixel what lies in front must be denser than
  /// what it hides: each part in front of another makes that one thinner.
  /// Where a part covers less than half of a pixel, its bell is only as dense as stops that share
  /// of the light: 1 − exp(−σ √(π/α)) = coverage.
  static func densityMap(coverage: Tensor, depth: Tensor, alpha: Double) -> Tensor {
    let planes = (Double.pi / alpha).squareRoot()
    let (parts, pixels) = (coverage.shape[0], coverage.shape[1] * coverage.shape[2])
    let (shape, coverage, depth) = (coverage.shape, coverage.floats, depth.floats)
    return Tensor(shape, filling: Float.self) { density in
      for index in 0..<parts * pixels {
        let inFront = (0..<parts).count { other in
          let place = other * pixels + index % pixels
          return coverage[place] > 0.5 && depth[place] > depth[index]
        }
        let share = Double(coverage[index])
        let ladder = nearestDensity / pow(densityFactor, Double(inFront))
        density[index] = Float(share > 0.5 ? ladder : -log1p(-share) / planes)
      }
    }
  }

  /// Eyes, brows and mouth are painted on the face: at least this many planes in front of it.
  static let featureRelief = 1.0

  /// Relative depths with the facial features lifted off the skin they lie on, `[K, H, W]`.
  ///
  /// Cast alone, an eyeball lies behind the lids it is seen between; "normally above the face base"
  /// (§3.2) is what the model asks of these parts.
  static func onTheFace(_ relativeDepth: Tensor) -> Tensor {
    let features = [PartClass.eyes, .brows, .mouth]
    let floor = PartClass.allCases.map { features.contains($0) ? featureRelief : -1e6 }
    return relativeDepth.maximum(Tensor([floor.count, 1, 1], floor).cast(to: .float32))
  }

  /// d_k = d̂_k − d̂_face for parts 2 and up; background and face keep their own depth.
  static func relative(_ absoluteDepth: Tensor) -> Tensor {
    let (own, above) = split(absoluteDepth)
    return .concatenated([own, above - absoluteDepth.sliced(0, from: 1, length: 1)], 0)
  }

  /// d̂_k = d_k + d_face for parts 2 and up: what the model does with predicted depths (§3.2).
  static func absolute(_ relativeDepth: Tensor) -> Tensor {
    let (own, above) = split(relativeDepth)
    return .concatenated([own, above + relativeDepth.sliced(0, from: 1, length: 1)], 0)
  }

  private static func split(_ depth: Tensor) -> (own: Tensor, above: Tensor) {
    (
      depth.sliced(0, from: 0, length: 2),
      depth.sliced(0, from: 2, length: depth.shape[0] - 2)
    )
  }

  /// The parts as the renderer takes them, with given depths.
  ///
  /// The feature has four channels: the colours times the density, and the density itself. Their
  /// quotient after rendering is the mean colour of what the ray met, weighted by density; it stands
  /// for the render net, which has to decode features too.
  ///
  /// - Parameter absoluteDepth: `[K, H, W]`, planes.
  /// - Returns: maps with a batch of one.
  public func stack(at absoluteDepth: Tensor) -> PartStack {
    let density = densityMap.expanded(1)
    return PartStack(
      feature: Tensor.concatenated([input.colour * density, density], 1).expanded(0),
      densityMap: densityMap.expanded(0), absoluteDepth: absoluteDepth.expanded(0))
  }

  /// The portrait from a pose.
  ///
  /// - Parameters:
  ///   - pose: where the camera is.
  ///   - size: rows and columns of the view.
  ///   - weighting: the weights of equation 10.
  ///   - depth: other depths than the portrait's own, `[K, H, W]`.
  /// - Returns: colours, classes and everything in between.
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
  /// Everything the renderer computed.
  public let rendered: RenderedView
  /// The colours, `[3, size, size]`, 0 … 1.
  public let image: Tensor
  /// The most probable class of each pixel, `[size, size]`, int32.
  public let labels: Tensor

  init(_ rendered: RenderedView) {
    self.rendered = rendered
    let feature = rendered.feature.at(0, 0)
    let (colour, density) = (
      feature.sliced(0, from: 0, length: 3), feature.sliced(0, from: 3, length: 1)
    )
    // A ray that meets nothing has density 0: black, not a division by zero.
    image = (colour / (density + 1e-6)).clamped(0, 1)
    labels = rendered.maskProbabilities.at(0, 0).argmax(0)
  }
}
