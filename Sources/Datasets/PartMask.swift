import Foundation
import Messages
import PortraitClasses
import TensorFiles

/// The mask of one part in CelebAMask-HQ's layout: 255 where the part is, 0 elsewhere.
struct PartMask {
  /// The number of rows and columns.
  let side: Int
  /// Whether the part is there, for every pixel.
  let isInside: [Bool]
  /// The number of pixels with other values than 0 and 255, which a threshold decided.
  let between: Int

  /// Reads a mask.
  ///
  /// Masks are gray, or RGB with three equal channels. Without a threshold, a value other than 0 and
  /// 255 is a fault: a mask of 0 and 1 would be empty, and a smoothed one would lose its edge.
  ///
  /// - Parameters:
  ///   - file: a PNG file.
  ///   - threshold: the least value that counts as the part; nil if the user gave none.
  /// - Throws: a one-line error that names the file and the value.
  init(_ file: URL, threshold: UInt8?) throws {
    let image = try PNGFile.read(file, alpha: .drop)
    try PictureFile.requireSquare(image.width, image.height, file)
    guard image.isGray else { throw Self.colored(image, file) }
    let bytes = image.bytes
    let values =
      image.channels == 1
      ? bytes : stride(from: 0, to: bytes.count, by: image.channels).map { bytes[$0] }
    try Self.requireNoShapeInAlpha(values, file)
    side = image.width
    between = values.count { $0 != 0 && $0 != 255 }
    if let fault = Self.fault(values, between, threshold) {
      throw DatasetError(file.path, fault.problem, fault.remedy)
    }
    isInside = values.map { $0 >= threshold ?? 255 }
  }

  private static func colored(_ image: Image, _ file: URL) -> DatasetError {
    let bytes = image.bytes
    let places = stride(from: 0, to: bytes.count, by: image.channels)
    let first = places.first { Set(bytes[$0..<$0 + 3]).count > 1 } ?? 0
    let color = bytes[first..<first + 3].map(String.init).joined(separator: ", ")
    return DatasetError(
      file.path, "has the color (\(color)), expected a gray mask of 0 and 255",
      "save the mask in black and white")
  }

  private static func fault(
    _ values: [UInt8], _ between: Int, _ threshold: UInt8?
  ) -> (problem: String, remedy: String)? {
    guard let largest = values.max(), largest > 0 else { return nil }
    if let threshold {
      guard largest < threshold else { return nil }
      return (
        "has values up to \(largest), of which none reaches --mask-threshold \(threshold)",
        "choose a lower threshold, or save the mask with 0 and 255"
      )
    }
    guard between > 0 else { return nil }
    if largest < 255 {
      return (
        "has values up to \(largest) but no 255, so no pixel would count as the part",
        "save it with 0 and 255, or add --mask-threshold \(largest < 128 ? largest : 128)"
      )
    }
    let full = values.count { $0 == 255 }
    return (
      "has \(counted(between, "pixel")) between 0 and 255 beside \(full) of 255",
      "say what counts as the part: --mask-threshold 128, or 255 for 255 alone"
    )
  }

  /// The number of pixels of the part.
  var count: Int { isInside.count { $0 } }
  /// Whether no pixel belongs to the part.
  var isEmpty: Bool { !isInside.contains(true) }
  /// Whether every pixel belongs to the part.
  var isFull: Bool { !isInside.contains(false) }

  /// Whether all four corners belong to the part.
  var isInCorners: Bool {
    let last = side * side - 1
    return [0, side - 1, last - side + 1, last].allSatisfy { isInside[$0] }
  }

  /// Throws an error if a mask of one value has a shape in its transparency, which is not read.
  private static func requireNoShapeInAlpha(_ values: [UInt8], _ file: URL) throws {
    guard values.allSatisfy({ $0 == values[0] }) else { return }
    let image = try PNGFile.read(file, alpha: .keep)
    let alpha = image.channels - 1
    guard image.channels.isMultiple(of: 2),
      stride(from: alpha, to: image.samples.count, by: image.channels)
        .contains(where: { image.samples[$0] != image.samples[alpha] })
    else { return }
    throw DatasetError(
      file.path,
      "is \(values[0]) everywhere; its shape is in the transparency, which is not read",
      "save the mask in black and white, without transparency")
  }
}
