import Foundation
import Testing

@testable import CommandStatus

@Suite("The words of the command line")
struct CommandWordTests {
  @Test func invalidTextIsShownByItsBytes() throws {
    #expect("straße".withCString { CommandWords.flaw(in: $0, called: "argument 1") } == nil)
    let bytes: [CChar] = [0x61, CChar(bitPattern: 0xFF), 0x2E, 0x70, 0]
    let line = try #require(CommandWords.flaw(in: bytes, called: "argument 3"))
    #expect(line.hasPrefix("argument 3 is not valid UTF-8: a\\xFF.p; "))
  }

  @Test func negativeNumbersAreNamed() {
    let missing = "Missing value for '--seed <seed> ...'"
    #expect(
      CommandWords.explained(missing, ["generate", "--seed", "-1", "--out", "x"])
        == "--seed is -1, expected numbers from 0")
    #expect(
      CommandWords.explained("Unknown option '-2'", ["generate", "--seed", "3", "-2"])
        == "--seed is -2, expected numbers from 0")
    // Other mistakes keep the parser's own words.
    #expect(CommandWords.explained(missing, ["generate", "--seed", "--out", "x"]) == missing)
    #expect(CommandWords.explained("Unknown option '-x'", ["-x"]) == "Unknown option '-x'")
  }
}
