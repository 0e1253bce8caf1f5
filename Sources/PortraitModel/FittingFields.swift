import Foundation
import ModelConfiguration
import TensorFiles

/// The fields of a configuration that would make weights of another shape fit.
public enum FittingFields {
  /// Returns the assignments with which weights fit a configuration.
  ///
  /// - Parameters:
  ///   - file: a safetensors file with a generator's weights; only its header is read.
  ///   - model: a configuration that the weights do not fit.
  /// - Returns: assignments for `Configuration.setting(_:)`, none of which can be left out; nil if no
  ///   configuration was found that the weights fit. Shapes do not determine every field: which layers of
  ///   a part are shape and which texture is a guess.
  public static func assignments(for file: URL, to model: Configuration) -> [String]? {
    guard let source = try? SafetensorsFile(file) else { return nil }
    var shapes: [String: [Int]] = [:]
    for name in source.names where !FilterKernels.isKernel(name) {
      shapes[name] = source.entry(name)?.shape
    }
    func fit(_ assignments: [String]) -> Bool {
      guard let changed = try? model.setting(assignments) else { return false }
      return (try? ParameterPlan.generator(changed).check(shapes: shapes, file: file.path)) != nil
    }
    let seen = PublishedShapes(
      file: file.path, shapes: shapes, options: nil, discriminatorWidth: nil)
    guard var needed = try? differences(seen, model), fit(needed) else { return nil }
    for assignment in needed {
      let others = needed.filter { $0 != assignment }
      if fit(others) { needed = others }
    }
    return needed
  }

  /// Returns an assignment for every field that the shapes tell and the configuration has otherwise.
  private static func differences(
    _ seen: PublishedShapes, _ model: Configuration
  ) throws -> [String] {
    var found = model
    found.latentWidth = try seen.length("style.1.weight", 1)
    found.mappingLayers = seen.count { "style.\($0 + 1).weight" }
    found.localChannels = try seen.length("pos_embed.weights", 0)
    let inputs = try seen.length("pos_embed.weights", 1)
    // Coordinates, sines and cosines: 2 (2F + 1) in 2D, an even number, and 3 (2F + 1) in 3D, an odd one.
    found.partSource = inputs.isMultiple(of: 2) ? .lifted : .field
    found.fourierFrequencies = (inputs / (found.partSource == .field ? 3 : 2) - 1) / 2
    found.parts = seen.count { "local_nets.\($0).to_feat.bias" }
    found.featureChannels = try seen.length("local_nets.0.to_feat.bias", 1)
    readKinds(seen, &found)
    readLayers(seen, &found)
    try seen.readSizes(&found)
    let numbers: [(String, KeyPath<Configuration, Int>)] = [
      ("imageSize", \.imageSize), ("coarseSize", \.coarseSize),
      ("minFeatureSize", \.minFeatureSize), ("parts", \.parts), ("latentWidth", \.latentWidth),
      ("mappingLayers", \.mappingLayers), ("localChannels", \.localChannels),
      ("featureChannels", \.featureChannels), ("fourierFrequencies", \.fourierFrequencies),
      ("baseLayers", \.baseLayers), ("shapeLayers", \.shapeLayers),
      ("textureLayers", \.textureLayers), ("channelBase", \.channelBase),
      ("channelMax", \.channelMax),
    ]
    var assignments = numbers.compactMap { field, path in
      found[keyPath: path] == model[keyPath: path] ? nil : "\(field)=\(found[keyPath: path])"
    }
    if found.rendering != model.rendering { assignments.append("rendering=\(found.rendering)") }
    if found.baseStyle != model.baseStyle { assignments.append("baseStyle=\(found.baseStyle)") }
    if found.partSource != model.partSource { assignments.append("partSource=\(found.partSource)") }
    if found.backgroundDepth != model.backgroundDepth {
      assignments.append("backgroundDepth=\(found.backgroundDepth)")
    }
    return assignments
  }

  /// Reads what the presence of heads tells.
  private static func readKinds(_ seen: PublishedShapes, _ found: inout Configuration) {
    let hasDensity = seen.shapes["local_nets.0.to_sigma.bias"] != nil
    found.rendering = hasDensity ? .volume : .flat
    found.baseStyle = seen.shapes["local_nets.0.weight.conv.weight"] == nil ? .conv : .scaleShift
    guard hasDensity, found.partSource == .lifted else { return }
    let isPredicted = seen.shapes["local_nets.0.to_depth.bias"] != nil
    if isPredicted { found.backgroundDepth = .predicted }
    if !isPredicted, found.backgroundDepth == .predicted { found.backgroundDepth = .bowl }
  }

  /// Keeps the split of the layers if their number agrees; otherwise halves those after the base.
  private static func readLayers(_ seen: PublishedShapes, _ found: inout Configuration) {
    let linears = seen.count { "local_nets.0.linears.\($0).conv.weight" }
    if found.baseStyle == .scaleShift { found.baseLayers = 1 }
    let layers = linears + (found.baseStyle == .scaleShift ? 1 : 0)
    guard layers != found.layersPerPart else { return }
    found.baseLayers = min(found.baseLayers, layers)
    found.shapeLayers = (layers - found.baseLayers) / 2
    found.textureLayers = layers - found.baseLayers - found.shapeLayers
  }
}
