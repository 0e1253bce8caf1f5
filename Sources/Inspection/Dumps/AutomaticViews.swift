import Probes
import Tensors

extension View {
  /// Creates a view of a recorded tensor, with a picture chosen by its axes.
  ///
  /// | Axes                              | Picture                                              |
  /// |-----------------------------------|------------------------------------------------------|
  /// | `[H, W]`, `[1, H, W]`             | scalar map; signed map where values are negative     |
  /// | `[3, H, W]`                       | image; −1 … 1 where values are negative, else 0 … 1  |
  /// | `[K, H, W]`                       | blended colors if they sum to 1, else a map for each |
  /// | `[C, H, W]`                       | first three principal components                     |
  /// | `[D, H, W]`, `[C, D, H, W]`       | contact sheet and projections, of the norm over `C`  |
  /// | `[H, W, N]`                       | curves of five rays and the maximum of every ray     |
  /// | `[H, W, N, 3]`                    | x, y and z of the middle sample                      |
  /// | `[L]`, `[R or K, L]`, `[K, R, L]` | stripes                                              |
  /// | anything else                     | histogram                                            |
  public init(_ recording: Recording, palette: ClassPalette) {
    let tensor = recording.tensor
    self.init(
      name: recording.name, tensor: tensor, axes: recording.axes, unit: recording.unit,
      equation: recording.equation,
      rendering: Rendering(
        tensor, axes: Self.letters(recording.axes), unit: recording.unit,
        palette: palette))
  }

  /// Returns the axes as a list: `[D, H, W]` gives `["D", "H", "W"]`.
  static func letters(_ axes: String) -> [String] {
    axes.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}

extension Rendering {
  init(_ tensor: Tensor, axes: [String], unit: String, palette: ClassPalette) {
    guard tensor.count > 0, axes.count == tensor.rank else {
      self = .histogram(tensor, unit: unit)
      return
    }
    let statistics = Statistics(tensor)
    let isSigned = statistics.minimum < 0
    switch axes {
    case ["H", "W"], ["1", "H", "W"]:
      self = isSigned ? .signedMap(tensor, unit: unit) : .scalarMap(tensor, unit: unit)
    case ["3", "H", "W"]: self = .image(tensor, range: isSigned ? .signed : .unit)
    case ["K", "H", "W"]:
      // Because of rounding, probabilities may sum to slightly more or less than 1.
      let isShares =
        !isSigned
        && Statistics(tensor.detached().sum(axes: [0]) - 1).range.symmetric.upperBound < 0.001
      let titles = (0..<tensor.shape[0]).map(palette.name)
      self =
        isShares
        ? .probabilities(tensor, palette: palette)
        : .maps(tensor, titles: titles, isSigned: isSigned)
    case ["C", "H", "W"]: self = .features(tensor)
    case ["D", "H", "W"], ["C", "D", "H", "W"]: self = .volume(tensor, unit: unit)
    case ["H", "W", "N"]: self = .rays(tensor, unit: unit)
    case ["H", "W", "N", "3"]:
      let middle = tensor[axis: 2, tensor.shape[2] / 2].permuted(axes: [2, 0, 1])
      self = .maps(middle, titles: ["x", "y", "z"], isSigned: isSigned)
    case ["L"], ["R", "L"], ["K", "L"]: self = .stripes(tensor)
    case ["K", "R", "L"]: self = .stripes(tensor.flattened(axes: 0...1))
    default: self = .histogram(tensor, unit: unit)
    }
  }

  /// Returns one small map for each element of the first axis, all with the same color range.
  ///
  /// - Parameters:
  ///   - tensor: the maps, `[K, H, W]`.
  ///   - titles: the titles of the maps.
  ///   - isSigned: whether zero is in the middle of the color map.
  /// - Returns: the maps on a sheet with one color bar.
  public static func maps(_ tensor: Tensor, titles: [String], isSigned: Bool) -> Rendering {
    requireShape(tensor, [titles.count, nil, nil], "tensor", axes: "[K, H, W]")
    let colors = isSigned ? ColorMap.signed : .scalar
    let range = isSigned ? Statistics(tensor).range.symmetric : Statistics(tensor).range
    let small = tensor.detached().reduced(toSide: largestTile)
    let tiles = titles.enumerated().map { index, title in
      Tile(title: title, pixels: .colored(small[index], colors, range))
    }
    let bar = ColorBar(map: colors, range: range, unit: "", marksZero: isSigned)
    let sheet = Picture.contactSheet(tiles, width: 800)
    let beside = bar.picture(height: max(96, min(240, sheet.height)))
    return Rendering(
      Picture.row([sheet, beside], gap: 12).framed, compact: sheet, colorMap: colors.name)
  }

  /// The largest side of a map on a sheet; larger maps are averaged first.
  private static let largestTile = 192

  /// Returns a histogram of the values.
  static func histogram(_ tensor: Tensor, bins: Int = 40, unit: String) -> Rendering {
    Rendering(.histogram(tensor.scalars, bins: bins, xLabel: unit), colorMap: "bars")
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
