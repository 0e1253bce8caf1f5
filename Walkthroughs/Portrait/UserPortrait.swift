import Camera
import Datasets
import Foundation
import PortraitClasses
import TensorFiles
import Tensors

/// An error in the files of a user's portrait.
public struct UserPortraitError: Error, Equatable, CustomStringConvertible {
  /// One line: the file, the problem and how to fix it.
  public let description: String
}

/// A user's photograph with its labels, prepared for lifting.
///
/// The box is reduced to what the frontal camera sees, so that all 64 × 64 map elements lie in the
/// picture. Depths come from a depth picture (`MeasuredDepth`) or, without one, from `DepthPrior`. The
/// colors and the mask of each part are read from the pixels onto which the part's depth projects, so
/// the frontal view reproduces the photograph.
public struct UserPortrait {
  /// The number of rows and columns of the maps, and of planes of the volume, as in the paper.
  static let (mapSize, depthPlanes) = (64, 32)
  /// The reach of the box behind and in front of the middle of the head, in world units.
  static let (behind, inFront) = (0.17, 0.13)
  /// Half the width of a head, the unit of the depth prior, in world units.
  static let headHalfWidth = 0.075

  private let image: Tensor
  private let labels: [UInt8]
  private let labelFile: String
  private let size: Int
  private let depth: MeasuredDepth?
  /// Where the depth comes from and how it is read, the end of a sentence.
  public let depthSource: String
  private let grid: VoxelGrid
  private let camera = Camera()

  /// Reads the files and checks that they fit together.
  ///
  /// - Parameters:
  ///   - imageFile: a square PNG or JPEG photograph.
  ///   - map: its label map, of the same size.
  ///   - depthFile: a 16-bit gray PNG of the visible surface, or nil, see `DepthPicture`.
  /// - Throws: `UserPortraitError`, `DatasetError` or the readers' errors if a file does not fit.
  public init(
    image imageFile: URL, labels map: LabelMap, depth depthFile: URL?
  ) throws {
    let photograph = try PictureFormat.read(imageFile)
    guard photograph.width == photograph.height, photograph.width >= 16 else {
      throw UserPortraitError(
        description: "\(imageFile.path): is \(photograph.height) × \(photograph.width), expected a "
          + "square of at least 16 × 16 pixels; crop it around the head")
    }
    guard map.side == photograph.width else {
      throw UserPortraitError(
        description: "\(map.file.path): is \(map.side) × \(map.side), expected "
          + "\(photograph.height) × \(photograph.width), the size of the picture; resize it "
          + "without smoothing")
    }
    size = photograph.width
    let colors = photograph.unitTensor.permuted(axes: [2, 0, 1])
    image = colors.shape[0] == 1 ? colors.repeated(axis: 0, times: 3) : colors
    labelFile = map.file.path
    labels = map.parts
    let half = camera.halfExtent * (camera.radius + Self.behind)
    grid = VoxelGrid(
      box: VolumeBox(
        min: Vector(-half, -half, -Self.behind), max: Vector(half, half, Self.inFront)),
      planes: Self.depthPlanes, rows: Self.mapSize, columns: Self.mapSize)
    let (voxels, view) = (grid, camera)
    let picture = try depthFile.map { try DepthPicture($0, size: photograph.width) }
    depth = try picture.map { picture in
      MeasuredDepth(
        planes: try picture.planes(of: voxels, view).scalars, labels: map.parts,
        size: photograph.width)
    }
    depthSource =
      picture.map { picture in
        "a depth picture, read as "
          + (picture.coding.map { "it says: \($0.line)" } ?? "plane v / 65535 · 31: bright is near")
      } ?? "a rough model of a head (see DepthPrior)"
  }

  /// Returns the portrait as maps of every part.
  ///
  /// - Throws: `UserPortraitError` if the labels show no face.
  public func input(name: String) throws -> PortraitInput {
    let prior = try prior()
    let placements = placements(prior)
    let parts = PartClass.allCases.map { part in
      let placement = placements[part.rawValue]
      let hasRoom = placement.hasRoom
      let pixels = pixels(at: placement.planes)
      let mask = Tensor([1, size, size], labels.map { Float($0 == part.rawValue ? 1 : 0) })
      // The place behind another part may project onto a pixel beside it, which shows this one.
      let visible = Tensor(
        [grid.rows, grid.columns], placement.isVisible.map { Float($0 ? 1 : 0) })
      let seen = HiddenFill(
        color: image.sampled(at: pixels).transposed().reshaped([3, grid.rows, grid.columns]),
        coverage: mask.sampled(at: pixels).reshaped([grid.rows, grid.columns]) * visible)
      // A turned camera sees regions that the photograph does not show; they are filled in here.
      switch part {
      case .background: return seen.continued { hasRoom[$0 * grid.columns + $1] }
      case .face:
        return seen.continued { row, column in
          hasRoom[row * grid.columns + column] && prior.face.dome(Double(row), Double(column)) > 0
        }
      default: return seen
      }
    }
    return PortraitInput(
      name: name, image: image, labels: Tensor([size, size], labels.map { Int32($0) }),
      color: .stacked(parts.map(\.color)), coverage: .stacked(parts.map(\.coverage)),
      absoluteDepth: .stacked(
        placements.map { placement in
          Tensor([grid.rows, grid.columns], placement.planes.map { Float($0) })
        }), grid: grid, camera: camera, truth: nil)
  }

  /// Returns the model of the head that the labels show.
  private func prior() throws -> DepthPrior {
    let classes = Tensor([1, size, size], labels.map { Float($0) })
    let middle = [Double](repeating: grid.plane(ofDepth: 0), count: grid.rows * grid.columns)
    let nearest = classes.sampled(at: (pixels(at: middle) + 0.5).floor())
    let prior = DepthPrior(labels: nearest.scalars.map { UInt8($0) }, columns: grid.columns)
    guard let prior else {
      throw UserPortraitError(
        description: "\(labelFile): shows no face (class 1); check --classes and the label picture")
    }
    return prior
  }

  /// Returns d̂ of every part at every map element, in planes, and where parts can be continued.
  private func placements(_ prior: DepthPrior) -> [MeasuredDepth.Placement] {
    let elements = grid.rows * grid.columns
    if let depth {
      return PartClass.allCases.map { depth.placement(of: $0, elements: elements, pixels: pixels) }
    }
    return PartClass.allCases.map { part in
      let planes = (0..<elements).map { index in
        let depth = prior.depth(
          of: part, row: Double(index / grid.columns), column: Double(index % grid.columns))
        return min(max(grid.plane(ofDepth: depth * Self.headHalfWidth), 0), Double(grid.planes - 1))
      }
      let everywhere = [Bool](repeating: true, count: elements)
      return MeasuredDepth.Placement(planes: planes, isVisible: everywhere, hasRoom: everywhere)
    }
  }

  /// Returns the pixels (column, row) onto which the map elements at given depths project, `[P, 2]`.
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
  /// Returns the plane, possibly between two planes, at a world z.
  fileprivate func plane(ofDepth z: Double) -> Double {
    position(of: Vector(0, 0, z)).plane
  }
}
