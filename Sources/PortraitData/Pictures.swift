import TensorFiles

extension RenderedPortrait {
  /// The colours as a picture of 8 bits.
  public var picture: Image {
    Image(width: size, height: size, channels: 3, samples: rgb.map { eightBits($0) })
  }

  /// The labels as a picture of numbers 0 … 12 in the palette.
  public var labelPicture: IndexedImage {
    IndexedImage(width: size, height: size, indices: labels, palette: PartClass.palette)
  }
}

extension PartMaps {
  /// The three maps as pictures, by the last word of their file names.
  var pictures: [(kind: String, picture: Image)] {
    let (rows, columns) = (grid.rows, grid.columns)
    let perPlane = 65535 / Float(grid.planes - 1)
    return [
      (
        "color",
        Image(width: columns, height: rows, channels: 3, samples: rgb.map { eightBits($0) })
      ),
      (
        "mask",
        Image(width: columns, height: rows, channels: 1, samples: coverage.map { eightBits($0) })
      ),
      (
        "depth",
        Image(
          width: columns, height: rows, channels: 1, bitsPerSample: 16,
          samples: depth.map { UInt16($0 * perPlane + 0.5) })
      ),
    ]
  }
}

/// A value 0 … 1 as the nearest of 256 steps.
private func eightBits(_ value: Float) -> UInt16 { UInt16(value * 255 + 0.5) }
