import Foundation
import Testing

/// The generator that is part of every clone.
@Suite("The shipped checkpoint")
struct CheckpointTests {
  static let folder = "Fixtures/Checkpoint/"

  /// The checkpoint is downloaded with every clone, so it must not exceed 8 MiB.
  @Test func itIsSmall() throws {
    let files = Repository.files(under: String(Self.folder.dropLast()), endingIn: "")
    let sizes = try files.map { path in
      try Data(contentsOf: Repository.root.appendingPathComponent(path)).count
    }
    #expect(sizes.reduce(0, +) <= 8 * 1024 * 1024, "\(zip(files, sizes).map { "\($0): \($1)" })")
  }

  @Test func itIsComplete() {
    for name in ["config.json", "generator.safetensors", "run.json", "README.md"] {
      #expect(Repository.exists(Self.folder + name), "\(name) is missing")
    }
  }

  /// The README states the options of the run, and its number of images is that of the iterations.
  @Test func thePageDescribesItsTraining() throws {
    let run = try json("run.json")
    let (model, options) = (try #require(run["model"]), try #require(run["options"] as? Fields))
    #expect(NSDictionary(dictionary: try json("config.json")).isEqual(model))
    let page = Repository.text(Self.folder + "README.md")
    let data = try #require(run["data"] as? String)
    #expect(data.hasPrefix("procedural:"), "the shipped generator has learned from \(data)")
    let batch = try #require(options["batch"] as? Int)
    for word in [
      "ssgan3d train --data \(data) ", "--batch \(batch) ", "--seed \(options["seed"] ?? "") ",
      "imagePenaltyWeight=\(options["imagePenaltyWeight"] ?? "") ",
      "maskPenaltyWeight=\(options["maskPenaltyWeight"] ?? "") ", "ssgan3d 0.",
    ] {
      #expect(page.contains(word), "README.md does not say \(word)")
    }
    let images = try #require(number(in: page, after: "--images "))
    let iterations = try #require(number(in: page, after: "checkpoints/iteration-"))
    #expect(images == iterations * batch)
  }

  private typealias Fields = [String: Any]

  private func json(_ name: String) throws -> Fields {
    let data = try Data(contentsOf: Repository.root.appendingPathComponent(Self.folder + name))
    return try #require(try JSONSerialization.jsonObject(with: data) as? Fields)
  }

  private func number(in text: String, after word: String) -> Int? {
    text.range(of: word).flatMap { Int(text[$0.upperBound...].prefix(while: \.isNumber)) }
  }
}
