import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Names, keys and values of files that would control a terminal, through the commands that quote them.
@Suite("Text from outside")
struct OutsideTextTests {
  private static let hostile = "\u{1B}]0;pwned\u{7}\u{1B}[2J\nError: faked\r\u{202E}\u{9B}31m"
  private static let visible =
    #"\u{1B}]0;pwned\u{7}\u{1B}[2J\u{A}Error: faked\u{D}\u{202E}\u{9B}31m"#

  /// Expects one line that shows the text in a visible form, and nothing else that could control a
  /// terminal.
  private func expectHarmless(
    _ outcome: Command.Outcome, status: Int32, shows text: String = visible,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
    let errors = outcome.errorLines.filter { $0.hasPrefix("Error") }
    #expect(errors.count == 1, "\(outcome.errors)", sourceLocation: location)
    #expect(errors.first?.contains(text) == true, "\(outcome.errors)", sourceLocation: location)
    let all = (outcome.errors + outcome.output).unicodeScalars
    let controls = all.filter { scalar in
      scalar != "\n" && [.control, .format].contains(scalar.properties.generalCategory)
    }
    #expect(controls.isEmpty, "\(outcome.errors)", sourceLocation: location)
  }

  private func json(_ value: Any) throws -> Data {
    try JSONSerialization.data(withJSONObject: value)
  }

  @Test func configurations() throws {
    let folder = try TemporaryFolder()
    for value: Any in [[Self.hostile: 1], ["camera": [Self.hostile: 1]]] {
      try json(value).write(to: folder("config.json"))
      let outcome = try Command.run(
        "generate", "--config", folder("config.json").path, "--out", folder("a").path)
      expectHarmless(outcome, status: 1)
    }
    try json(["fusion": Self.hostile]).write(to: folder("config.json"))
    let word = try Command.run(
      "generate", "--config", folder("config.json").path, "--out", folder("a").path)
    expectHarmless(word, status: 1, shows: #"\u{1B}]0;pwned\u{7}\u{1B}[2J Error"#)
    let set = try Command.run("config", "--set", Self.hostile + "=1")
    expectHarmless(set, status: 2)
  }

  @Test func checkpoints() throws {
    let folder = try TemporaryFolder()
    let file = folder("a.pt")
    try TorchBytes(.dictionary([(Self.hostile, .none)])).file().write(to: file)
    expectHarmless(
      try Command.run("import", file.path, "--out", folder("m").path), status: 1)
    // A key as the dictionary of tensors has it, and a class that nobody knows.
    try TorchBytes(.dictionary([("g_ema", .dictionary([(Self.hostile, .none)]))])).file()
      .write(to: file)
    expectHarmless(
      try Command.run("import", file.path, "--out", folder("m").path), status: 1)
    let name = Self.hostile.replacingOccurrences(of: "\n", with: " ")
    try TorchBytes(instructions: Array("cos\n\(name)\n".utf8)).file().write(to: file)
    expectHarmless(
      try Command.run("import", file.path, "--out", folder("m").path), status: 1,
      shows: Self.visible.replacingOccurrences(of: #"\u{A}"#, with: " "))
  }

  @Test func tensorNamesAndPaths() throws {
    let folder = try TemporaryFolder()
    let weights = folder("w.safetensors")
    try SafetensorsFile.write([Self.hostile: Tensor.ones([2])], to: weights)
    let outcome = try Command.run(
      "generate", "--weights", weights.path, "--preset", "tiny", "--out", folder("a").path)
    expectHarmless(outcome, status: 2, shows: "Error")
    let latents = try Command.run(
      "generate", "--latents", weights.path, "--out", folder("a").path)
    expectHarmless(latents, status: 1)
    // A path that the user types is quoted in the result on standard output.
    let named = folder("\u{1B}[31m\nx")
    let written = try Command.run(
      "generate", "--preset", "tiny", "--out", named.path)
    #expect(written.status == 0, "\(written.errors)")
    #expect(written.output.contains("\\u{1B}[31m\\u{A}x\n"), "\(written.output)")
    #expect(FileManager.default.fileExists(atPath: named.appendingPathComponent("grid.png").path))
  }
}
