import Foundation
import ModelConfiguration
import Tensors

// The files of a case are untrusted. All of them are checked before the model reads any of them.
extension ConformanceCase {
  /// Throws an error for the first input or setting that contradicts the configuration or another input.
  func validate() throws {
    try validateSettings()
    try validateShapes()
    for (name, tensor) in inputs.sorted(by: { $0.key < $1.key }) {
      try Self.requireFinite(tensor, name, inputFile)
    }
    if let region = inputs["edited_region"],
      let value = region.scalars.first(where: { $0 != 0 && $0 != 1 })
    {
      throw ConformanceError(inputFile, "edited_region holds \(value), expected 0 or 1")
    }
    try validateDiscriminator()
  }

  /// The file of the inputs.
  var inputFile: URL { folder.appendingPathComponent("inputs.safetensors") }

  /// Returns an input by its name.
  func input(_ name: String) throws -> Tensor {
    guard let tensor = inputs[name] else {
      throw ConformanceError(inputFile, "there is no tensor \(name), which case.json requires")
    }
    return tensor
  }

  /// Throws an error for the first number that is not finite, with the tensor's name and the element.
  static func requireFinite(_ tensor: Tensor, _ name: String, _ file: URL) throws {
    let values = tensor.scalars
    guard let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw ConformanceError(
      file, "\(name) holds \(values[index]) at element \(index), expected finite numbers")
  }

  private func validateSettings() throws {
    let file = folder.appendingPathComponent("case.json")
    let choices = [
      ("latent", settings.latent ?? "z", ["wplus_codes", "z"]),
      ("maskWeights", settings.maskWeights, ["nerf", "ones"]),
      ("noise", settings.noise, ["buffers"]),
    ]
    for (key, value, expected) in choices where !expected.contains(value) {
      throw ConformanceError(
        file, "\(key) is \(value.prefix(40)), expected \(expected.joined(separator: " or "))")
    }
    let isFlat = configuration.rendering == .flat
    var needed: [String] = []
    if let latent = settings.latent { needed += isFlat ? [latent] : [latent, "camera"] }
    if settings.latent == nil { needed += ["real_image", "real_mask"] }
    if settings.jitter && !isFlat {
      needed +=
        ["ray_jitter"] + (configuration.importanceSamples > 0 ? ["importance_uniforms"] : [])
    }
    for name in needed { _ = try input(name) }
    if settings.latent == nil && discriminator.tensors.isEmpty {
      throw ConformanceError(
        file, "latent is null and there are no weights d.…, so there is nothing to run")
    }
  }

  private func validateShapes() throws {
    let rays = configuration.coarseSize * configuration.coarseSize
    let size = configuration.imageSize
    // The batch sizes of generated and of real portraits.
    let made = (settings.latent.flatMap { inputs[$0] } ?? inputs["camera"])?.shape.first
    let real = inputs["real_image"]?.shape.first
    let shapes: [(name: String, shape: [Int?])] = [
      (
        "wplus_codes",
        [made, configuration.baseLayers + 2 * configuration.parts, configuration.latentWidth]
      ),
      ("z", [made, configuration.latentWidth]), ("camera", [made, 2]),
      ("ray_jitter", [made, rays, configuration.samples]),
      ("importance_uniforms", [made, rays, configuration.importanceSamples]),
      ("ray_depths", [made, rays, nil]),
      ("path_noise", [made, 3, size, size]), ("path_mean", [1]), ("edited_region", [size, size]),
      ("real_image", [real, 3, size, size]),
      ("real_mask", [real, configuration.parts, size, size]),
    ]
    for (name, expected) in shapes {
      guard let tensor = inputs[name] else { continue }
      if tensor.count == 0 {
        throw ConformanceError(
          inputFile, "\(name) has shape \(tensor.shape), so it holds no numbers")
      }
      let fits =
        tensor.rank == expected.count
        && zip(tensor.shape, expected).allSatisfy { $1 == nil || $0 == $1 }
      if !fits {
        let lengths = expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
        throw ConformanceError(
          inputFile, "\(name) has shape \(tensor.shape), expected [\(lengths)]")
      }
    }
  }

  /// Throws an error if image size or batch size is impossible for the discriminator's layers.
  private func validateDiscriminator() throws {
    guard !discriminator.tensors.isEmpty else { return }
    do { try configuration.validateForDiscriminator() } catch {
      throw ConformanceError(
        folder.appendingPathComponent("config.json"), "\(error.field) \(error.complaint)")
    }
    let generated = settings.latent.flatMap { inputs[$0] }
    for batch in [generated, inputs["real_image"]].compactMap({ $0?.shape.first })
    where batch % min(batch, 4) != 0 {
      throw ConformanceError(
        inputFile, "a batch of \(batch) cannot be divided into the discriminator's groups of 4")
    }
  }
}
