import Foundation
import LocalServer
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Studio

/// The searches of the studio: for a drawn mask, and for an uploaded portrait.
@Suite("Searches of the studio", .timeLimit(.minutes(5)))
struct SearchTests {
  /// Where the portrait of another seed shows part 1; part 1 of the present portrait is moved there.
  private static func drawn(_ model: StudioModel, seed: UInt64 = 5) throws -> [UInt8] {
    let other = Small.state { $0.recipe.parts = [.init(part: 1, shape: seed)] }
    return try model.made(other).pictures.mask.indices.map { $0 == 1 ? 1 : 0 }
  }

  @Test func onlyTheRowsOfThePartMoveAndTheLossFalls() throws {
    let model = try Small.model()
    let size = Small.configuration.imageSize
    let wplus = try model.wplus(of: Small.state)
    let generator = model.generator
    var options = PartFitting.Options()
    options.iterations = 12
    var fitting = PartFitting(
      generator, wplus: wplus, part: 1,
      drawn: Tensor([size, size], try Self.drawn(model).map(Double.init)), pose: Small.state.pose,
      deviation: generator.latentDeviation(around: generator.meanLatent()), options)
    for _ in 0..<options.iterations { try fitting.step() }
    let losses = fitting.losses
    #expect(losses.count == 12)
    #expect((losses.map(\.total).min() ?? 1) < 0.98 * losses[0].total, "\(losses.map(\.total))")
    // At the start nothing has moved: the terms that hold the rest are 0.
    #expect(losses[0].outside < 1e-9 && abs(losses[0].total - losses[0].mask) < 1e-6)
    // One base row, then shape and texture of parts 0 and 1: row 3 is the shape of part 1.
    for row in 0..<9 {
      let isKept = fitting.wplus[0, row].scalars == wplus[0, row].scalars
      #expect(isKept == (row != 3), "row \(row)")
    }
  }

  private static func body(_ fields: String, _ state: StudioState = Small.state) throws -> String {
    let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
    return "{\"state\":\(text),\(fields)}"
  }

  private static func post(
    _ path: String, _ body: String, to studio: Studio
  ) async -> LocalServer.Response {
    await studio.answer(LocalServer.Request(method: "POST", path: path, body: Data(body.utf8)))
  }

  private static func progress(_ studio: Studio) async throws -> StudioSearch.Progress {
    let answer = await post("/progress", "{}", to: studio)
    return try JSONDecoder().decode(StudioSearch.Progress.self, from: answer.body)
  }

  @Test func aDrawnMaskBecomesAPortraitWithAFile() async throws {
    let folder = try TemporaryFolder()
    let model = try Small.model()
    let studio = try Studio(model, title: "small", folder: folder("found"))
    #expect(await Self.post("/progress", "{}", to: studio).status == 404)
    let pixels = try Self.drawn(model).map { "\($0)" }.joined()
    let begun = await Self.post(
      "/fit", try Self.body("\"part\":1,\"pixels\":\"\(pixels)\",\"steps\":4"), to: studio)
    #expect(begun.status == 200, "\(String(decoding: begun.body, as: UTF8.self))")
    let second = await Self.post(
      "/fit", try Self.body("\"part\":1,\"pixels\":\"\(pixels)\",\"steps\":4"), to: studio)
    var progress = try await Self.progress(studio)
    while progress.isRunning {
      try await Task.sleep(for: .milliseconds(20))
      progress = try await Self.progress(studio)
    }
    // The second search was refused unless the first had ended before.
    #expect(second.status == 422 || model.found.count == 2)
    let state = try #require(progress.state)
    #expect(progress.step == 4 && progress.losses.count == 4 && progress.line.contains("D_mean"))
    let found = try #require(model.found.first)
    let read = try LatentFile.read(URL(fileURLWithPath: found.path), of: model.generator)
    #expect(read.portraits.count == 1 && read.warnings.isEmpty)
    #expect(read.portraits.first?.scalars == found.wplus.scalars)
    let portrait = await Self.post("/portrait", try Self.body("\"pinned\":null", state), to: studio)
    #expect(portrait.status == 200)
    #expect(String(decoding: portrait.body, as: UTF8.self).contains("--latents "))
  }

  @Test func aCancelledSearchKeepsWhatItFound() async throws {
    let folder = try TemporaryFolder()
    let model = try Small.model()
    let studio = try Studio(model, title: "small", folder: folder("found"))
    let size = Small.configuration.imageSize
    let picture = Image(
      width: size, height: size, channels: 3,
      samples: (0..<3 * size * size).map { UInt16($0 % 200) })
    let image = try PNGFile.encode(picture).base64EncodedString()
    let begun = await Self.post("/invert", "{\"image\":\"\(image)\",\"steps\":2000}", to: studio)
    #expect(begun.status == 200, "\(String(decoding: begun.body, as: UTF8.self))")
    _ = await Self.post("/cancel", "{}", to: studio)
    var progress = try await Self.progress(studio)
    while progress.isRunning {
      try await Task.sleep(for: .milliseconds(20))
      progress = try await Self.progress(studio)
    }
    #expect(progress.step < 2000 && progress.found == 0 && model.found.count == 1)
  }

  @Test func hostileSearchesAreOneLine() async throws {
    let folder = try TemporaryFolder()
    let studio = try Studio(try Small.model(), title: "small", folder: folder("found"))
    let size = Small.configuration.imageSize
    let (ones, zeros) = (
      String(repeating: "1", count: size * size), String(repeating: "0", count: size * size)
    )
    let nonsense = Data("no picture".utf8).base64EncodedString()
    let wrong: [(String, String)] = [
      ("/fit", try Self.body("\"part\":9,\"pixels\":\"\(ones)\",\"steps\":1")),
      ("/fit", try Self.body("\"part\":-1,\"pixels\":\"\(ones)\",\"steps\":1")),
      ("/fit", try Self.body("\"part\":1,\"pixels\":\"\(zeros)\",\"steps\":1")),
      ("/fit", try Self.body("\"part\":1,\"pixels\":\"12\",\"steps\":1")),
      ("/fit", try Self.body("\"part\":1,\"pixels\":\"\(ones)\",\"steps\":0")),
      ("/fit", try Self.body("\"part\":1,\"pixels\":\"\(ones)\",\"steps\":1000000000")),
      ("/invert", "{\"image\":\"\(nonsense)\",\"steps\":1}"),
      ("/invert", "{\"image\":\"\",\"steps\":1}"),
      (
        "/invert",
        "{\"image\":\"\(nonsense)\",\"labels\":\"\(nonsense)\",\"classes\":\"x\",\"steps\":1}"
      ),
      ("/invert", "{\"image\":\"!\",\"steps\":1}"), ("/invert", "{}"),
    ]
    for (path, body) in wrong {
      let answer = await Self.post(path, body, to: studio)
      let text = String(decoding: answer.body, as: UTF8.self)
      #expect(answer.status == 422 || answer.status == 400, "\(body.suffix(80)): \(text)")
      #expect(text.split(separator: "\n").count == 1, "\(text)")
      #expect(!text.contains("ssgan3d-studio-"), "the message names a temporary file: \(text)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder("found").path))
  }
}
