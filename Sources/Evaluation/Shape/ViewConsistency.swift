import Camera
import Foundation
import Tensors

/// Whether a turned view shows what the frontal view and its depth predict.
///
/// The frontal view is carried along its own depth to the turned pose (`DepthSheet`) and compared
/// with the view that was rendered there, where anything is predicted. Over the same pixels the
/// *unturned* frontal view is compared as a control: a model that does not turn its portraits, or
/// turns them by hardly anything, scores as well with it. The gain is the difference. Depth that is
/// flat is carried consistently too, which is why `Relief` stands beside this measure.
///
/// Errors are summed over all portraits before the logarithm is taken.
public struct ViewConsistency: Sendable {
  /// How far the second camera stands to the image's left of the first, radians.
  public let turn: Double
  private var error = 0.0
  private var controlError = 0.0
  private var defined = 0
  private var pixels = 0
  private var masks: LabelAgreement
  private var controlMasks: LabelAgreement

  /// Nothing is compared yet.
  ///
  /// - Parameters:
  ///   - turn: the difference in yaw between the second camera and the first, radians.
  ///   - classes: how many classes masks have.
  public init(turn: Double, classes: Int) {
    self.turn = turn
    masks = LabelAgreement(classes: classes)
    controlMasks = masks
  }

  /// Adds one portrait.
  ///
  /// - Parameters:
  ///   - sheet: its frontal view, spanned over its depth.
  ///   - turned: what was rendered from the side, with as many pixels.
  public mutating func add(_ sheet: DepthSheet, turned: SeenPortrait) {
    let front = sheet.source
    require(
      front.size == turned.size,
      "add(_:turned:): turned has \(turned.size) rows, expected \(front.size)")
    let predicted = sheet.seen(from: turned.pose)
    let plane = turned.size * turned.size
    pixels += plane
    for index in 0..<plane {
      guard let color = predicted.color(index), let label = predicted.label(index) else { continue }
      defined += 1
      for channel in 0..<3 {
        let seen = turned.colors[channel * plane + index]
        let control = front.colors[channel * plane + index]
        error += (color[channel] - seen) * (color[channel] - seen)
        controlError += (control - seen) * (control - seen)
      }
      masks.add(label, with: turned.labels[index])
      controlMasks.add(front.labels[index], with: turned.labels[index])
    }
  }

  /// What is reported of one turn.
  public struct Figures: Sendable, Codable, Equatable {
    /// How far the camera was turned to the image's left, radians.
    public let turn: Double
    /// The share of all pixels of which anything is predicted, 0 … 1.
    public let covered: Double
    /// Peak signal-to-noise ratio of what is predicted, dB; none without pixels or without any
    /// error.
    public let signalToNoise: Double?
    /// The same of the unturned view over the same pixels.
    public let controlSignalToNoise: Double?
    /// The mean intersection over union of predicted and rendered mask, 0 … 1; none without pixels.
    public let maskAgreement: Double?
    /// The same of the unturned mask over the same pixels.
    public let controlMaskAgreement: Double?

    /// How much better than the unturned view, dB.
    public var gain: Double? { Self.difference(signalToNoise, controlSignalToNoise) }
    /// How much better than the unturned mask.
    public var maskGain: Double? { Self.difference(maskAgreement, controlMaskAgreement) }

    private static func difference(_ a: Double?, _ b: Double?) -> Double? {
      guard let a, let b else { return nil }
      return a - b
    }
  }

  /// The figures of all that was added.
  public var figures: Figures {
    func decibels(_ sum: Double) -> Double? {
      defined > 0 && sum > 0 ? -10 * log10(sum / Double(3 * defined)) : nil
    }
    return Figures(
      turn: turn, covered: pixels > 0 ? Double(defined) / Double(pixels) : 0,
      signalToNoise: decibels(error), controlSignalToNoise: decibels(controlError),
      maskAgreement: defined > 0 ? masks.mean : nil,
      controlMaskAgreement: defined > 0 ? controlMasks.mean : nil)
  }
}
