/// The area and the place of every label in one map, and which labels are neighbors.
public struct LabelSurvey: Sendable, Equatable {
  /// The pixels of one label.
  struct Region: Sendable, Equatable {
    /// The number of pixels.
    var pixels = 0
    /// The sum of their rows, counted from the top.
    var rows = 0
    /// The number of the map's four corners among them.
    var corners = 0

    /// Adds the pixels of another region.
    mutating func add(_ other: Region) {
      pixels += other.pixels
      rows += other.rows
      corners += other.corners
    }

    /// The mean row; NaN without pixels.
    var meanRow: Double { Double(rows) / Double(pixels) }
  }

  /// Two labels that are neighbors, in ascending order.
  struct Border: Sendable, Hashable {
    let low, high: UInt8

    init(_ a: UInt8, _ b: UInt8) { (low, high) = (min(a, b), max(a, b)) }
  }

  /// The name of the pair; empty if the map is alone.
  private(set) var name = ""
  /// The number of rows and columns.
  private let side: Int
  /// The regions of the labels that occur.
  private(set) var regions: [UInt8: Region]
  /// The numbers of pairs of neighboring pixels, side by side or one above the other, of two labels.
  private(set) var borders: [Border: Int]

  /// Measures a map.
  ///
  /// - Parameters:
  ///   - labels: one label per pixel, row by row.
  ///   - side: the number of rows and columns.
  init(_ labels: [UInt8], side: Int) {
    var regions = [Region](repeating: Region(), count: 256)
    var borders: [Border: Int] = [:]
    for (index, label) in labels.enumerated() {
      regions[Int(label)].pixels += 1
      regions[Int(label)].rows += index / side
      if index % side > 0, labels[index - 1] != label {
        borders[Border(labels[index - 1], label), default: 0] += 1
      }
      if index >= side, labels[index - side] != label {
        borders[Border(labels[index - side], label), default: 0] += 1
      }
    }
    let last = labels.count - 1
    for corner in [0, side - 1, last - side + 1, last] { regions[Int(labels[corner])].corners += 1 }
    self.side = side
    self.borders = borders
    self.regions = Dictionary(
      uniqueKeysWithValues: regions.indices.filter { regions[$0].pixels > 0 }.map {
        (UInt8($0), regions[$0])
      })
  }

  /// Returns the survey with the name of its pair.
  func named(_ name: String) -> LabelSurvey {
    var named = self
    named.name = name
    return named
  }

  /// Returns the survey with other labels; nil if a label has no other.
  func relabeled(_ other: (UInt8) -> UInt8?) -> LabelSurvey? {
    var changed = self
    (changed.regions, changed.borders) = ([:], [:])
    for (label, region) in regions {
      guard let label = other(label) else { return nil }
      changed.regions[label, default: Region()].add(region)
    }
    for (border, count) in borders {
      guard let low = other(border.low), let high = other(border.high) else { return nil }
      changed.borders[Border(low, high), default: 0] += count
    }
    return changed
  }

  /// The survey of the map turned upside down.
  var upsideDown: LabelSurvey {
    var turned = self
    turned.regions = regions.mapValues { region in
      var turned = region
      turned.rows = region.pixels * (side - 1) - region.rows
      return turned
    }
    return turned
  }
}
