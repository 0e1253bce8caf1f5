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

  /// Whether the mask is white where this part cannot be, in all four corners, and black elsewhere.
  ///
  /// Hair, cloth and hats can frame a face; the other parts cannot.
  func looksInverted(_ label: SourceLabel) -> Bool {
    let last = side * side - 1
    guard [0, side - 1, last - side + 1, last].allSatisfy({ isInside[$0] }) else { return false }
    switch label {
    case .background, .hair, .cloth, .hat: return false
    // In a close crop, skin reaches all corners, but it is in the middle as well.
    case .skin: return !isInside[side / 2 * side + side / 2]
    default: return isInside.contains(false)
    }
  }
}
