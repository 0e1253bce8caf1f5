import Foundation
import PortraitClasses
import Tensors

/// Data augmentation: small random changes of both picture and mask, for small data sets.
///
/// As in SemanticStyleGAN's option, a pair is flipped with probability 0.5. Independently, it is
/// shifted, scaled and rotated with probability 0.5. Pixels from outside the picture are black and
/// belong to the background. Pictures are sampled bilinearly; labels take the nearest pixel. A flip
/// exchanges left and right. None of the thirteen classes has a side, so no label changes.
public struct Augmentation: Sendable, Equatable {
  /// The probability that a pair is flipped.
  public var flipChance = 0.5
  /// The probability that a pair is shifted, scaled and rotated.
  public var warpChance = 0.5
  /// The largest shift along each axis, as a share of the picture's side.
  public var largestShift = 0.1
  /// The largest change of scale, around 1.
  public var largestScaling = 0.2
  /// The largest rotation, in degrees.
  public var largestTurn = 15.0

  /// Creates an augmentation with the default amounts.
  public init() {}

  /// The change of one pair.
  struct Change: Equatable {
    var isFlipped = false
    /// The shift to the right and down, as a share of the picture's side.
    var shift = SIMD2(0.0, 0.0)
    /// The scale; values above 1 enlarge.
    var scale = 1.0
    /// The rotation in radians, from the x axis towards the y axis.
    var turn = 0.0
  }

  /// The number of random numbers 0 … 1 per change; two blocks of the random number generator.
  static let numbersPerPair = 8

  /// Returns the change for eight random numbers between 0 and 1.
  func change(_ numbers: [Float]) -> Change {
    func around(_ index: Int) -> Double { 2 * Double(numbers[index]) - 1 }
    var change = Change()
    change.isFlipped = Double(numbers[0]) < flipChance
    guard Double(numbers[1]) < warpChance else { return change }
    change.shift = SIMD2(around(2), around(3)) * largestShift
    change.scale = 1 + around(4) * largestScaling
    change.turn = around(5) * largestTurn * .pi / 180
    return change
  }
}

extension PortraitPair {
  /// Writes the changed pair: `3 · S · S` numbers in −1 … 1 and `13 · S · S` of −1 or +1.
  func write(
    _ change: Augmentation.Change, image: UnsafeMutableBufferPointer<Float>,
    mask: UnsafeMutableBufferPointer<Float>
  ) {
    let (area, middle) = (size * size, Double(size - 1) / 2)
    mask.update(repeating: -1)
    let (c, s) = (cos(change.turn) / change.scale, sin(change.turn) / change.scale)
    for row in 0..<size {
      for column in 0..<size {
        // The source of the pixel: undo the shift, then rotation and scale, then the flip.
        let x = Double(column) - middle - change.shift.x * Double(size)
        let y = Double(row) - middle - change.shift.y * Double(size)
        let across = c * x + s * y
        let place = SIMD2((change.isFlipped ? -across : across), c * y - s * x) + middle
        let pixel = row * size + column
        for channel in 0..<3 {
          image[channel * area + pixel] = signed(brightness(channel * area, place))
        }
        mask[Int(label(place)) * area + pixel] = 1
      }
    }
  }

  /// Returns the class of the nearest pixel; background outside the picture.
  private func label(_ place: SIMD2<Double>) -> UInt8 {
    let (x, y) = (Int((place.x + 0.5).rounded(.down)), Int((place.y + 0.5).rounded(.down)))
    return contains(x, y) ? labels[y * size + x] : UInt8(PartClass.background.rawValue)
  }

  /// Interpolates between the four pixels around a position, 0 … 255; black outside the picture.
  private func brightness(_ plane: Int, _ place: SIMD2<Double>) -> Float {
    let corner = place.rounded(.down)
    let share = SIMD2<Float>(place - corner)
    let (x, y) = (Int(corner.x), Int(corner.y))
    func value(_ x: Int, _ y: Int) -> Float {
      contains(x, y) ? Float(planes[plane + y * size + x]) : 0
    }
    // A weight of 0 removes its pixel, so integer positions give the value of the pixel exactly.
    let above = value(x, y) * (1 - share.x) + value(x + 1, y) * share.x
    let below = value(x, y + 1) * (1 - share.x) + value(x + 1, y + 1) * share.x
    return above * (1 - share.y) + below * share.y
  }

  private func contains(_ x: Int, _ y: Int) -> Bool {
    x >= 0 && x < size && y >= 0 && y < size
  }
}
