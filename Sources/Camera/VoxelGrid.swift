import Tensors

/// A place in a volume, counted in voxels; whole numbers are voxel centres.
public struct VoxelPosition: Sendable, Equatable {
  /// 0 (farthest from the frontal camera) … D−1 (nearest).
  public var plane: Double
  /// 0 … H−1.
  public var row: Double
  /// 0 … W−1, growing with x.
  public var column: Double

  /// A place in voxels.
  public init(plane: Double, row: Double, column: Double) {
    self.plane = plane
    self.row = row
    self.column = column
  }
}

/// The voxels of a volume `[D, H, W]` laid over a world box, corners aligned.
///
///     column = (x − min.x) / (max.x − min.x) · (W − 1)
///     row    = (1 − (y − min.y) / (max.y − min.y)) · (H − 1)     rowAxis down
///     row    = (y − min.y) / (max.y − min.y) · (H − 1)           rowAxis up
///     plane  = (z − min.z) / (max.z − min.z) · (D − 1)
public struct VoxelGrid: Sendable, Equatable {
  /// Where the outermost voxel centres are.
  public let box: VolumeBox
  /// D, 2 or more.
  public let planes: Int
  /// H, 2 or more.
  public let rows: Int
  /// W, 2 or more.
  public let columns: Int
  /// Which way rows run.
  public let rowAxis: RowAxis

  /// A grid of 2 or more voxels along each axis.
  public init(box: VolumeBox, planes: Int, rows: Int, columns: Int, rowAxis: RowAxis = .down) {
    require(
      planes >= 2 && rows >= 2 && columns >= 2,
      "VoxelGrid(box:planes:rows:columns:rowAxis:): size is [\(planes), \(rows), \(columns)], "
        + "expected 2 or more along each axis")
    self.box = box
    self.planes = planes
    self.rows = rows
    self.columns = columns
    self.rowAxis = rowAxis
  }

  /// The voxel position of a world point; outside the box it runs past the border.
  public func position(of world: Vector) -> VoxelPosition {
    let share = (world - box.min) / box.extent
    let downwards = rowAxis == .down ? 1 - share.y : share.y
    return VoxelPosition(
      plane: share.z * Double(planes - 1), row: downwards * Double(rows - 1),
      column: share.x * Double(columns - 1))
  }

  /// The voxel position of a world point; outside the box that of the nearest border.
  public func clampedPosition(of world: Vector) -> VoxelPosition {
    let free = position(of: world)
    func clamp(_ value: Double, _ count: Int) -> Double { min(max(value, 0), Double(count - 1)) }
    return VoxelPosition(
      plane: clamp(free.plane, planes), row: clamp(free.row, rows),
      column: clamp(free.column, columns))
  }

  /// The world point of a voxel position: the inverse of ``position(of:)``.
  public func world(at position: VoxelPosition) -> Vector {
    let downwards = position.row / Double(rows - 1)
    let share = Vector(
      position.column / Double(columns - 1),
      rowAxis == .down ? 1 - downwards : downwards,
      position.plane / Double(planes - 1))
    return box.min + share * box.extent
  }

  /// The distance in world units between neighbouring planes.
  public var planePitch: Double { box.extent.z / Double(planes - 1) }
}
