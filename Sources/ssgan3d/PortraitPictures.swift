import Camera
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors

/// Who is portrayed: all of a portrait that does not depend on the camera, computed once.
struct Sitter {
  /// The model.
  let generator: Generator
  private let parts: Parts

  private enum Parts {
    case maps(GeneratedMaps)
    case composed(FlatPortraits)
  }

  /// Makes the parts of one portrait from its W⁺, `[1, rows, L]`.
  init(_ generator: Generator, wplus: Tensor) {
    self.generator = generator
    let model = generator.model
    parts = withoutGradients {
      let latents = generator.latents.expanded(wplus)
      return model.rendering == .flat
        ? .composed(FlatGenerator(model, generator.parameters)(expandedLatents: latents))
        : .maps(generator.maps(of: latents))
    }
  }

  /// The portrait from one pose; a flat model has the same from all.
  func pictures(from pose: CameraPose) -> PortraitPictures {
    let model = generator.model
    switch parts {
    case .composed(let made):
      return PortraitPictures(model, image: made.image, mask: made.mask, depth: nil)
    case .maps(let maps):
      let options = Generator.Options.evaluation(model)
      let made = withoutGradients {
        generator.portraits(
          of: maps, from: pose.tensor(maps.depth.scalarType), options: options)
      }
      let depth = generator.renderer(options).volumeWeights.normalizedDepth(
        made.view.ray.renderingWeights.at(0, 0), at: made.view.rayDepths.at(0, 0)
      ).reshaped([model.coarseSize, model.coarseSize])
      return PortraitPictures(model, image: made.image, mask: made.mask, depth: depth)
    }
  }
}

/// One portrait as files and tiles show it.
struct PortraitPictures {
  /// Red, green and blue, one pixel per pixel.
  let image: Picture
  /// The likeliest class of every pixel.
  let mask: IndexedImage
  /// Where the light is stopped, `[H, W]`, world units along the ray; none in a flat model.
  let depth: Tensor?

  /// The side of a tile in pixels.
  static let tileSide = 128

  private let camera: Camera

  /// Pictures of the first image of a batch.
  init(_ model: Configuration, image: Tensor, mask scores: Tensor, depth: Tensor?) {
    camera = model.camera
    self.image = .image(image.at(0, 0), range: .signed)
    self.depth = depth
    mask = IndexedImage(
      labels: scores.at(0, 0).argmax(0),
      palette: (0..<model.parts).map { part in
        let color = MaskPalette.color(part)
        return PaletteColor(color.red, color.green, color.blue)
      })
  }

  /// The portrait as a file holds it.
  var imageFile: Image { image.image }

  /// Depth in colours from the near to the far end of the rays, with the range beside it.
  var depthPicture: Picture? {
    depth.map { Rendering.scalarMap($0, range: camera.near...camera.far, unit: "world").picture }
  }

  /// Depth in 16 bits: 0 is the near end of the rays, 65535 the far end and where nothing is hit.
  var depthFile: Image? {
    depth.map { depth in
      let (near, far) = (camera.near, camera.far)
      let shares = depth.scalars.map { $0.isNaN ? 1 : ($0 - near) / (far - near) }
      return Image(unit: Tensor(depth.shape, shares), bitsPerSample: 16)
    }
  }

  /// Image, mask and depth in squares of one size, for a sheet.
  var tiles: Picture {
    let depths = depth.map { depth in
      Rendering.scalarMap(depth, range: camera.near...camera.far).compact
    }
    return .row([image, mask.coloured, depths].compactMap { $0?.tile(Self.tileSide) }, gap: 4)
  }
}

extension IndexedImage {
  /// Class numbers in the mask palette.
  var coloured: Picture {
    Picture(width: width, height: height) { row, column in
      MaskPalette.color(Int(indices[row * width + column]))
    }
  }
}

extension Picture {
  /// The picture as a file holds it, three channels of 8 bits.
  var image: Image {
    Image(width: width, height: height, channels: 3, samples: bytes.map(UInt16.init))
  }

  /// Squeezed or enlarged to a square: every pixel is the mean of those it covers.
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
