import Foundation

extension LocalServer {
  /// A request.
  public struct Request: Sendable {
    /// `GET` or `POST`.
    public let method: String
    /// The path, for example `/section`.
    public let path: String
    /// The last value of every name of the query, decoded.
    public let query: [String: String]
    /// The body; empty for GET.
    public let body: Data

    /// Creates a request, as tests do.
    public init(
      method: String = "GET", path: String, query: [String: String] = [:], body: Data = Data()
    ) {
      self.method = method
      self.path = path
      self.query = query
      self.body = body
    }

    /// Decodes the body, which is JSON.
    ///
    /// - Parameter type: the type of the value.
    /// - Returns: the value.
    /// - Throws: ``LocalServer/Failure``, one line, if the body is not such a value.
    public func json<Value: Decodable>(as type: Value.Type) throws -> Value {
      do { return try JSONDecoder().decode(type, from: body) } catch {
        throw Failure(description: "the body of \(path) is not the JSON that is expected there")
      }
    }
  }

  /// An answer.
  public struct Response: Sendable {
    /// The HTTP status.
    public let status: Int
    /// The media type.
    public let type: String
    /// The content.
    public let body: Data
    /// The name under which the browser saves the content; nil if it shows it.
    public let fileName: String?

    /// Creates an answer of bytes.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - type: the media type, for example `image/png`.
    ///   - body: the content.
    ///   - fileName: a name without quotation marks and folders if the browser saves the content as a file.
    public init(status: Int = 200, type: String, body: Data, fileName: String? = nil) {
      self.status = status
      self.type = type
      self.body = body
      self.fileName = fileName
    }

    /// Returns a page or a fragment of one.
    public static func html(_ text: String, status: Int = 200) -> Response {
      Response(status: status, type: "text/html; charset=utf-8", body: Data(text.utf8))
    }

    /// Returns a value as JSON with sorted keys.
    ///
    /// - Parameter value: the value; its numbers must be finite.
    /// - Returns: the answer.
    /// - Throws: an error of the encoder if the value holds infinity or NaN.
    public static func json(_ value: some Encodable) throws -> Response {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return Response(type: "application/json", body: try encoder.encode(value))
    }

    /// Returns a PNG picture.
    public static func png(_ data: Data) -> Response { Response(type: "image/png", body: data) }

    /// Returns one line of plain text, as for errors.
    public static func line(_ text: String, status: Int) -> Response {
      Response(status: status, type: "text/plain; charset=utf-8", body: Data((text + "\n").utf8))
    }
  }
}
