import Camera
import Foundation
import Inspection
import ModelConfiguration
import PortraitClasses
import PortraitModel
import TensorFiles
import Tensors

/// The image, mask and depth of one portrait, for files, sheets and the studio.
public struct PortraitPictures: Sendable {
  /// The RGB image at the model's image size.
  public let image: Picture
  /// The most probable class of every pixel.
  public let mask: IndexedImage
  /// The normalized depth, `[H, W]`, in world units along the ray; nil for a flat model.
  public let depth: Tensor?

  /// Whether no ray meets anything dense, so that there is no depth anywhere.
  public var isEmpty: Bool { depth?.scalars.allSatisfy(\.isNaN) ?? false }

  /// The width and height of a tile in pixels.
  public static let tileSide = 128

  private let camera: Camera
  private let pose: CameraPose

  /// Makes the pictures of the first image of a batch.
  private init(
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

  /// Makes the pictures of the first portrait of a rendered batch.
  ///
  /// - Parameters:
  ///   - made: the output of the generator.
  ///   - generator: the generator.
  ///   - pose: the pose of the camera.
  public init(_ made: MadePortraits, of generator: Generator, from pose: CameraPose) {
    let model = generator.configuration
    let depth = made.view.map { view in
      generator.renderer().volumeWeights.normalizedDepth(
        view.ray.renderingWeights[0], at: view.rayDepths[0]
      ).reshaped([model.coarseSize, model.coarseSize])
    }
    self.init(model, pose, image: made.image, mask: made.mask, depth: depth)
  }

  /// The RGB image for a file.
  public var imageFile: Image { image.image }

  /// The depth in colors from the near to the far end of the rays, with a color bar.
  public var depthPicture: Picture? { depthRendering?.picture }

  /// The depth in colors, a pixel for each ray.
  public var depthPixels: Picture? { depthRendering?.compact }

  private var depthRendering: Rendering? {
    depth.map {
      Rendering.distanceMap(
        $0, range: camera.near...camera.far, unit: "world units",
        reference: "distance along the ray")
    }
  }

  /// The meaning of the values of the 16-bit depth; nil for a flat model.
  public var coding: DepthCoding? {
    depth.map { DepthCoding(camera, from: pose, width: $0.shape[1], height: $0.shape[0]) }
  }

  /// Returns the depth as a 16-bit PNG file that says itself what its values mean; nil for a flat model.
  ///
  /// The file has a pixel for each ray.
  ///
  /// - Throws: `TensorFileError` if the picture cannot be encoded.
  public func depthFile() throws -> Data? {
    guard let depth, let coding else { return nil }
    let shares = depth.scalars.map(coding.brightness)
    let image = Image(unit: Tensor(depth.shape, shares), bitsPerSample: 16)
    return try PNGFile.encode(image, texts: [DepthCoding.keyword: coding.json])
  }

  /// The image, mask and depth as a row of square tiles.
  public var tiles: Picture {
    .row([image, mask.colored, depthPixels].compactMap { $0?.tile(Self.tileSide) }, gap: 4)
  }

  /// Returns the images of several portraits, or of several views, in one row, their masks in the next
  /// and their depths in the last.
  ///
  /// - Parameter pictures: the portraits from left to right, at least one.
  /// - Returns: square tiles.
  public static func sheet(_ pictures: [PortraitPictures]) -> Picture {
    let rows: [[Picture]] = [
      pictures.map(\.image), pictures.map(\.mask.colored), pictures.compactMap(\.depthPixels),
    ]
    return .column(
      rows.filter { !$0.isEmpty }.map { .row($0.map { $0.tile(tileSide) }, gap: 4) }, gap: 4)
  }
}

extension IndexedImage {
  /// The class numbers in the colors of the mask palette.
  public var colored: Picture {
    Picture(width: width, height: height) { row, column in
      ClassPalette.portrait.color(Int(indices[row * width + column]))
    }
  }
}

extension Picture {
  /// The picture with three channels of 8 bits, for a file.
  public var image: Image {
    Image(width: width, height: height, channels: 3, samples: bytes.map(UInt16.init))
  }

  /// Returns the picture enlarged or reduced to a square tile.
  ///
  /// When the picture is reduced, each pixel is the mean of the pixels it covers.
  public func tile(_ side: Int) -> Picture {
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
