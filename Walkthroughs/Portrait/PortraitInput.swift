import Camera
import PortraitData
import Tensors

/// A portrait ready to be lifted: what it looks like from the front, and each part alone.
public struct PortraitInput: Sendable {
  /// What pages call it.
  public let name: String
  /// The frontal picture, `[3, S, S]`, 0 … 1.
  public let image: Tensor
  /// The frontal classes, `[S, S]`, int32.
  public let labels: Tensor
  /// Colours of every part alone, `[K, 3, H, W]`, 0 … 1: f²ᵈ.
  public let colour: Tensor
  /// How much of each map element a part covers, `[K, H, W]`, 0 … 1: what σ²ᵈ is made of.
  public let coverage: Tensor
  /// d̂²ᵈ of every part, `[K, H, W]`, depth planes.
  public let absoluteDepth: Tensor
  /// Where the maps are in the world.
  public let grid: VoxelGrid
  /// The camera the picture was taken with.
  public let camera: Camera
  /// The scene itself, when it is known, to compare turned views with.
  public let truth: PortraitScene?

  /// Puts the pieces side by side.
  public init(
    name: String, image: Tensor, labels: Tensor, colour: Tensor, coverage: Tensor,
    absoluteDepth: Tensor, grid: VoxelGrid, camera: Camera, truth: PortraitScene?
  ) {
    let maps = [PartClass.count, grid.rows, grid.columns]
    requireShape(image, [3, nil, nil], "image", axes: "[3, S, S]")
    requireShape(labels, Array(image.shape.dropFirst()), "labels", axes: "[S, S]")
    requireShape(colour, [maps[0], 3, maps[1], maps[2]], "colour", axes: "[K, 3, H, W]")
    requireShape(coverage, maps, "coverage", axes: "[K, H, W]")
    requireShape(absoluteDepth, maps, "absoluteDepth", axes: "[K, H, W]")
    self.name = name
    self.image = image
    self.labels = labels
    self.colour = colour
    self.coverage = coverage
    self.absoluteDepth = absoluteDepth
    self.grid = grid
    self.camera = camera
    self.truth = truth
  }
}
