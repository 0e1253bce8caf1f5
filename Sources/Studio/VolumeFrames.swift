import Foundation
import Inspection
import Probes
import Tensors

/// A volume as its planes, and seen from all around.
struct VolumeFrames {
  /// The planes from the farthest to the nearest, a pixel for each voxel.
  let planes: [Picture]
  /// Projections whose camera goes around the vertical axis; each pixel is the largest value behind it.
  let orbit: [Picture]
  /// The values at the lowest and the highest color.
  let range: ClosedRange<Double>
  /// Whether the values are norms over channels.
  let isNorm: Bool

  /// The number of projections.
  static let orbitCount = 24
  private static let side = 72

  /// Renders a recorded volume; nil if the recording is of another kind.
  ///
  /// - Parameters:
  ///   - recording: axes `[D, H, W]`, or `[C, D, H, W]`, of which the norm over C is shown.
  ///   - size: the lengths of the volume's sides along z, y and x, in world units.
  init?(_ recording: Recording, size: (z: Double, y: Double, x: Double)) {
    guard recording.axes.hasSuffix("D, H, W]") else { return nil }
    let tensor = recording.tensor
    isNorm = tensor.rank == 4
    let volume = isNorm ? tensor.squared().sum(axes: [0]).squareRoot() : tensor
    let values = volume.cast(to: .float64).scalars
    let top = max(values.filter(\.isFinite).max() ?? 0, .leastNormalMagnitude)
    range = 0...top
    let (depth, rows, columns) = (volume.shape[0], volume.shape[1], volume.shape[2])
    func color(_ value: Double) -> Color { ColorMap.scalar.color(at: value / top) }
    planes = (0..<depth).map { plane in
      Picture(width: columns, height: rows) { color(values[(plane * rows + $0) * columns + $1]) }
    }
    let scan = VolumeScan(
      values: values, depth: depth, rows: rows, columns: columns, size: size)
    orbit = (0..<Self.orbitCount).map { frame in
      // Frame 0 is the view of the frontal camera.
      let yaw = .pi / 2 + 2 * Double.pi * Double(frame) / Double(Self.orbitCount)
      let pixels = scan.projection(from: yaw, side: Self.side)
      return Picture(width: Self.side, height: Self.side) { color(pixels[$0 * Self.side + $1]) }
    }
  }
}

/// Parallel projections of a volume.
private struct VolumeScan {
  let values: [Double]
  let depth: Int
  let rows: Int
  let columns: Int
  let size: (z: Double, y: Double, x: Double)

  /// Returns the largest value along parallel rays from a yaw, row by row.
  ///
  /// Between voxels, values are interpolated along x and z; outside the volume they are 0.
  func projection(from yaw: Double, side: Int) -> [Double] {
    // Half the diagonal, so that the volume fits from every yaw.
    let reach = max(hypot(size.x, size.z), size.y) / 2
    let (right, toCamera) = ((x: sin(yaw), z: -cos(yaw)), (x: cos(yaw), z: sin(yaw)))
    let steps = (0..<side).map { reach * (2 * Double($0) / Double(side - 1) - 1) }
    var result = [Double](repeating: 0, count: side * side)
    for (row, height) in steps.enumerated() {
      // Row 0 of a volume is its top.
      let y = Int(((height / size.y + 0.5) * Double(rows - 1)).rounded())
      guard (0..<rows).contains(y) else { continue }
      for (column, u) in steps.enumerated() {
        var most = 0.0
        for s in steps {
          let x = u * right.x + s * toCamera.x
          let z = u * right.z + s * toCamera.z
          most = max(most, value(x: x, row: y, z: z))
        }
        result[row * side + column] = most
      }
    }
    return result
  }

  private func value(x: Double, row: Int, z: Double) -> Double {
    let column = (x / size.x + 0.5) * Double(columns - 1)
    let plane = (z / size.z + 0.5) * Double(depth - 1)
    guard column >= 0, plane >= 0, column <= Double(columns - 1), plane <= Double(depth - 1) else {
      return 0
    }
    let (left, far) = (min(Int(column), columns - 2), min(Int(plane), depth - 2))
    let (a, b) = (column - Double(left), plane - Double(far))
    func voxel(_ plane: Int, _ column: Int) -> Double {
      values[(plane * rows + row) * columns + column]
    }
    return (voxel(far, left) * (1 - a) + voxel(far, left + 1) * a) * (1 - b)
      + (voxel(far + 1, left) * (1 - a) + voxel(far + 1, left + 1) * a) * b
  }
}
