import Foundation
import Inspection
import Messages
import PortraitModel
import Surfaces
import TensorFiles
import Tensors

/// The surface of one portrait with the colors of its two files.
public struct PortraitMesh: Sendable {
  /// The two files: the colors of the parts, and the colors of the rendered portrait.
  public enum File: String, Sendable, CaseIterable {
    /// Every vertex has the color of the part that is densest there.
    case parts = "mesh_parts.ply"
    /// Every vertex has the color of the portrait, rendered from seven poses.
    case color = "mesh_colour.ply"
  }

  /// The density of the surface, with the range of the densities.
  public let level: SurfaceLevel
  /// The surface in world units.
  public let surface: SurfaceMesh
  /// The number of vertices that none of the poses sees.
  public let hidden: Int
  private let colors: [File: [PLYFile.Color]]

  /// Returns the bytes of a file, binary PLY.
  public func data(of file: File) -> Data {
    PLYFile.encode(
      surface, colors: colors[file] ?? [],
      comments: [
        "surface of the fused density of a portrait, \(level.line)",
        "world units: x right in the frontal image, y up, z to the frontal camera",
      ])
  }

  /// The numbers of the mesh in one line.
  public var counts: String {
    "\(counted(surface.triangles.count, "triangle")) and \(surface.vertices.count) vertices"
  }

  /// The area, the volume and the vertices that no pose sees, in one line.
  public var measures: String {
    "area \(surface.area.brief), volume \(surface.enclosedVolume.brief) in world units; \(hidden) of the "
      + "vertices are seen from none of the poses"
  }

  /// The making of a mesh in steps, so that a program can show its progress and do other work between them.
  public struct Making: Sendable {
    /// The number of steps.
    public static let steps = RenderedColors.viewCount + 2
    /// The number of steps that are done.
    public private(set) var step = 0
    /// The density of the surface, as soon as it is known.
    public private(set) var level: SurfaceLevel?
    /// The mesh after the last step.
    public private(set) var mesh: PortraitMesh?

    private let generator: Generator
    private let wplus: Tensor
    private let omitted: [Int]
    private let asked: Double?
    private var rendered: RenderedColors?
    private var volumes: PortraitVolumes?

    /// Prepares the mesh of a portrait.
    ///
    /// - Parameters:
    ///   - generator: a generator of the volume model.
    ///   - wplus: the latents, `[1, rows, L]`.
    ///   - omitted: the numbers of parts to leave out; not all.
    ///   - level: the density of the surface; nil to choose one.
    public init(_ generator: Generator, wplus: Tensor, without omitted: [Int], level: Double? = nil)
    {
      (self.generator, self.wplus, self.omitted, asked) = (generator, wplus, omitted, level)
    }

    /// What the next step computes.
    public var task: String {
      switch step {
      case 0..<RenderedColors.viewCount: "rendering view \(step + 1) of \(RenderedColors.viewCount)"
      case RenderedColors.viewCount: "lifting the densities"
      default: "finding the surface and its colors"
      }
    }

    /// Makes the next step; does nothing after the last.
    ///
    /// - Throws: `SurfaceLevel.OutOfRange` if the level is no density of the portrait, and
    ///   `SurfaceLevel.NoSurface` if there is no surface.
    public mutating func advance() throws {
      switch step {
      case 0: rendered = withoutGradients { RenderedColors(generator, wplus: wplus) }
      case 1..<RenderedColors.viewCount: withoutGradients { rendered?.renderNextView() }
      case RenderedColors.viewCount:
        guard let rendered else { return }
        let lifted = withoutGradients {
          PortraitVolumes(generator, of: rendered.frontal, without: omitted)
        }
        level = try SurfaceLevel(lifted.fused, generator.configuration, asked: asked)
        volumes = lifted
      case Self.steps - 1:
        guard let rendered, let volumes, let level else { return }
        let surface = volumes.surface(at: level.level)
        guard !surface.triangles.isEmpty else {
          throw SurfaceLevel.NoSurface(description: "there is no surface: \(level.line)")
        }
        let seen = rendered.colors(of: surface)
        mesh = PortraitMesh(
          level: level, surface: surface, hidden: seen.hidden,
          colors: [.parts: volumes.partColors(of: surface), .color: seen.colors])
      default: return
      }
      step += 1
    }
  }
}
