import Foundation
import PortraitClasses

/// The masks of one photograph, painted into one map of the thirteen parts.
struct PaintedMasks {
  /// The number of rows and columns.
  let side: Int
  /// The class of every pixel, row by row.
  let parts: [UInt8]
  /// The number of pixels that a threshold decided; nil without a threshold.
  let between: Int?

  private let files: [SourceLabel: URL]
  private let masks: [SourceLabel: PartMask]

  /// Reads and paints masks.
  ///
  /// - Parameters:
  ///   - files: the mask files, at least one.
  ///   - photograph: the file of the photograph, for messages.
  ///   - threshold: the least value that counts as the part; nil if the user gave none.
  /// - Throws: a one-line error that names the file, also if a mask cannot be that of its part or if
  ///   there is no face.
  init(_ files: [SourceLabel: URL], of photograph: URL, threshold: UInt8?) throws {
    var masks: [SourceLabel: PartMask] = [:]
    var side: Int?
    for (label, file) in Self.inOrder(files) {
      let mask = try PartMask(file, threshold: threshold)
      guard mask.side == side ?? mask.side else {
        throw DatasetError(
          file.path,
          "is \(mask.side) × \(mask.side), but other masks of this photograph have the side "
            + "\(side ?? 0)", "copy the masks again")
      }
      side = mask.side
      masks[label] = mask
    }
    self.side = side ?? 0
    (self.files, self.masks) = (files, masks)
    between = threshold.map { _ in masks.values.reduce(0) { $0 + $1.between } }
    parts = try LabelMapping.paint(
      masks.mapValues { $0.isInside.map { $0 ? 255 : 0 } }, count: self.side * self.side)
    if let fault = inversion ?? emptyFace(photograph) ?? fullSkin { throw fault }
  }

  /// Masks or their files in the order in which they are painted.
  private static func inOrder<Value>(
    _ values: [SourceLabel: Value]
  ) -> [(label: SourceLabel, value: Value)] {
    SourceLabel.paintingOrder.compactMap { label in values[label].map { (label, $0) } }
  }

  private func place(_ label: SourceLabel) -> String { files[label]?.path ?? "" }

  /// The fault of the first mask that is white where its part cannot be.
  private var inversion: DatasetError? {
    for (label, mask) in Self.inOrder(masks) where mask.isInCorners && !mask.isFull {
      switch label {
      // Hair, cloth and a hat can frame a face; the other parts cannot.
      case .background, .hair, .cloth, .hat: continue
      case .skin where !isSkinOutside: continue
      default: break
      }
      return DatasetError(
        place(label),
        "is white in all four corners and black "
          + (label == .skin ? "where the face is" : "elsewhere") + ", so it looks inverted",
        "save it white where the part is")
    }
    return nil
  }

  /// Whether the face lies in the background, and not in the skin around it.
  ///
  /// In a close crop, skin may also reach all corners, but it surrounds eyes, nose and mouth.
  private var isSkinOutside: Bool {
    LabelSurvey(parts, side: side).isFaceMissingAroundParts
      || parts[side / 2 * side + side / 2] == UInt8(PartClass.background.rawValue)
  }

  /// The fault of skin that is white everywhere although hair or clothes are visible.
  private var fullSkin: DatasetError? {
    guard masks[.skin]?.isFull == true else { return nil }
    let outside = [SourceLabel.hair, .hat, .leftEar, .rightEar, .neck, .cloth].filter {
      masks[$0].map { !$0.isEmpty } ?? false
    }
    guard let first = outside.first else { return nil }
    return DatasetError(
      place(.skin), "is white everywhere, also where the mask \(first.fileName ?? "") is",
      "save it white where the part is and black elsewhere")
  }

  /// The fault of masks that leave hardly a pixel of skin, as for a photograph without masks.
  private func emptyFace(_ photograph: URL) -> DatasetError? {
    let remedy = "copy its masks, or remove the photograph"
    func noFace(_ reason: String) -> DatasetError {
      DatasetError(photograph.path, "shows no face: \(reason)", remedy)
    }
    guard masks.values.contains(where: { !$0.isEmpty }) else {
      return noFace("all its masks are empty")
    }
    let name = SourceLabel.skin.fileName ?? ""
    guard let skin = masks[.skin] else { return noFace("it has no mask \(name)") }
    guard !skin.isEmpty else { return noFace("its mask \(name) is empty") }
    let visible = parts.count { $0 == UInt8(PartClass.face.rawValue) }
    return Self.leastVisible * visible < skin.count ? cover(of: skin, photograph) : nil
  }

  /// A face of which less than one part in so many is visible is covered.
  private static let leastVisible = 100

  /// The fault of the mask that covers the most of the skin.
  private func cover(of skin: PartMask, _ photograph: URL) -> DatasetError? {
    let covers = Self.inOrder(masks).dropFirst().map { label, mask in
      (label: label, count: zip(mask.isInside, skin.isInside).count { $0 && $1 })
    }
    guard let most = covers.map(\.count).max(), most > 0 else { return nil }
    let guilty = covers.filter { $0.count == most }.map(\.label)
    let alike = guilty.dropFirst().compactMap(\.fileName)
    let share = "\(Int((100 * Double(most) / Double(skin.count)).rounded())) %"
    return DatasetError(
      place(guilty[0]),
      (masks[guilty[0]]?.isFull == true ? "is white everywhere and " : "")
        + "covers \(share) of the mask \(SourceLabel.skin.fileName ?? "")"
        + (alike.isEmpty ? "" : ", like \(alike.joined(separator: ", "))")
        + ", so \(photograph.lastPathComponent) shows no face",
      "check whether it is inverted; save it white where the part is")
  }
}
