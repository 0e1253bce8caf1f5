import Foundation
import ModelConfiguration
import TestSupport
import Testing
import Training
import TrainingToys

@testable import TrainingRuns

/// The fields that `run.json` may lack, and the values that it must not have.
@Suite("Run record")
struct RunRecordTests {
  /// Reads a record after a change on disk to the fields of its model or its options.
  private func record(_ part: String, _ change: (inout [String: Any]) -> Void) throws -> RunRecord {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("a"))
    try run.write(Toy.record)
    let file = folder("a/run.json")
    var record = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    var fields = try #require(record[part] as? [String: Any])
    change(&fields)
    record[part] = fields
    try JSONSerialization.data(withJSONObject: record).write(to: file)
    return try withExtendedLifetime(folder) { try run.record() }
  }

  /// Fields that a record of an older version lacks take their defaults.
  @Test func missingFieldsTakeTheirDefaults() throws {
    #expect(try record("model") { $0["rendering"] = nil } == Toy.record)
    var expected = Toy.record
    expected.options = TrainingOptions()
    (expected.options.batch, expected.options.seed) = (Toy.options.batch, Toy.options.seed)
    let short = try record("options") { options in
      options = options.filter { ["batch", "seed"].contains($0.key) }
    }
    #expect(short == expected)
  }

  /// A key that is there twice is refused, in the record as in the objects inside it.
  @Test(arguments: [
    ("\"format\" :", "\"format\" : 1, ", "format"),
    ("\"options\" : {", "\"options\" : {\"batch\" : 4,", "options.batch"),
    ("\"camera\" : {", "\"camera\" : {\"fov\" : 4,", "model.camera.fov"),
    ("\"watch\" : {", "\"watch\" : {\"keep\" : 4,", "watch.keep"),
  ])
  func repeatedKeysAreRefused(old: String, new: String, path: String) throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("a"))
    try run.write(Toy.record)
    let text = try String(contentsOf: folder("a/run.json"), encoding: .utf8)
    try #require(text.contains(old))
    let place = try #require(text.range(of: old))
    let added = new.hasSuffix(", ") ? new + old : new
    try Data(text.replacingCharacters(in: place, with: added).utf8).write(to: folder("a/run.json"))
    let error = #expect(throws: TrainingError.self) { try run.record() }
    let line = "\(try #require(error))"
    #expect(line.contains("run.json: configuration: \(path) is there twice"), "\(line)")
  }

  /// A key that no field has is refused, in the record as in the objects inside it.
  @Test(arguments: [
    ("\"format\" :", "formta", "formta is unknown, expected one of format, model, options, watch"),
    ("\"keep\" :", "keeps", "watch.keeps is unknown, expected one of logEvery, picturesEvery"),
    ("\"from\" :", "until", "stretches.[0].until is unknown, expected one of from, kernels"),
  ])
  func unknownKeysAreRefused(key: String, stranger: String, complaint: String) throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("a"))
    try run.write(Toy.record)
    let text = try String(contentsOf: folder("a/run.json"), encoding: .utf8)
    let place = try #require(text.range(of: key))
    let changed = text.replacingCharacters(in: place, with: "\"\(stranger)\" : 1, \(key)")
    try Data(changed.utf8).write(to: folder("a/run.json"))
    let error = #expect(throws: TrainingError.self) { try run.record() }
    let line = "\(try #require(error))"
    #expect(line.contains("run.json: configuration: \(complaint)"), "\(line)")
    #expect(line.hasSuffix("undo the change to the file, or start a new run"), "\(line)")
  }

  static let flaws: [(part: String, field: String, value: any Sendable, line: String)] = [
    ("model", "nose", 1, "model.nose is unknown, expected one of imageSize, coarseSize"),
    ("model", "parts", 2.5, "model.parts is 2.5, expected a whole number"),
    ("model", "camera", ["zoom": 1], "model.camera.zoom is unknown, expected one of radius, fov"),
    ("model", "camera", ["near": 2], "model.camera.far is 1.2, expected more than near (2.0)"),
    ("model", "fusion", "max", "model.fusion is max, expected one of sum, densitySoftmax"),
    ("options", "rate", 1, "options.rate is unknown, expected one of batch, seed"),
    ("options", "seed", -1, "options.seed is -1, expected a whole number, 0 or more"),
    ("options", "batch", "two", "options.batch has another type, expected a whole number"),
  ]

  @Test(arguments: flaws.indices)
  func aFlawIsNamedWithItsPath(index: Int) throws {
    let flaw = Self.flaws[index]
    let error = #expect(throws: TrainingError.self) {
      try record(flaw.part) { $0[flaw.field] = flaw.value }
    }
    let line = error?.description ?? ""
    #expect(line.contains("run.json: configuration: \(flaw.line)"), "\(line)")
    #expect(!line.contains("\n"))
  }
}
