import Testing

/// Tests that the table of operations is complete.
///
/// An operation of the engine without a row fails these tests, and so does a row without an
/// operation.
@Suite("Completeness of the table of operations")
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
    "looped": "runs a loop of the caller, MemoryOrderTests",
  ]

  /// Recorded names without a row, and where they are tested.
  static let elsewhere: [String: String] = [
    "gradient": "ties a gradient to its scalar: every second derivative, and GradientTests"
  ]

  @Test func everyRecordedOperationHasARow() throws {
    let recorded = Set(try EngineSources.texts().flatMap(EngineSources.recordedNames(in:)))
    let proved = Set(operationCases.flatMap(\.records))
    #expect(recorded.count > 50, "the scan found only \(recorded)")
    #expect(recorded.subtracting(proved).subtracting(Self.elsewhere.keys) == [])
    #expect(proved.union(Self.elsewhere.keys).subtracting(recorded) == [])
  }

  @Test func everyPublicFunctionHasARow() throws {
    let found = try EngineSources.publicFunctions()
    let covered = Set(operationCases.flatMap(\.covers))
    #expect(found.count > 60, "the scan found only \(found)")
    // sortingIndices and the steps behind kinks are internal, but they have rows as well.
    let inner: Set = ["leakyStep", "isInside", "sortingIndices"]
    #expect(found.subtracting(covered).subtracting(Self.others.keys) == [])
    #expect(covered.union(Self.others.keys).subtracting(found).subtracting(inner) == [])
  }

  /// Rows without single-element inputs, because their operation fixes a length above 1.
  private static let neverSingle: [String: String] = [
    "reshaped": "an axis is cut into halves",
    "reshaped with an open length": "an axis is cut into halves",
    "sliced": "reads up to place 8 of an axis",
    "embedded": "stands at 4 places of an axis",
    "subscript": "reads place 3 of an axis",
    "split": "an axis is cut into 2, 0, 1 and 4",
    "rowProducts, fan-out 9": "a source stands for 9 rows",
    "sampled, two axes": "a point has 2 coordinates",
    "sampled, three axes": "a point has 3 coordinates",
    "averagePooled": "blocks of 2 × 2",
    "transposeConvolved, stride 1": "a kernel of 3 × 3",
    "convolved with stride 2, 2 groups": "2 groups",
    "transposeConvolved, stride 2, 2 groups": "2 groups",
  ]

  /// Every row is tested on empty and single-element tensors.
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
}
