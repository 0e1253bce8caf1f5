/// The nineteen labels of a CelebAMask-HQ label map, in numerical order.
public enum SourceLabel: Int, Sendable, CaseIterable {
  case background = 0
  case skin, nose
  case eyeGlasses
  case leftEye, rightEye
  case leftBrow, rightBrow
  case leftEar, rightEar
  case mouth, upperLip, lowerLip
  case hair, hat
  case earring, necklace
  case neck, cloth

  /// The label's name in the names of mask files; nil for the background, which has no mask file.
  public var fileName: String? {
    switch self {
    case .background: nil
    case .skin: "skin"
    case .nose: "nose"
    case .eyeGlasses: "eye_g"
    case .leftEye: "l_eye"
    case .rightEye: "r_eye"
    case .leftBrow: "l_brow"
    case .rightBrow: "r_brow"
    case .leftEar: "l_ear"
    case .rightEar: "r_ear"
    case .mouth: "mouth"
    case .upperLip: "u_lip"
    case .lowerLip: "l_lip"
    case .hair: "hair"
    case .hat: "hat"
    case .earring: "ear_r"
    case .necklace: "neck_l"
    case .neck: "neck"
    case .cloth: "cloth"
    }
  }

  /// The part that this label belongs to.
  public var part: PartClass {
    switch self {
    case .background: .background
    case .skin: .face
    case .leftEye, .rightEye: .eyes
    case .leftBrow, .rightBrow: .brows
    case .mouth, .upperLip, .lowerLip: .mouth
    case .nose: .nose
    case .leftEar, .rightEar: .ears
    case .hair: .hair
    case .neck, .necklace: .neck
    case .cloth: .cloth
    case .eyeGlasses: .glasses
    case .hat: .hat
    case .earring: .earrings
    }
  }

  /// The labels in the order of face-parsing.PyTorch, 0 … 18.
  public static let faceParsingOrder: [SourceLabel] = [
    .background, .skin, .leftBrow, .rightBrow, .leftEye, .rightEye, .eyeGlasses, .leftEar,
    .rightEar, .earring, .nose, .mouth, .upperLip, .lowerLip, .neck, .necklace, .cloth, .hair, .hat,
  ]

  /// The order in which separate masks are painted into one map; a later mask covers an earlier one.
  ///
  /// The order decides to which mask a pixel belongs if several masks contain it: eyes and brows are
  /// painted over glasses, ears over hair, and a hat over both.
  public static let paintingOrder: [SourceLabel] = [
    .skin, .eyeGlasses, .leftEye, .rightEye, .leftBrow, .rightBrow, .mouth, .lowerLip, .upperLip,
    .nose, .hair, .leftEar, .rightEar, .neck, .necklace, .cloth, .hat, .earring,
  ]
}

/// The mapping from the nineteen labels of CelebAMask-HQ to the thirteen parts.
public enum LabelMapping {
  /// The part index of every label: element `label` is the part of that label.
  public static let partOfLabel: [UInt8] = SourceLabel.allCases.map { UInt8($0.part.rawValue) }

  /// Paints separate masks into one map of parts, in ``SourceLabel/paintingOrder``.
  ///
  /// A pixel belongs to a mask if its value is exactly 255. A pixel that belongs to no mask is
  /// background.
  ///
  /// - Parameters:
  ///   - masks: the masks that exist, each with `count` pixels.
  ///   - count: the number of pixels.
  /// - Returns: one part index per pixel, 0 … 12.
  /// - Throws: ``LabelError/wrongSize(label:got:expected:)`` if a mask has another size.
  public static func paint(_ masks: [SourceLabel: [UInt8]], count: Int) throws -> [UInt8] {
    var parts = [UInt8](repeating: 0, count: count)
    for label in SourceLabel.paintingOrder {
      guard let mask = masks[label] else { continue }
      guard mask.count == count else {
        throw LabelError.wrongSize(
          label: label.fileName ?? "background", got: mask.count, expected: count)
      }
      for index in 0..<count where mask[index] == 255 { parts[index] = partOfLabel[label.rawValue] }
    }
    return parts
  }
}

/// An error in the masks of a portrait.
public enum LabelError: Error, Equatable, CustomStringConvertible {
  /// A mask whose number of pixels differs from that of the picture.
  case wrongSize(label: String, got: Int, expected: Int)

  /// A message of one line: what is wrong, where, and how to fix it.
  public var description: String {
    switch self {
    case .wrongSize(let label, let got, let expected):
      "mask \(label) has \(got) pixels, expected \(expected); masks and picture must have the same size"
    }
  }
}
