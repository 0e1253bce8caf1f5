import Camera
import Datasets
import Evaluation
import Foundation
import PortraitClasses
import PortraitWalkthrough
import ProceduralPortraits
import TensorFiles
import Tensors
import TestSupport
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

  private func map(_ file: URL) throws -> LabelMap { try LabelMap(file, .parts) }

  private func remove() { try? FileManager.default.removeItem(at: folder) }

  /// The frontal rendering resembles the photograph, although the depths come from a rough model of a
  /// head.
  @Test func theFrontalViewReproducesThePhotograph() throws {
    defer { remove() }
    let files = try write()
    let portrait = try UserPortrait(
      image: files.image, labels: try map(files.labels), depth: nil)
    let outcome = PortraitChapter(try portrait.input(name: "photo"), source: "").chapter.run()
    for claim in outcome.failures { Issue.record("\(claim.line)") }
    #expect(outcome.claims.contains { $0.text.contains("resembles") })
  }

  /// With a flat depth picture, every part lies on plane 31 · 32768/65535 where it is visible, and at
  /// least two planes behind where it is not.
  @Test func hiddenPartsLieBehindTheMeasuredSurface() throws {
    defer { remove() }
    let files = try write()
    let depth = folder.appendingPathComponent("depth.png")
    let flat = Image(
      width: 96, height: 96, channels: 1, bitsPerSample: 16,
      samples: [UInt16](repeating: 32768, count: 96 * 96))
    try PNGFile.write(flat, to: depth)
    let portrait = try UserPortrait(image: files.image, labels: try map(files.labels), depth: depth)
    let input = try portrait.input(name: "photo")
    let surface = 31 * 32768.0 / 65535
    var visible = [Int](repeating: 0, count: PartClass.count)
    for part in PartClass.allCases {
      let coverage = input.coverage[part.rawValue].scalars
      for (element, plane) in input.absoluteDepth[part.rawValue].scalars.enumerated() {
        if abs(plane - surface) < 1e-4 {
          visible[part.rawValue] += 1
        } else {
          #expect(plane < surface - 1.999)
          // Only the background and the face are continued behind others.
          #expect(part == .background || part == .face || coverage[element] == 0, "\(part.name)")
        }
      }
    }
    // Every map element shows exactly one part, except where parallax shows it from a side.
    #expect(abs(visible.reduce(0, +) - 64 * 64) < 64 && visible[1] > 200 && visible[0] > 200)
  }

  /// The share of the frontal mask's pixels that have the class of the label map.
  private func frontalAgreement(_ portrait: UserPortrait) throws -> Double {
    let input = try portrait.input(name: "photo")
    let view = LiftedPortrait(input).view(from: .frontal)
    let (seen, truth, size) = (view.labels.integers, input.labels.integers, input.labels.shape[0])
    let equal = (0..<64 * 64).count { pixel in
      func place(_ index: Int) -> Int { Int((Double(index * (size - 1)) / 63).rounded()) }
      return seen[pixel] == truth[place(pixel / 64) * size + place(pixel % 64)]
    }
    return Double(equal) / 4096
  }

  /// Writes the distances of a rendered portrait as a depth picture, in planes of the user's box.
  private func write(_ rendered: RenderedPortrait, _ camera: Camera, to file: URL) throws {
    let (size, frame) = (rendered.size, camera.frame(at: .frontal))
    let samples = (0..<size * size).map { pixel -> UInt16 in
      let ray = camera.pixelRay(row: pixel / size, column: pixel % size, size: size, from: frame)
      let z = (ray.origin + Double(rendered.depth[pixel]) * ray.direction).z
      // The box reaches from 0.17 behind to 0.13 in front of the middle of the head.
      return UInt16(min(max((z + 0.17) / 0.30, 0), 1) * 65535)
    }
    try PNGFile.write(
      Image(width: size, height: size, channels: 1, bitsPerSample: 16, samples: samples), to: file)
  }

  /// The shipped portrait with its own depth, from the scene it was rendered from: all claims hold, and
  /// the frontal mask is at least as good as with the rough model of a head.
  @Test func theShippedPortraitsOwnDepthIsNotWorseThanNone() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { remove() }
    let record = try PortraitFolder.read(Fixtures.url("Portrait"))
    let depth = folder.appendingPathComponent("depth.png")
    try write(
      PortraitScene(record.parameters).render(camera: record.camera, size: 256), record.camera,
      to: depth)
    let (image, labels) = (
      Fixtures.url("Portrait/front.png"), try map(Fixtures.url("Portrait/labels.png"))
    )
    let measured = try UserPortrait(image: image, labels: labels, depth: depth)
    let guessed = try UserPortrait(image: image, labels: labels, depth: nil)
    let (with, without) = (try frontalAgreement(measured), try frontalAgreement(guessed))
    #expect(with >= without && with > 0.91, "with depth \(with), without \(without)")
    let outcome = PortraitChapter(try measured.input(name: "photo"), source: "").chapter.run()
    for claim in outcome.failures { Issue.record("\(claim.line)") }
  }

  /// Pictures of other sizes, whose pixels meet the map elements elsewhere, with the scene's true depth.
  @Test(arguments: [64, 128])
  func theTrueDepthOfEverySizeHolds(size: Int) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { remove() }
    let record = try PortraitFolder.read(Fixtures.url("Portrait"))
    let rendered = PortraitScene(record.parameters).render(camera: record.camera, size: size)
    let files = ["image.png", "labels.png", "depth.png"].map(folder.appendingPathComponent)
    try PNGFile.write(rendered.picture, to: files[0])
    try PNGFile.write(rendered.labelPicture, to: files[1])
    try write(rendered, record.camera, to: files[2])
    let portrait = try UserPortrait(image: files[0], labels: try map(files[1]), depth: files[2])
    let outcome = PortraitChapter(try portrait.input(name: "photo"), source: "").chapter.run()
    for claim in outcome.failures { Issue.record("\(claim.line)") }
    #expect(try frontalAgreement(portrait) > 0.9)
  }

  /// Where every pixel has another depth, the maps are still sampled as the volume is.
  @Test func aRoughDepthIsSampledAlike() throws {
    defer { remove() }
    let files = try write()
    let depth = folder.appendingPathComponent("depth.png")
    let rough = Image(
      width: 96, height: 96, channels: 1, bitsPerSample: 16,
      samples: (0..<96 * 96).map { UInt16(20000 + $0 * 7919 % 30011) })
    try PNGFile.write(rough, to: depth)
    let portrait = try UserPortrait(image: files.image, labels: try map(files.labels), depth: depth)
    let outcome = PortraitChapter(try portrait.input(name: "photo"), source: "").chapter.run()
    let claim = try #require(
      outcome.claims.first { $0.text.contains("sampling the maps equals") })
    #expect(claim.holds, "\(claim.line)")
  }

  /// A depth picture whose farthest surface lies on plane 0 leaves no plane for what is behind it.
  @Test func surfacesOnTheLastPlaneStayVisible() throws {
    defer { remove() }
    let files = try write()
    let depth = folder.appendingPathComponent("depth.png")
    let labels = try map(files.labels)
    // Hair and cloth lie on plane 0, like the background; everything else lies in front.
    let far = Set([PartClass.background, .hair, .cloth].map { UInt8($0.rawValue) })
    let picture = Image(
      width: 96, height: 96, channels: 1, bitsPerSample: 16,
      samples: labels.parts.map { far.contains($0) ? 0 : 40000 })
    try PNGFile.write(picture, to: depth)
    let portrait = try UserPortrait(image: files.image, labels: labels, depth: depth)
    #expect(try frontalAgreement(portrait) > 0.9)
  }

  @Test func filesThatDoNotFitAreNamed() throws {
    defer { remove() }
    let files = try write(labelSize: 64)
    expectError("64 × 64, expected 96 × 96") {
      try UserPortrait(image: files.image, labels: try map(files.labels), depth: nil)
    }
    expectError("nowhere.png") {
      let missing = folder.appendingPathComponent("nowhere.png")
      return try UserPortrait(image: missing, labels: try map(files.labels), depth: nil)
    }
    let depth = folder.appendingPathComponent("depth.png")
    try PNGFile.write(
      Image(width: 8, height: 8, channels: 1, samples: .init(repeating: 0, count: 64)), to: depth)
    let right = try write()
    expectError("16-bit gray") {
      try UserPortrait(image: right.image, labels: try map(right.labels), depth: depth)
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
    expectError("shows no face") { try map(files.labels) }
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
