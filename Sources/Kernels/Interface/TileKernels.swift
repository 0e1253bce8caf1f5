/// How tiles of a map are read and transformed, along each axis.
public enum TileReading: Sendable, CaseIterable {
  /// 6 input pixels, 2 of them shared with the next tile, to 6 points.
  case input
  /// The 4 pixels of an output's cotangent to the same 6 points.
  case cotangent

  /// Pixels that one tile reads, along each axis.
  public var size: Int { self == .input ? 6 : 4 }
  /// Pixels from one tile to the next.
  public var step: Int { 4 }
  /// Numbers that stand for a tile afterwards, along each axis.
  public var points: Int { 6 }
}

/// Neighbouring tiles of one row of tiles, which stand in neighbouring lanes.
public struct TileRun: Sendable {
  /// Which image.
  public var image: Int
  /// The row of tiles and the first tile's column.
  public var row, column: Int
  /// The first tile's lane, and how many tiles there are.
  public var lane, count: Int

  /// A run from its parts.
  public init(image: Int, row: Int, column: Int, lane: Int, count: Int) {
    (self.image, self.row, self.column) = (image, row, column)
    (self.lane, self.count) = (lane, count)
  }
}

/// One image after another, each of several channels, each of rows and columns.
public struct TilePlanes: Sendable {
  /// Elements from one image to the next.
  public var imageStep: Int
  /// Rows and columns of one channel.
  public var rows, columns: Int
  /// Zeros around the map.
  public var padding: Int

  /// The layout of a map.
  public init(imageStep: Int, rows: Int, columns: Int, padding: Int) {
    (self.imageStep, self.rows, self.columns) = (imageStep, rows, columns)
    self.padding = padding
  }
}

/// The steps of a convolution by Winograd's algorithm for one floating-point type.
///
/// Tiles are worked on `tileLanes` at a time; what is transformed has the lanes innermost.
public protocol TileKernels<Scalar>: Sendable {
  /// Float or Double.
  associatedtype Scalar

  /// How many tiles stand side by side.
  static var tileLanes: Int { get }

  /// Reads the tiles of some runs from neighbouring channels and transforms them.
  ///
  /// Point p of channel c goes to `out + p · pointStep + c · tileLanes`.
  static func readTiles(
    _ reading: TileReading, _ x: UnsafePointer<Scalar>, _ planes: TilePlanes, channels: Int,
    _ runs: UnsafeBufferPointer<TileRun>, _ out: UnsafeMutablePointer<Scalar>, pointStep: Int)

  /// Transforms the tiles of neighbouring channels back and writes them where their runs stand.
  ///
  /// Point p of channel c is read at `m + c · channelStep + p · tileLanes`.
  static func writeTiles(
    _ m: UnsafePointer<Scalar>, channelStep: Int, channels: Int, _ y: UnsafeMutablePointer<Scalar>,
    _ planes: TilePlanes, _ runs: UnsafeBufferPointer<TileRun>)

  /// Transforms the kernels of 6 outputs, whose taps stand `tapSteps` apart.
  ///
  /// Point p of input c goes to `out + p · pointStep + c · 6`, one number for each output; outputs from
  /// `outputs` on get zeros.
  static func transformKernels(
    _ w: UnsafePointer<Scalar>, outputStep: Int, inputStep: Int, tapSteps: (Int, Int), outputs: Int,
    inputs: Int, _ out: UnsafeMutablePointer<Scalar>, pointStep: Int)

  /// The adjoint of `transformKernels` for one output whose taps stand in order.
  ///
  /// Point p of input c is read at `u + p · pointStep + c`.
  static func transformKernelGradient(
    _ u: UnsafePointer<Scalar>, pointStep: Int, inputs: Int, _ w: UnsafeMutablePointer<Scalar>)

  /// c[r, lane] = Σ over k < depth of a[k, r] b[k, lane], for 6 rows r.
  static func multiplyTiles(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, depth: Int,
    _ c: UnsafeMutablePointer<Scalar>, rowStep: Int)

  /// c[i, j] += Σ over blocks and lanes of a[block, i, lane] b[block, j, lane], for 3 rows and 4
  /// columns.
  static func multiplyTransposedTiles(
    _ a: UnsafePointer<Scalar>, aStep: Int, _ b: UnsafePointer<Scalar>, bStep: Int, blocks: Int,
    _ c: UnsafeMutablePointer<Scalar>, rowStep: Int)
}
