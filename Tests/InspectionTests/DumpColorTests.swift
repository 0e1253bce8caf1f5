import PortraitClasses
import Tensors
import Testing

@testable import Inspection
@testable import Probes

/// The colors of a tensor of known meaning do not depend on its values.
@Suite("Colors of tensors by their meaning")
struct DumpColorTests {
  private let violet = Color(0x44, 0x01, 0x54)
  private let yellow = Color(0xFD, 0xE7, 0x25)

  private func view(
    _ values: [Double], _ shape: [Int], axes: String, _ scale: ValueScale, name: String = "t"
  ) -> View {
    View(
      Recording(
        name: name, tensor: Tensor(shape, values), axes: axes,
        meaning: TensorMeaning(scale: scale)), palette: .portrait)
  }

  /// An image is (x + 1) / 2 even if no value is negative: 0 is gray, not black.
  @Test func imagesAlwaysHaveTheSameScale() {
    for values in [[0.0, 0, 0], [-1, 0, 1]] {
      let pixel = view(values, [3, 1, 1], axes: "[3, H, W]", .color).rendering.compact[0, 0]
      #expect(pixel.green == 128)
      #expect(pixel.red == (values[0] < 0 ? 0 : 128))
    }
  }

  @Test func signedAndUnsignedMapsKeepTheirColorMap() {
    for (scale, colorMap) in [
      (ValueScale.signed(reach: nil), "blue–white–red"), (.unsigned(to: nil), "viridis"),
      (.share, "viridis"),
    ] {
      for values in [[-1.0, 2], [1, 2], [0, 0], [-2, -1]] {
        for axes in ["[1, H, W]", "[K, H, W]"] where scale != .share || axes == "[1, H, W]" {
          let rendering = view(values, [1, 1, 2], axes: axes, scale).rendering
          #expect(rendering.colorMap == colorMap, "\(scale) \(values) \(axes)")
        }
      }
    }
    // Zeros have the color of zero and not that of the middle of an empty range.
    let empty = view([0, 0], [1, 1, 2], axes: "[1, H, W]", .unsigned(to: nil)).rendering
    #expect(empty.compact[0, 0] == violet && empty.range == 0...1)
  }

  /// A small value stays dark if other parts have larger ones.
  @Test func aSharedRangeKeepsAbsentPartsDark() {
    for (shape, axes) in [
      ([1, 1, 2], "[1, H, W]"), ([1, 1, 2], "[D, H, W]"), ([1, 1, 2], "[H, W, N]"),
    ] {
      let absent = view([0, 0.01], shape, axes: axes, .unsigned(to: 50)).rendering
      #expect(absent.range == 0...50, "\(axes)")
      let pixels = absent.compact
      for row in 0..<pixels.height {
        for column in 0..<pixels.width { #expect(pixels[row, column].green <= 2, "\(axes)") }
      }
    }
  }

  /// Near is bright both where large depths are near and where small distances are.
  @Test func nearIsBright() {
    let planes = DepthScale(near: .largest, reference: "absolute", range: nil)
    let along = DepthScale(near: .smallest, reference: "along the ray", range: 1...3)
    for (scale, near, far) in [(planes, 3.0, 1.0), (along, 1.0, 3.0)] {
      let map = view([near, far], [1, 2], axes: "[H, W]", .depth(scale)).rendering
      #expect(map.compact[0, 0] == yellow && map.compact[0, 1] == violet)
      #expect(map.meaning == "bright is near, \(scale.reference)")
      #expect(map.range == 1...3)
      let bar = ColorBar(.depth(scale), of: Statistics([near, far]), unit: "planes")
      #expect(bar.ends.top == "near" && bar.ends.bottom == "far")
      // The bright end, which is near, is at the top of the bar; three lines of 20 pixels are above.
      let picture = bar.picture(height: 200)
      #expect(picture[50, 5].red > 200 && picture[50, 5].blue < 80)
      #expect(picture[168, 5].red < 80)
    }
    let distances = Rendering.distanceMap(Tensor([1, 2], [1.0, 3]))
    #expect(distances.compact[0, 0] == yellow && distances.compact[0, 1] == violet)
  }

  @Test func emptyPlanesAreLeftOutAndCounted() {
    var values = [Double](repeating: 0, count: 6 * 4)
    values[2 * 4] = 10
    // Less than half a step of 8 bits of the range.
    values[4 * 4] = 10 / 600.0
    let rendering = view(values, [6, 2, 2], axes: "[D, H, W]", .unsigned(to: 10)).rendering
    let full = view(
      [Double](repeating: 10, count: 24), [6, 2, 2], axes: "[D, H, W]", .unsigned(to: 10)
    ).rendering
    // One plane of 128 pixels remains of six in one row; the line that counts them is added.
    #expect(rendering.picture.height == full.picture.height + 28)
    #expect(rendering.meaning.contains("z 0 is far, z 5 is near"))
    #expect(rendering.compact[0, 0] == yellow && rendering.compact[1, 1] == violet)
  }

  /// A transmittance is 1 at its maximum on every ray, so it is shown at the sample that tells rays apart.
  @Test func transmittanceIsShownWhereRaysDiffer() {
    let values = [1, 1.0, 0.9, 1, 0.25, 0.2]
    let rendering = view(values, [1, 2, 3], axes: "[H, W, N]", .share).rendering
    // Sample 1 differs by 0.75, sample 2 by 0.7.
    #expect(rendering.compact[0, 0] == yellow)
    #expect(rendering.compact[0, 1] == ColorMap.scalar.color(at: 0.25))
    #expect(rendering.range == 0...1)
  }

  /// If all rays have the same distances, a chart without a map says so.
  @Test func equalDistancesAreOneChart() {
    let scale = ValueScale.depth(
      DepthScale(near: .smallest, reference: "along the ray", range: 2...2.5))
    let equal = view([1, 2, 3, 1, 2, 3], [1, 2, 3], axes: "[H, W, N]", scale).rendering
    let moved = view([1, 2, 3, 1, 2.5, 3], [1, 2, 3], axes: "[H, W, N]", scale).rendering
    #expect(equal.picture.height < moved.picture.height - 100)
    #expect(moved.compact[0, 0] == yellow && moved.compact[0, 1] == violet)
    #expect(equal.meaning == "bright is near")
  }

  @Test func partsHaveNames() {
    #expect(view([0], [1, 1], axes: "[H, W]", .share, name: "part05_density2d").part == "nose")
    #expect(view([0], [1, 1], axes: "[H, W]", .share, name: "fused").part == nil)
    let named = view([0], [1, 1], axes: "[H, W]", .share, name: "part05_density2d")
    #expect(named.titled.rendering.picture.height == named.rendering.picture.height + 28)
  }

  /// Also an image says what it is: its name above, the values of black and white below.
  @Test func imagesHaveTheirNameAndTheirScale() {
    let image = view([0, 0, 0], [3, 1, 1], axes: "[3, H, W]", .color)
    let bare = Rendering.image(Tensor([3, 1, 1], [0.0, 0, 0]), range: .signed)
    #expect(image.rendering.picture.height > bare.picture.height + 14)
    #expect(image.titled.rendering.picture.height == image.rendering.picture.height + 28)
    #expect(image.rendering.compact == bare.compact)
  }

  /// Seven rows with three labels are three blocks; the label of a block stands once.
  @Test func rowsWithOneLabelAreABlock() {
    let rows = Tensor([7, 2], (0..<14).map(Double.init))
    let labels = ["base", "shape", "shape", "shape", "texture", "texture", "texture"]
    let blocks = Rendering.stripes(rows, labels: labels).picture
    // A row alone has 25 pixels (180 / 7), three rows 9 each; 2 pixels of gap; a margin of 8.
    #expect(blocks.height == 16 + 25 + 27 + 27 + 3 * 2)
    #expect(Rendering.stripes(rows, labels: (0..<7).map { "\($0)" }).picture.height == 16 + 7 * 27)
  }
}
