import Foundation
import TestSupport
import Testing

/// The libraries of the package: every module of Sources is one, and all of them are documented.
@Suite("Products")
struct ProductTests {
  private struct Manifest: Decodable {
    struct Target: Decodable { let name, type, path: String? }
    struct Product: Decodable {
      let name: String
      let targets: [String]
      let type: [String: [String]?]
    }
    let targets: [Target]
    let products: [Product]

    /// The libraries that programs outside the package may import, without the C modules and kernels.
    var modules: [String] {
      targets.filter { target in
        guard target.type == "regular", let path = target.path else { return false }
        return path.hasPrefix("Sources/") && !path.hasPrefix("Sources/System/")
          && !path.hasPrefix("Sources/Kernels/")
      }.compactMap(\.name)
    }
  }

  private static func manifest() throws -> Manifest {
    let folder = try TemporaryFolder()
    let outcome = try SwiftCommand.run(
      "package", ["dump-package"], package: Repository.root, writingTo: folder.url)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(Manifest.self, from: Data(outcome.output.utf8))
  }

  @Test func everyModuleIsALibraryOfItsName() throws {
    let manifest = try Self.manifest()
    let libraries = manifest.products.filter { $0.type["library"] != nil }
    #expect(manifest.modules.count > 20)
    #expect(libraries.map(\.name).sorted() == manifest.modules.sorted())
    for library in libraries { #expect(library.targets == [library.name]) }
  }

  /// The Swift Package Index and `make reference` document the modules that `.spi.yml` names.
  @Test func everyModuleIsDocumented() throws {
    let modules = try Self.manifest().modules.sorted()
    let index = Repository.text(".spi.yml")
    let list = try #require(index.range(of: "documentation_targets:\n"))
    let lines = index[list.upperBound...].split(separator: "\n")
    let names = lines.prefix { $0.hasPrefix("        - ") }.map { String($0.dropFirst(10)) }
    #expect(names.sorted() == modules)
    let pages = Repository.files(under: "Docs/Reference", endingIn: ".md").compactMap {
      $0.wholeMatch(of: /Docs\/Reference\/(\w+)\.md/).map { String($0.1) }
    }
    #expect(pages.sorted() == modules, "Docs/Reference needs one page for every module")
  }
}
