import Networks
import PortraitData
import Tensors

/// A small network that finds the 13 parts in a portrait: the judge of generated pictures.
///
/// It is trained on pictures with their masks (``ParserTraining``) and knows nothing of generators.
/// Two things are asked of it: the mask it sees in a picture, and features for ``FrechetDistance``.
/// Pictures are `[B, 3, S, S]` in −1 … 1, of the size it was trained at.
public struct PortraitParser: Sendable {
  /// What it is and how it was made.
  public let record: ParserRecord
  let network: ParserNetwork

  /// Pictures that go through the network together: what bounds the memory.
  private static let together = 32

  init(_ record: ParserRecord, _ parameters: Parameters) {
    self.record = record
    network = ParserNetwork(widths: record.widths, parameters: parameters)
  }

  /// A parser that was not trained: what is tested with, and the start of training.
  ///
  /// - Parameters:
  ///   - size: rows and columns of its pictures, one that it ``allows(_:)``.
  ///   - seed: of its weights.
  ///   - widths: channels of each level, see ``ParserRecord/widths``.
  public init(untrainedOfSize size: Int, seed: UInt64, widths: [Int] = ParserRecord.usualWidths) {
    let record = ParserRecord(size: size, widths: widths, seed: seed)
    if let flaw = record.flaw { fatalError("PortraitParser: \(flaw)") }
    var numbers = RandomNumbers(seed: seed, stream: Self.weightStream)
    self.init(record, ParserNetwork.fresh(widths, &numbers).parameters)
  }

  /// Apart from the streams that latents and networks draw from with the same seed.
  private static let weightStream: UInt64 = 32

  /// The smallest pictures that there is a parser for.
  public static let smallestSize = 32

  /// Whether there is a parser for pictures of a size: a power of two, up to what data are prepared to.
  public static func allows(_ size: Int) -> Bool {
    (smallestSize...PortraitPack.largestSize).contains(size) && size.nonzeroBitCount == 1
  }
  /// The classes it tells apart, those of ``PartClass``.
  public static let classes = PartClass.count

  /// Rows and columns of its pictures, S.
  public var size: Int { record.size }

  /// Numbers in a feature, F.
  public var featureWidth: Int { record.widths[0] + (record.widths.last ?? 0) }

  /// One number for each class and pixel, larger where the class is likelier; differentiable.
  ///
  /// - Parameter images: `[B, 3, S, S]` in −1 … 1.
  /// - Returns: `[B, 13, S, S]`, logarithms of probabilities but for a number that classes share.
  public func logits(of images: Tensor) -> Tensor {
    check(images, #function)
    return network.logits(of: images)
  }

  /// The likeliest class of every pixel.
  ///
  /// - Parameter images: `[B, 3, S, S]` in −1 … 1.
  /// - Returns: `[B, S, S]`, int32, 0 … 12.
  public func labels(of images: Tensor) -> Tensor {
    check(images, #function)
    return inPieces(images) { network.logits(of: $0).argmax(1) }
  }

  /// What tells one portrait from another: means of the encoder's first and deepest levels.
  ///
  /// The deepest level (S/8 with the usual widths) looks at most of the picture at once, so its
  /// channels tell which parts are there and of which kind; its mean is blind to how sharp they
  /// are. The first level looks at 3×3 pixels, so its channels tell edges, grain and colours, which
  /// blur and noise change. Both are averaged over the picture, after the activation.
  ///
  /// - Parameter images: `[B, 3, S, S]` in −1 … 1.
  /// - Returns: `[B, F]`, float32; F is ``featureWidth``, first the first level's channels.
  public func features(of images: Tensor) -> Tensor {
    check(images, #function)
    return inPieces(images) { piece in
      let levels = network.levels(of: piece)
      return .concatenated([levels[0], levels[levels.count - 1]].map { $0.mean([2, 3]) }, 1)
    }
  }

  private func check(_ images: Tensor, _ function: String) {
    requireShape(images, [nil, 3, size, size], "images", axes: "[B, 3, S, S]", function: function)
    require(images.shape[0] > 0, "\(function): images holds no picture, expected at least 1")
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
          answer(images.sliced(0, from: start, length: min(Self.together, count - start)))
        }, 0)
    }
  }
}
