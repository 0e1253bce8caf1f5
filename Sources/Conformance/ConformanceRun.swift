import Camera
import MeanDifference
import ModelConfiguration
import Networks
import PortraitModel
import Probes
import Tensors
import Training
import VolumeRendering

/// The values that this implementation computes for the tensors of a case.
struct ConformanceRun {
  let testCase: ConformanceCase
  private(set) var values: [String: Tensor] = [:]

  init(_ testCase: ConformanceCase) throws {
    self.testCase = testCase
    if testCase.settings.latent == nil {
      try addDiscriminator(image: nil, mask: nil)
    } else {
      try addGenerator()
    }
  }

  private var inputs: [String: Tensor] { testCase.inputs }

  /// Returns W⁺: the given codes, or one w for all rows.
  private func wplus(_ generator: Generator) throws -> Tensor {
    if testCase.settings.latent == "wplus_codes" { return try testCase.input("wplus_codes") }
    return generator.factorization.wplus(from: generator.mapped(try testCase.input("z")))
  }

  private mutating func addGenerator() throws {
    let model = testCase.configuration
    let tracked = testCase.generator.tracked()
    let generator = Generator(model, tracked)
    // A flat model reads no poses.
    let poses =
      model.kind == .flat ? Tensor.zeros([1, 2], .float64) : try testCase.input("camera")
    var options = Generator.Options()
    // The case may ask for wᵢ = 1; otherwise the configuration decides.
    options.maskWeighting = testCase.settings.maskWeights == "ones" ? .ones : nil
    options.rayDepths = inputs["ray_depths"]
    if testCase.settings.jitter {
      options.jitter = VolumeRenderer.Jitter(
        coarse: try testCase.input("ray_jitter"),
        importance: inputs["importance_uniforms"] ?? .zeros([1], poses.scalarType))
    }
    if let z = inputs["z"] { values["w"] = generator.mapped(z) }
    let given = try wplus(generator)
    let codes = given.isTracked ? given : given.tracked(as: "wplus_codes")
    let expanded = generator.expandedLatents(wplus: codes)
    values["wplus"] = codes[0]
    values["wplus_expanded"] = expanded
    let made = generator.made(expandedLatents: expanded, poses: poses, options: options)
    addDumps(generator, made)
    if made.image.shape[0] > 1 { addMeanDifferences(made.image[0], made.image[1]) }
    guard !testCase.discriminator.tensors.isEmpty else { return }
    try addGeneratorLosses(made, codes: codes, tracked)
    try addDiscriminator(image: made.image.detached(), mask: made.mask.detached())
    if let noise = inputs["path_noise"] {
      let path = try PathLength(
        expandedLatents: expanded.detached(), noise: noise,
        mean: try testCase.input("path_mean").reshaped([])
      ) { generator.made(expandedLatents: $0, poses: poses, options: options).image }
      values["path_lengths"] = path.lengths
      values["path_mean_next"] = path.nextMean
      values["loss/path_penalty"] = path.penalty
      try addGradients("path_total", of: path.total(), tracked)
    }
  }

  private mutating func addMeanDifferences(_ a: Tensor, _ b: Tensor) {
    values["metric/d_mean"] = MeanDifference().mean(a, b)
    guard let region = inputs["edited_region"] else { return }
    for (name, rule) in [("outside", MaskedDenominator.outside), ("all", .wholeImage)] {
      values["metric/d_mean_masked_\(name)"] = MeanDifference(denominator: rule).maskedMean(
        a, b, editedRegion: region)
    }
  }

  private mutating func addGeneratorLosses(
    _ made: MadePortraits, codes: Tensor, _ tracked: Parameters
  ) throws {
    let loss = GeneratorLoss(
      made, judgedBy: Discriminator(testCase.discriminator), testCase.configuration)
    values["loss/g_nonsaturating"] = loss.adversarial
    values["loss/mask_regulariser"] = loss.maskRegularizer
    values["loss/depth_smoothness"] = made.predictedDepth.map { _ in loss.depthSmoothness }
    values["loss/g_total"] = loss.total
    try addGradients("g_total", of: loss.total, tracked)
    values["grad_g_total/wplus_codes"] = try gradient(of: loss.total, withRespectTo: codes)
  }

  /// Adds scores, discriminator losses and their gradients.
  private mutating func addDiscriminator(image: Tensor?, mask: Tensor?) throws {
    let tracked = testCase.discriminator.tracked()
    let discriminator = Discriminator(tracked)
    let realImage = inputs["real_image"]
    let realMask = inputs["real_mask"]
    if let image, let mask {
      values["score_fake"] = discriminator(image, mask: mask)
      values["score_fake_image_only"] = discriminator(image, mask: nil)
    }
    if let first = realImage ?? image, let mask = realMask ?? mask {
      for count in 1...4 where first.shape[0] >= count {
        values["score_first_\(count)"] = discriminator(
          first.sliced(axis: 0, from: 0, length: count),
          mask: mask.sliced(axis: 0, from: 0, length: count))
      }
    }
    guard let realImage, let realMask else { return }
    let real = discriminator(realImage, mask: realMask)
    values["score_real"] = real
    if let fake = values["score_fake"] {
      let loss = AdversarialLosses.discriminator(real: real, fake: fake)
      values["loss/d_logistic"] = loss
      try addGradients("d_logistic", of: loss, tracked)
    }
    let penalty = try GradientPenalty(discriminator, image: realImage, mask: realMask)
    values["loss/r1_image"] = penalty.image
    values["loss/r1_mask"] = penalty.mask
    values["loss/r1_total"] = penalty.total()
    try addGradients("r1_total", of: penalty.total(), tracked)
  }

  /// Adds the gradients that a case expects.
  ///
  /// Gradients are named `grad_{loss}/{parameter}`. Directional derivatives along cos 1, cos 2, … are
  /// named `directional/{loss}/{parameter}`.
  private mutating func addGradients(
    _ loss: String, of value: Tensor, _ tracked: Parameters
  ) throws {
    let expected = Set(testCase.expected.names)
    let names = tracked.tensors.keys.sorted().filter {
      expected.contains("grad_\(loss)/\($0)") || expected.contains("directional/\(loss)/\($0)")
    }
    guard !names.isEmpty else { return }
    let asked = names.map { tracked[$0] }
    // A parameter that the loss does not depend on has gradient 0. Adding 0 times its sum to the loss
    // makes that gradient available.
    let tied = asked.reduce(value) { $0 + 0 * $1.sum() }
    let found = try gradients(of: tied, withRespectTo: asked)
    for (name, gradient) in zip(names, found) {
      values["grad_\(loss)/\(name)"] = gradient
      values["directional/\(loss)/\(name)"] = (gradient * Self.direction(like: gradient)).sum()
    }
  }

  /// Returns cos 1, cos 2, … in row-major order, in the shape of a parameter.
  private static func direction(like parameter: Tensor) -> Tensor {
    (Tensor.counting(to: parameter.count, .float64) + 1).cosine().reshaped(parameter.shape)
      .cast(to: parameter.scalarType)
  }

  private mutating func addDumps(_ generator: Generator, _ made: MadePortraits) {
    let recorder = Recorder()
    let probe = recorder.probe.only(Set(testCase.expected.names))
    withoutGradients { generator.record(made, into: probe) }
    values.merge(recorder.tensors) { $1 }
    values["all_images"] = made.image
    values["all_masks"] = made.mask
    values["all_coarse"] = made.coarseMask
    if case .flat(let flat) = made {
      values["all_pseudo_depths"] = flat.pseudoDepth
      values["all_features"] = flat.feature
    }
  }
}
