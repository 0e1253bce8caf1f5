import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import Messages
import PortraitModel
import RenderedPortraits
import Tensors

/// The command `ssgan3d mesh`, which writes the surface of a portrait as a mesh.
struct MeshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mesh",
    abstract: "Writes the surface of one portrait's volume as a closed mesh with colors.",
    discussion: """
      The surface is where the fused density of equation 8, on the voxel grid, has the value of --level. \
      Two binary PLY files have the same vertices, normals and triangles: in mesh_parts.ply a vertex has \
      the color of the part that is densest there, in mesh_colour.ply the color of the portrait, \
      rendered from seven poses of training; each vertex takes most of its color from the poses that it \
      faces and that see it. Positions are in world units: x to the right of the frontal image, y up, z \
      to the frontal camera. The surface is closed; where density reaches the border of the volume, a \
      flat cap closes it. The background is a part like the others: it makes a wall behind the head \
      unless --without background is given. If no model is named, the shipped generator is used. Example:

        ssgan3d mesh --seed 3 --without background --out Output/mesh
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @OptionGroup
  var person: OnePortrait

  @Option(
    parsing: .unconditional,
    help: "Scales w relative to the mean latent, -10 … 10: 1 keeps w, 0 gives the mean face.")
  var truncation = 1.0

  @Option(
    parsing: .unconditional,
    help: """
      The density of the surface (default: ln 2 divided by opticalScale and the distance of two planes, \
      the density in which half of the light is absorbed between two planes; if no voxel is denser, half \
      of the greatest density). The command prints it with the range of the densities.
      """)
  var level: Double?

  @Option(
    parsing: .upToNextOption,
    help: "Parts to leave out, by name or by number from 0: \(PartNames.all).")
  var without: [String] = []

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--out", out)])
    if !(-10...10).contains(truncation) {
      throw ValidationError("--truncation is \(truncation), expected -10 … 10")
    }
    if let level, !level.isFinite {
      throw ValidationError("--level is \(level), expected a density such as 3.5")
    }
  }

  func run() throws {
    let model = try source.configuration()
    guard model.rendering == .volume else {
      throw WrongUse("the model is flat (rendering=flat): it has no volume and so no surface")
    }
    let omitted = try PartNames.numbers(without, option: "--without", of: model)
    guard omitted.count < model.parts else {
      throw WrongUse("--without: names all \(model.parts) parts; keep at least one")
    }
    let folder = try OutputFolder(out, for: PortraitMesh.File.allCases.map(\.rawValue))
    let generator = try source.generator()
    let mean = truncation == 1 ? nil : try source.meanLatent(of: generator)
    let wplus = try person.wplus(of: generator, truncation: truncation, mean: mean)
    try source.announce(from: [.frontal])
    var making = PortraitMesh.Making(generator, wplus: wplus, without: omitted, level: level)
    var isPrinted = false
    do {
      while making.mesh == nil {
        try making.advance()
        if !isPrinted, let level = making.level {
          print(level.line)
          isPrinted = true
        }
      }
    } catch let error as SurfaceLevel.OutOfRange { throw WrongUse("--\(error)") }
    guard let mesh = making.mesh else { return }
    for file in PortraitMesh.File.allCases { try folder.write(mesh.data(of: file), file.rawValue) }
    print("\(mesh.counts) written to \(out); \(mesh.measures)")
  }
}
