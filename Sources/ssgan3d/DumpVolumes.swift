import Camera
import Inspection
import ModelConfiguration
import PortraitModel
import Probes
import Synchronization
import TensorFiles
import Tensors

/// Writes the volumes of a dump as NRRD files as well, for programs that show volumes.
///
/// In the file, columns run along x, rows along y upwards and planes along z, whatever `rowAxis` is.
/// ParaView ignores directions, so it shows the volume in the axes of the world: spacing and origin are
/// those of the voxel grid. 3D Slicer obeys directions. They turn x to the left of the person (L), y up
/// (S) and z to the front (−P) around the first voxel, so that the head stands upright and looks ahead:
///
///     L = x      P = min.y − (z − min.z)      S = min.z + (y − min.y)
final class DumpVolumes: Sendable {
  private let grid: VoxelGrid
  private let names: Set<String>
  private let writer: DumpWriter
  private let failure = Mutex<(any Error)?>(nil)

  /// Prepares the writing of volumes.
  ///
  /// - Parameters:
  ///   - grid: the voxel grid of the volumes.
  ///   - names: the tensors to write.
  ///   - writer: the writer of the dump.
  init(_ grid: VoxelGrid, only names: Set<String>, _ writer: DumpWriter) {
    (self.grid, self.names, self.writer) = (grid, names, writer)
  }

  /// Returns the names of all volumes of a model; none for a flat model.
  static func names(_ model: Configuration) -> [String] {
    DumpNames.volumes(model)
  }

  /// Returns the name of a tensor's file.
  static func fileName(_ name: String) -> String { "\(name).nrrd" }

  /// Writes a tensor if it is one of the volumes; `finish()` throws the first failure.
  func write(_ recording: Recording) {
    guard names.contains(recording.name) else { return }
    do {
      let upwards = Self.upwards(recording.tensor, grid)
      let texts = notes(recording)
      try writer.writeFile(Self.fileName(recording.name)) { [grid] in
        try NRRDFile.write(upwards, at: Self.placement(of: grid), notes: texts, to: $0)
      }
    } catch {
      failure.withLock { if $0 == nil { $0 = error } }
    }
  }

  /// Throws the first error that occurred while a volume was written, if any.
  func finish() throws {
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Returns a volume with its first row at the bottom, `[…, H, W]`.
  static func upwards(_ volume: Tensor, _ grid: VoxelGrid) -> Tensor {
    grid.rowAxis == .down ? volume.reversed(axis: -2) : volume
  }

  /// Returns the place of a volume whose first row is at the bottom.
  static func placement(of grid: VoxelGrid) -> NRRDFile.Placement {
    let steps =
      grid.box.extent
      / Vector(
        Double(grid.columns - 1), Double(grid.rows - 1), Double(grid.planes - 1))
    return NRRDFile.Placement(
      space: "left-posterior-superior", origin: grid.box.min,
      steps: [Vector(steps.x, 0, 0), Vector(0, 0, steps.y), Vector(0, -steps.z, 0)])
  }

  private func notes(_ recording: Recording) -> [(key: String, text: String)] {
    let equation = recording.equation.isEmpty ? "" : " (\(recording.equation))"
    return [
      ("name", recording.name), ("caption", recording.meaning.caption + equation),
      ("unit", recording.unit.isEmpty ? "none" : recording.unit),
      (
        "world axes",
        "columns x (right of the frontal image), rows y (up), planes z (to the camera)"
      ),
      ("world min", "\(grid.box.min.x) \(grid.box.min.y) \(grid.box.min.z)"),
      ("world max", "\(grid.box.max.x) \(grid.box.max.y) \(grid.box.max.z)"),
    ]
  }
}
