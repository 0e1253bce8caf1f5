import Tensors

extension View {
  /// Shows a recorded tensor in the way its axes ask for.
  ///
  /// | Axes                              | Picture                                              |
  /// |-----------------------------------|------------------------------------------------------|
  /// | `[H, W]`, `[1, H, W]`             | scalar map; signed map where values are negative     |
  /// | `[3, H, W]`                       | image; −1 … 1 where values are negative, else 0 … 1  |
  /// | `[K, H, W]`                       | blended colours where all are 0 … 1, else a map each |
  /// | `[C, H, W]`                       | first three principal components                     |
  /// | `[D, H, W]`, `[C, D, H, W]`       | contact sheet and projections, of the norm over `C`  |
  /// | `[H, W, N]`                       | curves of five rays and the greatest of each         |
  /// | `[H, W, N, 3]`                    | x, y and z of the middle sample                      |
  /// | `[L]`, `[K, L]`, `[K, R, L]`      | stripes                                              |
  /// | anything else                     | histogram                                            |
  public init(_ recording: Recording) {
    let tensor = recording.tensor
    let (picture, map) = Self.picture(
      of: tensor, axes: Self.letters(recording.axes), unit: recording.unit)
    self.init(
      name: recording.name, tensor: tensor, axes: recording.axes, unit: recording.unit,
      equation: recording.equation, colorMap: map, picture: picture)
  }

  /// `[D, H, W]` as `["D", "H", "W"]`.
  static func letters(_ axes: String) -> [String] {
    axes.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private static func picture(
    of tensor: Tensor, axes: [String], unit: String
  ) -> (Picture, String) {
    guard tensor.count > 0, axes.count == tensor.rank else {
      return (.histogram(tensor.scalars, xLabel: unit), "bars")
    }
    let statistics = Statistics(tensor)
    let isSigned = statistics.minimum < 0
    switch axes {
    case ["H", "W"], ["1", "H", "W"]:
      return isSigned
        ? (.signedMap(tensor, unit: unit), ColorMap.signed.name)
        : (.scalarMap(tensor, unit: unit), ColorMap.scalar.name)
    case ["3", "H", "W"]:
      let image = Picture.image(tensor, range: isSigned ? .signed : .unit)
      return (image.enlarged(toFill: Picture.mapSide), "rgb")
    case ["K", "H", "W"]:
      // Rounding may carry a softmax a little past 1.
      return isSigned || statistics.maximum > 1.001
        ? maps(tensor, titles: (0..<tensor.shape[0]).map(MaskPalette.name), isSigned: isSigned)
        : (.probabilities(tensor), MaskPalette.mapName)
    case ["C", "H", "W"]: return (.features(tensor), "principal components")
    case ["D", "H", "W"]: return (.volume(tensor, unit: unit), ColorMap.scalar.name)
    case ["C", "D", "H", "W"]:
      return (.volume(tensor, unit: unit), "\(ColorMap.scalar.name) of the norm")
    case ["H", "W", "N"]: return (.rays(tensor, unit: unit), ColorMap.scalar.name)
    case ["H", "W", "N", "3"]:
      let middle = tensor.at(2, tensor.shape[2] / 2).permuted([2, 0, 1])
      return maps(middle, titles: ["x", "y", "z"], isSigned: isSigned)
    case ["L"], ["K", "L"]: return (.stripes(tensor), ColorMap.signed.name)
    case ["K", "R", "L"]: return (.stripes(tensor.flattened(0, 1)), ColorMap.signed.name)
    default: return (.histogram(tensor.scalars, xLabel: unit), "bars")
    }
  }

  /// One small map per element of the first axis, all in one range.
  private static func maps(
    _ tensor: Tensor, titles: [String], isSigned: Bool
  ) -> (Picture, String) {
    let colors = isSigned ? ColorMap.signed : .scalar
    let range = isSigned ? Statistics(tensor).range.symmetric : Statistics(tensor).range
    let tiles = titles.enumerated().map { index, title in
      Tile(title: title, pixels: .colored(tensor.at(0, index), colors, range))
    }
    let bar = ColorBar(map: colors, range: range, unit: "", marksZero: isSigned)
    let sheet = Picture.contactSheet(tiles, width: 800)
    let beside = bar.picture(height: max(96, min(240, sheet.height)))
    return (Picture.row([sheet, beside], gap: 12).framed, colors.name)
  }
}
