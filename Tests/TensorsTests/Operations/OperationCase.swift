import TestSupport
import Tensors
import Testing

/// The distribution of the numbers of one input.
enum Draw: Sendable {
  /// Uniform over a range.
  case range(Double, Double)
  /// Uniform over a range, but at least 0.05 from every kink, so that no difference step crosses
  /// it.
  case away([Double], Double, Double)
  /// All different, by 0.15 or more; `phase` (0 … 1) shifts the numbers, so that two inputs with
  /// phases 0 and 0.5 have no equal elements either.
  case distinct(phase: Double)

  func tensor(_ shape: [Int], _ numbers: inout TestNumbers) -> Tensor {
    let count = shape.reduce(1, *)
    switch self {
    case .range(let low, let high):
      return numbers.tensor(shape, in: low...high)
    case .away(let kinks, let low, let high):
      return Tensor(
        shape,
        (0..<count).map { _ in
          var value = low
          repeat {
            value = Double.random(in: low...high, using: &numbers)
          } while kinks.contains { ($0 - value).magnitude < 0.05 }
          return value
        })
    case .distinct(let phase):
      // Many numbers are closer together (no differences are taken of those): large numbers would
      // lose the phase of the loss in single precision.
      let spacing = count <= 200 ? 0.4 : 4 / Double(count)
      let order = (0..<count).shuffled(using: &numbers)
      return Tensor(
        shape,
        order.map { (Double($0 - count / 2) + phase + 0.1 * numbers.unit()) * spacing })
    }
  }
}

extension TestNumbers {
  mutating func unit() -> Double { Double.random(in: 0...1, using: &self) }
}

/// One row of the table: an operation, its plain twin, and the shapes to test it on.
struct OperationCase: Sendable, CustomTestStringConvertible {
  /// How the operation behaves between its kinks.
  enum Kind: Sendable {
    case smooth
    /// The inputs take part, and the gradient is zero everywhere.
    case piecewiseConstant
  }

  /// The name of the public (or internal) function, and the particular case of this row.
  let name: String
  /// The names of recorded operations that this row tests.
  let records: [String]
  /// The public functions that this row tests, by base name.
  let covers: [String]
  let kind: Kind
  let draws: [Draw]
  /// Lists of input shapes, each tested separately; the first is the main one.
  let shapes: [[[Int]]]
  /// Shapes that span several tiles, to compare one thread with two.
  let large: [[Int]]?
  /// The error bound for single precision, relative to the largest result.
  let singleBound: Double
  /// The reason why none of the shapes is empty; nil if one is.
  let withoutEmpty: String?
  let operation: @Sendable ([Tensor]) -> Tensor
  let twin: @Sendable ([Plain]) -> Plain

  init(
    _ name: String, records: [String] = [], covers: [String] = [], kind: Kind = .smooth,
    _ draws: [Draw], _ shapes: [[[Int]]], large: [[Int]]? = nil, singleBound: Double = 1e-6,
    withoutEmpty: String? = nil, _ operation: @escaping @Sendable ([Tensor]) -> Tensor,
    twin: @escaping @Sendable ([Plain]) -> Plain
  ) {
    self.name = name
    self.records = records
    self.covers = covers
    self.kind = kind
    self.draws = draws
    self.shapes = shapes
    self.large = large
    self.singleBound = singleBound
    self.withoutEmpty = withoutEmpty
    self.operation = operation
    self.twin = twin
  }

  var testDescription: String { name }

  /// Returns seeded inputs, which depend only on the row, the list of shapes and the seed.
  func inputs(_ shapes: [[Int]], seed: UInt64 = 1) -> [Tensor] {
    let label = name.utf8.reduce(UInt64(17)) { $0 &* 31 &+ UInt64($1) }
    var numbers = TestNumbers(seed: label &+ seed &* 7919)
    return zip(draws, shapes).map { $0.tensor($1, &numbers) }
  }

  /// Returns one number computed from all results: Σ c · sin(y/2 + 0.4) with fixed weights c.
  ///
  /// The sine gives linear operations second derivatives, including mixed ones, and keeps the
  /// number bounded for any y.
  func loss(_ inputs: [Tensor]) -> Tensor {
    let result = operation(inputs).cast(to: inputs[0].scalarType)
    var numbers = TestNumbers(seed: 5)
    let weights = numbers.tensor(result.shape, in: 0.3...1).cast(to: inputs[0].scalarType)
    return (weights * (result * 0.5 + 0.4).sine()).sum()
  }
}

/// The whole table.
let operationCases: [OperationCase] =
  arithmeticCases + transcendentalCases + piecewiseCases + layerCases + comparisonCases
  + reductionCases
  + cumulativeCases + viewCases + joiningCases + gatheringCases + rowCases + orderCases
  + productCases + convolutionCases + filterCases

/// Returns the row with a name, for tests that need a particular one.
func operationCase(_ name: String) -> OperationCase? { operationCases.first { $0.name == name } }
