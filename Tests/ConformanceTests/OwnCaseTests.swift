import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conformance

/// Compares the whole model with the project's cases, made by `Fixtures/recipes/model_cases.py`.
@Suite("Conformance, the project's own cases")
struct OwnCaseTests {
  static let names = ["default_options", "other_options", "two_base_layers", "field", "flat"]

  @Test(arguments: names, [ScalarType.float64, .float32])
  func theModelAgreesWithTheCase(name: String, precision: ScalarType) throws {
    let test = try ConformanceCase(folder(name), precision: precision)
    let verdicts = try test.verify(precision: precision).verdicts
    for verdict in verdicts where !verdict.agrees {
      Issue.record("\(verdict.name) differs by \(verdict.error), allowed \(verdict.allowed)")
    }
    #expect(verdicts.count > (name == "flat" ? 100 : 150))
  }

  /// The expected file has every tensor of figures 2 and 3, every loss, and directional derivatives of
  /// the losses, so that a shorter file cannot pass.
  @Test func theExpectedFileIsComplete() throws {
    let names = Set(
      try ConformanceCase(folder("default_options"), precision: .float32).expected.names)
    let tensors = [
      "w", "wplus", "wplus_expanded", "part00_fourier", "part02_layer2", "part01_feature2d",
      "part01_depth2d", "part02_depth_absolute", "part01_density2d", "part01_psi",
      "part01_density3d", "part01_feature3d", "fused_density3d", "fused_feature3d", "ray_points",
      "ray_depths", "ray_density", "ray_transmittance", "ray_weights", "part01_ray_density",
      "render_feature", "render_depth", "mask_init", "mask_coarse", "all_images", "mask_residual",
      "all_masks", "score_fake", "score_real", "metric/d_mean",
    ]
    let losses = [
      "g_nonsaturating", "mask_regulariser", "depth_smoothness", "g_total", "d_logistic",
      "r1_image", "r1_mask", "r1_total", "path_penalty",
    ]
    let gradients = [
      "g_total/local_nets.1.to_depth.bias", "g_total/render_net.convs.0.weight",
      "d_logistic/convs_seg.1.skip.1.weight", "r1_total/convs_img.2.conv1.0.weight",
      "path_total/local_nets.0.linears.1.conv.modulation.weight",
    ]
    let asked = tensors + losses.map { "loss/\($0)" } + gradients.map { "directional/\($0)" }
    #expect(asked.filter { !names.contains($0) } == [])
  }

  /// A weight changed by 0.001 is detected in tensors that depend on it, and in no others.
  @Test func aChangedWeightIsDetected() throws {
    let misses = try misses { files in
      try change("g.local_nets.1.to_depth.bias", in: "weights.safetensors", of: files) { $0 + 1e-3 }
    }
    #expect(misses.isSuperset(of: ["part01_depth2d", "part02_depth_absolute", "mask_coarse"]))
    #expect(!misses.contains("part01_feature2d"))
    #expect(!misses.contains("part02_depth2d"))
  }

  /// An option is replaced by another one that gives the same shapes.
  @Test(arguments: [
    (#""liftingKernel": "gaussian""#, #""liftingKernel": "inverseSquare""#, "part01_psi"),
    (#""rowAxis": "down""#, #""rowAxis": "up""#, "ray_density"),
    (#""fusion": "sum""#, #""fusion": "densitySoftmax""#, "fused_feature3d"),
    (#""depthMode": "relative""#, #""depthMode": "absolute""#, "part02_depth_absolute"),
    (#""densityActivation": "relu""#, #""densityActivation": "softplus""#, "part01_density2d"),
    (#""opticalScale": 1.0"#, #""opticalScale": 1.001"#, "ray_weights"),
    (#""lastSpacing": "infinite""#, #""lastSpacing": "far""#, "ray_weights"),
  ])
  func aReplacedOptionIsDetected(option: String, other: String, tensor: String) throws {
    let misses = try misses { folder in
      let file = folder.appendingPathComponent("config.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      try #require(text.contains(option))
      try Data(text.replacing(option, with: other).utf8).write(to: file)
    }
    #expect(misses.contains(tensor))
    #expect(!misses.contains("part01_layer0"))
  }

  /// The shape row and the texture row of part 1 change places.
  @Test func exchangedLatentRowsAreDetected() throws {
    let misses = try misses { files in
      try change("wplus_codes", in: "inputs.safetensors", of: files) { codes in
        let rows = [0, 1, 2, 4, 3, 5, 6].map { codes.sliced(axis: 1, from: $0, length: 1) }
        return .concatenated(rows, axis: 1)
      }
    }
    #expect(misses.isSuperset(of: ["wplus", "wplus_expanded", "part01_depth2d", "all_images"]))
    #expect(!misses.contains("part00_feature2d"))
  }

  /// A weight of the wrong shape is refused before any comparison.
  @Test func aWeightOfTheWrongShapeIsNamed() throws {
    #expect {
      try misses { files in
        try change("g.pos_embed.weights", in: "weights.safetensors", of: files) {
          $0.sliced(axis: 0, from: 0, length: 2)
        }
      }
    } throws: { error in
      "\(error)".contains("pos_embed.weights") && !"\(error)".contains("\n")
    }
  }

  private func folder(_ name: String) -> URL { Fixtures.url("Conformance/\(name)") }

  /// A case of the discriminator alone needs no weights, latents or camera of a generator.
  @Test func aCaseMayHoldTheDiscriminatorAlone() throws {
    let copy = try CaseFolder.copy("default_options")
    defer { try? FileManager.default.removeItem(at: copy) }
    let file = copy.appendingPathComponent("case.json")
    try Data(#"{"latent": null, "maskWeights": "nerf", "noise": "buffers"}"#.utf8).write(to: file)
    try CaseFolder.change("weights.safetensors", of: copy) { tensors in
      tensors = tensors.filter { $0.key.hasPrefix("d.") }
    }
    try CaseFolder.change("inputs.safetensors", of: copy) { tensors in
      tensors = tensors.filter { $0.key.hasPrefix("real_") }
    }
    try CaseFolder.change("expected.safetensors", of: copy) { tensors in
      tensors = tensors.filter { $0.key.contains("r1_") || $0.key == "score_real" }
      // The case has two real portraits, so the first two are all of them.
      tensors["score_first_2"] = tensors["score_real"]
    }
    let verdicts = try ConformanceCase(copy, precision: .float64).verify(precision: .float64)
      .verdicts
    #expect(verdicts.count > 5 && verdicts.allSatisfy(\.agrees), "\(verdicts)")
  }

  /// The path length of the image does not depend on the mask heads, so their gradient is 0.
  @Test func aParameterWithoutInfluenceHasGradientZero() throws {
    let copy = try CaseFolder.copy("default_options")
    defer { try? FileManager.default.removeItem(at: copy) }
    let name = "grad_path_total/render_net.to_segs.0.conv.weight"
    try CaseFolder.change("expected.safetensors", of: copy) { tensors in
      tensors[name] = .zeros([3, 8, 1, 1])
    }
    let run = try ConformanceCase(copy, precision: .float64).verify(precision: .float64)
    #expect(run.verdicts.first { $0.name == name }?.agrees == true)
  }

  /// Passing in the ray depths that the renderer chose changes nothing; other depths do.
  @Test func rayDepthsMayBeGiven() throws {
    let own = try ConformanceCase(folder("default_options"), precision: .float64)
    let chosen = try #require(try own.verify(precision: .float64).values["ray_depths"])
    let given = Tensor.stacked([chosen, chosen], axis: 0).reshaped([2, 64, -1])
    for (move, agrees) in [(0.0, true), (0.01, false)] {
      let misses = try misses { files in
        try CaseFolder.change("inputs.safetensors", of: files) { $0["ray_depths"] = given + move }
      }
      #expect(misses.contains("ray_density") == !agrees)
    }
  }

  /// Returns the tensors that disagree, in double precision, after a change to a copy of a case.
  private func misses(_ change: (URL) throws -> Void) throws -> Set<String> {
    let copy = try CaseFolder.copy("default_options")
    defer { try? FileManager.default.removeItem(at: copy) }
    try change(copy)
    let verdicts = try ConformanceCase(copy, precision: .float64).verify(precision: .float64)
      .verdicts
    return Set(verdicts.filter { !$0.agrees }.map(\.name))
  }

  private func change(
    _ name: String, in file: String, of folder: URL, _ change: (Tensor) -> Tensor
  ) throws {
    try CaseFolder.change(file, of: folder) { tensors in
      tensors[name] = change(try #require(tensors[name]))
    }
  }
}
