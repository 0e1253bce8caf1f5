import Foundation
import Inspection
import ModelConfiguration
import Tensors

/// The density of a surface, and why it was chosen.
public struct SurfaceLevel: Sendable {
  /// The density of the surface.
  public let level: Double
  /// One line: the level, the reason for it, and the range of the densities.
  public let line: String

  /// Takes the level that was asked for, or chooses one.
  ///
  /// By default, it is the density in which light loses half of its strength between two planes:
  /// exp(−s σ Δz) = 1/2 with the optical scale s and the distance of planes Δz. If no voxel is denser,
  /// the level is half of the greatest density.
  ///
  /// - Parameters:
  ///   - density: the fused density, `[D, H, W]`.
  ///   - model: the configuration of the model.
  ///   - asked: the density that the user asks for; nil to choose one.
  /// - Throws: `OutOfRange` if the level lies outside the range of the densities; `NoSurface` if the
  ///   densities have no surface at all.
  public init(_ density: Tensor, _ model: Configuration, asked: Double?) throws {
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
          + "another portrait or model, or leave out fewer parts")
    }
    if let asked {
      guard asked >= least, asked < greatest else {
        throw OutOfRange(
          description:
            "level is \(asked), expected a density of this portrait: at least \(least), less than "
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

  /// The error of a level that is no density of the portrait.
  public struct OutOfRange: Error, CustomStringConvertible {
    /// One line: the level, and what is expected.
    public let description: String
  }

  /// The error of densities without a surface.
  public struct NoSurface: Error, CustomStringConvertible {
    /// One line: why there is none, and how to solve the problem.
    public let description: String
  }
}
