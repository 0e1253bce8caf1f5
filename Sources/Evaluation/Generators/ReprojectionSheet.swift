import Camera
import Inspection
import PortraitModel
import Tensors

/// A sheet of turned generated portraits, above the predictions from their frontal views.
public struct ReprojectionSheet: Sendable {
  private let fronts: [SeenPortrait]
  private let sides: [[SeenPortrait]]

  /// The largest number of portraits on a sheet.
  private static let most = 4
  private static let side = 128
  private static let gap = 4

  /// Creates a sheet of the first portraits of a sample.
  public init(_ sample: GeneratedSample) {
    let portraits = sample.portraits(0..<min(Self.most, sample.count))
    let camera = sample.generator.configuration.camera
    fronts = portraits.seen(from: camera.meanPose)
    sides = Camera.evaluationTurns.map { portraits.seen(from: camera.pose(turnedBy: $0)) }
  }

  /// The sheet: two rows per portrait, below a line of captions with the turns in radians.
  ///
  /// The first row has the rendered frontal and turned views. The second row has the depth, and the
  /// predicted turned views, gray where nothing is predicted.
  public var picture: Picture {
    .column([captions] + fronts.indices.map(rows), gap: 3 * Self.gap)
  }

  private var captions: Picture {
    let width = fronts.first.map { tile(image($0)).width } ?? 1
    return .row(
      (["front"] + Camera.evaluationTurns.map { "\($0 > 0 ? "+" : "")\($0) rad" }).map { text in
        var picture = Picture(width: width, height: Picture.lineHeight())
        picture.write(text, row: 0, column: width / 2, alignment: .center)
        return picture
      }, gap: Self.gap)
  }

  private func rows(_ index: Int) -> Picture {
    let (front, sheet) = (fronts[index], DepthSheet(fronts[index]))
    let depth = Rendering.distanceMap(
      Tensor([front.size, front.size], front.distances), range: range(front)
    ).compact.enlarged(toFill: Self.side)
    let rendered = sides.map { tile(image($0[index])) }
    let predicted = sides.map { tile(sheet.seen(from: $0[index].pose).image(elsewhere: 0.5)) }
    return .column(
      [
        .row([tile(image(front))] + rendered, gap: Self.gap),
        .row([depth] + predicted, gap: Self.gap),
      ], gap: Self.gap)
  }

  private func image(_ view: SeenPortrait) -> Tensor {
    Tensor([3, view.size, view.size], view.colors)
  }

  private func tile(_ image: Tensor) -> Picture {
    .image(image, range: .unit).enlarged(toFill: Self.side)
  }

  private func range(_ view: SeenPortrait) -> ClosedRange<Double> {
    let found = view.distances.filter(\.isFinite)
    guard let least = found.min(), let most = found.max(), least < most else {
      return view.camera.near...view.camera.far
    }
    return least...most
  }
}
