import Foundation
import Testing

@testable import LocalServer

@Suite("Routes")
struct RoutesTests {
  private struct Pose: Codable, Equatable { var yaw: Double }

  private let routes: Routes = {
    var routes = Routes()
    routes.get("/state") { _ in try .json(Pose(yaw: 0.5)) }
    routes.post("/camera") { request in try .json(request.json(as: Pose.self)) }
    routes.get("/picture") { _ in .png(Data([1, 2, 3])) }
    return routes
  }()

  private func answer(
    _ method: String, _ path: String, body: String = ""
  ) async -> (status: Int, type: String, text: String) {
    let response = await routes.answer(
      LocalServer.Request(method: method, path: path, body: Data(body.utf8)))
    return (response.status, response.type, String(decoding: response.body, as: UTF8.self))
  }

  @Test func answersByPathAndMethod() async {
    #expect(await answer("GET", "/state") == (200, "application/json", "{\"yaw\":0.5}"))
    #expect(await answer("POST", "/camera", body: "{\"yaw\": 0.25}").text == "{\"yaw\":0.25}")
    #expect(await answer("GET", "/picture") == (200, "image/png", "\u{1}\u{2}\u{3}"))
  }

  @Test func unknownPathsAndMethodsAreOneLine() async {
    let unknown = await answer("GET", "/no\u{1B}[31m\nthing")
    #expect(unknown.status == 404)
    #expect(unknown.text.hasPrefix("there is no page /no"))
    #expect(unknown.text.filter { $0 == "\n" }.count == 1 && !unknown.text.contains("\u{1B}"))
    #expect(await answer("POST", "/state") == (405, Self.plain, "/state answers only GET\n"))
    #expect(await answer("GET", "/camera").status == 405)
  }

  /// A body that is not the expected JSON is the reader's mistake, and infinity cannot be JSON.
  @Test(arguments: ["", "{", "[]", "{\"yaw\": \"x\"}", "{\"yaw\": 1e999}"])
  func aWrongBodyIsOneLine(body: String) async {
    let wrong = await answer("POST", "/camera", body: body)
    #expect(wrong.status == 422)
    #expect(wrong.text == "the body of /camera is not the JSON that is expected there\n")
  }

  private static let plain = "text/plain; charset=utf-8"
}
