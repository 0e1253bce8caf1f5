import Camera
import Foundation
import PortraitData
import TensorFiles
import Tensors

/// What is wrong with somebody's own picture or labels.
public struct UserPortraitError: Error, Equatable, CustomStringConvertible {
  /// One line: what, where, how to mend it.
  public let description: String
}

/// Somebody's own photograph with its labels, made ready to be lifted.
///
/// The box is tightened to what the frontal camera sees, so that all 64 × 64 map elements lie in the
/// picture. Depths come from a depth picture or, without one, from `DepthPrior`. Each part's colours
/// and mask are read from the photograph where its depth puts them, so the frontal view shows the
/// photograph again.
public struct UserPortrait {
  /// Rows and columns of the maps and planes of the volume, as in the paper.
  static let (mapSize, depthPlanes) = (64, 32)
  /// How far the box reaches behind and in front of the head's middle, world units.
  static let (behind, inFront) = (0.17, 0.13)
  /// Half the width of a head, world units: what the depth prior counts in.
  static let headHalfWidth = 0.075

  private let image: Tensor
  private let labels: [UInt8]
  private let labelFile: String
  private let size: Int
  private let depth: Tensor?
  private let grid: VoxelGrid
  private let camera = Camera()

  /// Reads the files and checks that they fit together.
  ///
  /// - Parameters:
  ///   - imageFile: a square PNG or JPEG photograph.
  ///   - labelFile: a grey or palette PNG of the same size; its values are class numbers.
  ///   - classes: how the numbers are to be read.
  ///   - depthFile: optionally a 16-bit grey PNG of the same size, v / 65535 · 31 planes, bright is
  ///     near.
  /// - Throws: `UserPortraitError`, `DatasetError` or the readers' errors, when a file does not fit.
  public init(
    image imageFile: URL, labels labelFile: URL, classes: LabelScheme, depth depthFile: URL?
  ) throws {
    let photograph = try Self.readImage(imageFile)
    let labelMap = try PNGFile.readIndexed(labelFile)
    guard photograph.width == photograph.height, photograph.width >= 16 else {
      throw UserPortraitError(
        description: "\(imageFile.path): is \(photograph.height) × \(photograph.width), expected a "
          + "square of 16 or more; crop it around the head")
    }
    guard labelMap.width == photograph.width, labelMap.height == photograph.height else {
      throw UserPortraitError(
        description: "\(labelFile.path): is \(labelMap.height) × \(labelMap.width), expected "
          + "\(photograph.height) × \(photograph.width) like the picture; resize it without smoothing"
      )
    }
    size = photograph.width
    let colours = photograph.unitTensor.permuted([2, 0, 1])
    image = colours.shape[0] == 1 ? colours.repeated(0, times: 3) : colours
    self.labelFile = labelFile.path
    labels = try classes.parts(of: labelMap.indices, name: labelFile.path)
    depth = try depthFile.map { try Self.readDepth($0, size: photograph.width) }
    let half = camera.halfExtent * (camera.radius + Self.behind)
    grid = VoxelGrid(
      box: VolumeBox(
        min: Vector(-half, -half, -Self.behind), max: Vector(half, half, Self.inFront)),
      planes: Self.depthPlanes, rows: Self.mapSize, columns: Self.mapSize)
  }

  private static func readImage(_ file: URL) throws -> Image {
    let isPNG = file.pathExtension.lowercased() == "png"
    return try isPNG ? PNGFile.read(file, alpha: .drop) : JPEGFile.read(file)
  }

  private static func readDepth(_ file: URL, size: Int) throws -> Tensor {
    let picture = try PNGFile.read(file, alpha: .drop)
    guard picture.width == size, picture.height == size, picture.channels == 1,
      picture.bitsPerSample == 16
    else {
      throw UserPortraitError(
        description:
          "\(file.path): is \(picture.height) × \(picture.width) with \(picture.channels) "
          + "channels of \(picture.bitsPerSample) bits, expected \(size) × \(size) grey of 16 bits; save it as 16-bit grey PNG"
      )
    }
    return picture.unitTensor.permuted([2, 0, 1]) * Double(depthPlanes - 1)
  }

  /// The portrait as maps of every part; an error when the labels show no face.
  public func input(name: String) throws -> PortraitInput {
    let prior = try prior()
    let depths = absoluteDepths(prior)
    let parts = PartClass.allCases.map { part in
      let pixels = pixels(at: depths[part.rawValue])
      let mask = Tensor([1, size, size], labels.map { Float($0 == part.rawValue ? 1 : 0) })
      let seen = HiddenFill(
        colour: image.sampled(at: pixels).transposed().reshaped([3, grid.rows, grid.columns]),
        coverage: mask.sampled(at: pixels).reshaped([grid.rows, grid.columns]))
      // What a turned camera uncovers is not in the photograph: it is continued from what is.
      switch part {
      case .background: return seen.continued { _, _ in true }
      case .face:
        return seen.continued { row, column in prior.face.dome(Double(row), Double(column)) > 0 }
      default: return seen
      }
    }
    return PortraitInput(
      name: name, image: image, labels: Tensor([size, size], labels.map { Int32($0) }),
      colour: .stacked(parts.map(\.colour)), coverage: .stacked(parts.map(\.coverage)),
      absoluteDepth: .stacked(
        depths.map { depth in
          Tensor([grid.rows, grid.columns], depth.map { Float($0) })
        }), grid: grid, camera: camera, truth: nil)
  }

  /// The head that the labels show.
  private func prior() throws -> DepthPrior {
    let classes = Tensor([1, size, size], labels.map { Float($0) })
    let middle = [Double](repeating: grid.plane(ofDepth: 0), count: grid.rows * grid.columns)
    let nearest = classes.sampled(at: (pixels(at: middle) + 0.5).floor())
    let prior = DepthPrior(labels: nearest.scalars.map { UInt8($0) }, columns: grid.columns)
    guard let prior else {
      throw UserPortraitError(
        description: "\(labelFile): shows no face (class 1); check --classes, or the picture")
    }
    return prior
  }

  /// d̂ of every part at every map element, in planes.
  private func absoluteDepths(_ prior: DepthPrior) -> [[Double]] {
    let places = 0..<grid.rows * grid.columns
    if let depth {
      let middle = places.map { _ in grid.plane(ofDepth: 0) }
      let seen = depth.sampled(at: pixels(at: middle)).scalars
      return PartClass.allCases.map { _ in seen }
    }
    return PartClass.allCases.map { part in
      places.map { index in
        let depth = prior.depth(
          of: part, row: Double(index / grid.columns), column: Double(index % grid.columns))
        return min(max(grid.plane(ofDepth: depth * Self.headHalfWidth), 0), Double(grid.planes - 1))
      }
    }
  }

  /// The photograph's pixels (column, row) under the map elements at given depths, `[P, 2]`.
  private func pixels(at planes: [Double]) -> Tensor {
    let frame = camera.frame(at: .frontal)
    let half = Double(size - 1) / 2
    let places = planes.indices.flatMap { index -> [Double] in
      let point = grid.world(
        at: VoxelPosition(
          plane: planes[index], row: Double(index / grid.columns),
          column: Double(index % grid.columns)))
      guard let seen = camera.projection(of: point, in: frame) else { return [half, half] }
      return [half * (1 + seen.x), half * (1 - seen.y)]
    }
    return Tensor([planes.count, 2], places).cast(to: .float32)
  }
}

extension VoxelGrid {
  /// The plane at a world z.
  fileprivate func plane(ofDepth z: Double) -> Double {
    position(of: Vector(0, 0, z)).plane
  }
}
