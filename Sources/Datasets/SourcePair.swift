import PortraitClasses
import TensorFiles

/// A portrait and its classes as they are stored in files, at any size.
public struct SourcePair: Sendable, Equatable {
  /// The number of rows and columns of the picture.
  public let imageSide: Int
  /// Red, green and blue of every pixel in reading order, 0 … 255.
  public let rgb: [UInt8]
  /// The number of rows and columns of the label map, often half of the picture's.
  public let labelSide: Int
  /// The class of every pixel of the label map, 0 … 12.
  public let parts: [UInt8]
  /// The decisions that reading the labels took, for the report of a check.
  public let decisions: LabelDecisions
  /// The labels as they are in the file; nil if there is no label map in the file's own numbers.
  private let ownSurvey: LabelSurvey?

  /// Creates a pair from its pixels; the number of values must match the sides.
  init(
    imageSide: Int, rgb: [UInt8], labelSide: Int, parts: [UInt8],
    decisions: LabelDecisions = LabelDecisions(), survey: LabelSurvey? = nil
  ) {
    self.imageSide = imageSide
    self.rgb = rgb
    self.labelSide = labelSide
    self.parts = parts
    self.decisions = decisions
    ownSurvey = survey
  }

  /// The areas and heights of the labels as they are in the file, or else of the classes.
  var survey: LabelSurvey { ownSurvey ?? LabelSurvey(parts, side: labelSide) }

  /// A number that equal pictures share and different ones do not.
  var pictureDigest: PictureDigest { PictureDigest(rgb) }

  /// Returns the pair reduced to a smaller size.
  ///
  /// A new pixel of the picture is the average of the stored values over the area that the pixel
  /// covers, rounded to the nearest integer. The label of a new pixel is the one of the thirteen
  /// classes with the largest share of its area. If shares are equal, the higher class number wins,
  /// which keeps small parts (eyes over face, earrings over hair). Both computations use integers and
  /// are exact for all sizes.
  ///
  /// - Parameters:
  ///   - size: the number of rows and columns of the result, S.
  ///   - name: the name of the pair in error messages.
  /// - Returns: the pair at that size.
  /// - Throws: `DatasetError` if picture or label map has fewer rows than `size`.
  public func reduced(to size: Int, name: String) throws(DatasetError) -> PortraitPair {
    for (side, what) in [(imageSide, "picture"), (labelSide, "label map")] where side < size {
      throw DatasetError(
        name,
        "the \(what) has \(side) × \(side) pixels, fewer than the requested \(size) × \(size)",
        "choose a size of at most \(min(imageSide, labelSide))")
    }
    return PortraitPair(
      size: size, planes: averaged(Footprints(from: imageSide, to: size)),
      labels: elected(Footprints(from: labelSide, to: size)))
  }

  private func averaged(_ footprints: Footprints) -> [UInt8] {
    let (side, size, area) = (imageSide, footprints.size, footprints.size * footprints.size)
    let total = side * side
    var planes = [UInt8](repeating: 0, count: 3 * area)
    for row in 0..<size {
      for column in 0..<size {
        var sum = SIMD4<Int>(repeating: 0)
        for y in footprints[row] {
          for x in footprints[column] {
            let weight = footprints.overlap(row, y) * footprints.overlap(column, x)
            let first = 3 * (y * side + x)
            sum &+= SIMD4(Int(rgb[first]), Int(rgb[first + 1]), Int(rgb[first + 2]), 0) &* weight
          }
        }
        for channel in 0..<3 {
          planes[channel * area + row * size + column] = UInt8((sum[channel] + total / 2) / total)
        }
      }
    }
    return planes
  }

  private func elected(_ footprints: Footprints) -> [UInt8] {
    let size = footprints.size
    var labels = [UInt8](repeating: 0, count: size * size)
    var votes = [Int](repeating: 0, count: PartClass.count)
    for row in 0..<size {
      for column in 0..<size {
        for part in votes.indices { votes[part] = 0 }
        for y in footprints[row] {
          for x in footprints[column] {
            votes[Int(parts[y * labelSide + x])] +=
              footprints.overlap(row, y) * footprints.overlap(column, x)
          }
        }
        var winner = 0
        for part in votes.indices where votes[part] >= votes[winner] { winner = part }
        labels[row * size + column] = UInt8(winner)
      }
    }
    return labels
  }
}

/// The numbers of pixels whose class an option decided; nil without the option.
public struct LabelDecisions: Sendable, Equatable {
  /// The pixels of the label map without a label, which became background (`--ignore`).
  public var ignored: Int?
  /// The pixels of masks with values between 0 and 255, which `--mask-threshold` decided.
  public var between: Int?

  /// Adds the counts of another pair.
  mutating func add(_ other: LabelDecisions) {
    if let count = other.ignored { ignored = (ignored ?? 0) + count }
    if let count = other.between { between = (between ?? 0) + count }
  }
}

/// The old pixels that each new pixel of a line covers, with their overlaps.
///
/// In units of 1 / (old · new) of the line, new pixel t covers t·old … (t + 1)·old, and old pixel s
/// covers s·new … (s + 1)·new. Every overlap is therefore an integer, and the overlaps of a new pixel
/// sum to `old`.
private struct Footprints {
  let old: Int
  let size: Int

  init(from old: Int, to size: Int) {
    self.old = old
    self.size = size
  }

  /// The old pixels that a new pixel covers.
  @inline(__always)
  subscript(new: Int) -> Range<Int> { new * old / size..<((new + 1) * old + size - 1) / size }

  /// Returns how much of an old pixel a new pixel covers.
  @inline(__always)
  func overlap(_ new: Int, _ pixel: Int) -> Int {
    min((new + 1) * old, (pixel + 1) * size) - max(new * old, pixel * size)
  }
}
