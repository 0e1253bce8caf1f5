import Foundation
import TensorFiles
import Testing

@Suite("JSON with repeated keys, files of bounded length")
struct JSONTextTests {
  @Test(arguments: [
    (#"{"a":1,"b":2,"a":3}"#, "a"), (#"{"c":{"f":1,"g":[],"f":2}}"#, "c.f"),
    (#"[{"a":1},{"b":{"x":1,"x":1}}]"#, "[1].b.x"), (#"{"a":1,"\u0061":2}"#, "a"),
    (#"{"a\"":1,"b":"a\"","a\"":2}"#, #"a""#), (#"{"é":1,"e\u0301":2}"#, "e\u{301}"),
    ("{\"a\" : [1,2,{\"b\":0}] ,\n \"a\" :null}", "a"), (#"{"":1,"":2}"#, ""),
    (#"{"a":{"a":{"a":[[{"a":1,"b":2,"b":3}]]}}}"#, "a.a.a.[0].[0].b"),
  ])
  func repeatedKeysAreFound(json: String, path: String) {
    #expect(JSONText.repeatedKey(in: Data(json.utf8)) == path)
    #expect(throws: DecodingError.self) {
      try JSONText.decode([String: Int].self, from: Data(json.utf8))
    }
  }

  /// Equal names in different objects, and texts that are equal to keys, are no repetition.
  @Test(arguments: [
    "", "{}", "[]", "1", #""a""#, #"{"a":"a","b":"a"}"#, #"[{"a":1},{"a":2}]"#,
    #"{"a":{"a":{"a":1}},"b":{"a":1}}"#, #"{"a":["a","a","a"]}"#, #"{"a":"\\","b":"\"a\":1"}"#,
    #"{"a"#, #"}}{"a":1"#, #"{"a\"#, #"{"a":"{\"b\":1,\"b\":2}"}"#,
  ])
  func otherTextsHaveNone(json: String) {
    #expect(JSONText.repeatedKey(in: Data(json.utf8)) == nil)
  }

  @Test func keysAreNamedWithThoseAroundThem() {
    let json = Data(#"[{"a":"x","b":{"c":[{"d":1},{"d":"e"}]}},{"a":{"c":1}}]"#.utf8)
    #expect(JSONText.keys(in: json) == ["a", "b", "b.c", "b.c.d", "a.c"])
    #expect(JSONText.unknownKey(in: json, known: ["a", "b", "b.c", "b.c.d", "a.c"]) == nil)
    #expect(JSONText.unknownKey(in: json, known: ["a", "b", "b.c", "b.c.d"]) == "a.c")
    #expect(JSONText.unknownKey(in: json, known: ["a", "b", "c", "d"]) == "b.c")
    #expect(JSONText.unknownKey(in: Data("[1]".utf8), known: []) == nil)
  }

  @Test func depthIsHarmless() {
    let deep = String(repeating: #"{"a":"#, count: 200_000)
    #expect(JSONText.repeatedKey(in: Data(deep.utf8)) == nil)
  }

  @Test func decodingWorks() throws {
    #expect(try JSONText.decode([String: Int].self, from: Data(#"{"a":1}"#.utf8)) == ["a": 1])
  }

  /// A sparse file of 3 GiB takes no room on the disk and would take it all in memory.
  @Test func longFilesAreRefused() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("config.json")
      try Data("{}".utf8).write(to: file)
      #expect(try SmallFile.data(file) == Data("{}".utf8))
      #expect(try SmallFile.data(file, atMost: 2).count == 2)
      #expect(throws: SmallFile.TooLong.self) { try SmallFile.data(file, atMost: 1) }
      let handle = try FileHandle(forWritingTo: file)
      try handle.truncate(atOffset: 3 << 30)
      let error = #expect(throws: SmallFile.TooLong.self) { try SmallFile.data(file) }
      #expect("\(try #require(error))".hasPrefix("\(file.path): has 3221225472 bytes, but at most"))
      try Data().write(to: file)
      #expect(try SmallFile.data(file).isEmpty)
      #expect(throws: TensorFileError.self) { try SmallFile.data(folder) }
    }
  }
}
