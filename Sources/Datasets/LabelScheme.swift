import PortraitClasses
import TensorFiles

/// The meaning of the pixels of a label map: numbers in one of three orders, or colors of one of the
/// known tables.
public enum LabelScheme: String, Sendable, CaseIterable, Codable {
  /// The nineteen labels of CelebAMask-HQ, 0 … 18.
  case celebAMaskHQ = "19"
  /// The same nineteen labels in the order of face-parsing.PyTorch and its descendants.
  ///
  /// face-parsing.PyTorch is the BiSeNet that most people use to label their own photographs.
  case faceParsing = "bisenet"
  /// The thirteen classes of this project, 0 … 12.
  case parts = "13"
  /// The colors of CelebAMask-HQ's own color maps.
  case celebAMaskHQColors = "colors:19"
  /// The same colors with red and blue exchanged, as OpenCV stores colors that are meant as RGB.
  case celebAMaskHQColorsExchanged = "colors:19-bgr"
  /// The colors of face-parsing.PyTorch's visualization.
  case faceParsingColors = "colors:bisenet"
  /// The same colors with red and blue exchanged, which is how that program's own files have them.
  case faceParsingColorsExchanged = "colors:bisenet-bgr"
  /// The colors of this project's masks.
  case partColors = "colors:13"

  /// The schemes in words, for messages and help.
  public static let choices =
    "19 (CelebAMask-HQ's labels), bisenet (face-parsing.PyTorch's), 13 (this project's), or for "
    + "colored maps colors:19, colors:bisenet or colors:13"

  /// Finds a scheme by the name that a user writes.
  ///
  /// - Parameter name: a raw value; `colours:` is accepted as well, and capital letters.
  public init?(named name: String) {
    let lower = name.lowercased()
    let isBritish = lower.hasPrefix("colours:")
    self.init(rawValue: isBritish ? "colors:" + lower.dropFirst("colours:".count) : lower)
  }

  /// Whether the maps hold colors and not numbers.
  public var hasColors: Bool { colorTable != nil }

  /// The numbering of the labels; for colored maps, that of the positions in their table.
  var numbering: LabelScheme {
    switch self {
    case .celebAMaskHQ, .celebAMaskHQColors, .celebAMaskHQColorsExchanged: .celebAMaskHQ
    case .faceParsing, .faceParsingColors, .faceParsingColorsExchanged: .faceParsing
    case .parts, .partColors: .parts
    }
  }

  /// The labels of CelebAMask-HQ in the order of this numbering; nil for the thirteen parts.
  var sourceLabels: [SourceLabel]? {
    switch numbering {
    case .celebAMaskHQ: SourceLabel.allCases
    case .faceParsing: SourceLabel.faceParsingOrder
    default: nil
    }
  }

  /// The part index of every label: element `label` is the part of that label.
  var partOfLabel: [UInt8] {
    (sourceLabels?.map(\.part) ?? PartClass.allCases).map { UInt8($0.rawValue) }
  }

  /// The color table of colored maps; nil for numbers.
  var colorTable: ColorTable? { ColorTable.all.first { $0.scheme == self } }

  /// Returns the name of what `--ignore` takes for "not labeled": a label, or a gray.
  func name(ofIgnored value: UInt8) -> String {
    hasColors ? "color (\(value), \(value), \(value))" : "label \(value)"
  }

  /// Returns the classes of a label map.
  ///
  /// - Parameters:
  ///   - labels: one label per pixel; for colored maps, the position of its color in the table.
  ///   - name: the name of the file in error messages.
  ///   - ignored: a number that means "not labeled"; its pixels become background.
  /// - Returns: one class per pixel, 0 … 12.
  /// - Throws: `DatasetError` at the first label that the scheme does not have.
  public func parts(
    of labels: [UInt8], name: String, ignored: UInt8? = nil
  ) throws(DatasetError) -> [UInt8] {
    var table = [UInt8?](repeating: nil, count: 256)
    for (label, part) in partOfLabel.enumerated() { table[label] = part }
    if let ignored { table[Int(ignored)] = UInt8(PartClass.background.rawValue) }
    if let index = labels.firstIndex(where: { table[Int($0)] == nil }) {
      let count = partOfLabel.count
      throw DatasetError(
        name,
        "label \(labels[index]) at pixel \(index) is not one of the \(count), 0 … \(count - 1)",
        labels[index] == 255
          ? "check --classes; if 255 marks pixels without a label, add --ignore 255"
          : "check --classes, and that this is a label map")
    }
    return labels.map { table[Int($0)] ?? 0 }
  }
}
