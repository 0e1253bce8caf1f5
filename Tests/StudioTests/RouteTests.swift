import Foundation
import LocalServer
import TensorFiles
import Testing

@testable import Studio

/// What the studio answers, without a network.
@Suite("Addresses of the studio")
struct RouteTests {
  private static func studio() throws -> Studio {
    try Studio(
      Small.model(), source: ["--preset", "tiny"], title: "A <small> model",
      folder: FileManager.default.temporaryDirectory.appendingPathComponent("studio-unused"))
  }

  private static func post(
    _ path: String, _ body: String, to studio: Studio
  ) async -> LocalServer.Response {
    await studio.answer(
      LocalServer.Request(method: "POST", path: path, body: Data(body.utf8)))
  }

  private static func json(_ state: StudioState = Small.state) throws -> String {
    String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
  }

  @Test func thePageAsksNobodyElse() async throws {
    let page = try await Self.studio().answer(LocalServer.Request(path: "/"))
    let text = String(decoding: page.body, as: UTF8.self)
    #expect(page.status == 200 && page.type.hasPrefix("text/html"))
    #expect(text.contains("A &lt;small&gt; model"))
    #expect(!text.contains("http://") && !text.contains("https://") && !text.contains("<link"))
    // Every element that the script names is there.
    for name in StudioScript.element.matches(of: /\$\("([\w-]+)"\)/).map(\.1) {
      if ["found", "ray-sample"].contains(name) { continue }
      #expect(text.contains("id=\"\(name)\""), "the page has no element \(name)")
    }
  }

  @Test func aPortraitIsThatOfTheModel() async throws {
    let (studio, state) = (try Self.studio(), Small.state { $0.yaw = 1.7 })
    let body = "{\"state\":\(try Self.json(state)),\"pinned\":\(try Self.json())}"
    let answer = await Self.post("/portrait", body, to: studio)
    #expect(answer.status == 200)
    let found = try JSONDecoder().decode(Studio.Portrait.self, from: answer.body)
    let made = try Small.model().made(state).pictures
    let files = try [found.image, found.mask, found.depth16].map {
      try #require(Data(base64Encoded: $0))
    }
    #expect(files[0] == (try PNGFile.encode(made.imageFile)))
    #expect(files[1] == (try PNGFile.encode(made.mask)))
    #expect(files[2] == (try made.depthFile()))
    #expect(found.command.hasPrefix("ssgan3d generate --preset tiny --seed 0 --yaw 1.7"))
    #expect((found.meanDifference ?? 0) > 0)
    #expect(abs(found.shares.reduce(0, +) - 1) < 1e-12)
  }

  @Test(arguments: ["/tensor", "/thumbnail", "/volume", "/ray"])
  func otherAddressesAnswer(path: String) async throws {
    let name = path == "/volume" ? "fused_feature3d" : "part01_feature2d"
    let body =
      "{\"state\":\(try Self.json()),\"name\":\"\(name)\",\"row\":3,\"column\":4,\"sample\":null}"
    let answer = await Self.post(path, body, to: try Self.studio())
    #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    #expect(answer.body.count > 100)
  }

  /// Every wrong request is answered by one line, and the studio goes on.
  @Test func hostileRequestsAreOneLine() async throws {
    let studio = try Self.studio()
    let state = try Self.json()
    let deep = String(repeating: "[", count: 20_000)
    let wrong: [(String, String, Int)] = [
      ("/portrait", "", 400), ("/portrait", "[]", 400), ("/portrait", "{}", 400),
      ("/portrait", deep, 400), ("/portrait", "{\"state\":\(state),\"state\":\(state)}", 400),
      ("/portrait", "{\"state\":null}", 400), ("/portrait", "{\"state\":{\"yaw\":1e999}}", 400),
      (
        "/portrait",
        "{\"state\":\(state.replacing("\"samples\":12", with: "\"samples\":999999999"))}", 422
      ),
      (
        "/portrait",
        "{\"state\":\(state.replacing("\"seed\":0", with: "\"seed\":-1"))}", 400
      ),
      ("/tensor", "{\"state\":\(state),\"name\":\"../../etc/passwd\"}", 422),
      ("/tensor", "{\"state\":\(state),\"name\":\"a\\u0000\\n\\u001b[31m\"}", 422),
      ("/volume", "{\"state\":\(state),\"name\":\"image\"}", 422),
      ("/ray", "{\"state\":\(state),\"row\":99,\"column\":0}", 422),
      ("/ray", "{\"state\":\(state),\"row\":0,\"column\":0,\"sample\":-1}", 422),
      ("/ray", "{\"state\":\(state),\"row\":0.5,\"column\":0}", 400),
      ("/etc/passwd", "", 404), ("/../Package.swift", "", 404),
    ]
    for (path, body, status) in wrong {
      let answer = await Self.post(path, body, to: studio)
      let text = String(decoding: answer.body, as: UTF8.self)
      #expect(answer.status == status, "\(path) \(body.prefix(80)): \(answer.status) \(text)")
      #expect(text.split(separator: "\n").count == 1 && text.count < 400, "\(text)")
      #expect(!text.contains("\u{1b}") && !text.contains("\0"))
    }
    let get = await studio.answer(LocalServer.Request(path: "/portrait"))
    #expect(get.status == 405)
    let good = await Self.post("/portrait", "{\"state\":\(state)}", to: studio)
    #expect(good.status == 200)
  }

  /// Of many requests of one reader, those that wait are dropped, and the last is always answered.
  @Test func staleRequestsAreDropped() async throws {
    let studio = try Self.studio()
    let bodies = try (0..<40).map { step in
      try Self.json(Small.state { $0.yaw = 1.5 + 0.01 * Double(step) })
    }
    let statuses = await withTaskGroup(of: Int.self) { group in
      for body in bodies {
        group.addTask { await Self.post("/portrait", "{\"state\":\(body)}", to: studio).status }
      }
      return await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
    }
    #expect((statuses[200] ?? 0) >= 1)
    #expect((statuses[200] ?? 0) + (statuses[409] ?? 0) == 40, "\(statuses)")
  }
}
