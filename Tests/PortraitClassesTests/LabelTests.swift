import Foundation
import PortraitClasses
import Testing

@Suite("Classes and label maps")
struct LabelTests {
  /// The table of Docs/Masks.md, label by label.
  @Test func thirteenOfNineteen() {
    #expect(
      LabelMapping.partOfLabel == [0, 1, 5, 10, 2, 2, 3, 3, 6, 6, 4, 4, 4, 7, 11, 12, 8, 8, 9])
    let names = [
      nil, "skin", "nose", "eye_g", "l_eye", "r_eye", "l_brow", "r_brow", "l_ear", "r_ear",
      "mouth", "u_lip", "l_lip", "hair", "hat", "ear_r", "neck_l", "neck", "cloth",
    ]
    #expect(SourceLabel.allCases.map(\.fileName) == names)
  }

  /// The labels that face-parsing.PyTorch writes: brows 2 and 3, eyes 4 and 5, glasses 6, ears 7 and 8,
  /// earring 9, nose 10, mouth and lips 11 to 13, neck 14, necklace 15, cloth 16, hair 17, hat 18.
  @Test func faceParsingOrderHasTheSameNineteenLabels() {
    let order = SourceLabel.faceParsingOrder
    #expect(Set(order) == Set(SourceLabel.allCases) && order.count == 19)
    #expect(
      order.map(\.part.rawValue) == [0, 1, 3, 3, 2, 2, 10, 6, 6, 12, 5, 4, 4, 4, 8, 8, 9, 7, 11])
  }

  @Test func classesAreNumberedAndNamed() {
    let names = [
      "background", "face", "eyes", "brows", "mouth", "nose", "ears", "hair", "neck", "cloth",
      "glasses", "hat", "earrings",
    ]
    #expect(PartClass.allCases.map(\.rawValue) == Array(0..<13))
    #expect(PartClass.allCases.map(\.name) == names)
    #expect(PartClass.allCases.map { String(describing: $0) } == names)
    #expect(PartClass.count == PartClass.allCases.count)
    #expect(PartClass.face.twoDigits == "01" && PartClass.earrings.twoDigits == "12")
  }

  @Test func everyLabelWithAFileIsPaintedOnce() {
    let painted = SourceLabel.paintingOrder
    #expect(Set(painted).count == painted.count)
    #expect(Set(painted) == Set(SourceLabel.allCases.filter { $0.fileName != nil }))
  }

  /// Each row is one conflict: two masks that contain the same pixel, and the class that wins.
  @Test(arguments: [
    (SourceLabel.skin, SourceLabel.eyeGlasses, PartClass.glasses),
    (.eyeGlasses, .leftEye, .eyes), (.rightBrow, .eyeGlasses, .brows), (.hair, .leftEar, .ears),
    (.skin, .hair, .hair), (.neck, .necklace, .neck), (.cloth, .neck, .cloth),
    (.hat, .hair, .hat), (.earring, .leftEar, .earrings), (.nose, .mouth, .nose),
    (.cloth, .hair, .cloth),
  ])
  func aLaterMaskCoversAnEarlierOne(a: SourceLabel, b: SourceLabel, winner: PartClass) throws {
    let parts = try LabelMapping.paint([a: [255, 255, 0], b: [0, 255, 255]], count: 3)
    let expected = [a.part, winner, b.part].map { UInt8($0.rawValue) }
    #expect(parts == expected)
  }

  @Test func onlyExactly255Counts() throws {
    #expect(try LabelMapping.paint([.hair: [0, 1, 128, 254, 255]], count: 5) == [0, 0, 0, 0, 7])
  }

  @Test func aMaskOfAnotherSizeIsNamed() {
    #expect(throws: LabelError.wrongSize(label: "hair", got: 2, expected: 3)) {
      try LabelMapping.paint([.hair: [255, 0]], count: 3)
    }
    let error = LabelError.wrongSize(label: "hair", got: 2, expected: 3)
    #expect(error.description.contains("hair") && !error.description.contains("\n"))
  }
}

@Suite("The palette")
struct PaletteTests {
  /// The mixing matrices of linear red, green and blue for each kind of color vision (Machado 2009,
  /// severity 1).
  static let visions: [(name: String, matrix: [[Double]])] = [
    ("normal", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "protanopia",
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    ),
    (
      "deuteranopia",
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    ),
    (
      "tritanopia",
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    ),
  ]

  @Test func anyTwoColoursAre24ApartForEveryEye() {
    for vision in Self.visions {
      let colors = PartClass.allCases.map { part -> SIMD3<Double> in
        let color = part.paletteColor
        let light = [color.red, color.green, color.blue].map { value in
          let share = Double(value) / 255
          return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return lab(
          vision.matrix.map { row in
            min(max(row[0] * light[0] + row[1] * light[1] + row[2] * light[2], 0), 1)
          })
      }
      for a in PartClass.allCases {
        for b in PartClass.allCases where b.rawValue > a.rawValue {
          let offset = colors[a.rawValue] - colors[b.rawValue]
          let distance = (offset * offset).sum().squareRoot()
          #expect(distance >= 24, "\(a) and \(b) with \(vision.name)")
        }
      }
    }
  }

  /// Converts linear sRGB to CIELAB (white D65).
  private func lab(_ light: [Double]) -> SIMD3<Double> {
    let rows = [
      [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
      [0.0193339, 0.1191920, 0.9503041],
    ]
    let white = [0.95047, 1, 1.08883]
    let f = (0..<3).map { row -> Double in
      let share = (0..<3).reduce(0) { $0 + rows[row][$1] * light[$1] } / white[row]
      return share > 216.0 / 24389 ? cbrt(share) : (24389.0 / 27 * share + 16) / 116
    }
    return SIMD3(116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2]))
  }
}

@Suite("Docs/Masks.md")
struct MasksDocumentTests {
  /// Each row of the document's first table names the class, its color and its labels.
  @Test func theDocumentHasThePalette() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
        "Docs/Masks.md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    for part in PartClass.allCases {
      let color = part.paletteColor
      let hex = [color.red, color.green, color.blue].map { String(format: "%02X", $0) }.joined()
      let labels = SourceLabel.allCases.filter { $0.part == part }
      let row = lines.first { $0.hasPrefix("| \(part.rawValue) | \(part.name) | `#\(hex)` |") }
      #expect(row != nil, "no row for \(part) with #\(hex)")
      for label in labels {
        let words = "\(label.rawValue) \(label.fileName ?? "background")"
        #expect(row?.contains(words) == true, "\(words) is missing from the row of \(part)")
      }
    }
  }
}
