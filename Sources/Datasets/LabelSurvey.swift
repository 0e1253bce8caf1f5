/// The area and the mean height of every label in one map.
public struct LabelSurvey: Sendable, Equatable {
  /// The pixels of one label.
  struct Region: Sendable, Equatable {
    /// The number of pixels.
    var pixels = 0
    /// The sum of their rows, counted from the top.
    var rows = 0

    /// Adds the pixels of another region.
    mutating func add(_ other: Region) {
      pixels += other.pixels
      rows += other.rows
    }

    /// The mean row; NaN without pixels.
    var meanRow: Double { Double(rows) / Double(pixels) }
  }

  /// The regions of the labels that occur.
  let regions: [UInt8: Region]

  /// Measures a map.
  ///
  /// - Parameters:
  ///   - labels: one label per pixel, row by row.
  ///   - side: the number of rows and columns.
  init(_ labels: [UInt8], side: Int) {
    var (pixels, rows) = ([Int](repeating: 0, count: 256), [Int](repeating: 0, count: 256))
    for (index, label) in labels.enumerated() {
      pixels[Int(label)] += 1
      rows[Int(label)] += index / side
    }
    regions = Dictionary(
      uniqueKeysWithValues: pixels.indices.filter { pixels[$0] > 0 }.map {
        (UInt8($0), Region(pixels: pixels[$0], rows: rows[$0]))
      })
  }

  private init(regions: [UInt8: Region]) { self.regions = regions }

  /// Returns the survey with other labels; nil if a label has no other.
  func relabeled(_ other: (UInt8) -> UInt8?) -> LabelSurvey? {
    var changed: [UInt8: Region] = [:]
    for (label, region) in regions {
      guard let label = other(label) else { return nil }
      changed[label, default: Region()].add(region)
    }
    return LabelSurvey(regions: changed)
  }
}
