import PortraitClasses
import Camera
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors

/// The part of a portrait that does not depend on the camera, computed once for all poses.
struct Sitter {
  /// The generator that makes the portrait.
  let generator: Generator
  private let parts: Parts

  private enum Parts {
    case maps(GeneratedMaps)
    case composed(FlatPortraits)
  }

  /// Computes the part maps of one portrait from its W⁺, `[1, rows, L]`.
  init(_ generator: Generator, wplus: Tensor) {
    self.generator = generator
    let model = generator.configuration
    parts = withoutGradients {
      let latents = generator.expandedLatents(wplus: wplus)
      return model.rendering == .flat
        ? .composed(FlatGenerator(model, generator.parameters)(expandedLatents: latents))
        : .maps(generator.maps(of: latents))
    }
  }

  /// Renders the portrait from one pose; a flat model gives the same images for every pose.
  ///
  /// - Parameters:
  ///   - pose: the pose of the camera.
  ///   - chosen: the parts that compose the portrait, see ``GeneratedMaps/keeping(_:)``; all if nil. A
  ///     flat model always has all parts.
  /// - Returns: image, mask and depth.
  func pictures(from pose: CameraPose, parts chosen: Set<Int>? = nil) -> PortraitPictures {
    let model = generator.configuration
    switch parts {
    case .composed(let made):
      return PortraitPictures(model, pose, image: made.image, mask: made.mask, depth: nil)
    case .maps(let maps):
      let options = Generator.Options.evaluation(model)
      let made = withoutGradients {
        generator.portraits(
          of: chosen.map(maps.keeping) ?? maps, from: pose.tensor(maps.relativeDepth.scalarType),
          options: options)
      }
      let depth = generator.renderer(options).volumeWeights.normalizedDepth(
        made.view.ray.renderingWeights[0], at: made.view.rayDepths[0]
      ).reshaped([model.coarseSize, model.coarseSize])
      return PortraitPictures(model, pose, image: made.image, mask: made.mask, depth: depth)
    }
  }
}

/// The image, mask and depth of one portrait, for files and sheets.
struct PortraitPictures {
  /// The RGB image at the model's image size.
  let image: Picture
  /// The most probable class of every pixel.
  let mask: IndexedImage
  /// The normalized depth, `[H, W]`, in world units along the ray; nil for a flat model.
  let depth: Tensor?

  /// Whether no ray meets anything dense, so that there is no depth anywhere.
  var isEmpty: Bool { depth?.scalars.allSatisfy(\.isNaN) ?? false }

  /// The width and height of a tile in pixels.
  static let tileSide = 128

  private let camera: Camera
  private let pose: CameraPose

  /// Makes the pictures of the first image of a batch.
  init(
    _ model: Configuration, _ pose: CameraPose, image: Tensor, mask scores: Tensor, depth: Tensor?
  ) {
    (camera, self.pose) = (model.camera, pose)
    self.image = .image(image[0], range: .signed)
    self.depth = depth
    mask = IndexedImage(
      labels: scores[0].argmax(axis: 0),
      palette: (0..<model.parts).map { part in
        let color = ClassPalette.portrait.color(part)
        return PaletteColor(color.red, color.green, color.blue)
      })
  }

  /// The RGB image for a file.
  var imageFile: Image { image.image }

  /// The depth in colors from the near to the far end of the rays, with a color bar.
  var depthPicture: Picture? {
    depth.map {
      Rendering.distanceMap(
        $0, range: camera.near...camera.far, unit: "world", reference: "distance along the ray"
      ).picture
    }
  }

  /// The meaning of the values of the 16-bit depth; nil for a flat model.
  var coding: DepthCoding? {
    depth.map { DepthCoding(camera, from: pose, width: $0.shape[1], height: $0.shape[0]) }
  }

  /// The image, mask and depth as a row of square tiles.
  var tiles: Picture {
    let depths = depth.map { depth in
      Rendering.distanceMap(depth, range: camera.near...camera.far).compact
    }
    return .row([image, mask.colored, depths].compactMap { $0?.tile(Self.tileSide) }, gap: 4)
  }
}

extension IndexedImage {
  /// The class numbers in the colors of the mask palette.
  var colored: Picture {
    Picture(width: width, height: height) { row, column in
      ClassPalette.portrait.color(Int(indices[row * width + column]))
    }
  }
}

extension Picture {
  /// The picture with three channels of 8 bits, for a file.
  var image: Image {
    Image(width: width, height: height, channels: 3, samples: bytes.map(UInt16.init))
  }

  /// Returns the picture enlarged or reduced to a square tile.
  ///
  /// When the picture is reduced, each pixel is the mean of the pixels it covers.
  func tile(_ side: Int) -> Picture {
    guard width > side || height > side else { return enlarged(toFill: side) }
    return Picture(width: side, height: side) { row, column in
      let rows = row * height / side..<max(row * height / side + 1, (row + 1) * height / side)
      let columns =
        column * width / side..<max(column * width / side + 1, (column + 1) * width / side)
      var sum = (0.0, 0.0, 0.0)
      for y in rows {
        for x in columns {
          let pixel = self[y, x].unit
          sum = (sum.0 + pixel.red, sum.1 + pixel.green, sum.2 + pixel.blue)
        }
      }
      let count = Double(rows.count * columns.count)
      return Color(unit: sum.0 / count, sum.1 / count, sum.2 / count)
    }
  }
}
