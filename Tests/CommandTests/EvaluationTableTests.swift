import Evaluation
import Foundation
import Testing

@testable import ssgan3d

/// The columns of the printed table, for figures that all differ.
@Suite("The command evaluate: table")
struct EvaluationTableTests {
  private static let json = """
    {"checkpoint": "iteration-00000007", "images": 14, "data": "pairs", "parser": "p",
     "imageSize": 32, "samples": [9, 5], "seed": 3, "portraits": 8, "distancePortraits": 6,
     "distance": 1.25, "floor": 0.5, "ceiling": 2.5, "parserOfSameData": true,
     "masks": {"generated": 0.4, "heldOut": 0.8, "heldOutPairs": 2, "perClass": [0.25],
               "absent": ["hat"], "ratio": 0.55},
     "shape": {
       "consistency": [{"turn": -0.6, "covered": 0.91, "signalToNoise": 21.5,
                        "controlSignalToNoise": 18.25, "maskAgreement": 0.72,
                        "controlMaskAgreement": 0.61}],
       "relief": {"noseMinusEars": 0.11, "noseMinusSkin": 0.12, "portraitsWithNoseAndEars": 4,
                  "deviation": 0.13, "range": 0.14, "portraitsWithFace": 5,
                  "faceWithoutDepth": 0.15, "portraits": 8}}}
    """

  private func rows() throws -> [[String]] {
    let line = try JSONDecoder().decode(EvaluationLine.self, from: Data(Self.json.utf8))
    return EvaluationTable([line]).text.split(separator: "\n").map { row in
      row.split(separator: /\ {2,}/).map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Returns the cells of the row with this name, by the headings of the row above the table.
  private func cells(_ name: String, under heading: String) throws -> [String: String] {
    let rows = try rows()
    let top = try #require(rows.firstIndex { $0.first == heading })
    let row = try #require(rows[top...].first { $0.first == name })
    // Two headings of the lower table are the same word: the control of the column before.
    var cells: [String: String] = [:]
    for (index, head) in rows[top].enumerated() where index < row.count {
      let isControl = head == "unturned" || head == "gain"
      cells[isControl ? "\(head) after \(rows[top][index - 1])" : head] = row[index]
    }
    return cells
  }

  @Test func everyFigureIsBelowItsHeading() throws {
    #expect(
      try cells("iteration-00000007", under: "generator") == [
        "generator": "iteration-00000007", "images": "14", "distance": "1.2500", "mIoU": "0.400",
        "ratio": "0.550", "nose-ears": "0.1100", "counted": "4/8", "nose-skin": "0.1200",
        "spread": "0.1300", "range": "0.1400", "no depth": "0.15",
      ])
  }

  /// 21.5 − 18.25 = 3.25 dB and 0.72 − 0.61 = 0.11.
  @Test func everyFigureOfATurnIsBelowItsHeading() throws {
    #expect(
      try cells("-0.6", under: "yaw") == [
        "yaw": "-0.6", "covered": "0.91", "PSNR": "21.50", "unturned after PSNR": "18.25",
        "gain dB": "3.25", "mask mIoU": "0.720", "unturned after mask mIoU": "0.610",
        "gain after unturned": "0.110",
      ])
  }

  /// The row of the data has no number of images; its distance is that of the two halves.
  @Test func theDataAreComparedWithThemselves() throws {
    let row = try #require(try rows().first { $0.first == "the data" })
    #expect(row == ["the data", "0.5000", "0.800", "1"])
  }
}
