import TestSupport
import Tensors
import Testing

/// How the numbers of one input are drawn.
enum Draw: Sendable {
  /// Spread evenly over a range.
  case range(Double, Double)
  /// Over a range, but at least 0.05 from every kink, which no difference step crosses.
  case away([Double], Double, Double)
  /// All different, by 0.15 or more; `phase` (0 … 1) shifts them, so that two inputs with phases 0 and
  /// 0.5 have no equal elements either.
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
      // Closer together where there are many (of those no differences are taken): large numbers
      // would lose the phase of the loss in single precision.
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

/// One row of the table: an operation, its plain twin, and the shapes to prove it on.
struct OperationCase: Sendable, CustomTestStringConvertible {
  /// How the operation behaves between its kinks.
  enum Kind: Sendable {
    case smooth
    /// The gradient is zero everywhere, and reached.
    case piecewiseConstant
  }

  /// The public (or internal) function, and what is special about this row.
  let name: String
  /// Names of recorded operations that this row proves.
  let records: [String]
  /// Public functions that this row proves, by base name.
  let covers: [String]
  let kind: Kind
  let draws: [Draw]
  /// One list of input shapes per proof; the first is the main one.
  let shapes: [[[Int]]]
  /// Shapes that span several tiles, for the comparison of one thread with two.
  let large: [[Int]]?
  /// Bound for single precision, relative to the largest result.
  let singleBound: Double
  /// Why there is no row with an empty tensor, if there is none.
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

  /// Seeded inputs: the same for a row, a list of shapes and a seed, whatever else runs.
  func inputs(_ shapes: [[Int]], seed: UInt64 = 1) -> [Tensor] {
    let label = name.utf8.reduce(UInt64(17)) { $0 &* 31 &+ UInt64($1) }
    var numbers = TestNumbers(seed: label &+ seed &* 7919)
    return zip(draws, shapes).map { $0.tensor($1, &numbers) }
  }

  /// A number made of all results: Σ c · sin(y/2 + 0.4) with fixed weights c.
  ///
  /// The sine gives linear operations second derivatives, between two inputs too, and keeps the
  /// result bounded whatever y is.
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

/// `operationCases` by name, for tests that need one.
func operationCase(_ name: String) -> OperationCase? { operationCases.first { $0.name == name } }
