import Foundation
import PortraitClasses

/// A rough model of a head that supplies depths for pictures without depth.
///
/// The face is the front of an ellipsoid over the region of face and features. The hair is the front
/// of a slightly larger ellipsoid over the whole head. Depths are measured from the middle of the
/// head toward the viewer, in units of half the head's width. The numbers are rounded proportions of
/// adult heads.
///
/// | Part                        | Depth                                                     |
/// |-----------------------------|-----------------------------------------------------------|
/// | background                  | −1.4, a flat wall                                         |
/// | face                        | 0.9 · √(1 − r²) over the face's ellipse, widened by 15 %  |
/// | eyes, brows, mouth          | the face + 0.05                                           |
/// | nose                        | the face + up to 0.45, highest at its lower middle        |
/// | ears                        | −0.1                                                      |
/// | hair                        | 1.0 · √(1 − r²) over the head's ellipse                   |
/// | neck, cloth                 | up to 0.2 and up to 0.4, round about a vertical axis      |
/// | glasses, hat, earrings      | the face + 0.2, the hair + 0.1, 0                         |
struct DepthPrior {
  /// An ellipse by its center and half axes, in map elements.
  struct Ellipse {
    var (row, column, height, width): (Double, Double, Double, Double)

    /// Returns the front of an ellipsoid of depth 1: √(1 − r²) inside the ellipse and 0 outside.
    func dome(_ y: Double, _ x: Double) -> Double {
      let (v, u) = ((y - row) / height, (x - column) / width)
      return max(0, 1 - u * u - v * v).squareRoot()
    }
  }

  let face: Ellipse
  let head: Ellipse
  let nose: Ellipse?

  /// Fits the ellipses to a label map with the given number of columns; nil if it shows no face.
  init?(labels: [UInt8], columns: Int) {
    let features: Set<PartClass> = [.face, .eyes, .brows, .mouth, .nose, .glasses]
    guard let face = Self.bounds(labels, columns, features),
      let head = Self.bounds(labels, columns, features.union([.hair, .hat, .ears]))
    else { return nil }
    // The face continues around the side of the head, so it still has depth at its visible edge.
    self.face = Ellipse(
      row: face.row, column: face.column, height: 1.15 * face.height, width: 1.15 * face.width)
    self.head = head
    nose = Self.bounds(labels, columns, [.nose])
  }

  /// Returns the depth of a part at a map element, in units of half the head's width.
  func depth(of part: PartClass, row: Double, column: Double) -> Double {
    let skin = 0.9 * face.dome(row, column)
    switch part {
    case .background: return -1.4
    case .face: return skin
    case .eyes, .brows, .mouth: return skin + 0.05
    case .nose: return skin + 0.45 * (nose.map { ridge($0, row, column) } ?? 0)
    case .ears: return -0.1
    case .hair: return head.dome(row, column)
    case .neck: return 0.6 * upright(column) - 0.4
    case .cloth: return 0.6 * upright(column) - 0.2
    case .glasses: return skin + 0.2
    case .hat: return head.dome(row, column) + 0.1
    case .earrings: return 0
    }
  }

  /// Returns the relief of the nose, 0 … 1.
  ///
  /// The relief rises over the upper three quarters of the nose, falls over the lowest quarter, and
  /// decreases to the sides.
  private func ridge(_ nose: Ellipse, _ row: Double, _ column: Double) -> Double {
    let along = (row - (nose.row - nose.height)) / (2 * nose.height)
    let across = (column - nose.column) / nose.width
    guard along > 0 && along < 1 && abs(across) < 1 else { return 0 }
    let height = along < 0.75 ? along / 0.75 : (1 - along) / 0.25
    return height * (1 - across * across)
  }

  private func upright(_ column: Double) -> Double {
    let u = (column - head.column) / (2 * head.width)
    return max(0, 1 - u * u).squareRoot()
  }

  private static func bounds(
    _ labels: [UInt8], _ columns: Int, _ parts: Set<PartClass>
  ) -> Ellipse? {
    let wanted = Set(parts.map { UInt8($0.rawValue) })
    let found = labels.indices.filter { wanted.contains(labels[$0]) }
    guard let first = found.first else { return nil }
    var (top, bottom, left, right) = (first / columns, first / columns, columns, 0)
    for index in found {
      (top, bottom) = (min(top, index / columns), max(bottom, index / columns))
      (left, right) = (min(left, index % columns), max(right, index % columns))
    }
    return Ellipse(
      row: Double(top + bottom) / 2, column: Double(left + right) / 2,
      height: Double(bottom - top + 1) / 2, width: Double(right - left + 1) / 2)
  }
}
