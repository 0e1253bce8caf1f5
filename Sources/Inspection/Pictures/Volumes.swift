import Tensors

// Volumes: one number, or a vector of channels, for every voxel.
extension Rendering {
  /// Returns a volume as a contact sheet of its planes, then the maximum along each axis.
  ///
  /// All planes and projections share one color range. For a volume with channels, the norm of the channel
  /// vector is shown.
  ///
  /// - Parameters:
  ///   - volume: `[D, H, W]`, or `[C, D, H, W]` with channels.
  ///   - range: the values at the ends of the color map; by default the range of the volume.
  ///   - unit: the unit, written above the bar; for a volume with channels, the word norm precedes
  ///     it.
  /// - Returns: the sheet, the three projections and the color bar.
  public static func volume(
    _ volume: Tensor, range: ClosedRange<Double>? = nil, unit: String = ""
  ) -> Rendering {
    let scalar = volume.rank == 4 ? volume.channelNorm : volume
    requireShape(scalar, [nil, nil, nil], "volume", axes: "[D, H, W] or [C, D, H, W]")
    require(volume.count > 0, "volume(_:): volume has shape \(volume.shape), expected values")
    let range = range ?? Statistics(scalar).range
    let planes = (0..<scalar.shape[0]).map { plane in
      Tile(title: "z \(plane)", pixels: .colored(scalar[plane], .scalar, range))
    }
    let projections = zip(["max along z", "max along y, z down", "max along x, z down"], 0...2).map
    {
      title, axis in
      Tile(title: title, pixels: .colored(scalar.maximum(axes: [axis]), .scalar, range))
    }
    let sheet = Picture.contactSheet(planes, width: 960)
    let shown = projections.map { tile in
      let pixels = tile.pixels.enlarged(toFill: 224)
      return Picture.column([.label(tile.title), pixels], gap: 2)
    }
    let legend = volume.rank < 4 ? unit : unit.isEmpty ? "norm" : "norm, \(unit)"
    let bar = ColorBar(map: .scalar, range: range, unit: legend, marksZero: false)
    let below = Picture.row(shown + [bar.picture(height: 224)], gap: 16)
    let name = ColorMap.scalar.name
    return Rendering(
      Picture.column([sheet, below], gap: 16).framed, compact: projections[0].pixels,
      colorMap: volume.rank == 4 ? "\(name) of the norm" : name)
  }
}

extension Picture {
  /// Returns a line of text as a picture.
  static func label(_ text: String) -> Picture {
    var picture = Picture(width: max(1, width(of: text)), height: lineHeight())
    picture.write(text, row: 0, column: 0)
    return picture
  }
}

extension Tensor {
  /// The norm over the first axis.
  var channelNorm: Tensor { detached().squared().sum(axes: [0]).squareRoot() }
}
