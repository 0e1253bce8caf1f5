import Datasets
import Foundation
import TensorFiles
import Testing

/// Photographs of 16 bits.
@Suite("Photographs of 16 bits")
struct DeepPhotographTests {
  /// v/257 to the nearest integer: 128/257 is 0 and 129/257 is 1, where v / 256 is 0 for both.
  ///
  /// 33 024/257 = 128.498 becomes 128, where v / 256 is 129; 33 025/257 = 128.502 becomes 129.
  @Test(
    arguments: [
      (0, 0), (128, 0), (129, 1), (255, 1), (256, 1), (385, 1), (386, 2), (33_024, 128),
      (33_025, 129), (65_406, 254), (65_407, 255), (65_535, 255),
    ] as [(UInt16, UInt8)])
  func valuesAreRoundedToTheNearest(deep: UInt16, expected: UInt8) throws {
    let folder = try DataFolder()
    for (channels, name) in [(1, "gray.png"), (3, "color.png")] {
      let image = Image(
        width: 2, height: 2, channels: channels, bitsPerSample: 16,
        samples: [UInt16](repeating: deep, count: 4 * channels))
      try PNGFile.write(image, to: folder(name))
      let pair = try PortraitPair(photograph: folder(name), labels: nil, size: 2)
      #expect(pair.planes == [UInt8](repeating: expected, count: 12), "\(name)")
    }
  }
}
