/// A coding key of any name, to see which keys a JSON object really has.
struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

/// Throws an error that names the first key (in alphabetical order) that nobody reads.
///
/// - Parameters:
///   - decoder: positioned at a JSON object.
///   - known: the keys that are read.
/// - Throws: `DecodingError.dataCorrupted` at the unknown key.
public func rejectUnknownKeys(in decoder: any Decoder, known: [String]) throws {
  let present = try decoder.container(keyedBy: AnyKey.self).allKeys
  let strangers = present.filter { !known.contains($0.stringValue) }
  guard let stranger = strangers.min(by: { $0.stringValue < $1.stringValue }) else { return }
  throw DecodingError.dataCorrupted(
    .init(
      codingPath: decoder.codingPath + [stranger],
      debugDescription:
        "\(stranger.stringValue) is unknown, expected one of \(known.joined(separator: ", "))"))
}
