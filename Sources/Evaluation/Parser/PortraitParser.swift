import Datasets
import Networks
import PortraitClasses
import Tensors

/// A parser: a small network that segments a portrait into its 13 parts.
///
/// A parser is trained on pictures with their masks (``ParserTraining``), independently of any
/// generator. Evaluation uses its masks of generated pictures and its features for
/// ``FrechetDistance``. Pictures are `[B, 3, S, S]` in −1 … 1, at the resolution of its training.
public struct PortraitParser: Sendable {
  /// The record of the parser: its size, its training and its figures.
  public let record: ParserRecord
  let network: ParserNetwork

  /// The number of pictures that go through the network together; it limits the memory.
  private static let together = 32

  init(_ record: ParserRecord, _ parameters: Parameters) {
    self.record = record
    network = ParserNetwork(widths: record.widths, parameters: parameters)
  }

  /// Creates an untrained parser, for tests and as the start of training.
  ///
  /// - Parameters:
  ///   - size: the number of rows and columns of the pictures, a size that ``allows(_:)`` accepts.
  ///   - seed: the random seed of the weights.
  ///   - widths: the number of channels of each level, see ``ParserRecord/widths``.
  public init(untrainedOfSize size: Int, seed: UInt64, widths: [Int] = ParserRecord.usualWidths) {
    let record = ParserRecord(size: size, widths: widths, seed: seed)
    if let flaw = record.flaw { fatalError("PortraitParser: \(flaw)") }
    var numbers = RandomNumbers(seed: seed, stream: Self.weightStream)
    self.init(record, ParserNetwork.fresh(widths, &numbers).parameters)
  }

  /// The random stream of the weights, which differs from those of latents and other networks.
  private static let weightStream: UInt64 = 32

  /// The smallest size of a parser's pictures.
  public static let smallestSize = 32

  /// Returns whether a parser can have a size: a power of two, up to the largest size of packs.
  public static func allows(_ size: Int) -> Bool {
    (smallestSize...PortraitPack.largestSize).contains(size) && size.nonzeroBitCount == 1
  }
  /// The number of classes, those of ``/PortraitClasses/PartClass``.
  public static let classes = PartClass.count

  /// The number of rows and columns of the parser's pictures, S.
  public var size: Int { record.size }

  /// The number of elements of a feature, F.
  public var featureWidth: Int { record.widths[0] + (record.widths.last ?? 0) }

  /// Returns one logit for each class and pixel; the result is differentiable.
  ///
  /// - Parameter images: `[B, 3, S, S]` in −1 … 1.
  /// - Returns: `[B, 13, S, S]`, log-probabilities up to a constant that all classes of a pixel share.
  public func logits(of images: Tensor) -> Tensor {
    check(images, #function)
    return network.logits(of: images)
  }

  /// Returns the most likely class of every pixel.
  ///
  /// - Parameter images: `[B, 3, S, S]` in −1 … 1.
  /// - Returns: `[B, S, S]`, int32, 0 … 12.
  public func labels(of images: Tensor) -> Tensor {
    check(images, #function)
    return inPieces(images) { network.logits(of: $0).argmax(axis: 1) }
  }

  /// Returns features of portraits: the means of the encoder's first and deepest levels.
  ///
  /// The receptive field of the deepest level (S/8 with the default widths) covers most of the
  /// picture. Its channels represent which parts are present and of which kind, but the means of
  /// these channels do not depend on how sharp the parts are. The receptive field of the first
  /// level is 3×3 pixels. Its channels represent edges, grain and colors, which blur and noise
  /// change. Both levels are averaged over the picture, after the activation.
  ///
  /// - Parameter images: `[B, 3, S, S]` in −1 … 1.
  /// - Returns: `[B, F]`, float32, with the channels of the first level first; F is ``featureWidth``.
  public func features(of images: Tensor) -> Tensor {
    check(images, #function)
    return inPieces(images) { piece in
      let levels = network.levels(of: piece)
      return .concatenated(
        [levels[0], levels[levels.count - 1]].map { $0.mean(axes: [2, 3]) }, axis: 1)
    }
  }

  private func check(_ images: Tensor, _ function: String) {
    requireShape(images, [nil, 3, size, size], "images", axes: "[B, 3, S, S]", function: function)
    require(images.shape[0] > 0, "\(function): images has no pictures, expected at least 1")
    require(
      images.scalarType == .float32, "\(function): images is \(images.scalarType), expected float32"
    )
  }

  private func inPieces(_ images: Tensor, _ answer: (Tensor) -> Tensor) -> Tensor {
    withoutGradients {
      let count = images.shape[0]
      let starts = Array(stride(from: 0, to: count, by: Self.together))
      return .concatenated(
        starts.map { start in
          answer(images.sliced(axis: 0, from: start, length: min(Self.together, count - start)))
        }, axis: 0)
    }
  }
}
