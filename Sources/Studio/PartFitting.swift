import Camera
import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training
import WPlusFactorization

/// A search for the latents of one part with which its mask is a drawn one.
///
/// All other rows of W⁺, the weights and the camera stay as they are. The variable u is in standard deviations
/// of the latents: the part's rows are W + σ ⊙ u, and u begins at 0. Adam minimizes
///
///     L = Σ (m̂_k − m_k)²/4 / |M| + λ_o · mean (x̂ − x)²_outside + λ_w · mean u²
///
/// over u. m_k is 1 where the mask is drawn and −1 elsewhere. M are the pixels that show the part before or
/// are drawn; the sum runs over all pixels. x is the portrait before, and the image term is 0 inside M. The
/// paper has no such search.
public struct PartFitting: Sendable {
  /// The settings of a search.
  public struct Options: Sendable {
    /// The number of steps.
    public var iterations = 80
    /// The largest learning rate, in standard deviations.
    public var rate = 0.15
    /// The weight λ_o of the term that keeps the image outside.
    public var outsideWeight = 2.0
    /// The weight λ_w of the term that keeps the latents near those before.
    public var latentWeight = 0.003
    /// The rows that are searched.
    public var aspect = PartAspect.shape

    /// Creates the default settings.
    public init() {}
  }

  /// The loss L and its terms before their weights.
  public struct Loss: Sendable {
    /// The mask term: 0 for the drawn mask; a pixel of M with the wrong class adds about 1 / |M|.
    public let mask: Double
    /// The image term outside the part, for colors −1 … 1.
    public let outside: Double
    /// The loss L.
    public let total: Double
  }

  /// The settings of the search.
  public let options: Options
  /// The loss before each step made so far.
  public private(set) var losses: [Loss] = []

  private let generator: Generator
  private let part: Int
  private let pose: Tensor
  private let start: Tensor
  private let deviation: Tensor
  private let target: Tensor
  private let image: Tensor
  private let outside: Tensor
  /// The number of pixels that show the part before or are drawn, |M|.
  private let area: Double
  private var variables: Parameters
  private var best: (loss: Double, variables: Parameters)
  private var adam = Adam(rate: 0, beta1: 0.9, beta2: 0.999)
  private static let name = "latents"

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - generator: the generator with the settings of the portrait.
  ///   - wplus: W⁺ of the portrait, `[1, rows, L]`.
  ///   - part: the part, 0 ..< K.
  ///   - drawn: 1 where the part is drawn, otherwise 0, `[S, S]`.
  ///   - pose: the pose from which the mask is drawn.
  ///   - deviation: the standard deviation of every latent, `[L]`.
  ///   - options: the settings.
  public init(
    _ generator: Generator, wplus: Tensor, part: Int, drawn: Tensor, pose: CameraPose,
    deviation: Tensor, _ options: Options = Options()
  ) {
    let model = generator.configuration
    requireShape(drawn, [model.imageSize, model.imageSize], "drawn", axes: "[S, S]")
    let type = generator.scalarType
    (self.generator, self.part, self.options) = (generator, part, options)
    (start, self.pose) = (wplus, pose.tensor(type))
    self.deviation = deviation.cast(to: type)
    let mask = drawn.cast(to: type)
    target = mask * 2 - 1
    let before = withoutGradients {
      generator(wplus: wplus, poses: pose.tensor(type), options: .evaluation(model))
    }
    image = before.image
    let shown = before.mask[0].argmax(axis: 0).cast(to: type)
      .isEqual(to: .scalar(Double(part), type))
    let region = mask.maximum(shown)
    (outside, area) = (1 - region, region.sum().item)
    let rows = generator.factorization.rows(of: options.aspect, part: part)
    variables = Parameters([Self.name: .zeros([1, rows.count, model.latentWidth], type)])
    best = (.infinity, variables)
  }

  /// The W⁺ with the smallest loss so far, `[1, rows, L]`.
  public var wplus: Tensor { wplus(of: best.variables).detached() }

  private func wplus(of variables: Parameters) -> Tensor {
    let rows = generator.factorization.rows(of: options.aspect, part: part)
    let count = generator.factorization.rows
    func kept(_ range: Range<Int>) -> Tensor {
      start.sliced(axis: 1, from: range.lowerBound, length: range.count)
    }
    return .concatenated(
      [
        kept(0..<rows.lowerBound), kept(rows) + deviation * variables[Self.name],
        kept(rows.upperBound..<count),
      ], axis: 1)
  }

  /// Makes one step.
  ///
  /// - Throws: `StudioError` in one line if the loss is not finite.
  /// - Returns: the loss before the step.
  @discardableResult
  public mutating func step() throws -> Loss {
    try Parallel.withoutSubnormals {
      let tracked = variables.tracked()
      let made = generator(
        wplus: wplus(of: tracked), poses: pose, options: .evaluation(generator.configuration))
      let wrong = (made.mask[0, part] - target).squared().sum() * (0.25 / area)
      let moved = ((made.image - image).squared() * outside).mean()
      let size = tracked[Self.name].squared().mean()
      let total = wrong + moved * options.outsideWeight + size * options.latentWeight
      let loss = Loss(mask: wrong.item, outside: moved.item, total: total.item)
      guard loss.total.isFinite else {
        throw StudioError("step \(losses.count): the loss is not finite; draw another mask")
      }
      if loss.total < best.loss { best = (loss.total, variables) }
      let gradient = try gradient(of: total, withRespectTo: tracked[Self.name])
      // The last quarter settles along a cosine.
      let place = Double(losses.count) / Double(max(1, options.iterations))
      let share = place > 0.75 ? 0.5 + 0.5 * cos(.pi * (place - 0.75) / 0.25) : 1
      adam.rate = options.rate * max(share, 1e-3)
      variables = adam.updated(variables, with: [Self.name: gradient])
      losses.append(loss)
      return loss
    }
  }
}
