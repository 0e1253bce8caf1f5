import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conformance

/// Every flaw of a case gives a one-line error that names file and tensor, and never a crash.
@Suite("Conformance, malformed cases")
struct MalformedCaseTests {
  /// Texts to replace in a file, and words that the message must contain.
  static let texts: [(file: String, old: String, new: String, words: [String])] = [
    ("config.json", #""parts": 3"#, #""parts": 3, "nose": 1"#, ["nose is unknown", "parts"]),
    ("config.json", #""parts": 3"#, #""parts": 4"#, ["weights", "local_nets.3", "no tensor"]),
    ("case.json", #""wplus_codes""#, #""codes""#, ["latent is codes", "wplus_codes or z"]),
    ("case.json", #""nerf""#, #""two""#, ["maskWeights is two", "nerf or ones"]),
    ("case.json", #""buffers""#, #""random""#, ["noise is random", "buffers"]),
    (
      "case.json", #""wplus_codes""#, #""z", "latent": "z""#,
      ["case.json", "latent is there twice"]
    ),
    ("config.json", #""parts": 3"#, #""parts": 3, "parts": 3"#, ["parts is there twice"]),
    ("case.json", "false", #""no""#, ["jitter", "expected true or false"]),
    ("case.json", "false", "true", ["inputs", "no tensor ray_jitter"]),
    ("rounding.json", "{", "[", ["rounding.json"]),
  ]

  @Test(arguments: texts.indices)
  func wrongTextsAreNamed(index: Int) throws {
    let flaw = Self.texts[index]
    try expectOneLine(flaw.words) { folder in
      let file = folder.appendingPathComponent(flaw.file)
      let text = try String(contentsOf: file, encoding: .utf8)
      try #require(text.contains(flaw.old))
      let place = try #require(text.range(of: flaw.old))
      try Data(text.replacingCharacters(in: place, with: flaw.new).utf8).write(to: file)
    }
  }

  @Test(arguments: [
    "config.json", "case.json", "rounding.json", "weights.safetensors", "inputs.safetensors",
    "expected.safetensors",
  ])
  func missingAndTruncatedFilesAreNamed(name: String) throws {
    try expectOneLine([name]) { folder in
      try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
    try expectOneLine([name]) { folder in
      let file = folder.appendingPathComponent(name)
      try Data(try Data(contentsOf: file).prefix(60)).write(to: file)
    }
  }

  /// Changes of an input, and words that the message must contain.
  static let inputs: [(name: String, words: [String], change: @Sendable (Tensor) -> Tensor)] = [
    ("camera", ["camera holds nan at element 0"], { $0 * .nan }),
    ("path_noise", ["path_noise holds inf"], { $0 / 0 }),
    ("camera", ["camera has shape [1, 2]", "[2, 2]"], { $0.sliced(axis: 0, from: 0, length: 1) }),
    (
      "wplus_codes", ["wplus_codes has shape", "[2, 7, 8]"],
      { $0.sliced(axis: 1, from: 0, length: 6) }
    ),
    (
      "real_mask", ["real_mask has shape", "[2, 3, 16, 16]"],
      { $0.sliced(axis: 1, from: 0, length: 2) }
    ),
    ("edited_region", ["edited_region holds 0.5", "0 or 1"], { $0 * 0.5 }),
    (
      "path_mean", ["path_mean has shape [0]", "no numbers"],
      { $0.sliced(axis: 0, from: 0, length: 0) }
    ),
  ]

  @Test(arguments: inputs.indices)
  func wrongInputsAreNamed(index: Int) throws {
    let flaw = Self.inputs[index]
    try expectOneLine(flaw.words + ["inputs.safetensors"]) { folder in
      try CaseFolder.change("inputs.safetensors", of: folder) { tensors in
        tensors[flaw.name] = flaw.change(try #require(tensors[flaw.name]))
      }
    }
  }

  @Test func wrongWeightsAreNamed() throws {
    try expectOneLine(["weights.safetensors", "g.pos_embed.weights holds nan"]) { folder in
      try CaseFolder.change("weights.safetensors", of: folder) { tensors in
        tensors["g.pos_embed.weights"] = try #require(tensors["g.pos_embed.weights"]) * .nan
      }
    }
    try expectOneLine(["weights.safetensors", "final_conv.1.bias"]) { folder in
      try CaseFolder.change("weights.safetensors", of: folder) { $0["d.final_conv.1.bias"] = nil }
    }
  }

  /// A batch of six portraits cannot be split into groups of four.
  @Test func aBatchThatCannotBeSplitIsNamed() throws {
    try expectOneLine(["batch of 6", "groups of 4"]) { folder in
      try CaseFolder.change("inputs.safetensors", of: folder) { tensors in
        for name in ["real_image", "real_mask"] {
          let tensor = try #require(tensors[name])
          tensors[name] = .concatenated([tensor, tensor, tensor], axis: 0)
        }
      }
    }
  }

  /// Checks that reading or running the changed case fails with one line that has all these words.
  private func expectOneLine(
    _ words: [String], at location: SourceLocation = #_sourceLocation,
    _ change: (URL) throws -> Void
  ) throws {
    let copy = try CaseFolder.copy("default_options")
    defer { try? FileManager.default.removeItem(at: copy) }
    try change(copy)
    let error = #expect(throws: (any Error).self, sourceLocation: location) {
      _ = try ConformanceCase(copy, precision: .float64).verify(precision: .float64)
    }
    let line = "\(try #require(error))"
    #expect(!line.contains("\n"), sourceLocation: location)
    for word in words {
      #expect(line.contains(word), "\(line)", sourceLocation: location)
    }
  }
}

/// Copies of the project's own cases, for tests to change.
enum CaseFolder {
  /// Copies a case to a new folder, which the caller removes.
  static func copy(_ name: String) throws -> URL {
    let copy = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let source = Fixtures.url("Conformance/\(name)").resolvingSymlinksInPath()
    try FileManager.default.copyItem(at: source, to: copy)
    return copy
  }

  /// Reads, changes and writes the tensors of a file.
  static func change(
    _ file: String, of folder: URL, _ change: (inout [String: Tensor]) throws -> Void
  ) throws {
    let url = folder.appendingPathComponent(file)
    var tensors = try SafetensorsFile(url).tensors()
    try change(&tensors)
    try SafetensorsFile.write(tensors, to: url)
  }
}
