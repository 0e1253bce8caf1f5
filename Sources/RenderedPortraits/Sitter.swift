import Camera
import MaskSoftmax
import ModelConfiguration
import PortraitModel
import Tensors

/// A portrait, prepared for rendering from any number of poses.
///
/// Commands and the studio render their portraits with this type, so that the same settings give the same
/// bits in both.
public struct Sitter: Sendable {
  private let subject: PortraitSubject

  /// The generator that makes the portrait.
  public var generator: Generator { subject.generator }

  /// Prepares one portrait from its W⁺, `[1, rows, L]`.
  public init(_ generator: Generator, wplus: Tensor) {
    subject = withoutGradients {
      PortraitSubject(generator, expandedLatents: generator.expandedLatents(wplus: wplus))
    }
  }

  private init(_ subject: PortraitSubject) { self.subject = subject }

  /// Returns the portrait with another lifting, optical scale or number of samples.
  ///
  /// - Parameter configuration: differs from that of the generator only in what the renderer reads.
  /// - Returns: the same portrait with another renderer.
  public func rendered(with configuration: Configuration) -> Sitter {
    Sitter(subject.rendered(with: configuration))
  }

  /// Renders the portrait from one pose with the samples of evaluation.
  ///
  /// - Parameters:
  ///   - pose: the pose of the camera; a flat model gives the same portrait for every pose.
  ///   - chosen: the parts that compose the portrait, see `GeneratedMaps.keeping(_:)`; all if nil. A
  ///     flat model always has all parts.
  ///   - weighting: the weights of equation 10; nil for those of the configuration.
  /// - Returns: the portrait with its intermediate results.
  public func made(
    from pose: CameraPose, parts chosen: Set<Int>? = nil, weighting: MaskWeighting? = nil
  ) -> MadePortraits {
    var options = Generator.Options.evaluation(generator.configuration)
    options.maskWeighting = weighting
    return withoutGradients {
      subject.made(from: pose.tensor(generator.scalarType), parts: chosen, options: options)
    }
  }

  /// Renders the portrait from one pose, see `made(from:parts:weighting:)`; returns image, mask and depth.
  public func pictures(
    from pose: CameraPose, parts chosen: Set<Int>? = nil, weighting: MaskWeighting? = nil
  ) -> PortraitPictures {
    PortraitPictures(
      made(from: pose, parts: chosen, weighting: weighting), of: generator, from: pose)
  }
}

extension CameraPose {
  /// Returns yaw and pitch as a batch of one pose, `[1, 2]`.
  public func tensor(_ type: ScalarType) -> Tensor { Tensor([1, 2], [yaw, pitch]).cast(to: type) }
}
