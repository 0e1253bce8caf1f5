import Camera
import Foundation
import Inspection
import ModelConfiguration
import PortraitClasses
import PortraitModel
import Tensors
import TestSupport
import Testing

/// The command `mesh` writes a closed surface in world units, or says why there is none.
@Suite("The command mesh")
struct MeshTests {
  private func run(_ arguments: [String], _ folder: URL) throws -> Command.Outcome {
    try Command.run(["mesh"] + arguments + ["--out", folder.path])
  }

  /// The number after a word of the printed lines.
  private func number(after word: String, in output: String) throws -> Double {
    let rest = output[try #require(output.firstRange(of: word)).upperBound...]
    return try #require(Double(rest.prefix { "0123456789.".contains($0) }), "\(output)")
  }

  @Test(arguments: [
    ["--seed", "3"], ["--seed", "3", "--without", "background"],
    ["--seed", "3", "--set", "rowAxis=up"], ["--preset", "tiny", "--truncation", "0.5"],
  ])
  func theSurfaceIsClosedAndInsideTheBox(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let outcome = try run(arguments, folder("m"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.files("m") == ["mesh_colour.ply", "mesh_parts.ply"])
    let parts = try PLYContents(folder("m/mesh_parts.ply"))
    let colour = try PLYContents(folder("m/mesh_colour.ply"))
    #expect(parts.triangles == colour.triangles && parts.vertices.count == colour.vertices.count)
    let count = parts.vertices.count
    #expect(
      outcome.output.contains("\(parts.triangles.count) triangles and \(count) vertices"),
      "\(outcome.output)")
    let edges = MeshEdges(parts.triangles)
    #expect(edges.count > 100 && edges.faults == 0)
    let model =
      arguments.contains("tiny")
      ? Configuration.tiny : try ShippedGenerator.file().configuration()
    let box = model.volumeBox
    for index in 0..<count {
      let place = parts.position(index)
      #expect(place == colour.position(index))
      for axis in 0..<3 {
        // Caps lie a thousandth of a voxel outside.
        let slack = 1e-3 * box.extent[axis]
        #expect(place[axis] > box.min[axis] - slack && place[axis] < box.max[axis] + slack)
      }
    }
    // The triangles are counterclockwise from outside: the enclosed volume is positive.
    let volume = parts.triangles.reduce(0.0) { sum, corners in
      let (a, b, c) = (
        parts.position(corners[0]), parts.position(corners[1]), parts.position(corners[2])
      )
      return sum + a.dot(b.cross(c)) / 6
    }
    #expect(volume > 0)
    let printed = try number(after: ", volume ", in: outcome.output)
    #expect(abs(volume / printed - 1) < 1e-3, "\(volume) \(outcome.output)")
  }

  /// The nose of a shipped portrait points to the camera, the hair is above the mouth.
  @Test func partsAreWhereTheyBelong() throws {
    let folder = try TemporaryFolder()
    for axis in ["down", "up"] {
      let outcome = try run(
        ["--seed", "1", "--without", "background", "--set", "rowAxis=\(axis)"], folder(axis))
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    func mean(_ part: PartClass, _ file: PLYContents) throws -> SIMD3<Double> {
      let color = ClassPalette.portrait.color(part.rawValue)
      let bytes = [color.red, color.green, color.blue].map(Double.init)
      // The surface of a part has a front and, inside the head, a back.
      let own = file.vertices.indices.filter {
        file.color($0) == bytes && (file.vertices[$0]["nz"] ?? 0) > 0.3
      }
      try #require(own.count > 3, "\(part)")
      return own.reduce(SIMD3<Double>.zero) { $0 + file.position($1) } / Double(own.count)
    }
    let down = try PLYContents(folder("down/mesh_parts.ply"))
    #expect(try mean(.hair, down).y > mean(.mouth, down).y)
    #expect(try mean(.nose, down).z > mean(.face, down).z)
    // With the rows the other way round, the same tensors stand on their head.
    let up = try PLYContents(folder("up/mesh_parts.ply"))
    #expect(try mean(.hair, up).y < mean(.mouth, up).y)
  }

  @Test func theLevelIsPrintedAndObeyed() throws {
    let folder = try TemporaryFolder()
    let chosen = try run(["--seed", "2"], folder("a"))
    // ln 2 / (12 · 0.26 / 15) for the shipped model.
    #expect(chosen.output.hasPrefix("level 3.332 (absorbs half of the light"), "\(chosen.output)")
    #expect(chosen.output.contains("; densities "))
    var volumes: [Double] = []
    for level in ["1", "3.3", "20"] {
      let outcome = try run(["--seed", "2", "--level", level], folder("a"))
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("level \(level) (as asked); densities "))
      volumes.append(try number(after: ", volume ", in: outcome.output))
    }
    #expect(volumes[0] > volumes[1] && volumes[1] > volumes[2], "\(volumes)")
  }

  /// A dense level where no voxel is denser than the default takes half of the greatest density.
  @Test func aThinVolumeTakesHalfOfItsGreatestDensity() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(["--seed", "2", "--set", "opticalScale=0.01"], folder("a"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("(half of the greatest density"), "\(outcome.output)")
    let level = try number(after: "level ", in: outcome.output)
    #expect(abs(2 * level / (try number(after: " … ", in: outcome.output)) - 1) < 1e-3)
  }

  @Test func theSameSeedGivesTheSameFiles() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] { #expect(try run(["--seed", "4"], folder(name)).status == 0) }
    for file in ["mesh_parts.ply", "mesh_colour.ply"] {
      #expect(
        try Data(contentsOf: folder("a/\(file)")) == Data(contentsOf: folder("b/\(file)")))
    }
  }

  /// Options that must be refused, and words of the line that says so.
  private static let hostile: [(arguments: [String], words: String)] = [
    (["--level", "nan"], "--level is nan"), (["--level", "inf"], "--level is inf"),
    (["--level", "1e9"], "--level is 1000000000.0, expected a density of this portrait"),
    (["--level", "-1"], "--level is -1.0, expected a density of this portrait"),
    (["--level", "x"], "'x'"), (["--truncation", "11"], "--truncation is 11.0"),
    (["--without", "head"], "--without: there is no part head"),
    (["--without"] + (0..<13).map { "\($0)" }, "--without: names all 13 parts"),
    (["--preset", "tiny", "--set", "rendering=flat"], "the model is flat"),
    (["--latents", "a.npy", "--seed", "1"], "--latents and --seed"),
  ]

  @Test(arguments: hostile.indices)
  func hostileOptionsGiveOneLine(index: Int) throws {
    let (arguments, words) = Self.hostile[index]
    let folder = try TemporaryFolder()
    let outcome = try run(arguments, folder("m"))
    #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    let isThere = FileManager.default.fileExists(atPath: folder("m").path)
    #expect(try !isThere || folder.files("m").isEmpty, "nothing was written")
    #expect(outcome.errorLines.filter { $0.hasPrefix("Error:") }.count == 1, "\(outcome.errors)")
  }

  /// Weights of 0 make the same density everywhere or none: there is no surface, and nothing is written.
  @Test func aVolumeWithoutASurfaceIsAnError() throws {
    let folder = try TemporaryFolder()
    let model = Configuration.tiny
    var weights = ParameterPlan.generator(model).fresh(seed: 0)
    weights.tensors = weights.tensors.mapValues { $0 * 0 }
    try GeneratorFile(folder("model")).write(
      Generator(model, weights))
    let outcome = try run(["--checkpoint", folder("model").path], folder("m"))
    #expect(outcome.status == 1 && outcome.errors.contains("no surface"), "\(outcome.errors)")
    #expect(try folder.files("m").isEmpty)
  }
}
