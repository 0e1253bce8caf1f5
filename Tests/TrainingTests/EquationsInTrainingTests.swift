import Foundation
import TensorFiles
import Tensors
import Testing
import TrainingToys

@testable import Training

/// Runs a training step, counts its calls, and compares them with the table of equations in README.
@Suite("Equations in training")
struct EquationsInTrainingTests {
  /// A row of the table: the equation, the printed function, and the function that training calls.
  private struct Row {
    let equation: String
    let printed: String
    let runs: String
  }

  /// Returns the function names in back quotes, `Type.function(label:)`.
  private static func names(in cell: Substring) -> [String] {
    cell.matches(of: /`([A-Z]\w*\.\w+\([^`]*\))`/).map { String($0.1) }
  }

  private static func rows() throws -> [Row] {
    let file = Clone.folder.appendingPathComponent("README.md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let head = try #require(lines.firstIndex { $0.hasPrefix("| Eq. | Function | Runs as |") })
    return try lines[(head + 2)...].prefix { $0.hasPrefix("|") }.map { line in
      let cells = line.split(separator: "|").map { $0.trimmingPrefix { $0 == " " } }
      let printed = try #require(names(in: cells[1]).first)
      let isItself = cells[2].hasPrefix("itself")
      return Row(
        equation: String(cells[0].prefix { $0 != " " && $0 != "," }), printed: printed,
        runs: isItself ? printed : names(in: cells[2]).first ?? "")
    }
  }

  /// Returns the number of calls of each function in one iteration with all updates, after the warm-up
  /// in which equation 10 has weights of 1.
  private static func callsOfAStep() throws -> [String: Int] {
    let iteration = Toy.options.penaltyInterval * Toy.options.pathInterval
    #expect(iteration >= Toy.model.maskWarmup)
    var trainer = Trainer(
      .fresh(Toy.model, Toy.options), iteration: iteration,
      batches: NoiseBatches(Toy.model, batch: Toy.options.batch, position: iteration))
    let (report, calls) = try EquationTrace.counting { try trainer.step() }
    #expect(report.updates.count == 5)
    return calls
  }

  @Test func everyFunctionOfTheTableIsReached() throws {
    let calls = try Self.callsOfAStep()
    let rows = try Self.rows()
    for row in rows where row.equation != "14" {
      #expect(calls[row.runs, default: 0] > 0, "Eq. \(row.equation): \(row.runs) is not reached")
    }
    #expect(rows.last?.equation == "14")
    #expect(calls["MeanDifference.mean(_:_:)"] == nil)
  }

  /// Training does not call a printed function unless the table says that it runs "itself".
  @Test func printedFunctionsThatAreReplacedAreNotCalled() throws {
    let calls = try Self.callsOfAStep()
    for row in try Self.rows() where row.runs != row.printed {
      #expect(calls[row.printed] == nil, "Eq. \(row.equation): \(row.printed) runs itself")
    }
  }

  @Test func theTableHasEveryEquation() throws {
    let equations = try Self.rows().compactMap { Int($0.equation) }
    #expect(Set(equations) == Set(1...14))
    #expect(try Self.rows().contains { $0.printed.hasPrefix("RelativeDepth.") })
  }

  /// Nothing is counted outside `counting`, and one count does not include the calls of another.
  @Test func countsAreSeparate() throws {
    let (inner, outer) = EquationTrace.counting {
      EquationTrace.mark(Self.self)
      return EquationTrace.counting { EquationTrace.mark(Self.self) }.calls
    }
    #expect(inner.values.reduce(0, +) == 1 && outer.values.reduce(0, +) == 1)
  }
}
