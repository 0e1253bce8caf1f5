import Datasets
import Messages
import Networks
import PortraitClasses
import Tensors
import Training

/// The options for training a parser.
public struct ParserOptions: Sendable, Equatable {
  /// The number of training iterations.
  public var iterations = 1800
  /// The number of pairs in a batch.
  public var batch = 16
  /// The random seed of weights, order and augmentation.
  public var seed: UInt64 = 0
  /// The learning rate in the first half of training; in the second half it falls linearly to 0.
  public var rate = 0.03
  /// The exponent that increases the weight of rare classes.
  ///
  /// With 0 all pixels have the same weight; with 1 all classes have the same weight.
  public var balance = 0.25
  /// Whether pairs are augmented, see ``/Datasets/Augmentation``.
  public var augment = true
  /// The number of channels of each level of the encoder.
  public var widths = ParserRecord.usualWidths

  /// Creates the default options.
  public init() {}
}

/// The training of a parser on pairs of pictures and masks.
///
/// On one machine, the same pairs and options give the same parser, bit for bit.
public struct ParserTraining {
  /// The options that the training started with.
  public let options: ParserOptions
  /// The number of completed training iterations.
  public private(set) var iteration = 0
  private var parser: PortraitParser
  private var adam: Adam
  private let loss: ParserLoss
  private let batches: BatchLoader
  private let heldOut: any TrainingSet

  /// Creates the training on a pack; its held-out pairs are used for evaluation only.
  ///
  /// - Parameters:
  ///   - pack: the pairs, at the size of the parser.
  ///   - options: the options for training.
  /// - Throws: a one-line error if the pairs cannot be read, or are too few or too small.
  public init(on pack: PortraitPack, _ options: ParserOptions) throws {
    try self.init(
      on: pack.training, heldOut: pack.validation, data: pack.summary, options)
  }

  /// Creates the training on any pairs.
  ///
  /// - Parameters:
  ///   - pairs: the training pairs.
  ///   - heldOut: the held-out pairs, for evaluation.
  ///   - data: a description of the pairs, for the record.
  ///   - options: the options for training.
  /// - Throws: a one-line error if the pairs cannot be read, or are too few or too small.
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
        "has \(counted(pairs.count, "pair")) to train on and \(heldOut.count) held out",
        "use data with at least two pairs")
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

  /// Runs one training iteration.
  ///
  /// - Returns: the loss before the update.
  /// - Throws: a one-line error if a pair cannot be read, or if the loss is no longer finite.
  public mutating func step() throws -> Double {
    // Batches are prepared on other threads, which inherit the mode of the thread that starts them.
    let pairs = try batches.next()
    return try Parallel.withoutSubnormals { try update(pairs.image, pairs.mask) }
  }

  private mutating func update(_ image: Tensor, _ mask: Tensor) throws -> Double {
    let tracked = parser.network.parameters.tracked()
    let found = loss(
      ParserNetwork(widths: options.widths, parameters: tracked).logits(of: image), mask)
    guard found.item.isFinite else {
      throw ParserError(
        "iteration \(iteration)", "the loss is no longer finite", "train with a lower learning rate"
      )
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

  /// Returns the current parser, evaluated on the held-out pairs.
  ///
  /// - Returns: the parser, with the figures in its record.
  /// - Throws: a one-line error if a pair cannot be read, or if a weight is not finite. Weights are
  ///   checked because no loss is computed after the last update.
  public func measured() throws -> PortraitParser {
    for (name, weight) in parser.network.parameters.tensors.sorted(by: { $0.key < $1.key })
    where !weight.sum().item.isFinite {
      throw ParserError(
        "iteration \(iteration)", "\(name) is no longer finite", "train with a lower learning rate")
    }
    var record = parser.record
    record.heldOut = try parser.figures(on: heldOut)
    return PortraitParser(record, parser.network.parameters)
  }
}

extension PortraitParser {
  /// Returns the figures of the parser on pairs of its size.
  ///
  /// - Parameter set: the pairs, at least one.
  /// - Returns: the agreement with the masks of the pairs.
  /// - Throws: a one-line error if a pair cannot be read.
  public func figures(on set: any TrainingSet) throws -> ParserFigures {
    var agreement = LabelAgreement(classes: PartClass.count)
    for index in 0..<set.count {
      let pair = try set.pair(index)
      agreement.add(
        labels(of: pair.image.unsqueezed(axis: 0)),
        with: Tensor([1, set.size, set.size], pair.labels.map(Int32.init)))
    }
    return ParserFigures(agreement, pictures: set.count)
  }
}
