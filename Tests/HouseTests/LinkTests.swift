import Foundation
import Testing

/// Relative links in documents must lead to an existing file and heading.
@Suite("Links in documents")
struct LinkTests {
  @Test(arguments: Repository.files(endingIn: ".md"))
  func everyRelativeLinkResolves(path: String) {
    for link in Self.links(in: Repository.text(path)) where !link.contains("://") {
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let target = parts[0].isEmpty ? path : Self.resolve(String(parts[0]), from: path)
      #expect(Repository.exists(target), "\(path) links to \(link), which does not exist")
      guard parts.count == 2, target.hasSuffix(".md") else { continue }
      let anchors = Self.anchors(of: Repository.text(target))
      #expect(
        anchors.contains(String(parts[1]).removingPercentEncoding ?? ""),
        "\(path) links to \(link): no such heading")
    }
  }

  @Test func theReadmeAndTheNotesHaveLinks() {
    for path in ["README.md", "Docs/PaperNotes.md"] {
      #expect(!Self.links(in: Repository.text(path)).isEmpty, "\(path)")
    }
  }

  /// Every picture of an equation page comes from the walkthrough, so that it can be regenerated.
  @Test func everyPictureOfAPageIsRegenerated() {
    let sources = Repository.text("Docs/Pictures/sources.txt")
    let pages = Repository.files(under: "Docs/Equations", endingIn: ".md").map(Repository.text)
    for picture in Repository.files(under: "Docs/Equations", endingIn: ".png") {
      let name = String(picture.dropFirst("Docs/Equations/".count))
      let (isRemade, isShown) = (
        sources.contains(" \(picture)\n"), pages.contains { $0.contains("(\(name))") }
      )
      #expect(isRemade, "Docs/Pictures/sources.txt does not say where \(picture) is from")
      #expect(isShown, "no page shows \(picture)")
    }
  }

  /// Anchors follow the rule of GitHub: lowercase letters, no punctuation, hyphens for spaces.
  @Test func anchorsFollowTheRule() {
    let text = "# A & B: the *third*\n## `Code`, λ_ds\n```\n# not one\n```\n## A & B: the third\n"
    let anchors = Self.anchors(of: text)
    #expect(anchors == ["a--b-the-third", "code-λ_ds", "a--b-the-third-1"])
  }

  /// Returns the targets of links and pictures outside code.
  static func links(in text: String) -> [String] {
    let prose = withoutCode(text)
    return prose.matches(of: /\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)/).map { String($0.1) }
      .filter { !$0.hasPrefix("mailto:") }
  }

  static func anchors(of text: String) -> [String] {
    var seen: [String: Int] = [:]
    return withoutFences(text).split(separator: "\n").compactMap { line in
      guard let match = line.prefixMatch(of: /#{1,6} +/) else { return nil }
      let kept = line[match.range.upperBound...].lowercased().filter { character in
        character.isLetter || character.isNumber || " -_".contains(character)
      }
      let slug = kept.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: " ", with: "-")
      let count = seen[slug, default: 0]
      seen[slug] = count + 1
      return count == 0 ? slug : "\(slug)-\(count)"
    }
  }

  static func resolve(_ link: String, from path: String) -> String {
    var parts = path.split(separator: "/").dropLast().map(String.init)
    for part in (link.removingPercentEncoding ?? link).split(separator: "/") {
      if part == ".." {
        // A link above the root leaves the repository and must not resolve to an existing file.
        guard !parts.isEmpty else { return "outside the repository" }
        parts.removeLast()
      } else if part != "." {
        parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }

  private static func withoutFences(_ text: String) -> String {
    text.replacing(/(?ms)^ *```.*?^ *```/, with: "")
  }

  private static func withoutCode(_ text: String) -> String {
    withoutFences(text).replacing(/`[^`\n]*`/, with: "`")
  }
}
