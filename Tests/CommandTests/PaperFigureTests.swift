import Evaluation
import Foundation
import PortraitModel
import TensorFiles
import TestSupport
import Testing

/// The commands `figure` and `table`, on the shipped generator.
@Suite("Figures and tables of the paper")
struct PaperFigureTests {
  private static let tile = 128

  @Test(arguments: 1...10)
  func everyFigureIsAPictureAndAPage(number: Int) throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run("figure", "\(number)", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.files("a") == ["figure\(number).html", "figure\(number).png"])
    let sheet = try PNGFile.read(folder("a/figure\(number).png"), alpha: .keep)
    #expect(sheet.width > 2 * Self.tile && sheet.height > Self.tile)
    let page = try folder.text("a/figure\(number).html")
    #expect(page.contains("ssgan3d figure \(number) --out") && page.contains("data:image/png"))
    let again = try Command.run(
      "figure", "\(number)", "--seed", "5", "--out", folder("b").path)
    #expect(again.status == 0)
    let other = try PNGFile.read(folder("b/figure\(number).png"), alpha: .keep)
    #expect(other.samples != sheet.samples)
  }

  /// Figure 4 prints D_mean as `transfer` does, and figure 6 shows what `generate --views` shows.
  @Test func figuresAgreeWithTheCommands() throws {
    let folder = try TemporaryFolder()
    let figure = try Command.run(
      "figure", "4", "--seed", "4", "--from", "9", "--name", "a", "--out", folder("a").path)
    let edit = try Command.run(
      "transfer", "--seed", "4", "--from", "9", "--part", "mouth", "--out", folder("b").path)
    #expect(figure.status == 0 && edit.status == 0, "\(figure.errors) \(edit.errors)")
    let words = edit.output.split(separator: " ")
    let outside = try #require(
      edit.output.split(separator: ": ").dropFirst().first?.split(separator: " ").first)
    #expect(figure.output.contains("a: D_mean \(words[1].dropLast())\n"), "\(figure.output)")
    #expect(figure.output.contains("a: D_mean outside the mouth \(outside)\n"), "\(figure.output)")
  }

  /// A second model fills rows of its own.
  @Test func modelsStandBesideEachOther() throws {
    let folder = try TemporaryFolder()
    let mini = ShippedModelTests.clone.appendingPathComponent("Docs/Training/mini").path
    for (name, against) in [("a", []), ("b", ["--against", "mini=\(mini)"])] {
      let outcome = try Command.run(["figure", "7", "--out", folder(name).path] + against)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let (one, two) = (
      try PNGFile.read(folder("a/figure7.png"), alpha: .keep),
      try PNGFile.read(folder("b/figure7.png"), alpha: .keep)
    )
    #expect(two.height - 16 + 4 == 2 * (one.height - 16 + 4) && one.width == two.width)
    #expect(try folder.text("a/figure7.html").contains("No other model was named"))
    let page = try folder.text("b/figure7.html")
    #expect(!page.contains("No other model was named"))
  }

  @Test func theFirstTableHoldsTheMeasuresOfEdits() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "table", "1", "--portraits", "3", "--seed", "4", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.files("a") == ["table1.csv", "table1.html", "table1.png"])
    let lines = try folder.text("a/table1.csv").split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    let parts = EditMeasures.tableParts
    #expect(lines[0] == ["method"] + parts.map(\.name))
    let own = EditedPortraits(try ShippedGenerator.file().read(), count: 3, seed: 4)
      .measures(of: parts.map(\.rawValue))
    func cells(_ figure: (EditMeasures) -> Estimate) -> [String] {
      own.map { String(format: "%.4f ± %.4f", figure($0).mean, figure($0).error) }
    }
    #expect(lines[1] == ["ours: D_mean"] + cells(\.everywhere))
    #expect(lines[3] == ["ours: D_mean masked"] + cells(\.outside))
    #expect(lines[2][0] == "scenes: D_mean")
    let page = try folder.text("a/table1.html")
    #expect(page.contains("<td>ours: D_mean masked</td>"))
  }

  @Test(arguments: [
    (["figure", "11"], ["figure 11", "1 … 10"]), (["figure", "0"], ["1 … 10"]),
    (["figure", "4", "--against", "mini"], ["mini", "name and a folder"]),
    (["figure", "4", "--against", "ours=x"], ["two models", "ours"]),
    (["figure", "4", "--preset", "tiny"], ["figure 4", "no model has the parts"]),
    (["figure", "6", "--seed", "18446744073709551610"], ["--seed", "at most"]),
    (["table", "4"], ["1 … 3"]), (["table", "2"], ["--data is missing"]),
    (["table", "3", "--data", "procedural:4"], ["--parser", "--inception"]),
    (["table", "1", "--data", "procedural:4"], ["--data", "no effect"]),
    (["table", "1", "--portraits", "1"], ["--portraits is 1"]),
    (["table", "1", "--preset", "tiny"], ["4 parts", "13"]),
  ])
  func wrongUseIsOneLine(arguments: [String], words: [String]) throws {
    let outcome = try Command.run(arguments + ["--out", "a"])
    #expect(outcome.status == 2, "\(outcome.errors)")
    let line = try #require(outcome.errorLines.first { $0.hasPrefix("Error: ") })
    for word in words { #expect(line.contains(word), "\(line)") }
  }
}
