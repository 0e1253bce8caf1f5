import Foundation
import Testing

/// The table is complete: an operation added to the engine without a row fails here, and so does a
/// row for an operation that is gone.
@Suite("Operations, all of them")
struct CoverageTests {
  /// Public functions of Tensor that are not operations, and why.
  private static let others: [String: String] = [
    "tracked": "marks a tensor, GradientTests",
    "detached": "drops the graph, GradientTests",
    "withElements": "reads numbers out, TensorValueTests",
    "zeros": "creation, TensorValueTests",
    "ones": "creation, TensorValueTests",
    "scalar": "creation, TensorValueTests",
    "linspace": "creation, TensorValueTests",
    "counting": "creation, TensorValueTests",
    "looped": "a loop of the caller's own, MemoryOrderTests",
  ]

  /// Recorded names without a row of their own, and where they are proved.
  private static let elsewhere: [String: String] = [
    "gradient": "ties a gradient to its scalar: every second derivative, and GradientTests"
  ]

  @Test func everyRecordedOperationHasARow() throws {
    let recorded = try names(matching: #"recorded(?:Constant)?\(\s*"([A-Za-z]+)""#)
    let proved = Set(operationCases.flatMap(\.records))
    #expect(recorded.count > 50, "the scan found only \(recorded)")
    #expect(recorded.subtracting(proved).subtracting(Self.elsewhere.keys) == [])
    #expect(proved.union(Self.elsewhere.keys).subtracting(recorded) == [])
  }

  @Test func everyPublicFunctionHasARow() throws {
    var found = Set<String>()
    for file in try sources() {
      // Only what belongs to Tensor: from an unindented opening line to the next closing brace.
      for body in matches(#"(?ms)^(?:extension|public struct) Tensor\b[^{]*\{$(.*?)^\}"#, in: file)
      {
        found.formUnion(
          matches(
            #"public (?:static |prefix )*func (?:`)?([A-Za-z]+|[-+*/]+)"#, in: body))
      }
    }
    let covered = Set(operationCases.flatMap(\.covers))
    #expect(found.count > 60, "the scan found only \(found)")
    // sortingIndices and the steps behind kinks are internal, and have rows all the same.
    let inner: Set = ["leakyStep", "isInside", "sortingIndices"]
    #expect(found.subtracting(covered).subtracting(Self.others.keys) == [])
    #expect(covered.union(Self.others.keys).subtracting(found).subtracting(inner) == [])
  }

  /// Rows whose operation fixes a length above 1, and so have no inputs of one element each.
  private static let neverSingle: [String: String] = [
    "reshaped": "an axis is cut into halves",
    "reshaped with an open length": "an axis is cut into halves",
    "sliced": "reads up to place 8 of an axis",
    "embedded": "stands at 4 places of an axis",
    "at": "reads place 3 of an axis",
    "split": "an axis is cut into 2, 0, 1 and 4",
    "rowProducts, fan-out 9": "a source stands for 9 rows",
    "sampled, two axes": "a point has 2 coordinates",
    "sampled, three axes": "a point has 3 coordinates",
    "averagePooled": "blocks of 2 × 2",
    "transposeConvolved, stride 1": "a kernel of 3 × 3",
    "convolved with stride 2, 2 groups": "2 groups",
    "transposeConvolved, stride 2, 2 groups": "2 groups",
  ]

  /// Empty and single-element tensors are part of the proof.
  @Test(arguments: operationCases)
  func everyRowHasEmptyAndSingleElements(row: OperationCase) {
    #expect(
      row.withoutEmpty != nil || row.shapes.contains { $0.contains { $0.contains(0) } },
      "no empty tensor among the shapes")
    #expect(
      (Self.neverSingle[row.name] == nil)
        == row.shapes.contains { $0.allSatisfy { $0.reduce(1, *) == 1 } },
      "no single-element tensors among the shapes, or a reason too many")
    #expect(row.shapes.allSatisfy { $0.count == row.draws.count })
    #expect(row.large.map { $0.count == row.draws.count } ?? true)
  }

  @Test func namesOfRowsAreUnique() {
    #expect(Set(operationCases.map(\.name)).count == operationCases.count)
  }

  private func sources() throws -> [String] {
    let folder = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../../../Sources/Tensors").standardized
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }
  }

  private func names(matching pattern: String) throws -> Set<String> {
    Set(try sources().flatMap { matches(pattern, in: $0) })
  }

  private func matches(_ pattern: String, in text: String) -> [String] {
    guard let expression = try? NSRegularExpression(pattern: pattern) else { return [] }
    let whole = NSRange(text.startIndex..., in: text)
    return expression.matches(in: text, range: whole).compactMap { match in
      Range(match.range(at: 1), in: text).map { String(text[$0]) }
    }
  }
}
