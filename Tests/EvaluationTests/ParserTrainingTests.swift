import Foundation
import Tensors
import TestSupport
import Testing

@testable import Evaluation

@Suite("The parser's loss")
struct ParserLossTests {
  /// With equal logits every class has the probability 1/13, whatever the ground truth is.
  @Test func equalLogitsGiveTheLogarithmOfThirteen() {
    let loss = ParserLoss(shares: Self.shares([0.5, 0.5]), balance: 0)
    let value = loss(.zeros([2, 13, 2, 2]), Self.mask([0, 1, 1, 0, 0, 0, 1, 1])).item
    #expect(abs(value - log(13.0)) < 1e-6)
  }

  /// Shares ¾ and ¼ with balance 1 give the weights ⅔ and 2.
  ///
  /// The loss of the pixel of class 0 is log 13. At the pixel of class 1, the logit of class 1 is log 12
  /// above the others, so class 1 has the probability ½ and the loss is log 2.
  @Test func rareClassesCountMore() {
    let loss = ParserLoss(shares: Self.shares([0.75, 0.25]), balance: 1)
    expectClose(
      loss.weights.sliced(axis: 0, from: 0, length: 2),
      Tensor([2, 1, 1], [2.0 / 3, 2]).cast(to: .float32),
      within: .relative(1e-6, because: "single precision"))
    var logits = [Double](repeating: 0, count: 26)
    logits[1 * 2 + 1] = log(12.0)
    let value = loss(
      Tensor([1, 13, 1, 2], logits).cast(to: .float32), Self.mask([0, 1], shape: [1, 13, 1, 2])
    ).item
    #expect(abs(value - (log(13.0) * 2 / 3 + log(2.0) * 2) / (8.0 / 3)) < 1e-6)
  }

  /// e^±10000 is not representable, but the loss is the difference of the logits and its gradient is ±1.
  @Test func hugeLogitsStayFinite() throws {
    let loss = ParserLoss(shares: Self.shares([0.5, 0.5]), balance: 0.5)
    var logits = [Double](repeating: 0, count: 13)
    logits[0] = 1e4
    logits[1] = -1e4
    let z = Tensor([1, 13, 1, 1], logits).cast(to: .float32).tracked()
    let value = loss(z, Self.mask([1], shape: [1, 13, 1, 1]))
    #expect(value.item == 2e4)
    let gradient = try gradient(of: value, withRespectTo: z).scalars
    #expect(gradient == [1, -1] + [Double](repeating: 0, count: 11))
  }

  private static func shares(_ first: [Double]) -> [Double] {
    first + [Double](repeating: 0, count: 13 - first.count)
  }

  private static func mask(_ labels: [Int], shape: [Int] = [2, 13, 2, 2]) -> Tensor {
    let area = shape[2] * shape[3]
    var values = [Double](repeating: -1, count: shape.reduce(1, *))
    for (index, label) in labels.enumerated() {
      values[(index / area * 13 + label) * area + index % area] = 1
    }
    return Tensor(shape, values).cast(to: .float32)
  }
}

@Suite("Training a parser")
struct ParserTrainingTests {
  static func options(_ iterations: Int) -> ParserOptions {
    var options = ParserOptions()
    (options.iterations, options.batch, options.seed) = (iterations, 8, 3)
    (options.widths, options.rate, options.augment) = ([8, 12, 12, 8], 0.02, false)
    return options
  }

  static func training(_ iterations: Int) throws -> ParserTraining {
    try ParserTraining(
      on: ToyPairs(count: 48, seed: 1), heldOut: ToyPairs(count: 12, seed: 2), data: "toy pairs",
      options(iterations))
  }

  @Test func learnsClassesThatColorsDistinguish() throws {
    var training = try Self.training(60)
    let losses = try (0..<60).map { _ in try training.step() }
    let early = losses.prefix(5).reduce(0, +) / 5
    let late = losses.suffix(5).reduce(0, +) / 5
    #expect(late < 0.15 * early, "\(losses)")
    let parser = try training.measured()
    let figures = try #require(parser.record.heldOut)
    #expect(figures.meanIntersectionOverUnion >= 0.95, "\(figures)")
    #expect(figures.pixelAccuracy >= 0.97, "\(figures)")
    #expect(figures.pictures == 12)
    #expect(parser.record.iterations == 60)
    #expect(parser.record.data == "toy pairs")
    #expect(parser.record.dataFingerprint == "toy-48-1")
    // The labels of a single picture agree with the figures.
    let pair = try ToyPairs(count: 12, seed: 2).pair(7)
    let labels = parser.labels(of: pair.image.unsqueezed(axis: 0))
    #expect(labels.shape == [1, 32, 32])
    let right = zip(labels.integers, pair.labels).count { Int($0) == Int($1) }
    #expect(Double(right) > 0.95 * 1024)
  }

  @Test func theSameSeedGivesTheSameParser() throws {
    func made(_ seed: UInt64) throws -> Tensor {
      var options = Self.options(4)
      (options.seed, options.augment) = (seed, true)
      var training = try ParserTraining(
        on: ToyPairs(count: 20, seed: 1), heldOut: ToyPairs(count: 2, seed: 2), data: "toy", options
      )
      for _ in 0..<4 { _ = try training.step() }
      return try training.measured().network.parameters["decoder.0.weight"]
    }
    let first = try made(8)
    expectClose(try made(8), first, within: .exact)
    #expect(!isClose(try made(9), first, within: .relative(1e-3, because: "another seed")))
  }

  /// One update that overflows single precision; no loss is computed after it.
  @Test func nonFiniteWeightsAreReported() throws {
    var options = Self.options(1)
    options.rate = 1e40
    var training = try ParserTraining(
      on: ToyPairs(count: 8, seed: 1), heldOut: ToyPairs(count: 2, seed: 2), data: "toy", options)
    #expect(try training.step().isFinite)
    let error = #expect(throws: ParserError.self) { _ = try training.measured() }
    let line = try #require(error).description
    #expect(line.contains("iteration 1: ") && line.contains("no longer finite"), "\(line)")
    #expect(line.contains("lower learning rate"), "\(line)")
  }

  /// The fingerprint decides if there is one; otherwise the description decides.
  @Test func theRecordIdentifiesTheTrainingPairs() throws {
    var record = try Self.training(1).measured().record
    #expect(record.learned(from: ToyPairs(count: 48, seed: 1), called: "other words"))
    #expect(!record.learned(from: ToyPairs(count: 48, seed: 2), called: "toy pairs"))
    record.dataFingerprint = nil
    #expect(record.learned(from: ToyPairs(count: 48, seed: 2), called: "toy pairs"))
    #expect(!record.learned(from: ToyPairs(count: 48, seed: 1), called: "other words"))
  }

  @Test func tooFewPairsAreReported() throws {
    let error = #expect(throws: ParserError.self) {
      _ = try ParserTraining(
        on: ToyPairs(count: 1, seed: 1), heldOut: ToyPairs(count: 0, seed: 1), data: "one pair",
        ParserOptions())
    }
    #expect(error?.description.contains("one pair: has 1 pair to train on and 0") == true)
  }

  /// Two pictures of two classes; one pixel of class 1 gets the label 2, which does not occur.
  @Test func figuresByHand() {
    let truth = Tensor([2, 1, 2], [0, 1, 1, 1] as [Int32])
    let figures = ParserFigures(Tensor([2, 1, 2], [0, 1, 2, 1] as [Int32]), with: truth)
    #expect(figures.perClass.prefix(4) == [1, 2.0 / 3, 0, nil])
    #expect(abs(figures.meanIntersectionOverUnion - 5.0 / 9) < 1e-15)
    #expect(figures.pixelAccuracy == 0.75)
    #expect(figures.shares.prefix(3) == [0.25, 0.75, 0])
    #expect(figures.pictures == 2)
    let lines = figures.table.split(separator: "\n")
    #expect(lines.count == 15)
    #expect(lines[2].split(separator: " ") == ["face", "75.0", "%", "66.7", "%"])
    #expect(lines[4].split(separator: " ") == ["brows", "0.0", "%", "none"])
    #expect(
      lines.last == "mean IoU 55.6 % over the classes that occur, pixel accuracy 75.0 %, 2 pictures"
    )
  }
}
