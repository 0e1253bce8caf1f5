import Inspection
import Probes
import Tensors
import Testing

@testable import Studio

/// A volume as planes and from all around.
@Suite("Volumes of the studio")
struct VolumeTests {
  /// One dense voxel: plane 3 (near), row 1, column 4 (right).
  private static func recording(_ axes: String = "[D, H, W]") -> Recording {
    var values = [Double](repeating: 0, count: 4 * 5 * 6)
    values[(3 * 5 + 1) * 6 + 4] = 2
    let tensor = Tensor([4, 5, 6], values)
    return Recording(
      name: "v", tensor: axes.hasPrefix("[C") ? .stacked([tensor, tensor], axis: 0) : tensor,
      axes: axes)
  }

  /// The column of the brightest pixel, in shares of the width.
  private static func brightest(_ picture: Picture) -> (row: Double, column: Double) {
    var best = (sum: -1, row: 0, column: 0)
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let color = picture[row, column]
        let sum = Int(color.red) + Int(color.green)
        if sum > best.sum { best = (sum, row, column) }
      }
    }
    return (Double(best.row) / Double(picture.height), Double(best.column) / Double(picture.width))
  }

  @Test func planesAreTheVoxels() throws {
    let frames = try #require(VolumeFrames(Self.recording(), size: (1, 1, 1)))
    #expect(frames.planes.count == 4 && frames.planes[0].width == 6)
    #expect(frames.planes[3][1, 4] == ColorMap.scalar.color(at: 1))
    #expect(frames.planes[3][1, 3] == ColorMap.scalar.color(at: 0))
    #expect(frames.planes[2][1, 4] == ColorMap.scalar.color(at: 0))
    #expect(frames.range == 0...2)
  }

  /// From the front the voxel is on the right; from behind on the left; from the camera's left side, which
  /// is yaw π, what is near is on the right.
  @Test func theOrbitTurnsTowardsLargerYaw() throws {
    let frames = try #require(VolumeFrames(Self.recording(), size: (1, 1, 1)))
    let places = [0, 6, 12, 18].map { Self.brightest(frames.orbit[$0]) }
    #expect(places[0].column > 0.55 && places[2].column < 0.45)
    #expect(places[1].column > 0.55 && places[3].column < 0.45)
    #expect(places.allSatisfy { $0.row < 0.5 })
  }

  @Test func channelsAreShownByTheirNorm() throws {
    let frames = try #require(VolumeFrames(Self.recording("[C, D, H, W]"), size: (1, 1, 1)))
    #expect(frames.isNorm && abs(frames.range.upperBound - 8.0.squareRoot()) < 1e-12)
    let image = Recording(name: "i", tensor: .zeros([3, 4, 4], .float64), axes: "[3, H, W]")
    #expect(VolumeFrames(image, size: (1, 1, 1)) == nil)
  }
}
