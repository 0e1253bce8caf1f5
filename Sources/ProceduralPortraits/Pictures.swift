import PortraitClasses
import TensorFiles

extension RenderedPortrait {
  /// The colors as an 8-bit picture.
  public var picture: Image {
    Image(width: size, height: size, channels: 3, samples: rgb.map { eightBits($0) })
  }

  /// The labels 0 … 12 as an indexed picture with the palette of the classes.
  public var labelPicture: IndexedImage {
    IndexedImage(width: size, height: size, indices: labels, palette: PartClass.palette)
  }
}

extension PartMaps {
  /// The three maps as pictures, each with the last word of its file name.
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

/// Rounds a value 0 … 1 to 8 bits, 0 … 255.
private func eightBits(_ value: Float) -> UInt16 { UInt16(value * 255 + 0.5) }
