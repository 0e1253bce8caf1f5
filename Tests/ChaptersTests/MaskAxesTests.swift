import Chapters
import Foundation
import Inspection
import TensorFiles
import Testing

/// What the chapter on masks says about its golden case.
@Suite("Axes of the mask chapter")
struct MaskAxesTests {
  private struct Manifest: Decodable {
    struct Case: Decodable {
      let folder: String
      let files: [File]
    }
    struct File: Decodable {
      let file: String
      let axes: [String]
    }
    let cases: [Case]
  }

  /// A table of the first step states the axes of `Fixtures/MaskSoftmax/masks`, as the manifest does.
  @Test func theStatedAxesAreThoseOfTheGoldenCase() throws {
    let url = Clone.folder.appendingPathComponent("Fixtures/manifest.json")
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: url))
    let files = try #require(manifest.cases.first { $0.folder == "MaskSoftmax/masks" }).files
    let page = try ChapterRuns.outcome(of: "mask-softmax").steps[0].page
    let tables = page.entries.compactMap { entry in
      if case .table(let table) = entry { table } else { nil }
    }
    let table = try #require(tables.first { $0.title.hasPrefix("axes of equation 10") })
    #expect(table.rows.count == 3)
    for row in table.rows {
      let axes = try #require(files.first { $0.file == row[2] }).axes
      #expect(row[3] == "[\(axes.joined(separator: ", "))]", "\(row[2])")
    }
  }
}
