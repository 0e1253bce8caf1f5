import MeanDifference
import PortraitClasses
import Tensors

/// A portrait as edits are measured: its colors and the part of every pixel.
public struct LabeledImage: Sendable {
  /// The colors, `[3, S, S]`, 0 … 1.
  public let image: Tensor
  /// The part of every pixel, `[S, S]`, int32.
  public let labels: Tensor

  /// Creates a portrait from an image on the scale of networks, −1 … 1, which is clamped as in a file.
  init(signed image: Tensor, labels: Tensor) {
    self.init(image: (image.clamped(-1, 1) + 1) * 0.5, labels: labels)
  }

  /// Creates a portrait from its colors 0 … 1 and its parts.
  public init(image: Tensor, labels: Tensor) {
    requireShape(image, [3, nil, nil], "image", axes: "[3, S, S]")
    requireShape(labels, Array(image.shape.dropFirst()), "labels", axes: "[S, S]")
    self.image = image
    self.labels = labels
  }
}

/// How the edit of one part changed one portrait.
///
/// The edited region M holds the pixels that show the part before or after the edit.
public struct PortraitChange: Sendable, Hashable {
  /// D_mean, equation 14, over the whole image.
  public let everywhere: Double
  /// D_mean^masked (§4.1): the mean difference outside M; NaN if nothing is outside.
  public let outside: Double
  /// The mean difference inside M; NaN if the part is not seen.
  public let inside: Double
  /// The share of all differences that lies in M and close around it; NaN if nothing changed.
  public let locality: Double
  /// The mean, over the other parts, of the intersection over union of their pixels before and after.
  public let agreement: Double

  /// How far around M a change still counts as local, as a share of the side of the image.
  ///
  /// Edges are blurred by rendering, and a part throws light and shadow on what is next to it.
  public static let margin = 0.02

  /// Compares a portrait before and after an edit.
  ///
  /// - Parameters:
  ///   - before: the portrait.
  ///   - after: the edited portrait, of the same size.
  ///   - part: the edited part.
  ///   - parts: the number of parts, K.
  public init(from before: LabeledImage, to after: LabeledImage, part: Int, of parts: Int) {
    let size = before.image.shape[1]
    let (old, new) = (before.labels.integers, after.labels.integers)
    let region = zip(old, new).map { Int($0) == part || Int($1) == part }
    func mask(_ pixels: [Bool]) -> Tensor { Tensor([size, size], pixels.map { $0 ? 1.0 : 0 }) }
    let (measure, edited) = (MeanDifference(), mask(region))
    let differences = measure.differenceMap(before.image, after.image).cast(to: .float64)
    everywhere = measure.mean(before.image, after.image).item
    outside = measure.maskedMean(before.image, after.image, editedRegion: edited).item
    inside = ((differences * edited).sum() / edited.sum()).item
    let near = Self.widened(region, size, by: max(1, Int((Self.margin * Double(size)).rounded())))
    locality = ((differences * mask(near)).sum() / differences.sum()).item
    var rest = LabelAgreement(after.labels, with: before.labels, classes: parts).perClass
    rest.remove(at: part)
    let found = rest.compactMap(\.self)
    agreement = found.reduce(0, +) / Double(found.count)
  }

  /// Returns the pixels that are at most `distance` rows and columns away from a pixel of a region.
  static func widened(_ region: [Bool], _ size: Int, by distance: Int) -> [Bool] {
    (0..<size * size).map { pixel in
      let (row, column) = (pixel / size, pixel % size)
      let rows = max(0, row - distance)...min(size - 1, row + distance)
      let columns = max(0, column - distance)...min(size - 1, column + distance)
      return rows.contains { row in columns.contains { region[row * size + $0] } }
    }
  }
}

/// The changes of many portraits by edits of one part: a column of the paper's Table 1.
public struct EditMeasures: Sendable {
  /// The edited part.
  public let part: Int
  /// D_mean over the whole image.
  public let everywhere: Estimate
  /// D_mean^masked, outside the edited region.
  public let outside: Estimate
  /// The mean difference inside the edited region.
  public let inside: Estimate
  /// The share of all differences that lies in the edited region and close around it.
  public let locality: Estimate
  /// The mean intersection over union of the other parts before and after.
  public let agreement: Estimate

  /// Averages the changes of portraits.
  public init(part: Int, _ changes: [PortraitChange]) {
    self.part = part
    everywhere = Estimate(changes.map(\.everywhere))
    outside = Estimate(changes.map(\.outside))
    inside = Estimate(changes.map(\.inside))
    locality = Estimate(changes.map(\.locality))
    agreement = Estimate(changes.map(\.agreement))
  }

  /// The parts of Table 1, in its order.
  public static let tableParts: [PartClass] = [.mouth, .eyes, .brows, .nose, .hair]
}
