import Foundation
import TestSupport
import Testing

@testable import Inspection

@Suite("Report pages")
struct ReportPageTests {
  @Test func aPageIsSelfContained() throws {
    let picture = Picture(width: 3, height: 2, fill: .black)
    let page = ReportPage(
      title: "A < B", introduction: "About `code`.\n\nMore.",
      sections: [
        .init("Numbers & more", numbers: [("share", "3 %"), ("a<b", "1")]),
        .init(
          "Pictures",
          views: [
            View(
              name: "black", caption: "nothing", tensor: nil,
              rendering: Rendering(picture, colorMap: "rgb"))
          ]),
      ])
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("report.html")
    try page.write(to: file)
    let html = try String(contentsOf: file, encoding: .utf8)
    try requireWellFormed(html)
    for part in [
      "<h1>A &lt; B</h1>", "<code>code</code>", "<h2>Numbers &amp; more</h2>",
      "<dt>a&lt;b</dt><dd>1</dd>", try picture.pngData().base64EncodedString(),
    ] { #expect(html.contains(part), "\(part)") }
    // A section without numbers has no list of numbers.
    #expect(html.ranges(of: "<dl").count == 1 && html.ranges(of: "<img").count == 1)
  }
}
