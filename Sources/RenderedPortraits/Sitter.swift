import Camera
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// The part of a portrait that does not depend on the camera, computed once for all poses.
///
/// Commands and the studio render their portraits with this type, so that the same settings give the same
/// bits in both.
public struct Sitter: Sendable {
  /// The generator that makes the portrait.
  public private(set) var generator: Generator
  private var parts: Parts

  private enum Parts: Sendable {
    case maps(GeneratedMaps)
    case composed(FlatPortraits)
  }

  /// Computes the part maps of one portrait from its W⁺, `[1, rows, L]`.
  public init(_ generator: Generator, wplus: Tensor) {
    self.generator = generator
    let model = generator.configuration
    parts = withoutGradients {
      let latents = generator.expandedLatents(wplus: wplus)
      return model.rendering == .flat
        ? .composed(FlatGenerator(model, generator.parameters)(expandedLatents: latents))
        : .maps(generator.maps(of: latents))
    }
  }

  /// Returns the portrait with another lifting, optical scale or number of samples.
  ///
  /// - Parameter configuration: differs from that of the generator only in what the renderer reads.
  /// - Returns: the same maps with another renderer.
  public func rendered(with configuration: Configuration) -> Sitter {
    var result = self
    result.generator = Generator(configuration, generator.parameters)
    return result
  }

  /// Renders the portrait from one pose with the samples of evaluation; nil for a flat model.
  ///
  /// - Parameters:
  ///   - pose: the pose of the camera.
  ///   - chosen: the parts that compose the portrait, see `GeneratedMaps.keeping(_:)`; all if nil.
  ///   - weighting: the weights of equation 10.
  /// - Returns: the portrait with its intermediate results.
  public func portraits(
    from pose: CameraPose, parts chosen: Set<Int>? = nil, weighting: MaskWeighting = .rendering
  ) -> GeneratedPortraits? {
    guard case .maps(let maps) = parts else { return nil }
    var options = Generator.Options.evaluation(generator.configuration)
    options.maskWeighting = weighting
    return withoutGradients {
      generator.portraits(
        of: chosen.map(maps.keeping) ?? maps, from: pose.tensor(maps.relativeDepth.scalarType),
        options: options)
    }
  }

  /// Renders the portrait from one pose; a flat model gives the same images for every pose.
  ///
  /// - Parameters:
  ///   - pose: the pose of the camera.
  ///   - chosen: the parts that compose the portrait, see `GeneratedMaps.keeping(_:)`; all if nil. A
  ///     flat model always has all parts.
  ///   - weighting: the weights of equation 10.
  /// - Returns: image, mask and depth.
  public func pictures(
    from pose: CameraPose, parts chosen: Set<Int>? = nil, weighting: MaskWeighting = .rendering
  ) -> PortraitPictures {
    switch parts {
    case .composed(let made):
      return PortraitPictures(
        generator.configuration, pose, image: made.image, mask: made.mask, depth: nil)
    case .maps:
      guard let made = portraits(from: pose, parts: chosen, weighting: weighting) else {
        preconditionFailure("pictures(from:parts:weighting:): there are no maps to render")
      }
      return PortraitPictures(made, of: generator, from: pose)
    }
  }
}

extension CameraPose {
  /// Returns yaw and pitch as a batch of one pose, `[1, 2]`.
  public func tensor(_ type: ScalarType) -> Tensor { Tensor([1, 2], [yaw, pitch]).cast(to: type) }
}
