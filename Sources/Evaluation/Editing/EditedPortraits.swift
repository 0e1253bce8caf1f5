import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// Generated portraits one of whose parts gets the latents of another portrait, as for Table 1.
///
/// A portrait, its camera and its donor depend on the seed alone. Shape and texture of the part are
/// replaced, W^base stays (PaperNotes 33).
public struct EditedPortraits: Sendable {
  private let generator: Generator
  private let count: Int
  private let (z, donors, poses): (Tensor, Tensor, Tensor)
  private let options: Generator.Options

  /// The portraits that are computed at a time.
  private static let batch = 8

  /// Draws portraits, cameras and donors.
  ///
  /// - Parameters:
  ///   - generator: a model of any kind.
  ///   - count: the number of portraits, 1 or more.
  ///   - seed: the random seed.
  public init(_ generator: Generator, count: Int, seed: UInt64) {
    require(count > 0, "EditedPortraits: count is \(count), expected 1 or more")
    self.generator = generator
    self.count = count
    let model = generator.configuration
    var latents = RandomNumbers(seed: seed, stream: EvaluationStream.latents)
    z = latents.normal([count, model.latentWidth])
    var others = RandomNumbers(seed: seed, stream: EvaluationStream.donors)
    donors = others.normal([count, model.latentWidth])
    var cameras = RandomNumbers(seed: seed, stream: EvaluationStream.poses)
    poses = model.camera.drawPoses(count, &cameras)
    options = .evaluation(model)
  }

  /// Edits every portrait once for each of the parts.
  ///
  /// - Parameters:
  ///   - parts: the parts to edit, 0 ..< K.
  ///   - progress: called with the number of portraits that have been edited since the last call.
  /// - Returns: the measures in the order of the parts.
  public func measures(of parts: [Int], progress: (Int) -> Void = { _ in }) -> [EditMeasures] {
    var changes = [[PortraitChange]](repeating: [], count: parts.count)
    for start in stride(from: 0, to: count, by: Self.batch) {
      let range = start..<min(start + Self.batch, count)
      withoutGradients {
        let (before, edited) = portraits(range, parts)
        for (index, part) in parts.enumerated() {
          changes[index] += zip(before, edited[index]).map {
            PortraitChange(from: $0, to: $1, part: part, of: generator.configuration.parts)
          }
        }
      }
      progress(range.count)
    }
    return zip(parts, changes).map(EditMeasures.init(part:_:))
  }

  /// Returns some of the portraits, and for each part the same ones edited.
  private func portraits(
    _ range: Range<Int>, _ parts: [Int]
  ) -> (before: [LabeledImage], edited: [[LabeledImage]]) {
    func some(_ tensor: Tensor) -> Tensor {
      tensor.sliced(axis: 0, from: range.lowerBound, length: range.count)
    }
    let own = generator.factorization.wplus(from: generator.mapped(some(z)))
    let donor = generator.factorization.wplus(from: generator.mapped(some(donors)))
    func exchanged(_ parts: [Int]) -> Tensor {
      generator.expandedLatents(
        wplus: generator.exchanging(.both, ofParts: parts, in: own, with: donor))
    }
    let subject = PortraitSubject(
      generator, expandedLatents: generator.expandedLatents(wplus: own))
    // Part generators are independent, so one call makes the edited maps of all parts.
    let other = PortraitSubject(
      generator, expandedLatents: exchanged(Array(0..<generator.configuration.parts)))
    return (
      seen(subject, some(poses)),
      parts.map {
        seen(
          subject.replacing($0, by: other, expandedLatents: exchanged([$0])), some(poses))
      }
    )
  }

  private func seen(_ subject: PortraitSubject, _ poses: Tensor) -> [LabeledImage] {
    let made = subject.made(from: poses, options: options)
    let labels = made.mask.argmax(axis: 1)
    return (0..<poses.shape[0]).map { LabeledImage(signed: made.image[$0], labels: labels[$0]) }
  }
}
