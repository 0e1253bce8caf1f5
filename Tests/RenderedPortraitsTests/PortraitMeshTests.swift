import Foundation
import ModelConfiguration
import PortraitModel
import RenderedPortraits
import Testing

/// The surface of a portrait is made in steps, and its two files have the same geometry.
@Suite("Meshes of portraits")
struct PortraitMeshTests {
  private static let model = Configuration.tiny

  private static func making(
    without omitted: [Int] = [], level: Double? = nil
  ) -> PortraitMesh.Making {
    let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 3))
    return PortraitMesh.Making(
      generator, wplus: generator.latents(seed: 1).wplus, without: omitted, level: level)
  }

  private static func mesh(_ making: PortraitMesh.Making) throws -> PortraitMesh {
    var making = making
    while making.mesh == nil { try making.advance() }
    return try #require(making.mesh)
  }

  @Test func everyStepIsCountedAndTheLastGivesTheMesh() throws {
    var making = Self.making()
    var tasks: [String] = []
    for step in 0..<PortraitMesh.Making.steps {
      #expect(making.step == step && making.mesh == nil)
      tasks.append(making.task)
      try making.advance()
      // The level is known before the surface is.
      #expect((making.level != nil) == (step >= PortraitMesh.Making.steps - 2))
    }
    let mesh = try #require(making.mesh)
    #expect(Set(tasks).count == PortraitMesh.Making.steps)
    #expect(making.level?.level == mesh.level.level)
    try making.advance()
    #expect(making.step == PortraitMesh.Making.steps)
  }

  @Test func bothFilesHaveOneGeometryAndTwoColorings() throws {
    let mesh = try Self.mesh(Self.making())
    let (parts, color) = (mesh.data(of: .parts), mesh.data(of: .color))
    #expect(parts.count == color.count && parts != color)
    let header = String(decoding: parts.prefix(600), as: UTF8.self)
    #expect(header.hasPrefix("ply\n"))
    #expect(header.contains("element vertex \(mesh.surface.vertices.count)\n"))
    #expect(header.contains("element face \(mesh.surface.triangles.count)\n"))
    #expect(mesh.counts.contains("\(mesh.surface.triangles.count) triangles"))
    #expect(mesh.hidden < mesh.surface.vertices.count)
  }

  @Test func partsThatAreLeftOutAreNotInTheSurface() throws {
    let (all, some) = (try Self.mesh(Self.making()), try Self.mesh(Self.making(without: [0])))
    #expect(all.surface.vertices.count != some.surface.vertices.count)
  }

  @Test(arguments: [-1.0, 1e9])
  func aLevelThatIsNoDensityIsRefused(level: Double) throws {
    let error = try #require(throws: SurfaceLevel.OutOfRange.self) {
      try Self.mesh(Self.making(level: level))
    }
    #expect(error.description.hasPrefix("level is \(level), expected a density of this portrait"))
    #expect(!error.description.contains("\n"))
  }
}
