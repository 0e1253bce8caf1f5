import Messages
import Testing

/// Text from files on its way to a terminal.
@Suite("Visible text")
struct VisibleTextTests {
  @Test(arguments: [
    ("\u{1B}[2J", #"\u{1B}[2J"#), ("a\nError: b", #"a\u{A}Error: b"#), ("\r\t", #"\u{D}\u{9}"#),
    ("\u{1B}]0;title\u{7}", #"\u{1B}]0;title\u{7}"#), ("\u{9B}31m", #"\u{9B}31m"#),
    ("txt.\u{202E}gnp", #"txt.\u{202E}gnp"#), ("\u{2066}x\u{2069}", #"\u{2066}x\u{2069}"#),
    ("\u{200B}\u{FEFF}\u{AD}", #"\u{200B}\u{FEFF}\u{AD}"#),
    ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#), ("\u{E000}", #"\u{E000}"#),
    ("\u{115F}\u{3164}\u{34F}", #"\u{115F}\u{3164}\u{34F}"#), ("\u{7F}\0", #"\u{7F}\u{0}"#),
    ("e\u{1B}\u{301}", #"e\u{1B}"# + "\u{301}"), ("\u{10FFFF}", #"\u{10FFFF}"#),
  ])
  func controllingCharactersAreSpelledOut(text: String, visible: String) {
    #expect(text.visible == visible)
    #expect(visible.visible == visible)
  }

  /// Letters of every script, symbols with variation selectors, and spaces stay as they are.
  @Test(arguments: [
    "", "hair-7/found_image.png", "Grüße, ψ σ²ᵈ 13 × 64", "顔の写真", "صورة", "❤\u{FE0F}", "a b\u{A0}c",
    "e\u{301}",
  ])
  func otherCharactersStay(text: String) {
    #expect(text.visible == text)
  }

  @Test func longTextsAreCut() {
    #expect("abcdef".visible(limit: 6) == "abcdef")
    #expect("abcdef".visible(limit: 3) == "abc…")
    #expect("\n\n\n".visible(limit: 2) == #"\u{A}\u{A}…"#)
  }
}
