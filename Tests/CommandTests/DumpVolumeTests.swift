import Camera
import Foundation
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

/// `dump --volumes nrrd` writes volumes for viewers, in world units and the right way up.
@Suite("Volumes of a dump for viewers")
struct DumpVolumeTests {
  private func run(_ arguments: [String], _ folder: URL) throws -> Command.Outcome {
    try Command.run(
      ["dump", "--preset", "tiny", "--volumes", "nrrd"] + arguments + ["--out", folder.path])
  }

  /// Element [plane, row, column] of the array is at column x, row y from the bottom, plane z.
  @Test(arguments: ["down", "up"])
  func everyVoxelIsAtItsPlace(rowAxis: String) throws {
    let folder = try TemporaryFolder()
    let assignments = ["rowAxis=\(rowAxis)", "depthPlanes=7"]
    let outcome = try run(
      ["--names", "fused_density3d,part01_feature3d"]
        + assignments.flatMap { ["--set", $0] }, folder("d"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let model = try Configuration.tiny.setting(assignments)
    let grid = VoxelGrid(
      box: model.volumeBox, planes: model.depthPlanes, rows: model.coarseSize,
      columns: model.coarseSize, rowAxis: model.rowAxis)
    for name in ["fused_density3d", "part01_feature3d"] {
      let array = try NPYFile.read(folder("d/\(name).npy")).tensor
      let file = try NRRDContents(folder("d/\(name).nrrd"))
      let channels = array.rank == 4 ? array.shape[0] : 1
      #expect(
        file.sizes == (array.rank == 4 ? [channels] : [])
          + [grid.columns, grid.rows, grid.planes])
      // The place of a voxel as a viewer without directions computes it.
      let origin = try #require(file.vectors("space origin").first)
      let steps = file.vectors("space directions").map { step in
        step.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      try #require(steps.count == 3)
      let values = array.scalars
      for index in file.values.indices {
        let voxel = index / channels
        let place = [
          voxel % grid.columns, voxel / grid.columns % grid.rows,
          voxel / grid.columns / grid.rows,
        ]
        let world = Vector(
          origin[0] + Double(place[0]) * steps[0], origin[1] + Double(place[1]) * steps[1],
          origin[2] + Double(place[2]) * steps[2])
        let position = grid.position(of: world)
        let (plane, row, column) = (
          Int(position.plane.rounded()), Int(position.row.rounded()),
          Int(position.column.rounded())
        )
        #expect(abs(position.row - Double(row)) < 1e-9)
        let element =
          ((index % channels * grid.planes + plane) * grid.rows + row) * grid.columns + column
        if file.values[index] != values[element] {
          Issue.record(
            "\(name): voxel \(place) holds \(file.values[index]), not \(values[element])")
          return
        }
      }
      // A viewer with directions: L is x, S is y, A is z.
      #expect(file.fields["space"] == "left-posterior-superior")
      let directions = file.vectors("space directions")
      #expect(directions[0][0] > 0 && directions[1][2] > 0 && directions[2][1] < 0)
      #expect(directions.joined().filter { $0 != 0 }.count == 3)
      #expect(file.notes["name"] == name)
    }
  }

  @Test func allVolumesAreWrittenAndOldOnesRemoved() throws {
    let folder = try TemporaryFolder()
    #expect(try run([], folder("d")).status == 0)
    func written() throws -> Set<String> {
      Set(try folder.files("d").filter { $0.hasSuffix(".nrrd") }.map { String($0.dropLast(5)) })
    }
    let names = Set(DumpNames.volumes(.tiny))
    #expect(try written() == names && names.contains("part01_psi"))
    // Volumes of an earlier dump would pass for those of this one.
    let plain = try Command.run(
      ["dump", "--preset", "tiny", "--seed", "1", "--out", folder("d").path])
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(try written().isEmpty)
  }

  @Test func aDumpIsMadeAgainWithVolumes() throws {
    let folder = try TemporaryFolder()
    let names = ["--names", "fused_density3d,w"]
    #expect(try run(names, folder("a")).status == 0)
    let again = try Command.run(
      [
        "dump", "--again", folder("a").path, "--volumes", "nrrd", "--out", folder("b").path,
      ])
    #expect(again.status == 0, "\(again.errors)")
    let file = "fused_density3d.nrrd"
    #expect(try Data(contentsOf: folder("a/\(file)")) == Data(contentsOf: folder("b/\(file)")))
  }

  @Test(arguments: [
    (["--set", "rendering=flat"], "--volumes: the model is flat"),
    (["--names", "w,image"], "--volumes: none of the tensors is a volume"),
    (["--volumes", "vtk"], "nrrd"),
  ])
  func withoutVolumesThereIsOneLine(arguments: [String], words: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try run(arguments, folder("d"))
    #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.errorLines.filter { $0.hasPrefix("Error:") }.count == 1)
  }
}
