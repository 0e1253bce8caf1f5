import KernelInterface

// The steps of a Winograd convolution, specialized as in KernelSets.swift.

extension SinglePrecision {
  /// The number of lanes of two vectors.
  public static let tileLanes = 2 * TileVector.scalarCount

  /// Reads and transforms tiles.
  public static func readTiles(
    _ reading: TileReading, _ x: UnsafePointer<Float>, _ planes: TilePlanes, channels: Int,
    _ runs: UnsafeBufferPointer<TileRun>, _ out: UnsafeMutablePointer<Float>, pointStep: Int
  ) {
    switch reading {
    case .input:
      readTilesLoop(
        InputMatrix.self, reading, x, planes, channels, runs, out, pointStep, TileVector.self)
    case .cotangent:
      readTilesLoop(
        CotangentMatrix.self, reading, x, planes, channels, runs, out, pointStep, TileVector.self)
    }
  }

  /// Transforms tiles back and writes them.
  public static func writeTiles(
    _ m: UnsafePointer<Float>, channelStep: Int, channels: Int, _ y: UnsafeMutablePointer<Float>,
    _ planes: TilePlanes, _ runs: UnsafeBufferPointer<TileRun>
  ) {
    writeTilesLoop(OutputMatrix.self, m, channelStep, channels, y, planes, runs, TileVector.self)
  }

  /// Transforms the kernels of 6 outputs.
  public static func transformKernels(
    _ w: UnsafePointer<Float>, outputStep: Int, inputStep: Int, tapSteps: (Int, Int), outputs: Int,
    inputs: Int, _ out: UnsafeMutablePointer<Float>, pointStep: Int
  ) {
    transformKernelsLoop(
      w, outputStep, inputStep, tapSteps, outputs, inputs, out, pointStep, SIMD8<Float>.self)
  }

  /// Computes the adjoint of `transformKernels` for one output.
  public static func transformKernelGradient(
    _ u: UnsafePointer<Float>, pointStep: Int, inputs: Int, _ w: UnsafeMutablePointer<Float>
  ) {
    transformKernelGradientLoop(u, pointStep, inputs, w, TileVector.self)
  }

  /// Computes c[r, lane] = Σ a[k, r] b[k, lane].
  public static func multiplyTiles(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, depth: Int,
    _ c: UnsafeMutablePointer<Float>,
    rowStep: Int
  ) {
    multiplyTilesLoop(a, b, depth, c, rowStep, TileVector.self)
  }

  /// Computes c[i, j] += Σ a[block, i, lane] b[block, j, lane].
  public static func multiplyTransposedTiles(
    _ a: UnsafePointer<Float>, aStep: Int, _ b: UnsafePointer<Float>, bStep: Int, blocks: Int,
    _ c: UnsafeMutablePointer<Float>, rowStep: Int
  ) {
    multiplyTransposedTilesLoop(a, aStep, b, bStep, blocks, c, rowStep, TileVector.self)
  }
}

extension DoublePrecision {
  /// The number of lanes of two vectors.
  public static let tileLanes = 2 * DoubleTileVector.scalarCount

  /// Reads and transforms tiles.
  public static func readTiles(
    _ reading: TileReading, _ x: UnsafePointer<Double>, _ planes: TilePlanes, channels: Int,
    _ runs: UnsafeBufferPointer<TileRun>, _ out: UnsafeMutablePointer<Double>, pointStep: Int
  ) {
    switch reading {
    case .input:
      readTilesLoop(
        InputMatrix.self, reading, x, planes, channels, runs, out, pointStep, DoubleTileVector.self)
    case .cotangent:
      readTilesLoop(
        CotangentMatrix.self, reading, x, planes, channels, runs, out, pointStep,
        DoubleTileVector.self
      )
    }
  }

  /// Transforms tiles back and writes them.
  public static func writeTiles(
    _ m: UnsafePointer<Double>, channelStep: Int, channels: Int, _ y: UnsafeMutablePointer<Double>,
    _ planes: TilePlanes, _ runs: UnsafeBufferPointer<TileRun>
  ) {
    writeTilesLoop(
      OutputMatrix.self, m, channelStep, channels, y, planes, runs, DoubleTileVector.self)
  }

  /// Transforms the kernels of 6 outputs.
  public static func transformKernels(
    _ w: UnsafePointer<Double>, outputStep: Int, inputStep: Int, tapSteps: (Int, Int), outputs: Int,
    inputs: Int, _ out: UnsafeMutablePointer<Double>, pointStep: Int
  ) {
    transformKernelsLoop(
      w, outputStep, inputStep, tapSteps, outputs, inputs, out, pointStep, SIMD4<Double>.self)
  }

  /// Computes the adjoint of `transformKernels` for one output.
  public static func transformKernelGradient(
    _ u: UnsafePointer<Double>, pointStep: Int, inputs: Int, _ w: UnsafeMutablePointer<Double>
  ) {
    transformKernelGradientLoop(u, pointStep, inputs, w, DoubleTileVector.self)
  }

  /// Computes c[r, lane] = Σ a[k, r] b[k, lane].
  public static func multiplyTiles(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, depth: Int,
    _ c: UnsafeMutablePointer<Double>,
    rowStep: Int
  ) {
    multiplyTilesLoop(a, b, depth, c, rowStep, DoubleTileVector.self)
  }

  /// Computes c[i, j] += Σ a[block, i, lane] b[block, j, lane].
  public static func multiplyTransposedTiles(
    _ a: UnsafePointer<Double>, aStep: Int, _ b: UnsafePointer<Double>, bStep: Int, blocks: Int,
    _ c: UnsafeMutablePointer<Double>, rowStep: Int
  ) {
    multiplyTransposedTilesLoop(a, aStep, b, bStep, blocks, c, rowStep, DoubleTileVector.self)
  }
}
