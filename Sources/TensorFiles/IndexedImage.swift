import Tensors

/// One color of a palette.
public struct PaletteColor: Sendable, Hashable {
  /// Red, 0 … 255.
  public let red: UInt8
  /// Green, 0 … 255.
  public let green: UInt8
  /// Blue, 0 … 255.
  public let blue: UInt8

  /// Creates a color from its three components.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }
}

/// A picture of numbers 0 … 255, for example class labels, with the colors in which to show them.
public struct IndexedImage: Sendable, Equatable {
  /// The number of pixels in a row; at least 1.
  public let width: Int
  /// The number of rows; at least 1.
  public let height: Int
  /// The numbers, `height · width` of them, row by row from the top.
  public let indices: [UInt8]
  /// The color of each number; empty if the file had gray values and no colors.
  public let palette: [PaletteColor]

  /// Creates a picture from its numbers.
  ///
  /// - Parameters:
  ///   - width: the number of pixels in a row.
  ///   - height: the number of rows.
  ///   - indices: `height · width` numbers, row by row from the top.
  ///   - palette: a color for every number that occurs, at most 256; or none at all.
  public init(width: Int, height: Int, indices: [UInt8], palette: [PaletteColor]) {
    require(
      width > 0 && height > 0, "IndexedImage: size is \(width) × \(height), expected at least 1 × 1"
    )
    require(
      indices.count == width * height,
      "IndexedImage: indices has \(indices.count) values, expected \(height) · \(width)")
    require(
      palette.count <= 256, "IndexedImage: palette has \(palette.count) colors, expected ≤ 256")
    require(
      palette.isEmpty || indices.allSatisfy { Int($0) < palette.count },
      "IndexedImage: an index is beyond the \(palette.count) colors of the palette")
    self.width = width
    self.height = height
    self.indices = indices
    self.palette = palette
  }

  /// Creates a picture from a label map.
  ///
  /// - Parameters:
  ///   - labels: `[H, W]`, int32, 0 … 255.
  ///   - palette: a color for every label that occurs.
  public init(labels: Tensor, palette: [PaletteColor]) {
    requireShape(labels, [nil, nil], "labels", axes: "[H, W]")
    let indices = labels.integers.map { label in
      guard let index = UInt8(exactly: label) else {
        fatalError("IndexedImage(labels:): label \(label), expected 0 … 255")
      }
      return index
    }
    self.init(
      width: labels.shape[1], height: labels.shape[0], indices: indices, palette: palette)
  }

  /// The numbers as a tensor of shape `[H, W]`, int32.
  public var labels: Tensor {
    Tensor([height, width], filling: Int32.self) { out in
      for index in indices.indices { out[index] = Int32(indices[index]) }
    }
  }
}
