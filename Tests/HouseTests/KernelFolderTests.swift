import Foundation
import Testing

/// The kernels are one source in three folders: V3 and V4 hold symbolic links to the files of Baseline.
@Suite("Folders of kernels")
struct KernelFolderTests {
  private static let folder = Repository.root.appendingPathComponent("Sources/Kernels")

  private func names(in level: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: Self.folder.appendingPathComponent(level).path
    ).filter { $0.hasSuffix(".swift") }.sorted()
  }

  @Test(arguments: ["V3", "V4"])
  func everyFileIsALinkToTheBaseline(level: String) throws {
    let expected = try names(in: "Baseline")
    #expect(!expected.isEmpty)
    #expect(try names(in: level) == expected)
    for name in expected {
      let link = Self.folder.appendingPathComponent("\(level)/\(name)").path
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
      #expect(target == "../Baseline/\(name)", "\(level)/\(name) leads to \(target ?? "nothing")")
    }
  }

  @Test func theBaselineHoldsTheFilesThemselves() throws {
    for name in try names(in: "Baseline") {
      let path = Self.folder.appendingPathComponent("Baseline/\(name)").path
      let kind = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      #expect(kind == .typeRegular, "Baseline/\(name)")
    }
  }
}
