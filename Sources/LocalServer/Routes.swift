import Messages

/// Addresses and what answers them.
///
///     var routes = Routes()
///     routes.get("/state") { _ in try .json(state) }
///     routes.post("/camera") { request in
///       let pose = try request.json(as: Pose.self)
///       return .png(try picture(from: pose))
///     }
///     let server = LocalServer(port: 0) { await routes.answer($0) }
///
/// An unknown path is answered with status 404, a known path with another method with 405, and an error
/// that a closure throws with 422 and the description of the error as one line.
public struct Routes: Sendable {
  /// Answers a request or throws an error whose description is one line for the reader.
  public typealias Answer = @Sendable (LocalServer.Request) async throws -> LocalServer.Response

  private var answers: [String: [String: Answer]] = [:]

  /// Creates an empty table.
  public init() {}

  /// Answers GET requests for a path.
  public mutating func get(_ path: String, _ answer: @escaping Answer) {
    answers[path, default: [:]]["GET"] = answer
  }

  /// Answers POST requests for a path.
  public mutating func post(_ path: String, _ answer: @escaping Answer) {
    answers[path, default: [:]]["POST"] = answer
  }

  /// Answers a request by the closure of its path and method.
  ///
  /// - Parameter request: the request.
  /// - Returns: the answer of the closure, or one line with status 404, 405 or 422.
  public func answer(_ request: LocalServer.Request) async -> LocalServer.Response {
    guard let methods = answers[request.path] else {
      return .line("there is no page \(request.path.visible)", status: 404)
    }
    guard let answer = methods[request.method] else {
      let known = methods.keys.sorted().joined(separator: " and ")
      return .line("\(request.path) answers only \(known)", status: 405)
    }
    do { return try await answer(request) } catch {
      return .line("\(error)", status: 422)
    }
  }
}
