import ModelConfiguration
import Networks
import Tensors

/// Portraits of given latents, prepared for rendering from any number of poses.
///
/// Whatever does not depend on the camera is computed once: the 2D maps of the parts, or the whole
/// picture of a flat model. A 3D generator per part is evaluated anew for every pose, because the sample
/// points move with the camera.
public struct PortraitSubject: Sendable {
  /// The generator of the portraits.
  public private(set) var generator: Generator
  private let prepared: Prepared

  private enum Prepared: Sendable {
    case maps(GeneratedMaps)
    case latents(Tensor)
    case composed(FlatPortraits)
  }

  /// Prepares portraits.
  ///
  /// - Parameters:
  ///   - generator: a generator of any kind.
  ///   - expandedLatents: one latent for every layer of every part, `[B, K · layers, L]`.
  public init(_ generator: Generator, expandedLatents: Tensor) {
    self.generator = generator
    prepared =
      switch generator.configuration.kind {
      case .lifted: .maps(generator.maps(of: expandedLatents))
      case .field: .latents(expandedLatents)
      case .flat:
        .composed(
          FlatGenerator(generator.configuration, generator.parameters)(
            expandedLatents: expandedLatents))
      }
  }

  private init(_ generator: Generator, _ prepared: Prepared) {
    (self.generator, self.prepared) = (generator, prepared)
  }

  /// Returns the portraits with another renderer.
  ///
  /// - Parameter configuration: differs from that of the generator only in what the renderer reads.
  /// - Returns: the same portraits.
  public func rendered(with configuration: Configuration) -> PortraitSubject {
    var result = self
    result.generator = Generator(configuration, generator.parameters)
    return result
  }

  /// Renders the portraits with the render net's stored noise.
  ///
  /// - Parameters:
  ///   - poses: yaw and pitch, `[B, 2]`, radians; a flat model does not read them.
  ///   - chosen: the parts that compose the portraits, see `GeneratedMaps.keeping(_:)`; nil for all. A
  ///     flat model always has all parts.
  ///   - options: mask weights, jitter, samples.
  /// - Returns: portraits and masks with their intermediate results.
  public func made(
    from poses: Tensor, parts chosen: Set<Int>? = nil,
    options: Generator.Options = Generator.Options()
  ) -> MadePortraits {
    switch prepared {
    case .maps(let maps):
      return .lifted(
        generator.portraits(of: chosen.map(maps.keeping) ?? maps, from: poses, options: options))
    case .latents(let latents):
      return .field(
        FieldGenerator(generator.configuration, generator.parameters)(
          expandedLatents: latents, poses: poses, parts: chosen, options: options))
    case .composed(let made): return .flat(made)
    }
  }

  /// Returns the portraits with one part of other portraits, as if its latents were exchanged.
  ///
  /// Part generators are independent of each other, so maps that were computed are used again.
  ///
  /// - Parameters:
  ///   - part: the part, 0 ..< K.
  ///   - other: as many portraits of the same generator, prepared from latents.
  ///   - expandedLatents: the latents of the result, one for every layer of every part.
  /// - Returns: the portraits after the exchange.
  public func replacing(
    _ part: Int, by other: PortraitSubject, expandedLatents: Tensor
  ) -> PortraitSubject {
    guard case .maps(let own) = prepared, case .maps(let theirs) = other.prepared else {
      return PortraitSubject(generator, expandedLatents: expandedLatents)
    }
    return PortraitSubject(generator, .maps(own.replacing(part, by: theirs)))
  }
}
