/// A way to read and transform the tiles of a map, along each axis.
public enum TileReading: Sendable, CaseIterable {
  /// 6 input pixels, 2 of them shared with the next tile, become 6 points.
  case input
  /// 4 pixels of the gradient with respect to the output become the same 6 points.
  case cotangent

  /// The number of pixels that a tile reads along each axis.
  public var size: Int { self == .input ? 6 : 4 }
  /// The number of pixels from one tile to the next.
  public var step: Int { 4 }
  /// The number of points of a transformed tile along each axis.
  public var points: Int { 6 }
}

/// Neighboring tiles in one row of tiles, which occupy neighboring lanes.
public struct TileRun: Sendable {
  /// The number of the image.
  public var image: Int
  /// The row of tiles, and the column of the first tile.
  public var row, column: Int
  /// The lane of the first tile, and the number of tiles.
  public var lane, count: Int

  /// Creates a run from its parts.
  public init(image: Int, row: Int, column: Int, lane: Int, count: Int) {
    (self.image, self.row, self.column) = (image, row, column)
    (self.lane, self.count) = (lane, count)
  }
}

/// The memory layout of maps: one image after another, each with several channels of rows and
/// columns.
public struct TilePlanes: Sendable {
  /// The number of elements from one image to the next.
  public var imageStep: Int
  /// The number of rows and columns of one channel.
  public var rows, columns: Int
  /// The number of zeros on every side of the map.
  public var padding: Int

  /// Creates a layout from its parts.
  public init(imageStep: Int, rows: Int, columns: Int, padding: Int) {
    (self.imageStep, self.rows, self.columns) = (imageStep, rows, columns)
    self.padding = padding
  }
}

/// Loops for the steps of Winograd's algorithm for convolutions, for one floating-point type.
///
/// `tileLanes` tiles are processed at a time. In transformed data the lanes are the innermost axis.
public protocol TileKernels<Scalar>: Sendable {
  /// Float or Double.
  associatedtype Scalar

  /// The number of tiles that are processed side by side.
  static var tileLanes: Int { get }

  /// Reads the tiles of some runs from neighboring channels and transforms them.
  ///
  /// Point p of channel c goes to `out + p · pointStep + c · tileLanes`.
  static func readTiles(
    _ reading: TileReading, _ x: UnsafePointer<Scalar>, _ planes: TilePlanes, channels: Int,
    _ runs: UnsafeBufferPointer<TileRun>, _ out: UnsafeMutablePointer<Scalar>, pointStep: Int)

  /// Transforms the tiles of neighboring channels back and writes them to the places of their runs.
  ///
  /// Point p of channel c is read at `m + c · channelStep + p · tileLanes`.
  static func writeTiles(
    _ m: UnsafePointer<Scalar>, channelStep: Int, channels: Int, _ y: UnsafeMutablePointer<Scalar>,
    _ planes: TilePlanes, _ runs: UnsafeBufferPointer<TileRun>)

  /// Transforms the kernels of 6 outputs, whose taps are `tapSteps` apart.
  ///
  /// Point p of input c goes to `out + p · pointStep + c · 6`, with one number for each output;
  /// outputs with the number `outputs` or a higher number get zeros.
  static func transformKernels(
    _ w: UnsafePointer<Scalar>, outputStep: Int, inputStep: Int, tapSteps: (Int, Int), outputs: Int,
    inputs: Int, _ out: UnsafeMutablePointer<Scalar>, pointStep: Int)

  /// Computes the adjoint of `transformKernels` for one output, with its taps in order.
  ///
  /// Point p of input c is read at `u + p · pointStep + c`.
  static func transformKernelGradient(
    _ u: UnsafePointer<Scalar>, pointStep: Int, inputs: Int, _ w: UnsafeMutablePointer<Scalar>)

  /// Computes c[r, lane] = Σ over k < depth of a[k, r] b[k, lane], for 6 rows r.
  static func multiplyTiles(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, depth: Int,
    _ c: UnsafeMutablePointer<Scalar>, rowStep: Int)

  /// Computes c[i, j] += Σ over blocks and lanes of a[block, i, lane] b[block, j, lane], for 3 rows
  /// and 4 columns.
  static func multiplyTransposedTiles(
    _ a: UnsafePointer<Scalar>, aStep: Int, _ b: UnsafePointer<Scalar>, bStep: Int, blocks: Int,
    _ c: UnsafeMutablePointer<Scalar>, rowStep: Int)
}
