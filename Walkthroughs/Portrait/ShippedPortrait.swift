import Foundation
import PortraitClasses
import ProceduralPortraits
import TensorFiles
import Tensors

extension PortraitInput {
  /// Reads a portrait folder: the picture, the classes and the maps of every part.
  ///
  /// - Parameter folder: a folder that `PortraitFolder` wrote.
  /// - Throws: the readers' errors if a file is missing or does not match the record.
  /// - Returns: the portrait, with its scene as the ground truth for other views.
  public static func read(_ folder: URL) throws -> PortraitInput {
    let record = try PortraitFolder.read(folder)
    let front = try PNGFile.read(folder.appendingPathComponent("front.png"), alpha: .drop)
    let labels = try PNGFile.readIndexed(folder.appendingPathComponent("labels.png"))
    let maps = try PartClass.allCases.map { try record.maps(of: $0, in: folder) }
    return PortraitInput(
      name: "the shipped portrait", image: front.unitTensor.permuted(axes: [2, 0, 1]),
      labels: labels.labels,
      color: .stacked(maps.map(\.colorTensor)),
      coverage: .concatenated(maps.map(\.coverageTensor), axis: 0),
      absoluteDepth: .concatenated(maps.map(\.depthTensor), axis: 0), grid: record.grid,
      camera: record.camera, truth: PortraitScene(record.parameters))
  }
}
