import Probes
import Tensors

extension View {
  /// Creates a view of a recorded tensor, with a picture chosen by its axes and its scale.
  ///
  /// | Axes                              | Picture                                              |
  /// |-----------------------------------|------------------------------------------------------|
  /// | `[H, W]`, `[1, H, W]`             | map; a depth is bright where it is near              |
  /// | `[3, H, W]`                       | image, −1 … 1                                        |
  /// | `[K, H, W]`                       | blended colors of shares, else a map for each part   |
  /// | `[C, H, W]`                       | first three principal components                     |
  /// | `[D, H, W]`, `[C, D, H, W]`       | contact sheet and projections, of the norm over `C`  |
  /// | `[H, W, N]`                       | curves of five rays, and a map                       |
  /// | `[H, W, N, 3]`                    | x, y and z of one ray and of one sample              |
  /// | `[L]`, `[R or K, L]`, `[K, R, L]` | stripes                                              |
  /// | anything else                     | histogram                                            |
  ///
  /// The colors follow from the scale of the recording. Only if that is `automatic`, they follow from
  /// the values: negative ones make a signed map, and a signed image.
  public init(_ recording: Recording, palette: ClassPalette) {
    let (tensor, meaning) = (recording.tensor, recording.meaning)
    self.init(
      name: recording.name, caption: meaning.caption, tensor: tensor, axes: recording.axes,
      unit: recording.unit, equation: recording.equation,
      rendering: Rendering(
        tensor, axes: Self.letters(recording.axes), unit: recording.unit, meaning,
        palette: palette))
    part = DumpName(recording.name).part.map(palette.name)
  }

  /// The dump name, with the name of the part if the tensor belongs to one: `part05_psi: nose`.
  var title: String { part.map { "\(name): \($0)" } ?? name }

  /// The view with its title above the picture.
  public var titled: View {
    var result = self
    result.rendering = rendering.titled(title)
    return result
  }

  /// Returns the axes as a list: `[D, H, W]` gives `["D", "H", "W"]`.
  static func letters(_ axes: String) -> [String] {
    axes.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}

extension Rendering {
  init(
    _ tensor: Tensor, axes: [String], unit: String, _ meaning: TensorMeaning,
    palette: ClassPalette
  ) {
    guard tensor.count > 0, axes.count == tensor.rank else {
      self = .histogram(tensor, unit: unit)
      return
    }
    let scale = meaning.scale
    switch axes {
    case ["H", "W"], ["1", "H", "W"]: self = .map(tensor, scale, unit: unit)
    case ["3", "H", "W"]:
      let isSigned = scale == .color || Statistics(tensor).minimum < 0
      self = .image(tensor, range: isSigned ? .signed : .unit)
        .captioned(isSigned ? "−1 is black, 1 is white" : "0 is black, 1 is white")
    case ["K", "H", "W"]:
      self =
        Self.isShares(tensor, scale)
        ? .probabilities(tensor, palette: palette)
        : .maps(
          tensor, titles: (0..<tensor.shape[0]).map(palette.name),
          ColorBar(scale, of: Statistics(tensor), unit: unit))
    case ["C", "H", "W"]: self = .features(tensor)
    case ["D", "H", "W"], ["C", "D", "H", "W"]: self = .volume(tensor, scale, unit: unit)
    case ["H", "W", "N"]: self = .rays(tensor, scale, unit: unit)
    case ["H", "W", "N", "3"]: self = .rayPoints(tensor, unit: unit)
    case ["L"], ["R", "L"], ["K", "L"]:
      self = .stripes(tensor, labels: meaning.rows.map { $0.text(palette) })
        .captioned(Self.columns(of: tensor))
    case ["K", "R", "L"]:
      self = .stripes(tensor.flattened(axes: 0...1)).captioned(Self.columns(of: tensor))
    default: self = .histogram(tensor, unit: unit)
    }
  }

  /// Returns the name of the columns of latents, the last axis.
  private static func columns(of latents: Tensor) -> String {
    "columns: components 0 … \((latents.shape.last ?? 1) - 1) of a latent"
  }

  /// Returns whether maps are shares of the parts that sum to 1, if nothing else is known.
  private static func isShares(_ maps: Tensor, _ scale: ValueScale) -> Bool {
    guard scale == .automatic, Statistics(maps).minimum >= 0 else { return scale == .share }
    // Because of rounding, probabilities may sum to slightly more or less than 1.
    return Statistics(maps.detached().sum(axes: [0]) - 1).range.symmetric.upperBound < 0.001
  }

  /// Returns one small map for each element of the first axis, all with the same color range.
  ///
  /// - Parameters:
  ///   - tensor: the maps, `[K, H, W]`.
  ///   - titles: the titles of the maps.
  ///   - isSigned: whether zero is in the middle of the color map.
  /// - Returns: the maps on a sheet with one color bar.
  public static func maps(_ tensor: Tensor, titles: [String], isSigned: Bool) -> Rendering {
    let values = Statistics(tensor).range
    return maps(
      tensor, titles: titles,
      ColorBar(
        map: isSigned ? .signed : .scalar, range: isSigned ? values.symmetric : values, unit: "",
        marksZero: isSigned))
  }

  static func maps(_ tensor: Tensor, titles: [String], _ bar: ColorBar) -> Rendering {
    requireShape(tensor, [titles.count, nil, nil], "tensor", axes: "[K, H, W]")
    let small = tensor.detached().reduced(toSide: largestTile)
    let tiles = titles.enumerated().map { index, title in
      Tile(title: title, pixels: .colored(small[index], bar.map, bar.range))
    }
    let sheet = Picture.contactSheet(tiles, width: 800)
    let beside = bar.picture(height: max(96, min(240, sheet.height)))
    return Rendering(
      Picture.row([sheet, beside], gap: 12).framed, compact: sheet, colorMap: bar.map.name,
      range: bar.range, meaning: bar.meaning)
  }

  /// The largest side of a map on a sheet; larger maps are averaged first.
  private static let largestTile = 192

  /// Returns a histogram of the values.
  static func histogram(_ tensor: Tensor, bins: Int = 40, unit: String) -> Rendering {
    Rendering(.histogram(tensor.scalars, bins: bins, xLabel: unit))
  }
}

extension RowLabel {
  /// The label as text, with the name of the part.
  func text(_ palette: ClassPalette) -> String {
    part.map { "\(palette.name($0)) \(kind)" } ?? kind
  }
}

extension Tensor {
  /// Returns the maps `[.., H, W]` averaged over blocks so that no side is longer than `side`.
  ///
  /// The maps are unchanged if no suitable block size divides their sides.
  func reduced(toSide side: Int) -> Tensor {
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let least = (max(rows, columns) + side - 1) / side
    let block = (least...2 * least).first { rows % $0 == 0 && columns % $0 == 0 }
    return block.map(averagePooled) ?? self
  }
}
