import ModelConfiguration
import Networks
import Tensors

/// The parameters of a configuration: their names, shapes and initial values.
///
/// Names and layouts are those of SemanticStyleGAN's state dictionaries, so its checkpoints load
/// without renaming.
public struct ParameterPlan: Sendable {
  /// The initial value of a parameter.
  public enum Start: Sendable, Equatable {
    /// Normally distributed with mean 0 and this standard deviation.
    case normal(Double)
    /// The same number everywhere.
    case constant(Double)
  }

  /// One parameter.
  public struct Entry: Sendable {
    /// Its name on disk.
    public let name: String
    /// Its shape on disk.
    public let shape: [Int]
    /// Its initial value.
    public let start: Start
    /// Whether it is trained; noise maps are only stored.
    public let isTrained: Bool
  }

  /// The parameters in the order in which their initial values are drawn.
  public private(set) var entries: [Entry] = []

  mutating func add(
    _ name: String, _ shape: [Int], _ start: Start = .normal(1), isTrained: Bool = true
  ) {
    entries.append(Entry(name: name, shape: shape, start: start, isTrained: isTrained))
  }

  /// Adds a head like ToRGB: a 1×1 layer with a learned style and a bias.
  mutating func addHead(_ name: String, from: Int, to: Int, bias: Double = 0) {
    add("\(name).conv.weight", [to, from, 1, 1])
    add("\(name).conv.modulation", [1, from, 1, 1], .constant(1))
    add("\(name).bias", [1, to, 1, 1], .constant(bias))
  }

  /// Returns parameters with initial values, drawn one after the other.
  public func fresh(_ numbers: inout RandomNumbers) -> Parameters {
    var tensors: [String: Tensor] = [:]
    for entry in entries {
      switch entry.start {
      case .normal(let deviation): tensors[entry.name] = numbers.normal(entry.shape) * deviation
      case .constant(let value):
        tensors[entry.name] = Tensor(repeating: value, entry.shape, .float32)
      }
    }
    return Parameters(tensors)
  }
}

extension ParameterPlan {
  /// Returns the plan of the generator's parameters.
  public static func generator(_ model: Configuration) -> ParameterPlan {
    var plan = ParameterPlan()
    for layer in 1...model.mappingLayers {
      // The layer multiplies its weights by 0.01, so their initial values are 100 times as large.
      let deviation = 1 / MappingNetwork.learningRate
      plan.add(
        "style.\(layer).weight", [model.latentWidth, model.latentWidth], .normal(deviation))
      plan.add("style.\(layer).bias", [model.latentWidth], .constant(0))
    }
    // Fourier features of x and y, or of x, y and z.
    let coordinates = model.kind == .field ? 3 : 2
    plan.add(
      "pos_embed.weights",
      [model.localChannels, coordinates * (2 * model.fourierFrequencies + 1), 1, 1])
    for part in 0..<model.parts { plan.addPartGenerator(part, model) }
    plan.addRenderNet(model)
    return plan
  }

  private mutating func addModulated(_ name: String, to: Int, _ model: Configuration) {
    let from = model.localChannels
    add("\(name).conv.weight", [1, to, from, 1, 1])
    add("\(name).conv.modulation.weight", [from, model.latentWidth])
    add("\(name).conv.modulation.bias", [from], .constant(1))
    add("\(name).activate.bias", [to], .constant(0))
  }

  private mutating func addPartGenerator(_ part: Int, _ model: Configuration) {
    let net = "local_nets.\(part)"
    var layers = model.layersPerPart
    if model.baseStyle == .scaleShift {
      addModulated("\(net).weight", to: 1, model)
      addModulated("\(net).bias", to: 1, model)
      layers -= model.baseLayers
    }
    for layer in 0..<layers {
      addModulated("\(net).linears.\(layer)", to: model.localChannels, model)
    }
    addHead("\(net).to_feat", from: model.localChannels, to: model.featureChannels)
    if model.predictsDepth(of: part) {
      addHead(
        "\(net).to_depth", from: model.localChannels, to: 1,
        bias: model.rendering == .flat ? 0 : model.initialDepths[part])
    }
    if model.rendering == .volume { addHead("\(net).to_sigma", from: model.localChannels, to: 1) }
  }

  private mutating func addRenderNet(_ model: Configuration) {
    var (size, from, block) = (model.minFeatureSize, model.featureChannels, 0)
    while size < model.imageSize {
      if size == model.coarseSize { from += model.featureChannels }
      size *= 2
      let to = model.width(at: size)
      for (layer, inputs) in [(2 * block, from), (2 * block + 1, to)] {
        let name = "render_net.convs.\(layer)"
        add("\(name).weight", [to, inputs, 3, 3])
        add("\(name).modulation", [1, inputs, 1, 1], .constant(1))
        add("\(name).noise.weight", [1], .constant(0))
        add("\(name).activate.bias", [to], .constant(0))
        add("render_net.noises.noise_\(layer)", [1, 1, size, size], isTrained: false)
      }
      addHead("render_net.to_rgbs.\(block)", from: to, to: 3)
      addHead("render_net.to_segs.\(block)", from: to, to: model.parts)
      (from, block) = (to, block + 1)
    }
  }

  /// Returns the plan of the discriminator's parameters.
  public static func discriminator(_ model: Configuration) -> ParameterPlan {
    var plan = ParameterPlan()
    var last = 0
    for (trunk, inputs) in [("convs_img", 3), ("convs_seg", model.parts)] {
      var (size, from, block) = (model.imageSize, model.width(at: model.imageSize), 1)
      plan.add("\(trunk).0.0.weight", [from, inputs, 1, 1])
      plan.add("\(trunk).0.1.bias", [from], .constant(0))
      while size > 4 {
        size /= 2
        let to = model.width(at: size)
        plan.add("\(trunk).\(block).conv1.0.weight", [from, from, 3, 3])
        plan.add("\(trunk).\(block).conv1.1.bias", [from], .constant(0))
        plan.add("\(trunk).\(block).conv2.1.weight", [to, from, 3, 3])
        plan.add("\(trunk).\(block).conv2.2.bias", [to], .constant(0))
        plan.add("\(trunk).\(block).skip.1.weight", [to, from, 1, 1])
        (from, block) = (to, block + 1)
      }
      last = from
    }
    let width = model.width(at: 4)
    plan.add("final_conv.0.weight", [width, last + 1, 3, 3])
    plan.add("final_conv.1.bias", [width], .constant(0))
    plan.add("final_linear.0.weight", [width, width * 16])
    plan.add("final_linear.0.bias", [width], .constant(0))
    plan.add("final_linear.1.weight", [1, width])
    plan.add("final_linear.1.bias", [1], .constant(0))
    return plan
  }
}

extension Configuration {
  /// Returns whether a part's generator has a ToDepth head.
  public func predictsDepth(of part: Int) -> Bool {
    kind != .field && (part > 0 || (kind == .lifted && backgroundDepth == .predicted))
  }
}

/// The error for weights that do not match a configuration.
public struct ParameterError: Error, Equatable, CustomStringConvertible {
  /// One line: file, tensor, what is wrong.
  public let description: String
}

extension ParameterPlan {
  /// Throws an error for the first tensor that is missing, has another shape, or is unknown.
  ///
  /// A bias of ToDepth may also be a map `[1, 1, H, W]`.
  ///
  /// - Parameters:
  ///   - parameters: the parameters to check.
  ///   - file: the path of their file, for the message.
  /// - Throws: `ParameterError`.
  public func check(_ parameters: Parameters, file: String) throws(ParameterError) {
    try check(shapes: parameters.tensors.mapValues(\.shape), file: file)
  }

  /// Checks the shapes of tensors that have not been read yet.
  func check(shapes: [String: [Int]], file: String) throws(ParameterError) {
    for entry in entries {
      guard let shape = shapes[entry.name] else {
        throw ParameterError(
          description: "\(file): there is no tensor \(entry.name) \(entry.shape), which the "
            + "configuration requires")
      }
      let isDepthMap =
        entry.name.hasSuffix(".to_depth.bias") && shape.count == 4 && shape[..<2] == [1, 1]
      guard shape == entry.shape || isDepthMap else {
        throw ParameterError(
          description: "\(file): \(entry.name) has shape \(shape), but the configuration requires "
            + "\(entry.shape)")
      }
    }
    let known = Set(entries.map(\.name))
    if let stranger = shapes.keys.sorted().first(where: { !known.contains($0) }) {
      throw ParameterError(
        description: "\(file): \(stranger) is not a parameter of this configuration")
    }
  }
}
