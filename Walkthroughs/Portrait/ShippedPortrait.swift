import Foundation
import PortraitData
import TensorFiles
import Tensors

extension PortraitInput {
  /// Reads a portrait folder: picture, classes and every part alone.
  ///
  /// - Parameter folder: as `PortraitFolder` writes it.
  /// - Throws: the readers' errors when a file is missing or does not fit the record.
  /// - Returns: the portrait, with its scene as the truth for other views.
  public static func read(_ folder: URL) throws -> PortraitInput {
    let record = try PortraitFolder.read(folder)
    let front = try PNGFile.read(folder.appendingPathComponent("front.png"), alpha: .drop)
    let labels = try PNGFile.readIndexed(folder.appendingPathComponent("labels.png"))
    let maps = try PartClass.allCases.map { try record.maps(of: $0, in: folder) }
    return PortraitInput(
      name: "the shipped portrait", image: front.unitTensor.permuted([2, 0, 1]),
      labels: labels.labels,
      colour: .stacked(maps.map(\.colorTensor)),
      coverage: .concatenated(maps.map(\.coverageTensor), 0),
      absoluteDepth: .concatenated(maps.map(\.depthTensor), 0), grid: record.grid,
      camera: record.camera, truth: PortraitScene(record.parameters))
  }
}
