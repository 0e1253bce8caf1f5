import Probes
import Tensors

// Volumes: one number, or a vector of channels, for every voxel.
extension Rendering {
  /// Returns a volume as a contact sheet of its planes, then the maximum along each axis.
  ///
  /// All planes and projections share one color range. For a volume with channels, the norm of the channel
  /// vector is shown. Planes without a visible value are left out; a line above the sheet counts them and
  /// says which end is near the frontal camera.
  ///
  /// - Parameters:
  ///   - volume: `[D, H, W]`, or `[C, D, H, W]` with channels; plane D − 1 is the nearest.
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
    let legend = volume.rank < 4 ? unit : unit.isEmpty ? "norm" : "norm, \(unit)"
    let bar = ColorBar(
      map: .scalar, range: range ?? Statistics(scalar).range, unit: legend, marksZero: false)
    return Rendering.volume(scalar, bar, isNorm: volume.rank == 4)
  }

  /// Returns a volume in the colors of a scale; `unsigned` or `share`.
  static func volume(_ volume: Tensor, _ scale: ValueScale, unit: String) -> Rendering {
    guard scale != .automatic else { return .volume(volume, unit: unit) }
    let scalar = volume.rank == 4 ? volume.channelNorm : volume
    let bar = ColorBar(scale, of: Statistics(scalar), unit: unit)
    return .volume(volume, range: bar.range, unit: unit)
  }

  private static func volume(_ scalar: Tensor, _ bar: ColorBar, isNorm: Bool) -> Rendering {
    let shown = VolumePlanes(scalar, bar.range)
    let planes = shown.visible.map { plane in
      Tile(title: "z \(plane)", pixels: .colored(scalar[plane], bar.map, bar.range))
    }
    let sheet = planes.isEmpty ? [] : [Picture.contactSheet(planes, width: 960)]
    let front = Picture.colored(scalar.maximum(axes: [0]), bar.map, bar.range)
    let sides = [
      projection(front, "max over z: from the front", "right: x, down: y"),
      projection(
        .colored(scalar.maximum(axes: [1]), bar.map, bar.range), "max over y: from above",
        "right: x, down: z (near)"),
      projection(
        .colored(scalar.maximum(axes: [2]).transposed(), bar.map, bar.range),
        "max over x: from the side", "right: z (near), down: y"),
    ]
    let below = Picture.row(sides + [bar.picture(height: 264)], gap: 16)
    let name = bar.map.name
    return Rendering(
      Picture.column(shown.lines.map(Picture.label) + sheet + [below], gap: 8).framed,
      compact: front, colorMap: isNorm ? "\(name) of the norm" : name, range: bar.range,
      meaning: shown.lines[0])
  }

  private static func projection(_ pixels: Picture, _ title: String, _ axes: String) -> Picture {
    .column([.label(title), .label(axes), pixels.enlarged(toFill: 224)], gap: 2)
  }
}

/// The planes of a volume that hold a value whose color differs from that of 0.
private struct VolumePlanes {
  let count: Int
  let visible: [Int]

  init(_ volume: Tensor, _ range: ClosedRange<Double>) {
    count = volume.shape[0]
    let most = volume.detached().absolute().maximum(axes: [1, 2]).scalars
    // Below half a step of 8 bits a value has the color of 0; NaN is not below.
    visible = (0..<volume.shape[0]).filter { !(most[$0] < range.upperBound / 512) }
  }

  /// Where near is, and how many planes are left out.
  var lines: [String] {
    let near = "z is the plane: z 0 is far, z \(count - 1) is near the frontal camera"
    let empty = count - visible.count
    guard empty > 0 else { return [near] }
    return [near, "\(empty) of \(count) planes are empty and left out"]
  }
}

extension Picture {
  /// Returns a line of text as a picture.
  public static func label(_ text: String) -> Picture {
    let rise = 2 * (text.map { Lettering.glyph($0).rise }.max() ?? 0)
    var picture = Picture(width: max(1, width(of: text)), height: lineHeight() + rise)
    picture.write(text, row: rise, column: 0)
    return picture
  }
}

extension Tensor {
  /// The norm over the first axis.
  var channelNorm: Tensor { detached().squared().sum(axes: [0]).squareRoot() }
}
