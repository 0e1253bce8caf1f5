import Foundation
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

/// The pictures of `interpolate` against portraits that the library makes step by step (figure 10).
@Suite("The command interpolate")
struct InterpolateTests {
  private static let tiny = LibraryPortrait(.tiny)

  private func interpolate(_ arguments: String..., in folder: TemporaryFolder) throws -> String {
    let outcome = try Command.run(
      ["interpolate", "--preset", "tiny", "--seed", "1"] + arguments
        + ["--out", folder("a").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  private func image(_ name: String, in folder: TemporaryFolder) throws -> Image {
    try PNGFile.read(folder("a/\(name)_image.png"), alpha: .keep)
  }

  /// W⁺ moves along a line; row 0 is the base, rows 3 and 4 are shape and texture of part 1,
  /// rows 7 and 8 those of part 3.
  @Test(
    arguments: [
      ("all", Set(0..<9)), ("parts", [3, 4, 7, 8]), ("shape", [3, 7]), ("texture", [4, 8]),
    ] as [(String, Set<Int>)])
  func aRowMovesItsRowsOfTheLatents(name: String, rows: Set<Int>) throws {
    let folder = try TemporaryFolder()
    _ = try interpolate("--to", "2", "--part", "1", "3", "--steps", "3", in: folder)
    let (own, other) = (Self.tiny.wplus(seed: 1), Self.tiny.wplus(seed: 2))
    let middle = own * 0.5 + other * 0.5
    expectPortraits([
      (try image("\(name)_000", in: folder), Self.tiny.view(own)),
      (
        try image("\(name)_001", in: folder),
        Self.tiny.view(Self.tiny.replacing(rows: rows, of: own, with: middle))
      ),
      (
        try image("\(name)_002", in: folder),
        Self.tiny.view(Self.tiny.replacing(rows: rows, of: own, with: other))
      ),
    ])
  }

  /// The way leads through all portraits in the order given, and shows each of them once.
  @Test func severalPortraitsAreVisitedInOrder() throws {
    let folder = try TemporaryFolder()
    _ = try interpolate("--to", "5", "2-3", "--steps", "2", "--aspect", "both", in: folder)
    let files = try folder.files("a").filter { $0.hasSuffix("_image.png") }
    #expect(files == (0..<4).map { "all_00\($0)_image.png" })
    expectPortraits(
      try zip(0..<4, [1, 5, 2, 3] as [UInt64]).map {
        (try image("all_00\($0)", in: folder), Self.tiny.view(Self.tiny.wplus(seed: $1)))
      })
  }

  /// Without --part, shapes or textures of all parts move, and the base rows stay.
  @Test func theBaseRowsStayWhereOnlyAnAspectMoves() throws {
    let folder = try TemporaryFolder()
    _ = try interpolate("--to", "2", "--steps", "2", in: folder)
    let (own, other) = (Self.tiny.wplus(seed: 1), Self.tiny.wplus(seed: 2))
    expectPortraits([
      (try image("all_001", in: folder), Self.tiny.view(other)),
      (
        try image("shape_001", in: folder),
        Self.tiny.view(Self.tiny.replacing(rows: [1, 3, 5, 7], of: own, with: other))
      ),
      (
        try image("texture_001", in: folder),
        Self.tiny.view(Self.tiny.replacing(rows: [2, 4, 6, 8], of: own, with: other))
      ),
    ])
  }

  @Test func viewsAreSpreadOverTheYaw() throws {
    let folder = try TemporaryFolder()
    _ = try interpolate(
      "--to", "2", "--steps", "2", "--aspect", "both", "--views", "3", "--yaw", "1.5", in: folder)
    let (other, reach) = (Self.tiny.wplus(seed: 2), 1.5 * 0.3)
    expectPortraits(
      try (0..<3).map { view in
        (
          try image("all_001_view\(view)", in: folder),
          Self.tiny.view(other, yaw: 1.5 + reach * Double(view - 1))
        )
      })
  }

  /// Pictures of a longer way do not stay beside those of a shorter one.
  @Test func oldPicturesAreRemoved() throws {
    let folder = try TemporaryFolder()
    _ = try interpolate("--to", "2", "--steps", "4", "--part", "1", in: folder)
    _ = try interpolate("--to", "2", "--steps", "2", "--aspect", "shape", in: folder)
    #expect(
      try folder.files("a").filter { $0.contains("_0") } == [
        "shape_000_image.png", "shape_000_mask.png", "shape_001_image.png", "shape_001_mask.png",
      ])
  }

  @Test func theFiguresAreThoseOfTheFiles() throws {
    let folder = try TemporaryFolder()
    let output = try interpolate("--to", "2", "--steps", "3", "--aspect", "both", in: folder)
    let images = try (0..<3).map { step in
      try image("all_00\(step)", in: folder).samples.map { Double($0) / 255 }
    }
    func change(_ a: Int, _ b: Int) -> Double {
      zip(images[a], images[b]).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(images[a].count)
    }
    let expected = String(
      format: "all latents: D_mean %.4f between the ends, at most %.4f between neighbors",
      change(0, 2),
      max(change(0, 1), change(1, 2)))
    #expect(output.contains(expected), "\(output) \(expected)")
    #expect(change(0, 2) > 0.01)
  }

  /// The animation goes there and back: 5 pictures there, 3 back.
  @Test func theAnimationGoesThereAndBack() throws {
    let folder = try TemporaryFolder()
    _ = try interpolate("--to", "2", "--steps", "5", "--aspect", "both", in: folder)
    let data = try Data(contentsOf: folder("a/interpolation.png"))
    let control = try #require(data.range(of: Data("acTL".utf8)))
    #expect(Array(data[control.upperBound..<control.upperBound + 4]) == [0, 0, 0, 8])
  }
}
