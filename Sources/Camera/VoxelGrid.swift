import Tensors

/// A position in a volume, measured in voxels; integers are voxel centers.
public struct VoxelPosition: Sendable, Equatable {
  /// The plane, 0 (farthest from the frontal camera) … D−1 (nearest).
  public var plane: Double
  /// The row, 0 … H−1.
  public var row: Double
  /// The column, 0 … W−1; it increases with x.
  public var column: Double

  /// Creates a position in voxels.
  public init(plane: Double, row: Double, column: Double) {
    self.plane = plane
    self.row = row
    self.column = column
  }
}

/// The voxel grid of a volume `[D, H, W]` in a world box, with aligned corners.
///
///     column = (x − min.x) / (max.x − min.x) · (W − 1)
///     row    = (1 − (y − min.y) / (max.y − min.y)) · (H − 1)     rowAxis down
///     row    = (y − min.y) / (max.y − min.y) · (H − 1)           rowAxis up
///     plane  = (z − min.z) / (max.z − min.z) · (D − 1)
public struct VoxelGrid: Sendable, Equatable {
  /// The world box; its corners are the centers of the outermost voxels.
  public let box: VolumeBox
  /// The number of planes, D; 2 or more.
  public let planes: Int
  /// The number of rows, H; 2 or more.
  public let rows: Int
  /// The number of columns, W; 2 or more.
  public let columns: Int
  /// The direction of the rows.
  public let rowAxis: RowAxis

  /// Creates a grid of 2 or more voxels along each axis.
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

  /// Returns the voxel position of a world point; outside the box it lies beyond the border.
  public func position(of world: Vector) -> VoxelPosition {
    let share = (world - box.min) / box.extent
    let downwards = rowAxis == .down ? 1 - share.y : share.y
    return VoxelPosition(
      plane: share.z * Double(planes - 1), row: downwards * Double(rows - 1),
      column: share.x * Double(columns - 1))
  }

  /// Returns the voxel position of a world point, clamped to the border of the box.
  public func clampedPosition(of world: Vector) -> VoxelPosition {
    let free = position(of: world)
    func clamp(_ value: Double, _ count: Int) -> Double { min(max(value, 0), Double(count - 1)) }
    return VoxelPosition(
      plane: clamp(free.plane, planes), row: clamp(free.row, rows),
      column: clamp(free.column, columns))
  }

  /// Returns the world point of a voxel position; this is the inverse of ``position(of:)``.
  public func world(at position: VoxelPosition) -> Vector {
    let downwards = position.row / Double(rows - 1)
    let share = Vector(
      position.column / Double(columns - 1),
      rowAxis == .down ? 1 - downwards : downwards,
      position.plane / Double(planes - 1))
    return box.min + share * box.extent
  }

  /// The distance between neighboring planes, in world units.
  public var planePitch: Double { box.extent.z / Double(planes - 1) }
}
