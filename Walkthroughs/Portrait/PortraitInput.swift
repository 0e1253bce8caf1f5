import Camera
import PortraitClasses
import ProceduralPortraits
import Tensors

/// A portrait ready to be lifted: its frontal picture and the maps of each part.
public struct PortraitInput: Sendable {
  /// The name of the portrait on pages.
  public let name: String
  /// The frontal picture, `[3, S, S]`, 0 … 1.
  public let image: Tensor
  /// The classes of the frontal picture, `[S, S]`, int32.
  public let labels: Tensor
  /// The colors f²ᵈ of every part alone, `[K, 3, H, W]`, 0 … 1.
  public let color: Tensor
  /// The share of each map element that a part covers, `[K, H, W]`, 0 … 1; determines σ²ᵈ.
  public let coverage: Tensor
  /// The absolute depths d̂²ᵈ of every part, `[K, H, W]`, in depth planes.
  public let absoluteDepth: Tensor
  /// The voxel grid, which places the maps in the world.
  public let grid: VoxelGrid
  /// The camera of the frontal picture.
  public let camera: Camera
  /// The scene, if it is known; turned views are compared with it.
  public let truth: PortraitScene?

  /// Creates an input and checks the shapes of its maps.
  public init(
    name: String, image: Tensor, labels: Tensor, color: Tensor, coverage: Tensor,
    absoluteDepth: Tensor, grid: VoxelGrid, camera: Camera, truth: PortraitScene?
  ) {
    let maps = [PartClass.count, grid.rows, grid.columns]
    requireShape(image, [3, nil, nil], "image", axes: "[3, S, S]")
    requireShape(labels, Array(image.shape.dropFirst()), "labels", axes: "[S, S]")
    requireShape(color, [maps[0], 3, maps[1], maps[2]], "color", axes: "[K, 3, H, W]")
    requireShape(coverage, maps, "coverage", axes: "[K, H, W]")
    requireShape(absoluteDepth, maps, "absoluteDepth", axes: "[K, H, W]")
    self.name = name
    self.image = image
    self.labels = labels
    self.color = color
    self.coverage = coverage
    self.absoluteDepth = absoluteDepth
    self.grid = grid
    self.camera = camera
    self.truth = truth
  }
}
