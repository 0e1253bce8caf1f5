import Camera
import CommandStatus
import Foundation
import Inspection
import ModelConfiguration
import PortraitClasses
import PortraitModel
import Surfaces
import Tensors

/// The density of a surface, and why it was chosen.
struct SurfaceLevel {
  /// The density of the surface.
  let level: Double
  /// One line: the level, the reason for it, and the range of the densities.
  let line: String

  /// Takes the level that was asked for, or chooses one.
  ///
  /// By default, it is the density in which light loses half of its strength between two planes:
  /// exp(−s σ Δz) = 1/2 with the optical scale s and the distance of planes Δz. If no voxel is denser,
  /// the level is half of the greatest density.
  ///
  /// - Parameters:
  ///   - density: the fused density, `[D, H, W]`.
  ///   - model: the configuration of the model.
  ///   - asked: the value of `--level`; nil if there is none.
  /// - Throws: `WrongUse` if the level lies outside the range of the densities; `NoSurface` if the
  ///   densities have no surface at all.
  init(_ density: Tensor, _ model: Configuration, asked: Double?) throws {
    let statistics = Statistics(density)
    let (least, greatest) = (statistics.minimum, statistics.maximum)
    let range = "densities \(least.brief) … \(greatest.brief)"
    guard statistics.notFinite == 0 else {
      throw NoSurface(
        description: "the volume has \(statistics.notFinite) densities that are infinite or NaN; "
          + "check the weights of the model")
    }
    guard least < greatest else {
      throw NoSurface(
        description: "every voxel has the density \(least.brief), so there is no surface; choose "
          + "another portrait or model, or name fewer parts with --without")
    }
    if let asked {
      guard asked >= least, asked < greatest else {
        throw WrongUse(
          "--level is \(asked), expected a density of this portrait: at least \(least), less than "
            + "\(greatest)")
      }
      level = asked
      line = "level \(asked.brief) (as asked); \(range)"
      return
    }
    let spacing = model.volumeBox.extent.z / Double(model.depthPlanes - 1)
    let half = log(2) / (model.opticalScale * spacing)
    if half > least, half < greatest {
      level = half
      line = "level \(half.brief) (absorbs half of the light between two planes); \(range)"
    } else {
      level = greatest / 2 > least ? greatest / 2 : (least + greatest) / 2
      line =
        "level \(level.brief) (half of the greatest density, since \(half.brief), which absorbs half "
        + "of the light between two planes, is outside the range); \(range)"
    }
  }

  /// Returns the error of a level that no voxel exceeds.
  static func noSurface(_ line: String) -> any Error {
    NoSurface(description: "there is no surface: \(line)")
  }

  /// The error of densities without a surface.
  private struct NoSurface: Error, CustomStringConvertible {
    /// One line: why there is none, and how to solve the problem.
    let description: String
  }
}

/// The densities of one portrait on the voxel grid, and their surface in the world.
struct PortraitVolumes {
  /// The fused density without the omitted parts, `[D, H, W]`.
  let fused: Tensor
  private let parts: Tensor
  private let numbers: [Int]
  private let grid: VoxelGrid

  /// Takes the densities of a portrait on the voxel grid: lifted, or evaluated by the parts' 3D generators.
  ///
  /// - Parameters:
  ///   - generator: the generator of the portrait.
  ///   - made: its output.
  ///   - omitted: the numbers of parts to leave out.
  init(_ generator: Generator, of made: MadePortraits, without omitted: [Int]) {
    let every = generator.partDensities(of: made)
    numbers = (0..<every.shape[0]).filter { !omitted.contains($0) }
    parts = Tensor.concatenated(
      numbers.map { every.sliced(axis: 0, from: $0, length: 1) }, axis: 0)
    fused = generator.fusedDensity(of: parts)
    grid = generator.voxelGrid
  }

  /// Returns the surface of the fused density in world units.
  func surface(at level: Double) -> SurfaceMesh {
    let first = grid.world(at: VoxelPosition(plane: 0, row: 0, column: 0))
    let second = grid.world(at: VoxelPosition(plane: 1, row: 1, column: 1))
    return MarchingCubes(level: level).surface(of: fused).placed(
      origin: first, steps: second - first)
  }

  /// Returns for every vertex the color of the part that is densest there.
  func partColors(of mesh: SurfaceMesh) -> [PLYFile.Color] {
    guard !mesh.vertices.isEmpty else { return [] }
    let points = mesh.vertices.flatMap { vertex in
      let position = grid.clampedPosition(of: vertex)
      return [position.column, position.row, position.plane]
    }
    let densities = parts.sampled(
      at: Tensor([mesh.vertices.count, 3], points).cast(to: parts.scalarType))  // [P, K]
    return densities.argmax(axis: 1).integers.map { index in
      let color = ClassPalette.portrait.color(numbers[Int(index)])
      return PLYFile.Color(color.red, color.green, color.blue)
    }
  }
}
