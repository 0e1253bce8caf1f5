import Foundation
import ModelConfiguration
import TensorFiles
import TestSupport
import Testing

@testable import PortraitModel

/// The list `checksums.txt`: what it must hold, and what reading compares with it.
@Suite("Checksums of a checkpoint")
struct CheckpointChecksumTests {
  private static let model = Configuration.tiny
  private static let weights = ParameterPlan.generator(model).fresh(seed: 3)

  /// Writes a generator with the files and the list of a run's checkpoint.
  private func checkpoint(_ folder: TemporaryFolder) throws -> GeneratorFile {
    let file = GeneratorFile(folder("a"))
    try file.write(Generator(Self.model, Self.weights))
    for name in CheckpointChecksums.names {
      let place = folder("a/\(name)")
      if !FileManager.default.fileExists(atPath: place.path) { try Data([1]).write(to: place) }
    }
    try AtomicFile.write(
      try CheckpointChecksums.text(of: folder("a")), to: folder("a/checksums.txt"))
    return file
  }

  private func refusal(_ file: GeneratorFile) -> String {
    do {
      _ = try file.read()
      return "it was read"
    } catch { return "\(error)" }
  }

  @Test func aWholeListIsAccepted() throws {
    let folder = try TemporaryFolder()
    #expect(refusal(try checkpoint(folder)) == "it was read")
  }

  /// A line that is missing, repeated, unknown or unreadable is named; so is a missing list.
  @Test func aChangedListIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = try checkpoint(folder)
    let list = folder("a/checksums.txt")
    let text = try String(contentsOf: list, encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    for (index, name) in CheckpointChecksums.names.enumerated() {
      var fewer = lines
      fewer.remove(at: index)
      try Data((fewer.joined(separator: "\n") + "\n").utf8).write(to: list)
      #expect(refusal(file).hasPrefix("\(list.path): has no line for \(name);"))
      try Data((text + lines[index] + "\n").utf8).write(to: list)
      #expect(refusal(file).hasPrefix("\(list.path): has two lines for \(name);"))
    }
    for stranger in ["12345678  nose.txt\n", "half a line", "\n"] {
      try Data((text + stranger + "\n").utf8).write(to: list)
      #expect(refusal(file).hasPrefix("\(list.path): line 6 does not name a file"))
    }
    try Data(text.utf8.prefix(text.utf8.count / 2)).write(to: list)
    #expect(refusal(file).hasPrefix("\(list.path): "))
    try FileManager.default.removeItem(at: list)
    #expect(refusal(file).hasPrefix("\(list.path): cannot be read"))
    try Data(count: 1 << 17).write(to: list)
    #expect(refusal(file).hasPrefix("\(list.path): line 1 does not name a file"))
  }

  /// Every file that reading or exporting uses is compared.
  @Test func changedFilesAreRefused() throws {
    let folder = try TemporaryFolder()
    let file = try checkpoint(folder)
    for name in [GeneratorFile.configurationName, GeneratorFile.weightsName] {
      let place = folder("a/\(name)")
      let whole = try Data(contentsOf: place)
      try (whole + Data("\n".utf8)).write(to: place)
      #expect(refusal(file).hasPrefix("\(place.path): is damaged"))
      #expect(throws: ParameterError.self) { try file.export(to: folder("x.safetensors")) }
      try whole.write(to: place)
    }
    #expect(refusal(file) == "it was read")
  }

  /// Files copied out of a checkpoint are compared with the copied list; without a list there is nothing
  /// to compare, as in an import.
  @Test func copiedFilesAreCompared() throws {
    let folder = try TemporaryFolder()
    let file = try checkpoint(folder)
    for name in [
      GeneratorFile.discriminatorName, CheckpointChecksums.recordName,
      CheckpointChecksums.tensorsName,
    ] { try FileManager.default.removeItem(at: folder("a/\(name)")) }
    #expect(refusal(file) == "it was read")
    let config = folder("a/config.json")
    try (Data(contentsOf: config) + Data("\n".utf8)).write(to: config)
    #expect(refusal(file).hasPrefix("\(config.path): is damaged"))
    try FileManager.default.removeItem(at: folder("a/checksums.txt"))
    #expect(refusal(file) == "it was read")
  }
}
