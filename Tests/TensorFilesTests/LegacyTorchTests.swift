import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// The format of torch.save from before version 1.6.
@Suite("Torch checkpoints without an archive")
struct LegacyTorchTests {
  private static let whole = Fixtures.url("Torch/legacy.pt")

  /// Torch wrote the same checkpoint in both formats.
  @Test func bothFormatsHoldTheSame() throws {
    let (old, new) = (
      try TorchFile(Self.whole), try TorchFile(Fixtures.url("Torch/kinds.pt"))
    )
    #expect(old.keys == new.keys)
    #expect(try old.options("options") == new.options("options"))
    #expect(try old.options("small") == new.options("small"))
    let entries = try #require(try new.stateDictionary("tensors"))
    let found = try #require(try old.stateDictionary("tensors"))
    #expect(found.map(\.name) == entries.map(\.name) && entries.count == 18)
    for (a, b) in zip(found, entries) {
      #expect(a.shape == b.shape && a.type == b.type)
      #expect(try old.tensor(a).scalarType == new.tensor(b).scalarType)
      expectClose(try old.tensor(a), try new.tensor(b), within: .exact, a.name)
    }
    let arrays = try ArrayFile(Self.whole)
    #expect(arrays.entries.count == new.arrays.count)
  }

  @Test func everyCutIsRefused() throws {
    let data = try Data(contentsOf: Self.whole)
    for count in 0..<data.count {
      #expect(throws: TensorFileError.self, "\(count)") { try TorchFile(data.prefix(count)) }
    }
    expectFault(.torch, "1 bytes after the last storage") { _ = try TorchFile(data + [0]) }
  }

  /// A file from pieces, each a pickle as latin-1 text between PROTO 2 and STOP.
  private func file(
    version: String = "M\u{E9}\u{3}", system: String = "}", root: String, keys: String,
    storages: [[UInt8]] = []
  ) -> Data {
    let magic: [UInt8] = [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    let pickles = [version, system, root, keys].map { text in
      [0x80, 2] + text.unicodeScalars.map { UInt8($0.value) } + [0x2E]
    }
    return Data([0x80, 2] + magic + [0x2E] + pickles.joined() + storages.joined())
  }

  /// Two tensors of one storage, as the first versions of torch and Python 2 wrote them.
  private func root(view: String = "N", shape: String = "K\u{2}\u{85}") -> String {
    let identity = "(U\u{7}storagectorch\nFloatStorage\nU\u{1}7U\u{3}cpuK\u{3}\(view)tQ"
    return "}(U\u{1}actorch._utils\n_rebuild_tensor\n(\(identity)K\u{1}\(shape)K\u{1}\u{85}tR"
      + "U\u{1}bctorch._utils\n_rebuild_tensor\n(\(identity)K\0K\u{1}\u{85}K\u{1}\u{85}tRu"
  }

  private let elements: [UInt8] =
    TorchBytes.little(3, 8) + [
      0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40,
    ]

  @Test func theFirstVersionsAreRead() throws {
    let file = try TorchFile(file(root: root(), keys: "]U\u{1}7a", storages: [elements]))
    #expect(file.arrays.map(\.name) == ["a", "b"])
    #expect(try file.arrays.map { try file.tensor($0).scalars } == [[2, 3], [1]])
  }

  @Test func damageIsNamed() throws {
    let other = TorchBytes.little(2, 8) + elements.dropFirst(8).prefix(8)
    let keys = "]U\u{1}7a"
    let wrong: [(file: Data, problem: String)] = [
      (file(version: "K\u{1}", root: root(), keys: keys, storages: [elements]), "another version"),
      (
        file(
          system: "}U\u{D}little_endian\u{89}s", root: root(), keys: keys, storages: [elements]),
        "byte order"
      ),
      (file(system: "]", root: root(), keys: keys, storages: [elements]), "record of the system"),
      (file(root: root(), keys: "}", storages: [elements]), "list of storages"),
      (file(root: root(), keys: "]K\u{1}a", storages: [elements]), "key of a storage"),
      (file(root: root(), keys: "]", storages: []), "storage 7, which is missing"),
      (file(root: root(), keys: "](U\u{1}7U\u{1}8e", storages: [elements]), "no tensor uses"),
      (file(root: root(), keys: "](U\u{1}7U\u{1}7e", storages: [elements]), "lists it twice"),
      (file(root: root(), keys: keys, storages: [other]), "of 8 bytes 3 elements"),
      (
        file(root: root(), keys: keys, storages: [elements.dropLast()]), "ends inside the storage 7"
      ),
      (file(root: root(), keys: keys, storages: []), "ends before the storage 7"),
      (file(root: root(view: ")"), keys: keys, storages: [elements]), "a view of another"),
      (
        file(root: root(shape: "K\u{3}\u{85}"), keys: keys, storages: [elements]),
        "does not fit its storage"
      ),
    ]
    for (file, problem) in wrong { expectFault(.torch, problem) { _ = try TorchFile(file) } }
  }
}
