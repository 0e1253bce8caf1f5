import Foundation
import TensorFiles
import Testing

/// A reader in another language needs nothing but a case's own folder.
@Suite("Golden cases as a specification")
struct GoldenCaseFileTests {
  private static let folder = Clone.folder.appendingPathComponent("Fixtures")

  private static func json(_ path: String) throws -> NSDictionary {
    let data = try Data(contentsOf: folder.appendingPathComponent(path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
  }

  /// Each folder of a case says what the manifest says about the case.
  @Test func everyCaseDescribesItself() throws {
    let cases = try #require(try Self.json("manifest.json")["cases"] as? [NSDictionary])
    #expect(cases.count > 70)
    for entry in cases {
      let path = try #require(entry["folder"] as? String)
      #expect(try Self.json("\(path)/case.json") == entry, "\(path)")
    }
  }

  /// The table in the introduction leads from each equation to a case that exists and covers it.
  @Test func theTableLeadsFromEveryEquationToACase() throws {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
    var covered: Set<Int> = []
    for row in text.split(separator: "\n") where row.contains("/case.json)") {
      let link = try #require(row.firstMatch(of: /\]\(([A-Za-z]+\/[a-z0-9_]+\/case\.json)\)/))
      let entry = try Self.json(String(link.1))
      let files = try #require(entry["files"] as? [NSDictionary]).compactMap {
        ($0["file"] as? String)?.replacing(".npy", with: "")
      }
      let names = row.split(separator: "|").dropFirst().joined()
        .matches(of: /`([a-z_]+)`/).map { String($0.1) }
      for name in names { #expect(files.contains(name), "\(row)") }
      let equations = try #require(entry["equations"] as? [Int])
      let head = row.split(separator: "|").first ?? ""
      for number in head.matches(of: /\d+/).compactMap({ Int($0.0) }) where !head.contains("§") {
        #expect(equations.contains(number), "\(row)")
        covered.insert(number)
      }
    }
    #expect(covered == Set(1...14))
  }
}
