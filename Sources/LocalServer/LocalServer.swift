import FlyingFox
import FlyingSocks
import Foundation

/// An HTTP server for the browser on the same computer.
///
/// The server listens on 127.0.0.1 only. A page of the web cannot use it: a request whose `Host` or
/// `Origin` is not this server is refused (403), as is a body over the limit (413). The server reads no
/// files; every answer comes from the handler, which is often ``Routes``. The handler can run for many
/// requests at the same time; ``Turns`` lets it compute for one of them at a time.
///
///     let server = LocalServer(port: 8737) { request in
///       request.path == "/" ? .html(page) : .line("there is no such page", status: 404)
///     }
///     try await server.run { port in print("http://127.0.0.1:\(port)") }
public struct LocalServer: Sendable {
  /// The error of a server that cannot start.
  public struct Failure: Error, CustomStringConvertible {
    /// One line: what is wrong and how to mend it.
    public let description: String
  }

  private let port: UInt16
  private let bodyLimit: Int
  private let handler: @Sendable (Request) async -> Response

  /// Creates a server.
  ///
  /// - Parameters:
  ///   - port: the port; 0 takes any free one.
  ///   - bodyLimit: the largest body in bytes.
  ///   - handler: answers a request; it may take as long as it needs.
  public init(
    port: UInt16, bodyLimit: Int = 1 << 16, handler: @escaping @Sendable (Request) async -> Response
  ) {
    self.port = port
    self.bodyLimit = bodyLimit
    self.handler = handler
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter onStart: called with the port as soon as requests are answered.
  /// - Throws: `Failure` if the port cannot be used.
  public func run(onStart: @escaping @Sendable (UInt16) -> Void = { _ in }) async throws {
    let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
    var configuration = HTTPServer.Configuration(
      address: address, timeout: Self.patience, logger: .disabled)
    configuration.sharedRequestReplaySize = max(bodyLimit, 1 << 16)
    let server = HTTPServer(config: configuration)
    let guardian = Guardian(bodyLimit: bodyLimit, handler: handler)
    await server.appendRoute("*") { request in
      await guardian.answer(request, port: server.port ?? 0)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do { try await server.run() } catch let error as SocketError {
          throw Self.failure(error, port: self.port)
        }
      }
      group.addTask {
        try await server.waitUntilListening(timeout: Self.patience)
        if let port = await server.port { onStart(port) }
      }
      for try await _ in group {}
    }
  }

  /// How long a start and a computation may take, in seconds; the browser shows the progress meanwhile.
  private static let patience: TimeInterval = 3600

  private static func failure(_ error: SocketError, port: UInt16) -> any Error {
    guard case .failed(_, let number, let message) = error else { return error }
    if number == EADDRINUSE {
      return Failure(
        description:
          "port \(port) is taken; choose another with --port, or any free one with --port 0")
    }
    if number == EACCES {
      return Failure(description: "port \(port) is not allowed; choose one from 1024 with --port")
    }
    return Failure(description: "port \(port): \(message)")
  }
}

extension HTTPServer {
  /// The port on which the server listens.
  fileprivate var port: UInt16? {
    guard case .ip4(_, let port) = listeningAddress else { return nil }
    return port
  }
}

/// Refuses what does not come from a page of this server, before the handler sees it.
private struct Guardian: Sendable {
  let bodyLimit: Int
  let handler: @Sendable (LocalServer.Request) async -> LocalServer.Response

  func answer(_ request: HTTPRequest, port: UInt16) async -> HTTPResponse {
    if let refusal = refusal(of: request, port: port) {
      // What is left of a body would be read as the next request of the connection, which a page of
      // another site could write as it likes.
      do { for try await _ in request.bodySequence {} } catch {}
      return http(refusal)
    }
    // Browsers ask for an icon by themselves, and report an error if there is none.
    if request.path == "/favicon.ico" {
      return http(LocalServer.Response(status: 204, type: "image/png", body: Data()))
    }
    guard let body = try? await request.bodyData else {
      return http(.line("the body cannot be read", status: 400))
    }
    let query = Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    return await http(
      handler(
        LocalServer.Request(
          method: request.method.rawValue, path: request.path, query: query, body: body)))
  }

  /// The names under which a browser knows the server; the usual port of HTTP is left out.
  private static func hosts(_ port: UInt16) -> [String] {
    ["127.0.0.1", "localhost"].flatMap { ["\($0):\(port)"] + (port == 80 ? [$0] : []) }
  }

  /// Returns the answer to a request that the handler must not see; nil if it may.
  private func refusal(of request: HTTPRequest, port: UInt16) -> LocalServer.Response? {
    let hosts = Self.hosts(port)
    guard let host = request.headers[.host], hosts.contains(host.lowercased()) else {
      return .line("this server answers only as http://127.0.0.1:\(port)", status: 403)
    }
    if let origin = request.headers[HTTPHeader("Origin")],
      !hosts.contains(where: { origin.lowercased() == "http://\($0)" })
    {
      return .line("a page of another site may not ask this server", status: 403)
    }
    guard request.method == .GET || request.method == .POST else {
      return .line("only GET and POST are answered", status: 405)
    }
    // The length of a body in chunks is not known before it is read.
    let length = request.headers[.contentLength].flatMap(Int.init) ?? 0
    guard length <= bodyLimit, request.headers[.transferEncoding] == nil else {
      return .line("the body must be announced and at most \(bodyLimit) bytes long", status: 413)
    }
    return nil
  }

  private func http(_ response: LocalServer.Response) -> HTTPResponse {
    var answer = HTTPResponse(
      statusCode: HTTPStatusCode(response.status, phrase: Self.phrases[response.status] ?? "Other"),
      headers: [
        .contentType: response.type,
        HTTPHeader("Cache-Control"): "no-store",
        HTTPHeader("X-Content-Type-Options"): "nosniff",
        HTTPHeader("Referrer-Policy"): "no-referrer",
        // Pages hold their styles, scripts and pictures; they can ask nobody but this server.
        HTTPHeader("Content-Security-Policy"): "default-src 'none'; img-src 'self' data: blob:; "
          + "style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
          + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      ],
      body: response.body)
    if let name = response.fileName {
      answer.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
    }
    return answer
  }

  private static let phrases = [
    200: "OK", 204: "No Content", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 409: "Conflict", 413: "Content Too Large",
    422: "Unprocessable Content", 500: "Internal Server Error",
  ]
}
