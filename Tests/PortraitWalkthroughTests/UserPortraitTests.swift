import Evaluation
import Foundation
import PortraitClasses
import PortraitWalkthrough
import ProceduralPortraits
import TensorFiles
import Tensors
import Testing

/// Portraits from a user's files; here, the files hold a procedural portrait.
@Suite("Portrait of a user")
struct UserPortraitTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("user-portrait-\(UUID().uuidString)")

  private func write(size: Int = 96, labelSize: Int? = nil) throws -> (image: URL, labels: URL) {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let scene = PortraitScene(.random(seed: 12))
    let files = (
      folder.appendingPathComponent("photo.png"), folder.appendingPathComponent("labels.png")
    )
    try PNGFile.write(scene.render(size: size).picture, to: files.0)
    try PNGFile.write(scene.render(size: labelSize ?? size).labelPicture, to: files.1)
    return files
  }

  private func remove() { try? FileManager.default.removeItem(at: folder) }

  /// The frontal rendering resembles the photograph, although the depths come from a rough model of a
  /// head.
  @Test func theFrontalViewReproducesThePhotograph() throws {
    defer { remove() }
    let files = try write()
    let portrait = try UserPortrait(
      image: files.image, labels: files.labels, classes: .parts, depth: nil)
    let outcome = PortraitChapter(try portrait.input(name: "photo"), source: "").chapter.run()
    for claim in outcome.failures { Issue.record("\(claim.line)") }
    #expect(outcome.claims.contains { $0.text.contains("resembles") })
  }

  /// With a flat depth picture, every part lies on plane 31 · 32768/65535.
  @Test func aDepthPictureIsUsed() throws {
    defer { remove() }
    let files = try write()
    let depth = folder.appendingPathComponent("depth.png")
    let flat = Image(
      width: 96, height: 96, channels: 1, bitsPerSample: 16,
      samples: [UInt16](repeating: 32768, count: 96 * 96))
    try PNGFile.write(flat, to: depth)
    let portrait = try UserPortrait(
      image: files.image, labels: files.labels, classes: .parts, depth: depth)
    let planes = try portrait.input(name: "photo").absoluteDepth.scalars
    #expect(planes.allSatisfy { abs($0 - 31 * 32768.0 / 65535) < 1e-4 })
  }

  @Test func filesThatDoNotFitAreNamed() throws {
    defer { remove() }
    let files = try write(labelSize: 64)
    expectError("64 × 64, expected 96 × 96") {
      try UserPortrait(image: files.image, labels: files.labels, classes: .parts, depth: nil)
    }
    expectError("nowhere.png") {
      let missing = folder.appendingPathComponent("nowhere.png")
      return try UserPortrait(image: missing, labels: files.labels, classes: .parts, depth: nil)
    }
    let depth = folder.appendingPathComponent("depth.png")
    try PNGFile.write(
      Image(width: 8, height: 8, channels: 1, samples: .init(repeating: 0, count: 64)), to: depth)
    let right = try write()
    expectError("16-bit gray") {
      try UserPortrait(image: right.image, labels: right.labels, classes: .parts, depth: depth)
    }
  }

  /// Labels that are all background show no head, so no depths can be assigned.
  @Test func labelsWithoutAFaceAreRefused() throws {
    defer { remove() }
    let files = try write()
    let empty = IndexedImage(
      width: 96, height: 96, indices: .init(repeating: 0, count: 96 * 96),
      palette: PartClass.palette)
    try PNGFile.write(empty, to: files.labels)
    let portrait = try UserPortrait(
      image: files.image, labels: files.labels, classes: .parts, depth: nil)
    expectError("no face") { try portrait.input(name: "photo") }
  }

  private func expectError<Result>(_ words: String, _ body: () throws -> Result) {
    do {
      _ = try body()
      Issue.record("expected an error with \"\(words)\"")
    } catch {
      #expect("\(error)".contains(words), "\(error)")
      #expect(!"\(error)".contains("\n"))
    }
  }
}
