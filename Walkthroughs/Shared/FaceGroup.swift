import Camera
import Inspection
import ModelConfiguration
import PortraitClasses
import PortraitModel
import ProceduralPortraits
import Tensors

/// Portraits with their labels, generated or of the data, that are measured in the same way.
struct FaceGroup: Sendable {
  /// The classes that a face's middle is made of.
  static let inside: [PartClass] = [.face, .eyes, .brows, .mouth, .nose]

  /// `[B, 3, S, S]`, 0 … 1.
  let image: Tensor
  /// The likeliest class of every pixel, `[B, S, S]`.
  let labels: Tensor
  /// How far away what every ray met stands, times how much of its light was stopped, `[B, H, W]`.
  private let distance: Tensor
  /// How much of its light was stopped, `[B, H, W]`, 0 … 1.
  private let light: Tensor
  /// What every ray shows, `[B, H, W]`.
  private let rayLabels: Tensor

  /// Procedural portraits of the kind that the shipped generator learned from, all from one side.
  init(data count: Int, size: Int, camera: Camera, turned: Double = 0) {
    let portraits = (0..<count).map { index in
      PortraitScene(.random(seed: UInt64(index))).render(
        pose: CameraPose(turnedLeft: turned), camera: camera, size: size)
    }
    image = .stacked(portraits.map { $0.imageTensor / 2 + 0.5 })
    labels = .stacked(portraits.map { Tensor([size, size], $0.labels.map(Float.init)) })
    distance = .stacked(portraits.map { Tensor([size, size], $0.depth) })
    light = distance * 0 + 1
    rayLabels = labels
  }

  /// Generated portraits.
  init(_ made: GeneratedPortraits) {
    image = (made.image / 2 + 0.5).clamped(0, 1)
    labels = made.mask.argmax(axis: 1).cast(to: .float32)
    distance = made.view.expectedDepth
    light = made.view.ray.renderingWeights.sum(axes: [-1]).reshaped(distance.shape)
    rayLabels = made.view.maskProbabilities.argmax(axis: 1).cast(to: .float32)
  }

  /// 1 where a pixel has one of the classes, `[B, S, S]`.
  func region(_ parts: [PartClass]) -> Tensor { Self.region(parts, of: labels) }

  private static func region(_ parts: [PartClass], of labels: Tensor) -> Tensor {
    parts.map { labels.isEqual(to: .scalar(Double($0.rawValue))) }.reduce(labels * 0, +)
  }

  /// How much farther from the camera hair is than the face on average, world units.
  var relief: Double {
    func mean(_ parts: [PartClass]) -> Double {
      let region = Self.region(parts, of: rayLabels)
      return ((region * distance).sum() / (region * light).sum()).item
    }
    return mean([.hair]) - mean(Self.inside)
  }

  /// The share of all pixels that have one of the classes.
  func share(_ parts: [PartClass]) -> Double { region(parts).mean().item }

  /// In how many portraits the middle of hair and hat is above that of the face; share of all.
  ///
  /// Under a hat, what is left of the hair may hang beside the face.
  var hairAbove: Double {
    func rows(_ parts: [PartClass]) -> Tensor {
      let region = region(parts)
      let places = Tensor.counting(to: region.shape[1]).unsqueezed(axis: 1)
      return (region * places).sum(axes: [1, 2]) / region.sum(axes: [1, 2])
    }
    // Where a portrait has neither hair nor hat, or no face, its row is not a number, and greater than none.
    return rows(Self.inside).isGreater(than: rows([.hair, .hat])).mean().item
  }

  /// The column of the middle of all pixels that have one of the classes; not a number without any.
  func middleColumn(_ parts: [PartClass]) -> Double {
    let region = region(parts)
    return ((region * .counting(to: region.shape[2])).sum() / region.sum()).item
  }

  /// How much of the colours' variance within a portrait is one between its classes, 0 … 1: masks
  /// that lie where the image shows something else say nothing about its colours.
  var varianceExplained: Double {
    let (count, pixels) = (image.shape[0], image.shape[2] * image.shape[3])
    let colors = image.reshaped([count, 3, pixels])
    let middle = colors.mean(axes: [2], keepingAxes: true)
    let classes = Tensor.stacked(PartClass.allCases.map { region([$0]) }, axis: 1)
      .reshaped([count, PartClass.count, pixels])
    let sizes = classes.sum(axes: [2], keepingAxes: true)  // [B, K, 1]
    let sums = classes.matmul((colors - middle).transposed())  // [B, K, 3]
    let between = (sums.squared() / sizes.maximum(.scalar(1))).sum()
    return (between / (colors - middle).squared().sum()).item
  }

  /// How much two neighbours differ on average, pixel by pixel.
  var variety: Double {
    let count = image.shape[0]
    let (first, second) = (
      image.sliced(axis: 0, from: 0, length: count - 1),
      image.sliced(axis: 0, from: 1, length: count - 1)
    )
    return (first - second).absolute().mean().item
  }

  /// How many times portraits are enlarged to be looked at: to 128 pixels or a little less.
  static func enlargement(of images: Tensor) -> Int { max(1, 128 / images.shape[images.rank - 1]) }

  /// Images above their masks, in lines.
  func picture(columns: Int) -> Picture {
    let factor = Self.enlargement(of: image)
    let starts = stride(from: 0, to: image.shape[0], by: columns)
    return .column(
      starts.flatMap { start in
        let line = start..<min(start + columns, image.shape[0])
        return [
          imagePictures(line.map { image[$0] }, factor: factor),
          palettePictures(line.map { labels[$0] }, factor: factor),
        ]
      }, gap: 4)
  }
}
