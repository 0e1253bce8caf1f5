import Foundation
import LocalServer
import Synchronization
import Testing

/// A running server that answers every path with its name.
private actor Running {
  let task: Task<Void, any Error>
  let port: UInt16

  init(bodyLimit: Int = 1000) async throws {
    let (stream, continuation) = AsyncStream<UInt16>.makeStream()
    let server = LocalServer(port: 0, bodyLimit: bodyLimit) { request in
      .html("\(request.method) \(request.path) \(request.query["a"] ?? "") \(request.body.count)")
    }
    task = Task { try await server.run { continuation.yield($0) } }
    var ports = stream.makeAsyncIterator()
    port = try #require(await ports.next())
  }

  deinit { task.cancel() }
}

@Suite("Local server", .serialized, .timeLimit(.minutes(20)))
struct LocalServerTests {
  /// Sends bytes over a socket and returns the whole answer; clients of Foundation set the Host themselves.
  ///
  /// The thread that waits is none of those that run the server and other tests.
  private func raw(_ text: String, port: UInt16) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Result { try Self.exchange(text, port: port) }) }.start()
    }
  }

  private static func exchange(_ text: String, port: UInt16) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var limit = timeval(tv_sec: 600, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(status == 0)
    _ = text.withCString { send(descriptor, $0, strlen($0), 0) }
    shutdown(descriptor, Int32(SHUT_WR))
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count <= 0 { break }
      answer += chunk[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
  }

  private func get(_ path: String, host: String, port: UInt16, more: String = "") async throws
    -> String
  {
    try await raw(
      "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\(more)\r\n", port: port)
  }

  @Test func answersItsOwnPages() async throws {
    let server = try await Running()
    for host in ["127.0.0.1:\(server.port)", "localhost:\(server.port)"] {
      let answer = try await get("/x.html?a=1&a=2", host: host, port: server.port)
      #expect(answer.hasPrefix("HTTP/1.1 200"))
      #expect(answer.contains("GET /x.html 2 0"))
      #expect(answer.contains("default-src 'none'"))
    }
  }

  /// A page of the web that resolves its own name to this computer is refused.
  @Test(arguments: ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example:80", ""])
  func refusesForeignHosts(host: String) async throws {
    let server = try await Running()
    let answer = try await get("/", host: host, port: server.port)
    #expect(answer.hasPrefix("HTTP/1.1 403"), "\(answer)")
    #expect(answer.contains("this server answers only as http://127.0.0.1:"))
  }

  @Test func refusesPagesOfOtherSites() async throws {
    let server = try await Running()
    let host = "127.0.0.1:\(server.port)"
    let foreign = try await get(
      "/", host: host, port: server.port, more: "Origin: https://evil.example\r\n")
    #expect(foreign.hasPrefix("HTTP/1.1 403"))
    let own = try await get("/", host: host, port: server.port, more: "Origin: http://\(host)\r\n")
    #expect(own.hasPrefix("HTTP/1.1 200"))
  }

  @Test func refusesLargeBodiesAndOtherMethods() async throws {
    let server = try await Running(bodyLimit: 10)
    let host = "127.0.0.1:\(server.port)"
    func post(_ body: String, method: String = "POST") async throws -> String {
      try await raw(
        "\(method) / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)", port: server.port)
    }
    #expect(try await post("1234567890").contains("POST /  10"))
    #expect(try await post("12345678901").hasPrefix("HTTP/1.1 413"))
    #expect(try await post("", method: "DELETE").hasPrefix("HTTP/1.1 405"))
    let chunked = try await raw(
      "POST / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "3\r\nabc\r\n0\r\n\r\n", port: server.port)
    #expect(chunked.hasPrefix("HTTP/1.1 413"))
  }

  /// The rest of a refused body is not read as a request, although a foreign page can write one into it.
  @Test(arguments: ["Content-Length: 100000", "Transfer-Encoding: chunked"])
  func aRequestInsideOfARefusedBodyIsNotAnswered(length: String) async throws {
    let server = try await Running()
    let host = "127.0.0.1:\(server.port)"
    let hidden = "GET /hidden HTTP/1.1\r\nHost: \(host)\r\n\r\n"
    let answer = try await raw(
      "POST / HTTP/1.1\r\nHost: \(host)\r\nOrigin: https://evil.example\r\n\(length)\r\n\r\n"
        + (length.hasPrefix("T")
          ? "\(String(hidden.utf8.count, radix: 16))\r\n\(hidden)\r\n0\r\n\r\n" : hidden)
        + (length.hasPrefix("T") ? "" : String(repeating: "x", count: 100_000 - hidden.utf8.count)),
      port: server.port)
    #expect(answer.hasPrefix("HTTP/1.1 403"), "\(answer)")
    #expect(!answer.contains("/hidden"), "\(answer)")
  }

  /// A path outside is only a name for the handler; no file is read.
  @Test(arguments: [
    "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/a/../../etc/passwd",
  ])
  func pathsOutsideAreOnlyNames(path: String) async throws {
    let server = try await Running()
    let answer = try await get(path, host: "127.0.0.1:\(server.port)", port: server.port)
    #expect(answer.hasPrefix("HTTP/1.1 200") && !answer.contains("root:"), "\(answer)")
  }

  /// Bytes that are no request end their connection; the server goes on.
  @Test func survivesNonsense() async throws {
    let server = try await Running()
    for text in [
      "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", "\u{0}\u{1}",
    ] {
      _ = try await raw(text, port: server.port)
    }
    let long = String(repeating: "a", count: 20_000)
    _ = try await raw("GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n", port: server.port)
    let answer = try await get("/", host: "127.0.0.1:\(server.port)", port: server.port)
    #expect(answer.hasPrefix("HTTP/1.1 200"))
  }

  @Test func aPortInUseIsNamed() async throws {
    let server = try await Running()
    let second = LocalServer(port: server.port) { _ in .html("") }
    await #expect {
      try await second.run()
    } throws: { error in
      "\(error)".contains("port \(server.port) is taken; choose another with --port")
    }
  }
}
