import TensorFiles

/// A portrait and its classes as somebody's files hold them, at any size.
public struct SourcePair: Sendable, Equatable {
  /// Rows and columns of the picture.
  public let imageSide: Int
  /// Red, green and blue of every pixel in reading order, 0 … 255.
  public let rgb: [UInt8]
  /// Rows and columns of the label map; often half of the picture's.
  public let labelSide: Int
  /// The class of every pixel of the label map, 0 … 12.
  public let parts: [UInt8]

  /// A pair of these pixels; the counts fit the sides.
  init(imageSide: Int, rgb: [UInt8], labelSide: Int, parts: [UInt8]) {
    self.imageSide = imageSide
    self.rgb = rgb
    self.labelSide = labelSide
    self.parts = parts
  }

  /// The pair at a smaller size.
  ///
  /// The picture is averaged over the area that each new pixel covers, on the stored values and
  /// rounded to the nearest. The label of a new pixel is the class with the largest share of its
  /// area, of the thirteen classes; of equal shares the higher number wins, which keeps small parts
  /// (eyes over face, earrings over hair). Both are exact in whole numbers, whatever the sizes.
  ///
  /// - Parameters:
  ///   - size: rows and columns wanted, S.
  ///   - name: what errors call the pair.
  /// - Returns: the pair at that size.
  /// - Throws: `DatasetError` when picture or label map is smaller than that.
  public func reduced(to size: Int, name: String) throws(DatasetError) -> PortraitPair {
    for (side, what) in [(imageSide, "picture"), (labelSide, "label map")] where side < size {
      throw DatasetError(
        name,
        "the \(what) has \(side) × \(side) pixels, fewer than the \(size) × \(size) asked for",
        "ask for a size of at most \(min(imageSide, labelSide))")
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

/// Which old pixels each new pixel of a line covers, and how much of each.
///
/// In units of 1 / (old · new) of the line, new pixel t covers t·old … (t + 1)·old and old pixel s
/// covers s·new … (s + 1)·new, so every overlap is a whole number and they sum to `old`.
private struct Footprints {
  let old: Int
  let size: Int

  init(from old: Int, to size: Int) {
    self.old = old
    self.size = size
  }

  /// The old pixels under a new one.
  @inline(__always)
  subscript(new: Int) -> Range<Int> { new * old / size..<((new + 1) * old + size - 1) / size }

  /// How much of an old pixel a new one covers.
  @inline(__always)
  func overlap(_ new: Int, _ pixel: Int) -> Int {
    min((new + 1) * old, (pixel + 1) * size) - max(new * old, pixel * size)
  }
}
