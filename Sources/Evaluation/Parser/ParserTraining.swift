import Inspection
import Networks
import PortraitData
import Tensors
import Training

/// How a parser is trained.
public struct ParserOptions: Sendable, Equatable {
  /// Updates of the weights.
  public var iterations = 1800
  /// Pairs in one update.
  public var batch = 16
  /// The seed of weights, order and changes.
  public var seed: UInt64 = 0
  /// The size of a step in the first half; in the second it falls to 0 in a straight line.
  public var rate = 0.03
  /// The exponent by which rare classes count more: 0 all pixels alike, 1 all classes alike.
  public var balance = 0.25
  /// Whether pairs are flipped, moved and turned, see ``Augmentation``.
  public var augment = true
  /// Channels of each level of the encoder.
  public var widths = ParserRecord.usualWidths

  /// The usual ones.
  public init() {}
}

/// Teaches a parser on pairs of pictures and masks; the same pairs and options give the same
/// parser, bit for bit on one machine.
public struct ParserTraining {
  /// The options it was begun with.
  public let options: ParserOptions
  /// Updates made so far.
  public private(set) var iteration = 0
  private var parser: PortraitParser
  private var adam: Adam
  private let loss: ParserLoss
  private let batches: BatchLoader
  private let heldOut: any TrainingSet

  /// Training on a pack; the pairs that it holds out are measured with and never learned from.
  ///
  /// - Parameters:
  ///   - pack: the pairs, at the size that the parser will have.
  ///   - options: how.
  /// - Throws: an error of one line when the pairs cannot be read, are too few or too small.
  public init(on pack: PortraitPack, _ options: ParserOptions) throws {
    try self.init(
      on: pack.training, heldOut: pack.validation, data: pack.summary, options)
  }

  /// Training on any pairs.
  ///
  /// - Parameters:
  ///   - pairs: what is learned from.
  ///   - heldOut: what is measured with.
  ///   - data: what the pairs are, in words, for the record.
  ///   - options: how.
  /// - Throws: an error of one line when the pairs cannot be read, are too few or too small.
  public init(
    on pairs: any TrainingSet, heldOut: any TrainingSet, data: String, _ options: ParserOptions
  ) throws {
    require(
      options.iterations > 0 && options.batch > 0 && options.rate > 0,
      "ParserTraining: options is \(options), expected iterations, batch and rate above 0")
    var record = ParserRecord(size: pairs.size, widths: options.widths, seed: options.seed)
    if let flaw = record.flaw { throw ParserError(data, flaw, "prepare pairs of another size") }
    guard pairs.count > 0, heldOut.count > 0 else {
      throw ParserError(
        data,
        "has \(counted(pairs.count, "pair")) to learn from and \(heldOut.count) to measure with",
        "name data with two pairs or more")
    }
    (record.data, record.batch, record.rate) = (data, options.batch, options.rate)
    record.dataFingerprint = pairs.fingerprint
    (record.balance, record.augment) = (options.balance, options.augment)
    let fresh = PortraitParser(
      untrainedOfSize: pairs.size, seed: options.seed, widths: options.widths)
    parser = PortraitParser(record, fresh.network.parameters)
    adam = Self.optimizer(options.rate)
    loss = ParserLoss(shares: try ParserLoss.shares(of: pairs), balance: options.balance)
    batches = try BatchLoader(
      pairs, batch: options.batch, seed: options.seed, augment: options.augment)
    self.heldOut = heldOut
    self.options = options
  }

  private static func optimizer(_ rate: Double) -> Adam {
    Adam(rate: rate, beta1: 0.9, beta2: 0.99)
  }

  /// One update.
  ///
  /// - Returns: the loss before it.
  /// - Throws: an error of one line when a pair cannot be read, or the loss is no longer finite.
  public mutating func step() throws -> Double {
    // Batches are made on other threads, which keep the mode of whoever begins them.
    let (image, mask) = try batches.next()
    return try Parallel.withoutSubnormals { try update(image, mask) }
  }

  private mutating func update(_ image: Tensor, _ mask: Tensor) throws -> Double {
    let tracked = parser.network.parameters.tracked()
    let found = loss(
      ParserNetwork(widths: options.widths, parameters: tracked).logits(of: image), mask)
    guard found.item.isFinite else {
      throw ParserError(
        "iteration \(iteration)", "the loss is no longer finite", "train with a lower rate")
    }
    let gradients = try Tensors.gradients(of: found, withRespectTo: tracked.tensors)
    let left = Double(options.iterations - iteration) / Double(options.iterations)
    adam = Self.optimizer(options.rate * min(1, 2 * max(0, left)))
      .resumed(step: adam.step, mean: adam.mean, square: adam.square)
    var record = parser.record
    iteration += 1
    record.iterations = iteration
    parser = PortraitParser(record, adam.updated(parser.network.parameters, with: gradients))
    return found.item
  }

  /// The parser as it is now, measured on the pairs that were held out.
  ///
  /// - Returns: the parser, its figures in its record.
  /// - Throws: an error of one line when a pair cannot be read, or a weight is not finite: the last
  ///   update shows in no loss.
  public func measured() throws -> PortraitParser {
    for (name, weight) in parser.network.parameters.tensors.sorted(by: { $0.key < $1.key })
    where !weight.sum().item.isFinite {
      throw ParserError(
        "iteration \(iteration)", "\(name) is no longer finite", "train with a lower rate")
    }
    var record = parser.record
    record.heldOut = try parser.figures(on: heldOut)
    return PortraitParser(record, parser.network.parameters)
  }
}

extension PortraitParser {
  /// How well the parser does on pairs of its size.
  ///
  /// - Parameter set: the pairs, at least one.
  /// - Returns: the agreement with their masks.
  /// - Throws: an error of one line when a pair cannot be read.
  public func figures(on set: any TrainingSet) throws -> ParserFigures {
    var agreement = LabelAgreement(classes: PartClass.count)
    for index in 0..<set.count {
      let pair = try set.pair(index)
      agreement.add(
        labels(of: pair.image.expanded(0)),
        with: Tensor([1, set.size, set.size], pair.labels.map(Int32.init)))
    }
    return ParserFigures(agreement, pictures: set.count)
  }
}
