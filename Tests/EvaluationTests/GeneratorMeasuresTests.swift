import Camera
import Datasets
import Foundation
import ModelConfiguration
import PortraitClasses
import PortraitModel
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Evaluation

@Suite("Generator measures")
struct GeneratorMeasuresTests {
  /// The tiny model with all parts, untrained, and dense enough to be visible.
  static let generator: Generator = {
    var model = Configuration.tiny
    model.parts = PartClass.count
    model.opticalScale = 30
    return Generator(model, ParameterPlan.generator(model).fresh(seed: 3))
  }()
  static let parser = PortraitParser(untrainedOfSize: 32, seed: 4, widths: [8, 8])

  @Test func portraitsDoNotDependOnTheirBatch() {
    let sample = GeneratedSample(Self.generator, count: 5, seed: 7)
    let (images, labels) = sample.portraits(0..<5).drawn()
    let last = sample.portraits(3..<5).drawn()
    #expect(images.shape == [5, 3, 32, 32] && labels.shape == [5, 32, 32])
    expectClose(
      images.sliced(axis: 0, from: 3, length: 2), last.images,
      within: .relative(1e-5, because: "matrix products of other shapes sum in another order"))
    let others = GeneratedSample(Self.generator, count: 5, seed: 8).portraits(0..<5).drawn()
    #expect(others.images.floats != images.floats)
    let again = GeneratedSample(Self.generator, count: 5, seed: 7).portraits(0..<5).drawn()
    #expect(again.images.floats == images.floats && again.labels.integers == labels.integers)
  }

  /// With the poses of real pictures, portraits are seen from them: here from one pose.
  @Test func portraitsAreSeenFromThePosesOfThePictures() throws {
    let pose = CameraPose(yaw: 1.9, pitch: 1.4)
    let pool = try #require(PosePool(of: OnePose(pose: pose), mirrors: false))
    let sample = GeneratedSample(Self.generator, count: 2, seed: 7, poses: pool).portraits(0..<2)
    #expect(sample.poses.floats == [1.9, 1.4, 1.9, 1.4])
    let labels = sample.drawn().labels[0].integers.map(Int.init)
    #expect(try #require(sample.seen(from: pose).first).labels == labels)
  }

  /// A training set of one pair, of which only the pose is used.
  private struct OnePose: TrainingSet {
    let pose: CameraPose
    let count = 1
    let size = 32
    let fingerprint = "one"
    var poses: [CameraPose]? { [pose] }

    func pair(_ index: Int) throws -> PortraitPair {
      PortraitPair(
        size: size, planes: [UInt8](repeating: 0, count: 3 * size * size),
        labels: [UInt8](repeating: 0, count: size * size))
    }
  }

  /// The depth is Σ w t / Σ w, computed by hand from the rays, and not Σ w t.
  ///
  /// Where light passes through the volume, which happens if the last spacing is finite, Σ w t is too
  /// small.
  @Test func depthIsNormalized() throws {
    var model = Self.generator.configuration
    (model.lastSpacing, model.densityActivation, model.opticalScale) = (.far, .softplus, 2)
    let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 3))
    let portraits = GeneratedSample(generator, count: 1, seed: 7).portraits(0..<1)
    let pose = CameraPose(turnedLeft: 0.2)
    let seen = try #require(portraits.seen(from: pose).first)
    let frame = model.camera.frame(at: pose)
    #expect(seen.size == 32 && seen.distances.count == 32 * 32)
    #expect(seen.distances.allSatisfy { $0 >= model.camera.near && $0 <= model.camera.far })
    // The corners of the 16 × 16 rays are those of the 32 × 32 pixels.
    let made = portraits.subject.made(
      from: Tensor([1, 2], [pose.yaw, pose.pitch]).cast(to: .float32), options: portraits.options)
    let view = try #require(made.view)
    let (weights, depths) = (view.ray.renderingWeights.scalars, view.rayDepths.scalars)
    let samples = view.rayDepths.shape[2]
    #expect(view.rayDepths.shape[1] == 256)
    for (ray, pixel) in [(0, 0), (15, 31), (240, 31 * 32), (255, 1023)] {
      let place = ray * samples..<(ray + 1) * samples
      let stopped = place.reduce(0) { $0 + weights[$1] }
      let drawn = place.reduce(0) { $0 + weights[$1] * depths[$1] }
      #expect(abs(seen.distances[pixel] - drawn / stopped) < 1e-5)
      #expect(stopped < 0.9 && abs(seen.distances[pixel] - drawn) > 0.05)
      #expect(seen.endsAtLastSample[pixel] == (weights[place.upperBound - 1] > 0.5 * stopped))
    }
    // A visible point lies on the ray of its pixel.
    let place = try #require(model.camera.projection(of: seen.points[40], in: frame))
    #expect(abs(place.x - (-1 + 2 * 8.0 / 31)) < 1e-9 && abs(place.y - (1 - 2 * 1.0 / 31)) < 1e-9)
  }

  static func reference(seed: UInt64 = 0, most: Int = 6) throws -> RealReference {
    let source = ProceduralSource(count: 16, seed: 5)
    let all = UnpreparedSet(source, size: 32)
    return try RealReference(
      training: PartOfSet(Array(0..<13), of: all, name: "training"),
      heldOut: PartOfSet([13, 14, 15], of: all, name: "validation"), parser: parser, most: most,
      seed: seed)
  }

  /// Every figure is compared with the same figure computed step by step from the same portraits.
  @Test func figuresAreThoseOfTheSample() throws {
    let reference = try Self.reference()
    #expect(reference.heldOut == 3 && reference.features.count == 6)
    let sample = GeneratedSample(Self.generator, count: 18, seed: 7)
    let measures = try GeneratorMeasures(
      sample, shapePortraits: 2, against: reference, parser: Self.parser)
    let made = [0..<16, 16..<18].map { sample.portraits($0).drawn() }
    let images = Tensor.concatenated(made.map(\.images), axis: 0)
    let labels = Tensor.concatenated(made.map(\.labels), axis: 0)
    let masks = LabelAgreement(
      labels, with: Self.parser.labels(of: images), classes: PartClass.count)
    #expect(measures.masks.perClass == masks.perClass)
    // As many portraits as half of the data has pairs, so that floor and distance can be compared.
    let features = FeatureMoments(
      of: Self.parser.features(of: images.sliced(axis: 0, from: 0, length: 6)))
    let distance = try FrechetDistance(features, reference.features).value
    #expect(abs(measures.distance - distance) <= 1e-9 * distance)
    let shape = try #require(measures.shape)
    #expect(shape.relief.portraits == 2)
    #expect(shape.consistency.map(\.turn) == Camera.evaluationTurns)
  }

  /// With softplus and an infinite last spacing, every ray is stopped, even in a nearly empty volume.
  ///
  /// A hole is recognized because the ray is stopped at its last sample.
  @Test func theLastSampleRevealsHoles() throws {
    var model = Self.generator.configuration
    (model.densityActivation, model.opticalScale) = (.softplus, 1e-4)
    let thin = Generator(model, ParameterPlan.generator(model).fresh(seed: 3))
    let seen = try #require(
      GeneratedSample(thin, count: 1, seed: 7).portraits(0..<1).seen(from: .frontal).first)
    #expect(seen.distances.allSatisfy { $0.isFinite })
    #expect(seen.endsAtLastSample.allSatisfy { $0 })
    model.opticalScale = 1e4
    let dense = Generator(model, ParameterPlan.generator(model).fresh(seed: 3))
    let wall = try #require(
      GeneratedSample(dense, count: 1, seed: 7).portraits(0..<1).seen(from: .frontal).first)
    #expect(wall.endsAtLastSample.allSatisfy { !$0 })
  }

  /// A training set that records which of its pairs were read.
  final class WatchedSet: TrainingSet {
    let whole: any TrainingSet
    private let read = Mutex<[Int]>([])

    init(_ whole: any TrainingSet) { self.whole = whole }

    var count: Int { whole.count }
    var size: Int { whole.size }
    var fingerprint: String { whole.fingerprint }
    var order: [Int] { read.withLock { $0 } }

    func pair(_ index: Int) throws -> PortraitPair {
      read.withLock { $0.append(index) }
      return try whole.pair(index)
    }
  }

  /// Two halves of six pairs from thirteen: no pair is in both, and another seed draws other pairs.
  @Test func halvesOfTheDataAreDrawn() throws {
    let pairs = UnpreparedSet(ProceduralSource(count: 16, seed: 5), size: 32)
    func drawn(seed: UInt64) throws -> [Int] {
      let watched = WatchedSet(PartOfSet(Array(0..<13), of: pairs, name: "training"))
      _ = try RealReference(
        training: watched, heldOut: PartOfSet([13, 14, 15], of: pairs, name: "validation"),
        parser: Self.parser, most: 6, seed: seed)
      return watched.order
    }
    let order = try drawn(seed: 0)
    #expect(order.count == 12 && Set(order).count == 12)
    #expect(try Set(drawn(seed: 1).prefix(6)) != Set(order.prefix(6)))
    let (first, again) = (try Self.reference(), try Self.reference())
    #expect(first.floor == again.floor && first.floor > 0)
    #expect(try Self.reference(seed: 1).floor != first.floor)
    #expect(RealReference.half(of: 13, most: 6) == 6 && RealReference.half(of: 13, most: 9) == 6)
    #expect(throws: EvaluationError.self) { try Self.reference(most: 1) }
  }

  @Test func aLineIsReadBackUnchanged() throws {
    let reference = try Self.reference()
    let sample = GeneratedSample(Self.generator, count: 3, seed: 7)
    let measures = try GeneratorMeasures(
      sample, shapePortraits: 1, against: reference, parser: Self.parser)
    let line = EvaluationLine(
      checkpoint: "fresh", images: 0, sample, seed: 7, measures, reference, of: "pairs",
      Self.parser, ceiling: 2.5, parserOfSameData: false, truth: measures.shape)
    #expect(line.distancePortraits == 3 && line.data == "pairs" && line.imageSize == 32)
    let other = PortraitParser(untrainedOfSize: 32, seed: 5, widths: [8, 8])
    #expect(line.parser == Self.parser.checksum && line.parser != other.checksum)
    let ratio = try #require(line.masks.ratio)
    #expect(abs(ratio * line.masks.heldOut - line.masks.generated) < 1e-12)
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("evaluation-\(UUID().uuidString).jsonl")
    defer { try? FileManager.default.removeItem(at: file) }
    try EvaluationLine.write([line, line], to: file)
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let read = try rows.map { try JSONDecoder().decode(EvaluationLine.self, from: Data($0.utf8)) }
    #expect(read == [line, line])
    #expect(read.allSatisfy { !$0.parserOfSameData })
  }

  /// If the parser agrees nowhere with the masks of the pairs, the ratio is nil; JSON has no infinity.
  @Test func theRatioIsNilWithoutAgreement() throws {
    let found = LabelAgreement(
      Tensor([2], [0, 1] as [Int32]), with: Tensor([2], [0, 0] as [Int32]),
      classes: PartClass.count)
    let nothing = LabelAgreement(
      Tensor([2], [0, 1] as [Int32]), with: Tensor([2], [1, 0] as [Int32]),
      classes: PartClass.count)
    let masks = EvaluationLine.Masks(found, heldOut: nothing, count: 1)
    #expect(masks.ratio == nil && masks.heldOut == 0 && masks.generated == 0.25)
    let data = try JSONEncoder().encode(masks)
    #expect(try JSONDecoder().decode(EvaluationLine.Masks.self, from: data) == masks)
  }
}
