import Foundation
import FuzzedReaders
import TestSupport
import Testing

/// Everything that the fuzzer has found stays held without it.
///
/// A trap would end the whole test run.
@Suite("Stored inputs of the fuzzer", .serialized)
struct StoredCorpusTests {
  private static let names = FuzzedReader.all.map(\.name)

  /// The readers that leave out what they cannot read and refuse nothing.
  private static let forgiving: Set = ["metrics", "mean-latent"]

  private static func reader(_ name: String) throws -> FuzzedReader {
    try #require(FuzzedReader.all.first { $0.name == name })
  }

  @Test(arguments: names)
  func theReaderAcceptsItsFirstSeed(name: String) throws {
    let reader = try Self.reader(name)
    let seeds = try reader.seeds()
    #expect(!seeds.isEmpty)
    for (number, seed) in seeds.enumerated() {
      if case .refused(let line) = try reader.read(seed), number == 0 {
        Issue.record("the first seed of \(name): \(line)")
      }
    }
  }

  /// Some stored inputs must be accepted and others refused, or they would show nothing.
  @Test(arguments: names)
  func theReaderReturnsOrThrowsItsOwnError(name: String) throws {
    let reader = try Self.reader(name)
    // Stored checksums fit only files with the same bytes as then; the seeds are made anew.
    let inputs = try reader.seeds() + StoredCorpus(Fixtures.root).inputs(of: name)
    var (accepted, refused) = (0, 0)
    for (number, input) in inputs.enumerated() {
      do {
        switch try reader.read(input) {
        case .accepted: accepted += 1
        case .refused: refused += 1
        }
      } catch {
        Issue.record("stored input \(number): \(error)")
      }
    }
    #expect(accepted > 0, "\(refused) refused")
    #expect((refused == 0) == Self.forgiving.contains(name), "\(refused) refused")
  }

  /// The corpus of a reader that was renamed or removed would never be read again.
  @Test func everyStoredFileHasItsReader() throws {
    let folder = Fixtures.url("Fuzz")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".txt") }
    for file in files {
      let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      #expect(Self.names.contains(name), "\(file)")
    }
    #expect(Set(files).isSuperset(of: Self.names.map { "\($0).txt" }))
    #expect(Set(Self.names).count == Self.names.count)
  }

  /// Without new checksums, the fuzzer would see hardly anything behind the directory of an archive.
  @Test(arguments: ["npz", "zip"])
  func checksumsOfArchivesAreMended(name: String) throws {
    let reader = try Self.reader(name)
    let seed = try #require(try reader.seeds().first)
    var bytes = [UInt8](seed)
    reader.repair(&bytes)
    #expect(Data(bytes) == seed, "nothing is to be mended")
    // A number 1 in single or in double precision, the lowest byte first.
    let one = [[0, 0, 0x80, 0x3F], [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]].lazy
      .compactMap { bytes.firstRange(of: $0) }.first
    bytes[try #require(one).lowerBound] = 1
    guard case .refused(let line) = try reader.read(Data(bytes)) else {
      Issue.record("a wrong checksum was accepted")
      return
    }
    #expect(line.contains("checksum"))
    reader.repair(&bytes)
    if case .refused(let line) = try reader.read(Data(bytes)) { Issue.record("\(line)") }
  }

  @Test func aForeignErrorAndNoMessageAreFaults() throws {
    struct Own: Error, CustomStringConvertible { let description: String }
    struct Foreign: Error {}
    let reader = FuzzedReader("test", refusals: [Own.self], seeds: { [] }) { data in
      if data.isEmpty { throw Foreign() }
      throw Own(description: data == Data([0]) ? "" : String(decoding: data, as: UTF8.self))
    }
    #expect(throws: FuzzedReader.Fault.self) { try reader.read(Data()) }
    #expect(throws: FuzzedReader.Fault.self) { try reader.read(Data([0])) }
    guard case .refused("a") = try reader.read(Data("a".utf8)) else {
      Issue.record("an own error of one line is a refusal")
      return
    }
  }
}
