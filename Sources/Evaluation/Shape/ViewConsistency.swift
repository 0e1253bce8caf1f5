import Camera
import Foundation
import Tensors

/// The consistency of a turned view with the prediction from the frontal view and its depth.
///
/// The frontal view is carried along its own depth to the turned pose (`DepthSheet`). Where the
/// prediction is defined, it is compared with the view that was rendered there. As a control, the
/// *unturned* frontal view is compared over the same pixels: for a model that does not turn its
/// portraits, or hardly turns them, the control scores equally well. The gain is the difference. Flat
/// depth is consistent too, so `Relief` complements this measure.
///
/// Errors are summed over all portraits before the logarithm is taken.
public struct ViewConsistency: Sendable {
  /// The angle by which the second camera is turned to the left of the first image, in radians.
  public let turn: Double
  private var error = 0.0
  private var controlError = 0.0
  private var defined = 0
  private var pixels = 0
  private var masks: LabelAgreement
  private var controlMasks: LabelAgreement

  /// Creates a measure without portraits.
  ///
  /// - Parameters:
  ///   - turn: the difference in yaw between the second camera and the first, in radians.
  ///   - classes: the number of classes in masks.
  public init(turn: Double, classes: Int) {
    self.turn = turn
    masks = LabelAgreement(classes: classes)
    controlMasks = masks
  }

  /// Adds one portrait.
  ///
  /// - Parameters:
  ///   - sheet: the sheet of its frontal view.
  ///   - turned: the view rendered from the side, with the same number of pixels.
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

  /// The reported figures of one turn.
  public struct Figures: Sendable, Codable, Equatable {
    /// The turn of the camera towards the left of the image, in radians.
    public let turn: Double
    /// The share of all pixels for which the prediction is defined, 0 … 1.
    public let covered: Double
    /// The peak signal-to-noise ratio of the prediction, in dB; nil without pixels or without error.
    public let signalToNoise: Double?
    /// The peak signal-to-noise ratio of the unturned view over the same pixels, in dB.
    public let controlSignalToNoise: Double?
    /// The mean intersection over union of predicted and rendered mask, 0 … 1; nil without pixels.
    public let maskAgreement: Double?
    /// The mean intersection over union of the unturned mask over the same pixels.
    public let controlMaskAgreement: Double?

    /// The advantage of the prediction over the unturned view, in dB.
    public var gain: Double? { Self.difference(signalToNoise, controlSignalToNoise) }
    /// The advantage of the predicted mask over the unturned mask.
    public var maskGain: Double? { Self.difference(maskAgreement, controlMaskAgreement) }

    private static func difference(_ a: Double?, _ b: Double?) -> Double? {
      guard let a, let b else { return nil }
      return a - b
    }
  }

  /// The figures of all portraits that were added.
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
