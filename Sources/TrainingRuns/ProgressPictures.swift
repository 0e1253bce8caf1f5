import PortraitClasses
import Camera
import Foundation
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors

/// Pictures of fixed latents, made by the moving average, which show the progress of a run.
struct ProgressPictures {
  /// The number of portraits on a sheet; their seeds are 0, 1, ….
  static let count = 6
  private static let side = 128
  private static let gap = 4

  /// The sheet of images, masks, depths and turned views, one column for each portrait; for a flat model,
  /// of images and masks.
  let sheet: Picture
  /// The images only.
  let front: Picture

  /// Returns captions of the rows of the sheet, from the top; a flat model cannot be turned.
  static func rows(_ kind: GeneratorKind) -> [String] {
    let turned = [
      "depth (bright is near)", "turned to one side", "its mask", "turned to the other side",
    ]
    return ["portrait", "mask"] + (kind == .flat ? [] : turned)
  }

  /// Returns the yaw of the turned views: 1.5 times the standard deviation of training, in radians.
  static func turn(_ camera: Camera) -> Double { 1.5 * camera.yawDeviation }

  /// Creates the pictures from the weights of the moving average.
  init(_ average: Parameters, _ model: Configuration) {
    let generator = Generator(model, average)
    let options = Generator.Options.evaluation(model)
    // A portrait from the front, turned to one side and to the other.
    let turns = model.kind == .flat ? [0] : [0, Self.turn(model.camera), -Self.turn(model.camera)]
    let poses = turns.map { turn in
      Tensor([1, 2], [model.camera.yawMean + turn, model.camera.pitchMean]).cast(to: .float32)
    }
    let columns = withoutGradients {
      (0..<Self.count).map { seed in
        let subject = PortraitSubject(
          generator, expandedLatents: generator.latents(seed: UInt64(seed)).expanded)
        return poses.map { subject.made(from: $0, options: options) }
      }
    }
    let range = Self.range(of: model)
    let depths = columns.compactMap { views in
      views[0].view.map { view in
        let depth = generator.renderer(options).volumeWeights.normalizedDepth(
          view.ray.renderingWeights[0], at: view.rayDepths[0]
        ).reshaped([model.coarseSize, model.coarseSize])
        return Rendering.distanceMap(depth, range: range).compact.enlarged(toFill: Self.side)
      }
    }
    front = .row(columns.map { Self.image($0[0].image[0]) }, gap: Self.gap)
    var rows = [front, .row(columns.map { Self.mask($0[0].mask[0]) }, gap: Self.gap)]
    if model.kind != .flat {
      rows += [
        .row(depths, gap: Self.gap),
        .row(columns.map { Self.image($0[1].image[0]) }, gap: Self.gap),
        .row(columns.map { Self.mask($0[1].mask[0]) }, gap: Self.gap),
        .row(columns.map { Self.image($0[2].image[0]) }, gap: Self.gap),
      ]
    }
    sheet = .column(rows, gap: Self.gap)
  }

  /// Returns the first real portraits of a batch above their masks.
  static func real(_ image: Tensor, _ mask: Tensor) -> Picture {
    let count = min(Self.count, image.shape[0])
    return .column(
      [
        .row((0..<count).map { Self.image(image[$0]) }, gap: gap),
        .row((0..<count).map { Self.mask(mask[$0]) }, gap: gap),
      ], gap: gap)
  }

  /// Returns the depths between the near and the far face of the volume, seen from the front.
  private static func range(of model: Configuration) -> ClosedRange<Double> {
    let (camera, box) = (model.camera, model.volumeBox)
    let near = max(camera.near, camera.radius - box.max.z)
    let far = min(camera.far, camera.radius - box.min.z)
    return near < far ? near...far : camera.near...camera.far
  }

  private static func image(_ image: Tensor) -> Picture {
    .image(image, range: .signed).enlarged(toFill: side)
  }

  private static func mask(_ scores: Tensor) -> Picture {
    Rendering.labels(scores.argmax(axis: 0), palette: .portrait).compact.enlarged(toFill: side)
  }
}
