import Tensors
import Testing

@testable import Inspection

@Suite("Before and after a change")
struct ComparisonTests {
  /// Returns the comparison of a step at x = 1 and x = 2.
  private func comparison(_ work: @escaping @Sendable (inout Page) -> Void) -> Comparison {
    let chapter = Chapter(
      "x", title: "x", equations: "", introduction: "",
      parameters: [Parameter("x", 1, in: 0...5, meaning: "x")]
    ) { Step("a", "b") { work(&$0) } }
    let pages = [1.0, 2].map { chapter.run(with: ["x": $0]).steps[0].page.findings }
    return Comparison(before: pages[0], after: pages[1])
  }

  @Test func numbersAndClaimsThatChangedAreListed() {
    let changes = comparison { page in
      page.number("width", 5 / (3 * page["x"]), unit: "planes")
      page.number("constant", 3)
      page.holds("small", page["x"], atMost: 1.5)
      page.holds("large", page["x"], atLeast: 0)
      page.holds("always", true)
      page.number("w at \(page["x"].brief)", 7)
    }
    #expect(
      changes.lines.map(\.text) == [
        "width = 1.667 → 0.8333 planes", "✓ → ✗ FAILS  small  (1 ≤ 1.5 → 2 > 1.5)",
        "✓ holds  large  (1 ≥ 0 → 2 ≥ 0)", "w at 2 = 7  (before: w at 1 = 7)",
      ])
    #expect(changes.lines.map(\.holds) == [nil, false, true, nil])
  }

  @Test func aClaimThatStillFailsIsListed() {
    let changes = comparison { page in page.holds("never", false) }
    #expect(changes.lines.map(\.text) == ["✗ FAILS  never"])
  }

  @Test func cellsThatChangedAreListed() {
    let changes = comparison { page in
      page.table(
        "Widths", columns: ["kernel", "width"], rows: [["a", page["x"].brief], ["b", "7"]])
    }
    #expect(changes.lines.map(\.text) == ["Widths, a: width 1 → 2"])
  }

  @Test func picturesThatChangedAreListed() {
    let changes = comparison { page in
      page.map("same", Tensor([1, 2], [0, 1]))
      page.map("other", Tensor([1, 2], [0, page["x"]]))
      page.curve("line", [0, page["x"]])
    }
    #expect(changes.views.map(\.name) == ["other", "line"] && changes.viewCount == 3)
    #expect(changes.lines.isEmpty)
  }

  /// If the number of findings changes, those about the same thing are compared.
  @Test func findingsMayComeAndGo() {
    let changes = comparison { page in
      if page["x"] > 1 { page.number("new", 9) }
      page.number("width", page["x"])
      page.holds("small", page["x"], atMost: 3)
    }
    #expect(
      changes.lines.map(\.text) == [
        "new = 9  (new)", "width = 1 → 2", "✓ holds  small  (1 ≤ 3 → 2 ≤ 3)",
      ])
  }
}
