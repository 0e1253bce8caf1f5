import Foundation
import LocalServer
import PortraitModel
import RenderedPortraits
import Testing

@testable import Studio

/// The studio makes a mesh in the background and gives its two files.
@Suite("Meshes of the studio", .timeLimit(.minutes(2)))
struct MeshRouteTests {
  private static func studio() throws -> Studio {
    try Studio(
      Small.model(), source: ["--preset", "tiny"], title: "A small model",
      folder: FileManager.default.temporaryDirectory.appendingPathComponent("studio-unused"))
  }

  private static func post(
    _ path: String, _ body: String, to studio: Studio
  ) async -> LocalServer.Response {
    await studio.answer(LocalServer.Request(method: "POST", path: path, body: Data(body.utf8)))
  }

  private static func body(_ state: StudioState) throws -> String {
    "{\"state\":\(String(decoding: try JSONEncoder().encode(state), as: UTF8.self))}"
  }

  private static func progress(_ studio: Studio) async throws -> StudioMesh.Progress {
    let answer = await post("/meshing", "{}", to: studio)
    return try JSONDecoder().decode(StudioMesh.Progress.self, from: answer.body)
  }

  private static func finished(_ studio: Studio) async throws -> StudioMesh.Progress {
    var progress = try await progress(studio)
    while progress.isRunning {
      try await Task.sleep(for: .milliseconds(5))
      progress = try await self.progress(studio)
    }
    return progress
  }

  private static func file(_ name: String, _ number: Int, _ studio: Studio) async
    -> LocalServer.Response
  {
    await studio.answer(
      LocalServer.Request(path: "/\(name)", query: ["number": "\(number)"]))
  }

  /// The mesh of a state is that of its latents, its renderer and the parts that it shows.
  @Test func theFilesAreThoseOfTheModel() async throws {
    let studio = try Self.studio()
    #expect(await Self.post("/meshing", "{}", to: studio).status == 404)
    let state = Small.state {
      $0.recipe.seed = 4
      $0.alpha = 0.7
      $0.muted = [0]
      // The camera does not matter.
      $0.yaw = 1.1
    }
    #expect(await Self.post("/mesh", try Self.body(state), to: studio).status == 200)
    let progress = try await Self.finished(studio)
    #expect(progress.step == progress.steps && progress.line == "finished")
    let model = try Small.model()
    var making = PortraitMesh.Making(
      Generator(state.configuration(of: model.configuration), model.generator.parameters),
      wplus: model.generator.latents(seed: 4).wplus, without: [0])
    while making.mesh == nil { try making.advance() }
    let mesh = try #require(making.mesh)
    #expect(progress.level == mesh.level.line)
    #expect(progress.counts == "\(mesh.counts); \(mesh.measures)")
    for kind in PortraitMesh.File.allCases {
      let answer = await Self.file(kind.rawValue, progress.number, studio)
      #expect(answer.status == 200 && answer.fileName == kind.rawValue)
      #expect(answer.body == mesh.data(of: kind))
      #expect(progress.files[kind.rawValue] == answer.body.count)
    }
    #expect(
      progress.command == "ssgan3d mesh --preset tiny --seed 4 --without background "
        + "--set liftingAlpha=0.7 --out Output/mesh")
  }

  @Test func anOlderMeshIsGoneAndRunningOnesAreNotReplaced() async throws {
    let studio = try Self.studio()
    let body = try Self.body(Small.state)
    #expect(await Self.post("/mesh", body, to: studio).status == 200)
    let second = await Self.post("/mesh", body, to: studio)
    // The first may be finished by then on a fast machine.
    if second.status != 200 {
      #expect(second.status == 422)
      #expect(String(decoding: second.body, as: UTF8.self).contains("wait for it"))
    }
    let first = try await Self.finished(studio)
    #expect(await Self.post("/mesh", body, to: studio).status == 200)
    let last = try await Self.finished(studio)
    #expect(last.number == first.number + 1)
    #expect(await Self.file("mesh_parts.ply", first.number, studio).status == 404)
    #expect(await Self.file("mesh_parts.ply", last.number, studio).status == 200)
  }

  /// A portrait whose parts have seeds of their own has no such command, but it has a mesh.
  @Test func aMixedPortraitHasNoCommand() async throws {
    let studio = try Self.studio()
    let state = Small.state { $0.recipe.parts = [.init(part: 1, shape: 5)] }
    #expect(await Self.post("/mesh", try Self.body(state), to: studio).status == 200)
    let progress = try await Self.finished(studio)
    #expect(progress.command.isEmpty && progress.files.count == 2)
  }

  @Test func wrongRequestsAreOneLine() async throws {
    let studio = try Self.studio()
    let every = Small.state { $0.muted = Array(0..<Small.configuration.parts) }
    let wrong: [(String, String, String, Int)] = [
      ("POST", "/mesh", "{}", 400), ("GET", "/mesh", "", 405), ("GET", "/meshing", "", 405),
      ("POST", "/mesh", try Self.body(every), 422), ("POST", "/mesh_parts.ply", "", 405),
      ("GET", "/mesh_parts.ply", "", 404), ("GET", "/mesh_colour.ply", "", 404),
      ("GET", "/mesh_other.ply", "", 404),
    ]
    for (method, path, body, status) in wrong {
      let answer = await studio.answer(
        LocalServer.Request(method: method, path: path, body: Data(body.utf8)))
      let line = String(decoding: answer.body, as: UTF8.self)
      #expect(answer.status == status, "\(method) \(path): \(line)")
      #expect(line.split(separator: "\n").count == 1, "\(line)")
    }
  }
}
