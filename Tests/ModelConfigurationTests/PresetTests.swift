import ModelConfiguration
import Testing

/// Compares the presets with a table of values that are typed by hand.
@Suite("Configuration, presets")
struct PresetTests {
  /// One column of the table: sizes, planes, parts, latents, channels, layers, samples.
  struct Column: Sendable, CustomTestStringConvertible {
    let name: String
    /// imageSize, coarseSize, depthPlanes, minFeatureSize.
    let sizes: [Int]
    /// parts, latentWidth, mappingLayers, localChannels, featureChannels, fourierFrequencies.
    let widths: [Int]
    /// baseLayers, shapeLayers, textureLayers.
    let layers: [Int]
    /// channelBase, channelMax.
    let channels: [Int]
    /// evaluationSamples, evaluationImportanceSamples, maskWarmup.
    let schedule: [Int]

    var testDescription: String { name }
  }

  static let table = [
    Column(
      name: "paper", sizes: [512, 64, 32, 16], widths: [13, 512, 8, 64, 256, 9],
      layers: [1, 4, 4], channels: [32768, 512], schedule: [36, 36, 2000]),
    Column(
      name: "small", sizes: [64, 32, 16, 8], widths: [13, 128, 4, 32, 64, 6],
      layers: [1, 3, 3], channels: [2048, 64], schedule: [24, 0, 400]),
    Column(
      name: "tiny", sizes: [32, 16, 8, 4], widths: [4, 32, 2, 8, 8, 5],
      layers: [1, 1, 1], channels: [512, 16], schedule: [12, 12, 0]),
    Column(
      name: "mini", sizes: [32, 16, 16, 4], widths: [13, 64, 4, 32, 32, 5],
      layers: [1, 2, 2], channels: [1024, 64], schedule: [24, 0, 400]),
    Column(
      name: "semanticStyleGAN", sizes: [512, 64, 32, 16], widths: [13, 512, 8, 64, 512, 9],
      layers: [2, 4, 4], channels: [32768, 512], schedule: [36, 36, 2000]),
  ]

  @Test(arguments: table)
  func presetsHaveTheNumbersOfTheTable(column: Column) throws {
    let model = try #require(Configuration.preset(column.name))
    #expect(
      [model.imageSize, model.coarseSize, model.depthPlanes, model.minFeatureSize]
        == column.sizes)
    #expect(
      [
        model.parts, model.latentWidth, model.mappingLayers, model.localChannels,
        model.featureChannels, model.fourierFrequencies,
      ] == column.widths)
    #expect([model.baseLayers, model.shapeLayers, model.textureLayers] == column.layers)
    #expect([model.channelBase, model.channelMax] == column.channels)
    #expect(
      [model.evaluationSamples, model.evaluationImportanceSamples, model.maskWarmup]
        == column.schedule)
    try model.validate()
  }

  /// The choices of the presets that render as the paper does.
  @Test(arguments: ["paper", "tiny", "semanticStyleGAN"])
  func presetsOfThePaperRenderAsThePaperDoes(name: String) throws {
    let model = try #require(Configuration.preset(name))
    #expect(model.backgroundDepth == .predicted)
    #expect(model.liftingAlpha == 2)
    #expect(model.densityActivation == .relu)
    #expect(model.opticalScale == 1)
    #expect([model.samples, model.importanceSamples] == [12, 12])
    let box = model.volumeBox
    #expect([box.min.x, box.min.y, box.min.z] == [-0.1886, -0.1671, -0.1956])
    #expect([box.max.x, box.max.y, box.max.z] == [0.1887, 0.1692, 0.1872])
    #expect([model.camera.near, model.camera.far] == [0.8, 1.2])
  }

  /// The choices of the presets that were found to train within hours.
  @Test(arguments: ["small", "mini"])
  func smallPresetsSuitShortTraining(name: String) throws {
    let model = try #require(Configuration.preset(name))
    #expect(model.backgroundDepth == .bowl)
    #expect(model.liftingAlpha == 1)
    #expect(model.densityActivation == .softplus)
    #expect(model.opticalScale == 12)
    #expect([model.samples, model.importanceSamples] == [16, 0])
    let box = model.volumeBox
    #expect([box.min.x, box.min.y, box.min.z] == [-0.13, -0.13, -0.13])
    #expect([box.max.x, box.max.y, box.max.z] == [0.13, 0.13, 0.13])
    #expect([model.camera.near, model.camera.far] == [0.86, 1.14])
  }

  /// The choices that all presets share.
  @Test(arguments: table.map(\.name))
  func presetsShareTheOtherChoices(name: String) throws {
    let model = try #require(Configuration.preset(name))
    #expect(model.baseStyle == .conv)
    #expect(model.depthMode == .relative)
    #expect(model.liftingKernel == .gaussian)
    #expect(model.fusion == .sum)
    #expect(model.lastSpacing == .infinite)
    #expect(model.rowAxis == .down)
    let camera = model.camera
    #expect([camera.radius, camera.fieldOfView] == [1, 12])
    #expect([camera.yawMean, camera.pitchMean] == [Double.pi / 2, Double.pi / 2])
    #expect([camera.yawDeviation, camera.pitchDeviation] == [0.3, 0.155])
    #expect(model.rendering == (name == "semanticStyleGAN" ? .flat : .volume))
    #expect(model.transparentParts == (name == "semanticStyleGAN" ? [10, 12] : []))
  }

  @Test func everyPresetIsInTheTable() {
    #expect(Set(Configuration.presetNames) == Set(Self.table.map(\.name)))
    #expect(Configuration.preset("huge") == nil)
  }

  /// 5 for the background, 16 for the face base, 0 for the others, each times D/32.
  @Test func initialDepthsScaleWithThePlanes() throws {
    let paper = try #require(Configuration.preset("paper"))
    #expect(paper.initialDepths == [5, 16] + [Double](repeating: 0, count: 11))
    let tiny = try #require(Configuration.preset("tiny"))
    #expect(tiny.initialDepths == [1.25, 4, 0, 0])
  }

  /// Without the face's depth in them, parts start at depths of their own, in front of the background.
  @Test func absoluteDepthsStartInFrontOfTheBackground() throws {
    var configuration = Configuration()
    configuration.depthMode = .absolute
    let list: [Double] = [5, 18, 20, 20, 20, 25, 15, 20, 15, 18, 25, 22, 18]
    #expect(configuration.initialDepths == list)
    configuration.parts = 15
    #expect(configuration.initialDepths == list + [18, 18])
    (configuration.parts, configuration.depthPlanes) = (3, 16)
    #expect(configuration.initialDepths == [2.5, 9, 10])
    configuration.initialDepth = [1, 2, 3]
    #expect(configuration.initialDepths == [1, 2, 3])
  }

  /// min(512, 32768 / s): 512 up to size 64, then half for every doubling of the size.
  @Test func widthsAreThoseOfThePaper() {
    let widths = [4, 16, 32, 64, 128, 256, 512].map(Configuration().width(at:))
    #expect(widths == [512, 512, 512, 512, 256, 128, 64])
  }
}
