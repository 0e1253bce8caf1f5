import Foundation
import Testing

/// The generator that ships with every clone.
@Suite("The shipped checkpoint")
struct CheckpointTests {
  static let folder = "Fixtures/Checkpoint/"

  /// Everybody who clones the project downloads it: 8 MiB is the most.
  @Test func itIsSmall() throws {
    let files = Repository.files(under: String(Self.folder.dropLast()), endingIn: "")
    let sizes = try files.map { path in
      try Data(contentsOf: Repository.root.appendingPathComponent(path)).count
    }
    #expect(sizes.reduce(0, +) <= 8 * 1024 * 1024, "\(zip(files, sizes).map { "\($0): \($1)" })")
  }

  @Test func itIsWholeAndSaysHowItWasMade() {
    for name in ["config.json", "generator.safetensors", "README.md"] {
      #expect(Repository.exists(Self.folder + name), "\(name) is missing")
    }
    let text = Repository.text(Self.folder + "README.md")
    for word in ["ssgan3d train --data procedural:", "--seed", "images", "ssgan3d 0."] {
      #expect(text.contains(word), "README.md does not say \(word)")
    }
  }
}
