import PortraitClasses
import Tensors

extension PartMaps {
  /// The display colors as `[3, H, W]`, 0 … 1, float32.
  public var colorTensor: Tensor {
    let count = grid.rows * grid.columns
    var planar = [Float](repeating: 0, count: 3 * count)
    for index in 0..<count {
      for channel in 0..<3 { planar[channel * count + index] = rgb[3 * index + channel] }
    }
    return Tensor([3, grid.rows, grid.columns], planar)
  }

  /// The coverage as `[1, H, W]`, 0 … 1, float32.
  public var coverageTensor: Tensor { Tensor([1, grid.rows, grid.columns], coverage) }

  /// The absolute depth as `[1, H, W]`, in planes 0 … D−1, float32.
  public var depthTensor: Tensor { Tensor([1, grid.rows, grid.columns], depth) }
}

extension RenderedPortrait {
  /// The picture as `[3, S, S]` in −1 … 1, float32, the range of generators and discriminators.
  public var imageTensor: Tensor {
    let count = size * size
    var planar = [Float](repeating: 0, count: 3 * count)
    for index in 0..<count {
      for channel in 0..<3 { planar[channel * count + index] = 2 * rgb[3 * index + channel] - 1 }
    }
    return Tensor([3, size, size], planar)
  }

  /// The mask as `[13, S, S]`: +1 where a pixel has the class, −1 elsewhere, float32.
  public var maskTensor: Tensor {
    let count = size * size
    var planar = [Float](repeating: -1, count: PartClass.count * count)
    for index in 0..<count { planar[Int(labels[index]) * count + index] = 1 }
    return Tensor([PartClass.count, size, size], planar)
  }
}
