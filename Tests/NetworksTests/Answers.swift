import TestSupport
import Tensors
import Testing

@testable import Networks

/// Returns what the layer of a golden case computes; the inputs include its parameters, by name.
func answers(_ golden: GoldenCase, _ inputs: [String: Tensor]) throws -> [String: Tensor] {
  let parameters = Parameters(inputs)
  func input(_ name: String = "x") throws -> Tensor { try #require(inputs[name]) }
  switch golden.name {
  case "linear":
    let rate = try golden.number("learningRate")
    return [
      "y": try input().linear(try input("weight"), bias: try input("bias"), learningRate: rate)
    ]
  case "convolution":
    return [
      "y": try input().equalizedConvolution(
        try input("weight"), stride: try golden.whole("stride"),
        padding: try golden.whole("padding"))
    ]
  case "pixel_norm": return ["y": try input().pixelNormalized()]
  case "activation": return ["y": try input().activated(bias: try input("bias"))]
  case "mapping":
    return ["w": MappingNetwork(parameters, layers: try golden.whole("layers"))(try input("z"))]
  case "fourier":
    let (frequencies, size) = (try golden.whole("frequencies"), try golden.whole("size"))
    return [
      "waves": FourierFeatures.waves(frequencies, size: size, .float64),
      "embedding": FourierFeatures(parameters, frequencies: frequencies)(size: size),
    ]
  case "modulated":
    let layers = ModulatedLayers([parameters.scope("0"), parameters.scope("1")], "layer")
    return ["y": layers(try input(), try input("latents"))]
  case "head", "head_bias_map":
    return ["y": Heads([parameters.scope("0"), parameters.scope("1")], "head")(try input())]
  case "generator_conv", "generator_scale_shift": return try partMaps(golden, inputs)
  case "render_layer", "render_layer_up":
    let net = renderNet(inputs, from: 2, to: 4)
    let y = net.layer(
      0, try input(), upsampling: try golden.word("upsampling") == "yes", .buffers)
    return ["y": y]
  case "residual":
    return ["y": Discriminator(parameters).residual(parameters, try input())]
  case "deviation4", "deviation8":
    // The golden maps are the channel that is concatenated to the features.
    return ["y": Discriminator(parameters).minibatchDeviation(try input())]
  case "render_net", "render_net_coarse":
    let net = renderNet(
      inputs, from: try golden.whole("minFeatureSize"), to: try golden.whole("imageSize"))
    let made = net(try input("feature"), coarseMask: try input("coarse_mask"))
    return ["image": made.image, "mask_residual": made.maskResidual, "mask": made.mask]
  default:
    Issue.record("there is no layer for the case \(golden.name)")
    return [:]
  }
}

/// Returns a render net from parameters that are named without the prefix `render_net.`.
func renderNet(
  _ inputs: [String: Tensor], from first: Int, to last: Int, residualMask: Bool = true
) -> RenderNet {
  let named = inputs.map { ("render_net.\($0.key)", $0.value) }
  return RenderNet(
    Parameters(Dictionary(uniqueKeysWithValues: named)), minFeatureSize: first, imageSize: last,
    residualMask: residualMask)
}

private func partMaps(
  _ golden: GoldenCase, _ inputs: [String: Tensor]
) throws -> [String: Tensor] {
  let generators = PartGenerators(
    Parameters(inputs), parts: try golden.whole("parts"),
    baseStyle: try #require(BaseStyle(rawValue: golden.word("baseStyle"))),
    baseLayers: try golden.whole("baseLayers"), shapeLayers: try golden.whole("shapeLayers"),
    textureLayers: try golden.whole("textureLayers"),
    densityActivation: DensityActivation(rawValue: try golden.word("densityActivation")))
  let maps = generators(
    try #require(inputs["embedding"]), try #require(inputs["latents"]),
    fixedDepth: inputs["fixed_depth"])
  return [
    "feature": maps.feature, "depth": maps.relativeDepth, "density": try #require(maps.densityMap),
  ]
}
