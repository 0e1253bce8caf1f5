import Camera
import CommandStatus
import Inspection
import ModelConfiguration
import PortraitClasses
import PortraitModel
import RenderedPortraits
import Tensors

/// A figure of the paper, laid out from generators.
struct PaperFigure {
  /// What the figure shows, in a few words.
  let title: String
  /// How it was made and how to read it; a blank line separates paragraphs.
  let text: String
  /// The rows from top to bottom.
  let rows: [Row]
  /// Figures that belong to it, such as D_mean.
  var numbers: [(name: String, value: String)] = []

  /// A row of tiles with a line above it.
  struct Row {
    let title: String
    let tiles: [Picture]

    init(_ title: String, _ tiles: [Picture]) { (self.title, self.tiles) = (title, tiles) }
  }

  /// All rows as one picture; empty rows are left out.
  var sheet: Picture {
    .column(
      rows.filter { !$0.tiles.isEmpty }.flatMap { row in
        [
          Picture.label(row.title),
          .row(row.tiles.map { $0.tile(PortraitPictures.tileSide) }, gap: 4),
        ]
      }, gap: 4
    ).padded(top: 8, left: 8, bottom: 8, right: 8)
  }
}

/// Lays out the figures of the paper.
struct FigureMaker {
  /// The generators; the figures show the first one, and compare it with the others.
  let models: [ComparedModel]
  /// The seed of the portrait.
  let seed: UInt64
  /// The seed of the first donor; further donors have the seeds that follow.
  let donor: UInt64

  var first: ComparedModel { models[0] }

  /// Returns a figure by its number in the paper, 1 … 10.
  ///
  /// - Parameter number: the number.
  /// - Throws: `WrongUse` if the model lacks what the figure shows.
  /// - Returns: the figure, with at least one row.
  func figure(_ number: Int) throws(WrongUse) -> PaperFigure {
    let figure = made(number)
    if figure.rows.allSatisfy(\.tiles.isEmpty) {
      throw WrongUse(
        "figure \(number): no model has the parts that it shows, or a volume; name another model with "
          + "--checkpoint")
    }
    return figure
  }

  private func made(_ number: Int) -> PaperFigure {
    switch number {
    case 1: synthesis
    case 2: pipeline
    case 3: partGenerator
    case 4: mouthEdit
    case 5: edits
    case 6: views
    case 7: relativeDepth
    case 8: progressive
    case 9: maskWeights
    default: interpolation
    }
  }

  /// Returns poses evenly spread over ±1.5 standard deviations of the training yaw; a flat model has one.
  func poses(_ count: Int, _ model: ComparedModel) -> [CameraPose] {
    guard !model.isFlat else { return [.frontal] }
    let camera = model.configuration.camera
    return camera.poses(
      count, around: CameraPose(yaw: camera.yawMean, pitch: camera.pitchMean))
  }

  /// Returns the pictures of a portrait from several poses.
  func pictures(
    _ sitter: Sitter, _ count: Int, _ model: ComparedModel, parts: Set<Int>? = nil
  ) -> [PortraitPictures] {
    poses(count, model).map { sitter.pictures(from: $0, parts: parts) }
  }

  /// The words on models to compare with, if there are none.
  var missingModels: String {
    models.count > 1
      ? "" : "\n\nNo other model was named; --against NAME=FOLDER puts one beside this one."
  }

  /// An empty tile.
  var blank: Picture {
    Picture(width: PortraitPictures.tileSide, height: PortraitPictures.tileSide) { _, _ in .white }
  }
}
