import Foundation
import Tensors
import Testing

@testable import Datasets
@testable import PortraitClasses

@Suite("Augmentation")
struct AugmentationTests {
  /// Returns the values of the changed pair.
  private func changed(
    _ pair: PortraitPair, _ change: Augmentation.Change
  ) -> (image: [Float], mask: [Float]) {
    var image = [Float](repeating: .nan, count: 3 * pair.size * pair.size)
    var mask = [Float](repeating: .nan, count: 13 * pair.size * pair.size)
    image.withUnsafeMutableBufferPointer { image in
      mask.withUnsafeMutableBufferPointer { pair.write(change, image: image, mask: $0) }
    }
    return (image, mask)
  }

  /// A 5 × 5 pair in which every pixel differs and every class occurs.
  private static let pair = PortraitPair(
    size: 5, planes: (0..<75).map { UInt8(3 * $0 + 1) }, labels: (0..<25).map { UInt8($0 % 13) })

  /// Returns the pair with every pixel copied from another position; nil is outside.
  private func moved(_ from: (_ row: Int, _ column: Int) -> (row: Int, column: Int)?)
    -> PortraitPair
  {
    let (pair, size) = (Self.pair, Self.pair.size)
    var result = PortraitPair(
      size: size, planes: [UInt8](repeating: 0, count: 75), labels: [UInt8](repeating: 0, count: 25)
    )
    for row in 0..<size {
      for column in 0..<size {
        guard let (y, x) = from(row, column), (0..<size).contains(y), (0..<size).contains(x) else {
          continue
        }
        for channel in 0..<3 {
          result.planes[channel * 25 + row * 5 + column] = pair.planes[channel * 25 + y * 5 + x]
        }
        result.labels[row * 5 + column] = pair.labels[y * 5 + x]
      }
    }
    return result
  }

  private func expectSame(
    _ got: (image: [Float], mask: [Float]), _ pair: PortraitPair, within tolerance: Float,
    at location: SourceLocation = #_sourceLocation
  ) {
    let misses = zip(got.image, pair.image.floats).count { !(abs($0 - $1) <= tolerance) }
    #expect(misses == 0, sourceLocation: location)
    #expect(got.mask == pair.mask.floats, sourceLocation: location)
  }

  @Test func theDefaultChangeIsTheIdentity() {
    expectSame(changed(Self.pair, Augmentation.Change()), Self.pair, within: 0)
  }

  /// A flip exchanges left and right in picture and mask.
  ///
  /// No label changes, because no class has a side: both eyes are class 2, both brows 3, both ears 6.
  @Test func aFlipMirrorsAndKeepsEveryClass() {
    let mirrored = moved { ($0, 4 - $1) }
    expectSame(changed(Self.pair, Augmentation.Change(isFlipped: true)), mirrored, within: 0)
    for row in 0..<5 {
      let labels = mirrored.labels[row * 5..<row * 5 + 5]
      #expect(Array(labels.reversed()) == Array(Self.pair.labels[row * 5..<row * 5 + 5]))
    }
    for labels in [
      [SourceLabel.leftEye, .rightEye], [.leftBrow, .rightBrow], [.leftEar, .rightEar],
    ] {
      #expect(labels[0].part == labels[1].part)
    }
  }

  /// A shift by a fifth of the side to the right and two fifths up; uncovered pixels are black
  /// background.
  @Test func aShiftMovesPictureAndMask() {
    let change = Augmentation.Change(shift: SIMD2(0.2, -0.4))
    // Reason for the tolerance: the middle is 2 and the shifts are 1 ± 2⁻⁵² pixels, which single
    // precision does not resolve.
    expectSame(changed(Self.pair, change), moved { ($0 + 2, $1 - 1) }, within: 1e-5)
  }

  /// A rotation by 90° from x towards y: the top row becomes the right column.
  @Test func aRotationMovesPictureAndMask() {
    let change = Augmentation.Change(turn: .pi / 2)
    expectSame(changed(Self.pair, change), moved { (4 - $1, $0) }, within: 1e-5)
  }

  /// Flip first, then rotate: the other order would give the opposite rotation.
  @Test func theFlipComesFirst() {
    let change = Augmentation.Change(isFlipped: true, turn: .pi / 2)
    expectSame(changed(Self.pair, change), moved { (4 - $1, 4 - $0) }, within: 1e-5)
  }

  /// Enlarged twice: pixel (1, 1) shows the middle of the four pixels around (1.5, 1.5).
  @Test func scaleIsAroundTheMiddle() {
    let (image, mask) = changed(Self.pair, Augmentation.Change(scale: 2))
    let four = [6, 7, 11, 12].map { Float(Self.pair.planes[$0]) }
    #expect(abs(image[6] - (four.reduce(0, +) / 4 / 127.5 - 1)) < 1e-5)
    #expect(abs(image[12] - (Float(Self.pair.planes[12]) / 127.5 - 1)) < 1e-5)
    #expect(mask[Int(Self.pair.labels[12]) * 25 + 12] == 1)
    // Reduced to half the size: the border comes from outside.
    let small = changed(Self.pair, Augmentation.Change(scale: 0.5))
    for pixel in [0, 4, 20, 24, 2, 22] {
      #expect(small.image[pixel] == -1 && small.mask[pixel] == 1)
    }
  }

  @Test func everyPixelHasOneClass() {
    var numbers = RandomNumbers(seed: 11)
    for _ in 0..<50 {
      let change = Augmentation().change(numbers.uniform([8]).floats)
      let (image, mask) = changed(Self.pair, change)
      #expect(image.allSatisfy { $0 >= -1 && $0 <= 1 })
      for pixel in 0..<25 {
        #expect((0..<13).count { mask[$0 * 25 + pixel] == 1 } == 1)
        #expect((0..<13).count { mask[$0 * 25 + pixel] == -1 } == 12)
      }
    }
  }

  /// 4000 draws: shares are within four standard deviations (0.032), and amounts reach nearly to their
  /// bounds but not beyond them.
  @Test func amountsFillTheirRanges() {
    let numbers = (0..<4000).map { index in
      var numbers = RandomNumbers(seed: 3, position: UInt64(2 * index))
      return Augmentation().change(numbers.uniform([8]).floats)
    }
    let flips = Double(numbers.count(where: \.isFlipped)) / 4000
    let warped = numbers.filter { $0.scale != 1 || $0.turn != 0 || $0.shift != .zero }
    #expect(abs(flips - 0.5) < 0.032 && abs(Double(warped.count) / 4000 - 0.5) < 0.032)
    let both = Double(warped.count(where: \.isFlipped)) / Double(warped.count)
    #expect(abs(both - 0.5) < 0.045)
    let degree = Double.pi / 180
    for (values, bound) in [
      (warped.map(\.shift.x), 0.1), (warped.map(\.shift.y), 0.1),
      (warped.map { $0.scale - 1 }, 0.2),
      (warped.map(\.turn), 15 * degree),
    ] {
      #expect(values.allSatisfy { abs($0) <= bound })
      #expect((values.max() ?? 0) > 0.98 * bound && (values.min() ?? 0) < -0.98 * bound)
    }
  }
}
