import TestSupport
import Tensors
import Testing

@testable import Networks

@Suite("Networks, properties")
struct NetworkPropertyTests {
  var numbers = TestNumbers(seed: 5)

  /// The mean square of 3 and 4 is 12.5: the results are 3/√12.5 and 4/√12.5, apart from the 1e-8.
  @Test func pixelNormByHand() {
    let y = Tensor([1, 2], [3.0, 4.0]).pixelNormalized()
    let root = (12.5 + 1e-8).squareRoot()
    expectClose(y, Tensor([1, 2], [3 / root, 4 / root]), within: .closedForm)
  }

  @Test(arguments: [0.25, 8, 300])
  mutating func pixelNormIgnoresTheScale(scale: Double) {
    let x = numbers.tensor([4, 16], in: 0.5...1.5)
    let reason = "1e-8 beside a mean square of 1/64 or more"
    expectClose(
      (x * scale).pixelNormalized(), x.pixelNormalized(), within: .relative(1e-6, because: reason))
  }

  /// x + b is −3 and 2: the results are √2 · 0.2 · −3 and √2 · 2.
  @Test func activationByHand() {
    let y = Tensor([1, 2], [-4.0, 3.0]).activated(bias: Tensor([2], [1.0, -1.0]))
    let gain = 2.0.squareRoot()
    expectClose(y, Tensor([1, 2], [-0.6 * gain, 2 * gain]), within: .closedForm)
  }

  /// Independent inputs of variance 1 give outputs of variance 1: the squared weights of every output
  /// sum to 1, for any weights and style.
  ///
  /// Unit vectors as input make the layer return its weights; the test inverts the activation.
  @Test mutating func demodulationGivesUnitVariance() {
    let layers = ModulatedLayers([modulatedParameters(style: 3)], "layer")
    let unitVectors = (0..<5).flatMap { row in (0..<5).map { $0 == row ? 1.0 : 0.0 } }
    let y = layers(Tensor([1, 1, 5, 5], unitVectors), numbers.tensor([2, 1, 4], in: -2...2))
    let linear = (y.relu() - (-y).relu() * 5) / 2.0.squareRoot()
    let reason = "1e-8 beside squares of about 1"
    expectClose(
      linear.squared().sum(axes: [3]), .ones([2, 1, 6], .float64),
      within: .relative(1e-7, because: reason))
  }

  /// Demodulation removes a factor that all styles share.
  @Test mutating func demodulationIgnoresACommonFactor() {
    let parameters = modulatedParameters(style: 1)
    var louder = parameters.tensors
    for name in ["layer.conv.modulation.weight", "layer.conv.modulation.bias"] {
      louder[name] = louder[name].map { $0 * 7 }
    }
    let (x, latents) = (numbers.tensor([2, 1, 5, 3]), numbers.tensor([2, 1, 4]))
    let reason = "1e-8 beside squares of about 1"
    expectClose(
      ModulatedLayers([Parameters(louder)], "layer")(x, latents),
      ModulatedLayers([parameters], "layer")(x, latents),
      within: .relative(1e-6, because: reason))
  }

  private mutating func modulatedParameters(style: Double) -> Parameters {
    Parameters([
      "layer.conv.weight": numbers.tensor([1, 6, 5, 1, 1], in: 0.5...2),
      "layer.conv.modulation.weight": numbers.tensor([5, 4]),
      "layer.conv.modulation.bias": numbers.tensor([5], in: 2...3) * style,
      "layer.activate.bias": .zeros([6], .float64),
    ])
  }

  /// x and y run from −1 to 1, end points included, and y grows downward: (−1, −1) is the first pixel.
  @Test func fourierCornersAndFrequencies() {
    let waves = FourierFeatures.waves(2, size: 3, .float64)
    expectClose(
      waves[axis: 2, 0][axis: 1, 0], Tensor([10], cornerWaves(-1)), within: .closedForm, "first")
    expectClose(
      waves[axis: 2, 2][axis: 1, 2], Tensor([10], cornerWaves(1)), within: .closedForm, "last")
  }

  /// Returns the waves at a corner; sin 1, cos 1, sin 2 and cos 2 are typed by hand.
  private func cornerWaves(_ side: Double) -> [Double] {
    let (sine1, cosine1) = (side * 0.8414709848078965, 0.5403023058681398)
    let (sine2, cosine2) = (side * 0.9092974268256817, -0.4161468365471424)
    return [side, side, sine1, sine1, cosine1, cosine1, sine2, sine2, cosine2, cosine2]
  }

  /// Noise maps that are passed in act like stored ones.
  @Test func noiseMapsReplaceBuffers() throws {
    let golden = try GoldenCase.named("render_net", of: "Networks")
    let inputs = try golden.inputs()
    let net = renderNet(inputs, from: 2, to: 8)
    #expect(net.noiseSizes == [4, 4, 8, 8])
    let feature = try #require(inputs["feature"])
    let mask = try #require(inputs["coarse_mask"])
    let maps = try (0..<4).map { try #require(inputs["noises.noise_\($0)"]) }
    let stored = net(feature, coarseMask: mask)
    let given = net(feature, coarseMask: mask, noise: .maps(maps))
    expectClose(given.image, stored.image, within: .exact)
    let other = net(feature, coarseMask: mask, noise: .maps(maps.map { $0 + 1 }))
    #expect(!isClose(other.image, stored.image, within: .closedForm))
    // m_hr = upsample(2m − 1) + Δm.
    expectClose(
      stored.mask, mask.upsampledTwice() + stored.maskResidual, within: .closedForm)
  }

  /// Without `residualMask` the sum of the mask heads is the mask: the coarse mask has no influence.
  @Test func theMaskHeadCanBeTheMask() throws {
    let inputs = try GoldenCase.named("render_net", of: "Networks").inputs()
    let (feature, coarse) = (
      try #require(inputs["feature"]), try #require(inputs["coarse_mask"])
    )
    let residual = renderNet(inputs, from: 2, to: 8)(feature, coarseMask: coarse)
    let net = renderNet(inputs, from: 2, to: 8, residualMask: false)
    let made = net(feature, coarseMask: coarse)
    expectClose(made.image, residual.image, within: .exact)
    expectClose(made.mask, residual.maskResidual, within: .exact)
    expectClose(net(feature, coarseMask: coarse * 3 + 1).mask, made.mask, within: .exact)
    #expect(!isClose(made.mask, residual.mask, within: .closedForm))
  }

  /// The standard deviation of equal images is 0, so that √1e-8 remains.
  ///
  /// Up to four images form one group.
  @Test(arguments: [1, 2, 3, 4, 8])
  mutating func equalImagesDoNotDeviate(batch: Int) {
    let x = numbers.tensor([1, 3, 4, 4]).broadcast(to: [batch, 3, 4, 4])
    let y = Discriminator(Parameters()).minibatchDeviation(x)
    expectClose(
      y, Tensor(repeating: 1e-4, [batch, 1, 4, 4], .float64),
      within: .relative(1e-9, because: "rounding in the mean of equal images"))
  }

  /// Of eight images, 0, 2, 4 and 6 form a group: changing image 6 changes the maps of these alone.
  @Test mutating func groupsAreStrided() {
    let x = numbers.tensor([8, 2, 2, 2])
    let discriminator = Discriminator(Parameters())
    let before = discriminator.minibatchDeviation(x)[axis: 1, 0][axis: 1, 0][axis: 1, 0].scalars
    let changed = Tensor.concatenated([
      x.sliced(axis: 0, from: 0, length: 6), x.sliced(axis: 0, from: 6, length: 1) + 1,
      x.sliced(axis: 0, from: 7, length: 1),
    ])
    let after = discriminator.minibatchDeviation(changed)[axis: 1, 0][axis: 1, 0][axis: 1, 0]
      .scalars
    #expect(before.indices.filter { before[$0] != after[$0] } == [0, 2, 4, 6])
  }
}
