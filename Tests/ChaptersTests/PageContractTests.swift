import Chapters
import Foundation
import Inspection
import TensorFiles
import TestSupport
import Testing

/// What every page promises its reader: something that moves, numbers that add up, questions answered.
@Suite("Contract of the pages")
struct PageContractTests {
  /// Together the answer boxes cover equations 1–14 and the depth relative to the face.
  @Test func everyEquationHasItsAnswers() {
    let covered = Chapter.explaining.flatMap(\.steps).compactMap(\.answers?.equation)
    for number in 1...14 {
      #expect(covered.contains { $0.covers(equation: number) }, "Eq. \(number): \(covered)")
    }
    #expect(covered.contains("§3.2"))
  }

  @Test(arguments: Chapter.every.map(\.name))
  func everyChapterOfAnEquationHasASlider(name: String) throws {
    let chapter = try #require(Chapter.every.first { $0.name == name })
    for step in chapter.steps {
      guard let sweep = step.sweep else { continue }
      let parameter = chapter.parameters.first { $0.name == sweep.parameter }
      let range = try #require(parameter?.range, "\(name): no parameter \(sweep.parameter)")
      #expect(sweep.values.allSatisfy(range.contains), "\(name), \(step.title)")
      #expect((9...15).contains(sweep.values.count), "\(name), \(step.title)")
    }
    if chapter.steps.contains(where: { $0.answers != nil }) {
      #expect(chapter.steps.contains { $0.sweep != nil }, "\(name) has no slider")
    }
  }

  /// The claim on doubling stands on the page, the line is marked, and every file exists.
  @Test(arguments: Chapter.every.map(\.name))
  func everyAnswerLeadsSomewhere(name: String) throws {
    for outcome in try ChapterRuns.outcome(of: name).steps {
      guard let box = outcome.step.answers else { continue }
      #expect(box.doublingClaim(on: outcome.page) != nil, "\(box.equation): \(box.doubling)")
      #expect(try box.line.lines().marked != nil, "\(box.equation)")
      #expect(outcome.step.code.contains(box.line), "\(box.equation)")
      #expect(!box.proofs.isEmpty)
      for file in box.proofs + [box.exerciseFile].compactMap(\.self) {
        let path = Clone.folder.appendingPathComponent(file).path
        #expect(FileManager.default.fileExists(atPath: path), "\(box.equation): \(file)")
      }
      let notes = try String(
        contentsOf: Clone.folder.appendingPathComponent(AnswerBox.notesFile), encoding: .utf8)
      for note in box.notes { #expect(notes.contains("\n### \(note). "), "note \(note)") }
    }
  }

  /// Each printed equality, read as text and calculated again, gives the number that it prints.
  @Test(arguments: Chapter.every.map(\.name))
  func printedEqualitiesAreTrue(name: String) throws {
    for outcome in try ChapterRuns.outcome(of: name).steps {
      for equality in outcome.page.equalities {
        let sides = PrintedCalculation.sides(of: equality.formula.source)
        let result = try #require(sides.last)
        #expect(!sides.isEmpty)
        for side in sides {
          // Numbers are printed with four digits; cancellation in a sum can cost one of them.
          let bound = 5e-3 * max(abs(result), 1e-3)
          #expect(abs(side - result) <= bound, "\(name): \(equality.line)")
        }
      }
    }
  }

  /// The formulas that readers most often ask about stand with their numbers.
  @Test(arguments: [2, 3, 7, 10, 13, 14])
  func theFormulaStandsWithItsNumbers(equation: Int) {
    let found = ChapterRuns.every.flatMap(\.steps).contains { outcome in
      (outcome.step.answers?.equation ?? outcome.step.title).covers(equation: equation)
        && !outcome.page.equalities.isEmpty
    }
    #expect(found)
  }

  /// For these equations, a value of a golden file can be calculated from what the page prints.
  @Test(arguments: [3, 7, 10])
  func aGoldenValueCanBeCalculatedByHand(equation: Int) throws {
    let box = Chapter.explaining.flatMap(\.steps).compactMap(\.answers).first {
      $0.equation.covers(equation: equation)
    }
    let golden = try #require(box?.golden)
    #expect(box?.proofs.contains(golden.folder) == true)
    #expect(golden.equality.claim.holds, "\(golden.equality.line)")
    let sides = PrintedCalculation.sides(of: golden.equality.formula.source)
    #expect(sides.count >= 2)
    for side in sides {
      #expect(abs(side - golden.equality.result) <= 5e-3 * golden.equality.result.magnitude)
    }
    // The files named on the page are there, and every number of the calculation has its place.
    for place in golden.inputs.map(\.place) + [golden.place] where place.contains(".npy") {
      let name = String(place.prefix { $0 != "[" })
      let file = Clone.folder.appendingPathComponent("\(golden.folder)/\(name)")
      #expect(FileManager.default.fileExists(atPath: file.path), "\(place)")
    }
  }

  /// A page is read from the disk, and often over a slow line; its claims hold at every value of a slider.
  @Test func pagesAreLightAndHoldAtEveryFrame() throws {
    let folder = try TemporaryFolder()
    let failures = try Walkthrough("Tour", introduction: "", chapters: Chapter.every)
      .runUnattended(into: folder.url, console: Console(.nullDevice, hasColor: false))
    for failure in failures { Issue.record("\(failure.line)") }
    for chapter in Chapter.every {
      let file = folder.url.appendingPathComponent("\(chapter.name).html")
      let bytes = try Data(contentsOf: file).count
      #expect(bytes < 4_000_000, "\(chapter.name): \(bytes) bytes")
    }
  }
}

extension String {
  /// Whether a text such as `Eq. 5–7` or `Eq. 2` names an equation.
  fileprivate func covers(equation number: Int) -> Bool {
    guard hasPrefix("Eq. ") else { return false }
    let ends = dropFirst(4).prefix { $0.isNumber || $0 == "–" }.split(separator: "–")
      .compactMap { Int($0) }
    guard let first = ends.first, let last = ends.last else { return false }
    return (first...last).contains(number)
  }
}
