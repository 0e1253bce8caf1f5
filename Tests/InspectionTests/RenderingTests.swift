import PortraitClasses
import Foundation
import TensorFiles
import Tensors
import Testing

@testable import Inspection

@Suite("Pictures of tensors")
struct RenderingTests {
  private let violet = Color(0x44, 0x01, 0x54)
  private let yellow = Color(0xFD, 0xE7, 0x25)
  private let blue = Color(0x21, 0x66, 0xAC)
  private let red = Color(0xB2, 0x18, 0x2B)

  /// Returns the picture after encoding it as PNG and decoding it again.
  private func decoded(_ picture: Picture) throws -> Picture {
    let image = try PNGFile.read(try picture.pngData(), alpha: .keep)
    #expect(image.channels == 3 && image.bitsPerSample == 8)
    return Picture(width: image.width, height: image.height) { row, column in
      let pixel = Array(image[row, column])
      return Color(UInt8(pixel[0]), UInt8(pixel[1]), UInt8(pixel[2]))
    }
  }

  /// A 2 × 3 map at 384 pixels has squares of 128 pixels, 8 pixels from the edge.
  @Test func scalarMapShowsItsRange() throws {
    let map = Tensor([2, 3], [0.0, 1, 2, 3, .nan, 4])
    let picture = try decoded(Rendering.scalarMap(map, unit: "planes").picture)
    #expect(picture[8, 8] == violet && picture[8 + 127, 8 + 127] == violet)
    #expect(picture[8 + 128 + 5, 8 + 2 * 128 + 5] == yellow)
    #expect(picture[8 + 128 + 5, 8 + 128 + 5] == .notFinite)
    // 2 in 0 … 4 is the middle of the color map: halfway between the fifth and the sixth of ten colors.
    #expect(
      picture[8, 8 + 2 * 128]
        == Color(hex: 0x26828E).mixed(with: Color(hex: 0x1F9E89), share: 0.5))
    // The bar is to the right of the map, with its unit above and the maximum at the top.
    // The 220 rows have a frame, so the second and the last but one show the colors next to the ends.
    let left = 8 + 3 * 128 + 12
    #expect(picture[8 + 28, left + 5] == .ink && picture[8 + 256 - 8 - 1, left + 5] == .ink)
    #expect(picture[8 + 28 + 1, left + 5] == ColorMap.scalar.color(at: 218.0 / 219))
    #expect(picture[8 + 256 - 8 - 2, left + 5] == ColorMap.scalar.color(at: 1.0 / 219))
  }

  @Test func signedMapIsWhiteAtZero() throws {
    let map = Tensor([1, 1, 4], [-2.0, 0, 1, 2])
    let picture = try decoded(Rendering.signedMap(map).picture)
    #expect(picture[20, 20] == blue)
    #expect(picture[20, 8 + 96 + 20] == Color(0xF7, 0xF7, 0xF7))
    #expect(picture[20, 8 + 3 * 96 + 20] == red)
    // Zero is white even if the values are not symmetric.
    let lopsided = Rendering.signedMap(Tensor([1, 3], [-1.0, 0, 9])).compact
    #expect(lopsided[0, 1] == Color(0xF7, 0xF7, 0xF7))
    #expect(lopsided[0, 2] == red)
  }

  @Test func labelsUseThePalette() throws {
    let labels = Tensor([3, 5], (0..<15).map { Int32($0 % 13) })
    let picture = try decoded(Rendering.labels(labels, palette: .portrait).picture)
    for id in 0..<13 {
      #expect(
        picture[8 + id / 5 * 76 + 40, 8 + id % 5 * 76 + 40] == ClassPalette.portrait.color(id))
    }
  }

  @Test func certainProbabilitiesHaveTheirClassColor() {
    // Three parts on two pixels: the first is part 2 with probability 1, the second part 0 or 1 with ½.
    let probabilities = Tensor([3, 1, 2], [0, 0.5, 0, 0.5, 1, 0])
    let blend = Rendering.probabilities(probabilities, palette: .portrait).compact
    #expect(blend[0, 0] == ClassPalette.portrait.color(2))
    #expect(
      blend[0, 1]
        == ClassPalette.portrait.color(0).mixed(with: ClassPalette.portrait.color(1), share: 0.5))
  }

  @Test func imageRangesAreExplicit() {
    let values = Tensor([3, 1, 3], [-1.0, 0, 1, -1, 0, 1, 1, 0, -1])
    let signed = Picture.image(values, range: .signed)
    #expect(signed[0, 0] == Color(0, 0, 255) && signed[0, 2] == Color(255, 255, 0))
    #expect(signed[0, 1] == Color(128, 128, 128))
    let unit = Picture.image(values, range: .unit)
    #expect(unit[0, 0] == Color(0, 0, 255) && unit[0, 1] == .black)
  }

  /// Planes are tiles on a sheet.
  ///
  /// Planes of 4 × 4 are enlarged 32 times with gaps of 8 pixels, each below a line of 20 pixels; seven
  /// of them fit in a row of 960. A line of 20 pixels and a gap of 8 are above them.
  @Test func volumeIsASheetOfPlanes() throws {
    // 1/300 of the largest value is visible: it is more than half a step of 8 bits.
    var values = [Double](repeating: 5 / 300, count: 10 * 4 * 4)
    values[9 * 16 + 3 * 4 + 2] = 5
    let picture = try decoded(
      Rendering.volume(Tensor([10, 4, 4], values), range: 0...5).picture)
    func corner(_ plane: Int) -> (row: Int, column: Int) {
      (36 + plane / 7 * (20 + 128 + 8) + 20, 8 + plane % 7 * 136)
    }
    for plane in 0..<10 {
      let (row, column) = corner(plane)
      let pixel = picture[row + 3 * 32 + 16, column + 2 * 32 + 16]
      #expect(
        pixel == (plane == 9 ? yellow : ColorMap.scalar.color(at: 1.0 / 300)), "plane \(plane)")
      // The number above the plane has dark pixels; the gap beside the plane is white.
      let title = (0..<14).contains { y in
        (0..<30).contains { x in picture[row - 20 + y, column + x] == .ink }
      }
      #expect(title)
      #expect(picture[row + 50, column + 128 + 3] == .white)
    }
  }

  @Test func projectionsKeepTheGreatestValue() {
    var values = [Double](repeating: 0, count: 2 * 3 * 4)
    values[1 * 12 + 2 * 4 + 3] = 1
    let compact = Rendering.volume(Tensor([2, 3, 4], values)).compact
    #expect(compact.width == 4 && compact.height == 3)
    #expect(compact[2, 3] == yellow && compact[0, 0] == violet && compact[2, 2] == violet)
  }

  /// The channel vector (3, 4) has the norm 5, and (0, 0) has the norm 0.
  @Test func channelsAreShownByTheirNorm() {
    let volume = Tensor([2, 1, 1, 2], [3.0, 0, 4, 0])
    let rendering = Rendering.volume(volume)
    #expect(rendering.compact[0, 0] == yellow && rendering.compact[0, 1] == violet)
    #expect(rendering.colorMap.contains("norm"))
    let norm = Rendering.features(volume.reshaped([2, 1, 2]), by: .norm)
    #expect(norm.compact[0, 0] == yellow && norm.compact[0, 1] == violet)
  }

  /// Two channels that are multiples of one pattern have a single component, along (3, 4) / 5.
  @Test func firstComponentFollowsTheVariance() {
    let pattern = [-2.0, -1, 0, 0, 1, 2]
    let map = Tensor([2, 2, 3], pattern.map { 3 * $0 + 7 } + pattern.map { 4 * $0 - 1 })
    let analysis = PrincipalComponents(map, count: 2)
    #expect(abs(analysis.directions[0][0] - 0.6) < 1e-12)
    #expect(abs(analysis.directions[0][1] - 0.8) < 1e-12)
    #expect(abs(analysis.explained - 1) < 1e-12)
    // The mean is mid gray; the second component explains no variance and is gray everywhere.
    #expect(abs(analysis.levels(at: 2)[0] - 0.5) < 1e-12)
    #expect(analysis.levels(at: 5)[0] > 0.8 && analysis.levels(at: 5)[1] == 0.5)
  }

  @Test func componentsOfUnequalVarianceAreOrdered() {
    var values: [Double] = []
    for amplitude in [1.0, 10, 4] {
      for pixel in 0..<24 { values.append(amplitude * sin(Double(pixel) * amplitude)) }
    }
    let analysis = PrincipalComponents(Tensor([3, 4, 6], values), count: 3)
    let leads = analysis.directions.map { direction in
      direction.indices.max { direction[$0].magnitude < direction[$1].magnitude }
    }
    #expect(leads == [1, 2, 0])
  }

  @Test func stripesAreSigned() {
    let rendering = Rendering.stripes(Tensor([2, 3], [-1.0, 0, 1, 1, 0, -1]), labels: ["a", "b"])
    #expect(rendering.compact[0, 0] == blue && rendering.compact[2, 0] == red)
    #expect(rendering.compact[0, 1] == Color(0xF7, 0xF7, 0xF7))
  }

  @Test func raysShowTheGreatestSample() {
    let samples = Tensor([1, 2, 3], [0.0, 0.25, 1, 0, 0, 0])
    let rendering = Rendering.rays(samples)
    #expect(rendering.compact[0, 0] == yellow && rendering.compact[0, 1] == violet)
  }
}
