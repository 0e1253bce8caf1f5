import Camera
import Inspection
import ModelConfiguration
import PortraitClasses
import PortraitModel
import ProceduralPortraits
import Tensors

/// Portraits with their labels, generated or from the data, with measures that treat both alike.
struct FaceGroup: Sendable {
  /// The classes that count as the face: face base, eyes, brows, mouth and nose.
  static let inside: [PartClass] = [.face, .eyes, .brows, .mouth, .nose]

  /// The images, `[B, 3, S, S]`, 0 … 1.
  let image: Tensor
  /// The most probable class of every pixel, `[B, S, S]`.
  let labels: Tensor
  /// The expected depth Σ w t of every ray, world units, `[B, H, W]`.
  private let distance: Tensor
  /// The share Σ w of the light that every ray stops, `[B, H, W]`, 0 … 1.
  private let light: Tensor
  /// The most probable class of every ray, `[B, H, W]`.
  private let rayLabels: Tensor

  /// Renders procedural portraits like those of the shipped generator's training data, from one pose.
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

  /// Creates a group of generated portraits.
  init(_ made: GeneratedPortraits) {
    image = made.image.unitRange
    labels = made.mask.argmax(axis: 1).cast(to: .float32)
    distance = made.view.expectedDepth
    light = made.view.ray.renderingWeights.sum(axes: [-1]).reshaped(distance.shape)
    rayLabels = made.view.maskProbabilities.argmax(axis: 1).cast(to: .float32)
  }

  /// Joins groups of portraits of one size.
  init(joining groups: [FaceGroup]) {
    func joined(_ maps: KeyPath<FaceGroup, Tensor>) -> Tensor {
      .concatenated(groups.map { $0[keyPath: maps] }, axis: 0)
    }
    (image, labels, distance) = (joined(\.image), joined(\.labels), joined(\.distance))
    (light, rayLabels) = (joined(\.light), joined(\.rayLabels))
  }

  /// Returns a map that is 1 where a pixel has one of the classes and 0 elsewhere, `[B, S, S]`.
  func region(_ parts: [PartClass]) -> Tensor { Self.region(parts, of: labels) }

  private static func region(_ parts: [PartClass], of labels: Tensor) -> Tensor {
    parts.map { labels.isEqual(to: .scalar(Double($0.rawValue))) }.reduce(labels * 0, +)
  }

  /// The mean depth of the hair minus that of the face, world units; positive if the face is nearer.
  var relief: Double {
    func mean(_ parts: [PartClass]) -> Double {
      let region = Self.region(parts, of: rayLabels)
      return ((region * distance).sum() / (region * light).sum()).item
    }
    return mean([.hair]) - mean(Self.inside)
  }

  /// Returns the share of all pixels that have one of the classes.
  func share(_ parts: [PartClass]) -> Double { region(parts).mean().item }

  /// The share of portraits in which the mean row of hair and hat is above that of the face.
  ///
  /// The hat is included because the hair that a hat leaves visible may be beside the face.
  var hairAbove: Double {
    func rows(_ parts: [PartClass]) -> Tensor {
      let region = region(parts)
      let places = Tensor.counting(to: region.shape[1]).unsqueezed(axis: 1)
      return (region * places).sum(axes: [1, 2]) / region.sum(axes: [1, 2])
    }
    // Without hair and hat, or without a face, a mean row is NaN. The comparison is then false.
    return rows(Self.inside).isGreater(than: rows([.hair, .hat])).mean().item
  }

  /// Returns the mean column of all pixels that have one of the classes; NaN if there are none.
  func middleColumn(_ parts: [PartClass]) -> Double {
    let region = region(parts)
    return ((region * .counting(to: region.shape[2])).sum() / region.sum()).item
  }

  /// The share of the color variance within a portrait that lies between its classes, 0 … 1.
  ///
  /// The share is small if the masks do not fit the image: the classes then do not explain its colors.
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

  /// The mean absolute difference of the pixels of consecutive portraits.
  var variety: Double {
    let count = image.shape[0]
    let (first, second) = (
      image.sliced(axis: 0, from: 0, length: count - 1),
      image.sliced(axis: 0, from: 1, length: count - 1)
    )
    return (first - second).absolute().mean().item
  }

  /// The images as tiles, each above its mask.
  var tiles: [Gallery.Tile] {
    (0..<image.shape[0]).map { index in
      let title = "\(index + 1)"
      return .image(title, image[index]).above(
        .labels(title, labels[index], palette: .portrait))
    }
  }
}

extension Tensor {
  /// Images from −1 to 1 as images from 0 to 1, clamped to that range.
  var unitRange: Tensor { (self / 2 + 0.5).clamped(0, 1) }
}
