import Evaluation
import Foundation
import TensorFiles
import TestSupport
import Tensors
import Testing

@Suite("The parser")
struct PortraitParserTests {
  private static func images(_ count: Int, size: Int) -> Tensor {
    var numbers = TestNumbers(seed: 6)
    return numbers.tensor([count, 3, size, size]).cast(to: .float32)
  }

  @Test(arguments: [32, 64])
  func outputsHaveTheSizeOfThePictures(size: Int) {
    let parser = PortraitParser(untrainedOfSize: size, seed: 1, widths: [6, 5, 4, 3])
    let images = Self.images(2, size: size)
    let logits = parser.logits(of: images)
    #expect(logits.shape == [2, 13, size, size])
    expectClose(parser.labels(of: images), logits.argmax(axis: 1), within: .exact)
    let features = parser.features(of: images)
    #expect(features.shape == [2, 9])
    #expect(parser.featureWidth == 9)
    expectFinite(features)
  }

  @Test func defaultFeaturesHave96Elements() {
    #expect(PortraitParser(untrainedOfSize: 32, seed: 1).featureWidth == 96)
  }

  /// More pictures than go through the network together; each result is that of the picture alone.
  @Test func picturesDoNotAffectEachOther() {
    let parser = PortraitParser(untrainedOfSize: 32, seed: 2, widths: [6, 5, 4, 3])
    let images = Self.images(35, size: 32)
    let (features, labels) = (parser.features(of: images), parser.labels(of: images))
    #expect(labels.shape == [35, 32, 32])
    for index in [0, 31, 32, 34] {
      let alone = images.sliced(axis: 0, from: index, length: 1)
      expectClose(
        parser.features(of: alone), features.sliced(axis: 0, from: index, length: 1),
        within: .relative(1e-5, because: "single precision; products are cut by the batch"))
    }
  }

  /// The elements of the feature that belong to the first level distinguish a picture from its blurred
  /// version.
  @Test func theFirstLevelSeesSharpness() {
    let parser = PortraitParser(untrainedOfSize: 32, seed: 3)
    let images = Self.images(4, size: 32)
    let sharp = parser.features(of: images)
    let smooth = parser.features(of: Distortion.blurred(images, by: 1))
    let first = (sharp - smooth).sliced(axis: 1, from: 0, length: 32).squared().sum().item
    #expect(first > 0.1 * sharp.sliced(axis: 1, from: 0, length: 32).squared().sum().item)
  }

  @Test func picturesOfAnotherSizeAreRefused() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = PortraitParser(untrainedOfSize: 32, seed: 1).labels(of: .zeros([1, 3, 64, 64]))
    }
    try expectMessage(result, mentions: ["labels(of:)", "images", "64, 64", "32"])
  }
}

@Suite("A parser's folder")
struct ParserFolderTests {
  private static func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("parser-\(UInt64.random(in: 0 ... .max))")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static var trained: PortraitParser {
    get throws {
      var training = try ParserTrainingTests.training(3)
      for _ in 0..<3 { _ = try training.step() }
      return try training.measured()
    }
  }

  @Test func isReadBackBitForBit() throws {
    let parser = try Self.trained
    try Self.inFolder { folder in
      try parser.write(to: folder.path)
      let read = try PortraitParser(contentsOf: folder.path)
      #expect(read.record == parser.record)
      #expect(read.record.heldOut != nil)
      let image = try ToyPairs(count: 4, seed: 9).pair(1).image.unsqueezed(axis: 0)
      expectClose(read.logits(of: image), parser.logits(of: image), within: .exact)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.sorted() == ["parser.json", "parser.safetensors"])
    }
  }

  @Test func aFolderThatHoldsSomethingIsLeftAlone() throws {
    let parser = try Self.trained
    try Self.inFolder { folder in
      try Folder.make(folder)
      try AtomicFile.write("mine", to: folder.appendingPathComponent("note.txt"))
      #expect(throws: TensorFileError.self) { try parser.write(to: folder.path) }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["note.txt"])
    }
  }

  /// The damage to an intact folder, with the words that the error must contain.
  enum Damage: String, CaseIterable {
    case noFolder, noWeights, noRecord, otherFormat, noJSON, otherClasses, otherWidths, flippedBit
    case shortened, impossibleFigure, repeatedKey

    var words: String {
      switch self {
      case .noFolder, .noRecord: "parser.json: cannot be read"
      case .noWeights: "parser.safetensors: cannot be read"
      case .otherFormat: "has format 7, expected 1"
      case .noJSON: "is not the record of a parser"
      case .otherClasses: "names classes other than"
      case .otherWidths: "does not have the weights of widths [8, 12, 8]"
      case .flippedBit, .shortened: "does not have the checksum"
      case .impossibleFigure: "heldOut contains impossible figures"
      case .repeatedKey: "has the key format twice"
      }
    }
  }

  @Test(arguments: Damage.allCases)
  func damageIsReportedInOneLine(_ damage: Damage) throws {
    let parser = try Self.trained
    try Self.inFolder { folder in
      try parser.write(to: folder.path)
      try Self.inflict(damage, on: folder)
      let error = #expect(throws: ParserError.self) {
        _ = try PortraitParser(contentsOf: folder.path)
      }
      let line = try #require(error).description
      #expect(line.contains(damage.words), "\(line)")
      #expect(line.contains(folder.lastPathComponent) && !line.contains("\n"), "\(line)")
    }
  }

  private static func inflict(_ damage: Damage, on folder: URL) throws {
    let record = folder.appendingPathComponent(PortraitParser.recordName)
    let weights = folder.appendingPathComponent(PortraitParser.weightsName)
    func rewrite(_ old: String, _ new: String) throws {
      let text = try String(contentsOf: record, encoding: .utf8)
      try #require(text.contains(old))
      try AtomicFile.write(text.replacingOccurrences(of: old, with: new), to: record)
    }
    switch damage {
    case .noFolder: try FileManager.default.removeItem(at: folder)
    case .noRecord: try FileManager.default.removeItem(at: record)
    case .noWeights: try FileManager.default.removeItem(at: weights)
    case .otherFormat: try rewrite("\"format\" : 1", "\"format\" : 7")
    case .noJSON: try AtomicFile.write("{\"format\": 1", to: record)
    case .otherClasses: try rewrite("\"brows\"", "\"beard\"")
    case .otherWidths: try rewrite("12,\n      12,", "12,")
    case .repeatedKey: try rewrite("\"format\" : 1", "\"format\" : 1, \"format\" : 1")
    case .impossibleFigure: try rewrite("\"pictures\" : 12", "\"pictures\" : -12")
    case .flippedBit:
      var data = try Data(contentsOf: weights)
      data[data.count / 2] ^= 4
      try AtomicFile.write(data, to: weights)
    case .shortened:
      try AtomicFile.write(try Data(contentsOf: weights).dropLast(5), to: weights)
    }
  }

  /// Any single byte of the record is changed: the result is a parser or a one-line error, not a crash.
  @Test func noByteOfTheRecordCausesACrash() throws {
    let parser = try Self.trained
    try Self.inFolder { folder in
      try parser.write(to: folder.path)
      let record = folder.appendingPathComponent(PortraitParser.recordName)
      let good = try Data(contentsOf: record)
      var numbers = TestNumbers(seed: 11)
      var refused = 0
      for _ in 0..<300 {
        var data = good
        data[Int.random(in: 0..<data.count, using: &numbers)] = UInt8.random(
          in: 0...255, using: &numbers)
        try AtomicFile.write(data, to: record)
        do { _ = try PortraitParser(contentsOf: folder.path) } catch {
          refused += 1
          #expect(!"\(error)".contains("\n"), "\(error)")
        }
      }
      #expect(refused > 100)
    }
  }
}
