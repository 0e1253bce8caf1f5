import ModelConfiguration
import TensorFiles

/// The configuration of a published checkpoint, derived from tensor shapes and, for the rest, `args`.
///
/// | `args`                            | field                                        |
/// |-----------------------------------|----------------------------------------------|
/// | `size`, `coarse_size`             | `imageSize`, `coarseSize`                    |
/// | `min_feat_size`                   | `minFeatureSize`                             |
/// | `seg_dim`                         | `parts`                                      |
/// | `latent`, `n_mlp`                 | `latentWidth`, `mappingLayers`               |
/// | `local_channel`, `coarse_channel` | `localChannels`, `featureChannels`           |
/// | `base_layers`                     | `baseLayers`                                 |
/// | `depth_layers`                    | `baseLayers` + `shapeLayers`                 |
/// | `local_layers`                    | `baseLayers` + `shapeLayers` + `textureLayers` |
/// | `transparent_dims`                | `transparentParts`                           |
/// | `residual_refine`                 | `residualMask`                               |
struct PublishedShapes {
  /// The path of the file, for messages.
  let file: String
  let shapes: [String: [Int]]
  /// The options `args`; nil if the file has none.
  let options: [String: TorchFile.Option]?
  /// The number of channels at the end of the discriminator; nil if there is no discriminator.
  let discriminatorWidth: Int?

  /// The remark on a file without options.
  static let assumption =
    "no args: layers 2/4/4 and transparent parts 10, 12 of preset semanticStyleGAN are assumed"

  /// The length of the longest axis that is accepted.
  private static let longest = 1 << 20

  func configuration() throws -> Configuration {
    var model = Configuration.semanticStyleGAN
    model.latentWidth = try length("style.1.weight", 1)
    model.mappingLayers = count { "style.\($0 + 1).weight" }
    model.localChannels = try length("pos_embed.weights", 0)
    model.fourierFrequencies = (try length("pos_embed.weights", 1) / 2 - 1) / 2
    model.parts = count { "local_nets.\($0).to_feat.bias" }
    model.featureChannels = try length("local_nets.0.to_feat.bias", 1)
    try readSizes(&model)
    try readLayers(&model)
    try compare(model)
    do { try model.validate() } catch { throw flaw("\(error)") }
    return model
  }

  /// Reads sizes from the noise maps, which have the resolution of their layers, and widths from layers.
  func readSizes(_ model: inout Configuration) throws {
    // A block has two layers; with an odd count, the last block lacks its second layer.
    let layers = (max(1, count { "render_net.noises.noise_\($0)" }) + 1) / 2 * 2
    model.minFeatureSize = try length("render_net.noises.noise_0", 2) / 2
    model.imageSize = try length("render_net.noises.noise_\(layers - 1)", 2)
    var (size, from, widest) = (model.minFeatureSize, model.featureChannels, 0)
    var joined: Int?
    for block in 0..<layers / 2 where size <= Self.longest {
      let name = "render_net.convs.\(2 * block).weight"
      // The feature is concatenated to the map of its own size, which then has that many more channels.
      if try length(name, 1) == from + model.featureChannels { joined = size }
      from = try length(name, 0)
      widest = max(widest, from)
      size *= 2
    }
    guard let joined else {
      throw flaw(
        "no layer render_net.convs takes the \(model.featureChannels) channels of the parts")
    }
    model.coarseSize = joined
    model.channelBase = from * model.imageSize
    model.channelMax = max(widest, discriminatorWidth ?? 0)
  }

  private func readLayers(_ model: inout Configuration) throws {
    let layers = count { "local_nets.0.linears.\($0).conv.weight" }
    guard options != nil else {
      guard layers == model.layersPerPart else {
        throw flaw("has \(layers) layers per part, but no args that say which are base and shape")
      }
      return
    }
    model.baseLayers = try option("base_layers")
    model.shapeLayers = try option("depth_layers") - model.baseLayers
    model.textureLayers = layers - model.baseLayers - model.shapeLayers
    guard case .numbers(let transparent) = options?["transparent_dims"] else {
      throw flaw("args has no list transparent_dims")
    }
    model.transparentParts = transparent
    guard case .flag(let isResidual) = options?["residual_refine"] else {
      throw flaw(
        "args does not say whether residual_refine is True or False, that is, whether the coarse mask "
          + "is added to the final one")
    }
    model.residualMask = isResidual
  }

  /// Throws an error for the first option that contradicts the tensors.
  private func compare(_ model: Configuration) throws {
    let told = [
      ("size", model.imageSize), ("coarse_size", model.coarseSize),
      ("min_feat_size", model.minFeatureSize), ("seg_dim", model.parts),
      ("latent", model.latentWidth), ("n_mlp", model.mappingLayers),
      ("local_channel", model.localChannels), ("coarse_channel", model.featureChannels),
      ("local_layers", model.layersPerPart),
    ]
    for (name, seen) in told where options?[name] != nil {
      let said = try option(name)
      guard said == seen else {
        throw flaw("args says \(name) = \(said), the tensors have \(seen)")
      }
    }
  }

  // MARK: - Lookups

  private func flaw(_ problem: String) -> ParameterError {
    ParameterError(description: "\(file): \(problem)")
  }

  private func option(_ name: String) throws -> Int {
    guard case .number(let number) = options?[name], (0...Self.longest).contains(number) else {
      throw flaw("args has no whole number \(name) in 0 … \(Self.longest)")
    }
    return number
  }

  func length(_ name: String, _ axis: Int) throws -> Int {
    guard let shape = shapes[name] else { throw flaw("there is no tensor \(name)") }
    guard axis < shape.count, (1...Self.longest).contains(shape[axis]) else {
      throw flaw("\(name) has shape \(shape), which no generator has")
    }
    return shape[axis]
  }

  /// Returns the number of tensors whose names are numbered from 0 without a gap.
  func count(_ name: (Int) -> String) -> Int {
    var count = 0
    while shapes[name(count)] != nil { count += 1 }
    return count
  }
}
