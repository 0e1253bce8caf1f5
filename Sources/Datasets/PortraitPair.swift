import PortraitClasses
import Tensors

/// A portrait and its classes at training resolution, in bytes, as packs store them.
public struct PortraitPair: Sendable, Equatable {
  /// The number of rows and columns, S.
  public let size: Int
  /// Red, then green, then blue: `[3, S, S]`, 0 … 255.
  public var planes: [UInt8]
  /// The class of every pixel: `[S, S]`, 0 … 12.
  public var labels: [UInt8]

  /// Creates a pair from its bytes.
  ///
  /// - Parameters:
  ///   - size: the number of rows and columns, S.
  ///   - planes: `3 · S · S` values, red, green, blue.
  ///   - labels: `S · S` classes, 0 … 12.
  public init(size: Int, planes: [UInt8], labels: [UInt8]) {
    require(
      size > 0 && planes.count == 3 * size * size && labels.count == size * size,
      "PortraitPair: planes has \(planes.count) and labels \(labels.count) values, expected "
        + "3 · S · S and S · S with S = \(size)")
    self.size = size
    self.planes = planes
    self.labels = labels
  }

  /// Returns the number of bytes of one pair, 4 · S · S.
  public static func byteCount(size: Int) -> Int { 4 * size * size }

  /// The picture as `[3, S, S]` in −1 … 1, float32: value / 127.5 − 1.
  public var image: Tensor {
    Tensor([3, size, size], filling: Float.self) { writeImage(to: $0) }
  }

  /// The mask as `[13, S, S]`: one-hot · 2 − 1, which is +1 in the class and −1 elsewhere, float32.
  public var mask: Tensor {
    Tensor([PartClass.count, size, size], filling: Float.self) { writeMask(to: $0) }
  }

  /// Writes the picture, `3 · S · S` numbers in −1 … 1.
  func writeImage(to out: UnsafeMutableBufferPointer<Float>) {
    for index in planes.indices { out[index] = signed(Float(planes[index])) }
  }

  /// Writes the mask, `13 · S · S` numbers, each −1 or +1.
  func writeMask(to out: UnsafeMutableBufferPointer<Float>) {
    let area = size * size
    out.update(repeating: -1)
    for index in 0..<area { out[Int(labels[index]) * area + index] = 1 }
  }
}

/// Maps a brightness 0 … 255 to −1 … 1.
@inline(__always)
func signed(_ value: Float) -> Float { value / 127.5 - 1 }
