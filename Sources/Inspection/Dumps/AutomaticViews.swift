import Tensors

extension View {
  /// Shows a recorded tensor in the way its axes ask for.
  ///
  /// | Axes                              | Picture                                              |
  /// |-----------------------------------|------------------------------------------------------|
  /// | `[H, W]`, `[1, H, W]`             | scalar map; signed map where values are negative     |
  /// | `[3, H, W]`                       | image; −1 … 1 where values are negative, else 0 … 1  |
  /// | `[K, H, W]`                       | blended colours where they sum to 1, else a map each |
  /// | `[C, H, W]`                       | first three principal components                     |
  /// | `[D, H, W]`, `[C, D, H, W]`       | contact sheet and projections, of the norm over `C`  |
  /// | `[H, W, N]`                       | curves of five rays and the greatest of each         |
  /// | `[H, W, N, 3]`                    | x, y and z of the middle sample                      |
  /// | `[L]`, `[R or K, L]`, `[K, R, L]` | stripes                                              |
  /// | anything else                     | histogram                                            |
  public init(_ recording: Recording) {
    let tensor = recording.tensor
    self.init(
      name: recording.name, tensor: tensor, axes: recording.axes, unit: recording.unit,
      equation: recording.equation,
      rendering: Rendering(tensor, axes: Self.letters(recording.axes), unit: recording.unit))
  }

  /// `[D, H, W]` as `["D", "H", "W"]`.
  static func letters(_ axes: String) -> [String] {
    axes.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}

extension Rendering {
  init(_ tensor: Tensor, axes: [String], unit: String) {
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
      // Rounding may carry a sum of shares a little past 1.
      let isShares =
        !isSigned && Statistics(tensor.detached().sum([0]) - 1).range.symmetric.upperBound < 0.001
      let titles = (0..<tensor.shape[0]).map(MaskPalette.name)
      self =
        isShares
        ? .probabilities(tensor) : .maps(tensor, titles: titles, isSigned: isSigned)
    case ["C", "H", "W"]: self = .features(tensor)
    case ["D", "H", "W"], ["C", "D", "H", "W"]: self = .volume(tensor, unit: unit)
    case ["H", "W", "N"]: self = .rays(tensor, unit: unit)
    case ["H", "W", "N", "3"]:
      let middle = tensor.at(2, tensor.shape[2] / 2).permuted([2, 0, 1])
      self = .maps(middle, titles: ["x", "y", "z"], isSigned: isSigned)
    case ["L"], ["R", "L"], ["K", "L"]: self = .stripes(tensor)
    case ["K", "R", "L"]: self = .stripes(tensor.flattened(0, 1))
    default: self = .histogram(tensor, unit: unit)
    }
  }

  /// One small map per element of the first axis, all in one range.
  ///
  /// - Parameters:
  ///   - tensor: the maps, `[K, H, W]`.
  ///   - titles: what they are called.
  ///   - isSigned: whether zero is in the middle of the colours.
  /// - Returns: the maps on a sheet with one colour bar.
  public static func maps(_ tensor: Tensor, titles: [String], isSigned: Bool) -> Rendering {
    requireShape(tensor, [titles.count, nil, nil], "tensor", axes: "[K, H, W]")
    let colors = isSigned ? ColorMap.signed : .scalar
    let range = isSigned ? Statistics(tensor).range.symmetric : Statistics(tensor).range
    let small = tensor.detached().reduced(toSide: largestTile)
    let tiles = titles.enumerated().map { index, title in
      Tile(title: title, pixels: .colored(small.at(0, index), colors, range))
    }
    let bar = ColorBar(map: colors, range: range, unit: "", marksZero: isSigned)
    let sheet = Picture.contactSheet(tiles, width: 800)
    let beside = bar.picture(height: max(96, min(240, sheet.height)))
    return Rendering(
      Picture.row([sheet, beside], gap: 12).framed, compact: sheet, colorMap: colors.name)
  }

  /// Larger maps are averaged before they become one of many.
  private static let largestTile = 192

  /// How often values occur.
  static func histogram(_ tensor: Tensor, bins: Int = 40, unit: String) -> Rendering {
    Rendering(.histogram(tensor.scalars, bins: bins, xLabel: unit), colorMap: "bars")
  }
}

extension Tensor {
  /// Maps `[.., H, W]` averaged over blocks, so that no side is longer than asked, if blocks fit.
  func reduced(toSide side: Int) -> Tensor {
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let least = (max(rows, columns) + side - 1) / side
    let block = (least...2 * least).first { rows % $0 == 0 && columns % $0 == 0 }
    return block.map(averagePooled) ?? self
  }
}
