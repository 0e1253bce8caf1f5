import KernelInterface
import TestSupport
import Testing

@testable import Tensors

/// The inner loops of every level against plain loops, for every count up to two wide vectors and a
/// tail.
///
/// Comparing levels with each other cannot notice a flaw that all levels share. Every result has a
/// guard behind it that must not change.
@Suite("Kernels against their definitions")
struct KernelDefinitionTests {
  private static let counts = Array(0...70)
  private static let bound = Tolerance.relative(2e-6, because: "up to 70 terms in single precision")
  private static let guardValue: Float = -0.0

  private static func numbers(_ count: Int, seed: Int) -> [Float] {
    var numbers = TestNumbers(seed: UInt64(seed))
    return numbers.tensor([max(1, count)], in: 0.5...2).cast(to: .float32).floats
  }

  /// Calls `body` with `count` numbers and a guard behind them; returns the numbers.
  private func filled(_ start: [Float], _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Double] {
    var memory = start + [Float](repeating: Self.guardValue, count: 16)
    memory.withUnsafeMutableBufferPointer { out in
      if let base = out.baseAddress { body(base) }
    }
    #expect(memory.suffix(16).allSatisfy { $0.sign == .minus && $0 == 0 }, "\(start.count)")
    return memory.prefix(start.count).map(Double.init)
  }

  private func expect(
    _ found: [Double], _ expected: [Double], _ comment: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    expectClose(
      Tensor([found.count], found), Tensor([expected.count], expected), within: Self.bound,
      comment, at: location)
  }

  @Test(arguments: KernelLevel.available)
  func rowsAreAddedAndMultiplied(level: KernelLevel) {
    let kernels = Float.kernels(for: level)
    for count in Self.counts {
      let (x, y) = (Self.numbers(count, seed: count), Self.numbers(count, seed: 1000 + count))
      let (a, b) = (x.prefix(count).map(Double.init), y.prefix(count).map(Double.init))
      let products = zip(a, b).map { $0 * $1 }
      expect([kernels.sum(x, count)], [a.reduce(0, +)], "sum of \(count)")
      expect([Double(kernels.dot(x, y, count))], [products.reduce(0, +)], "dot of \(count)")
      expect(
        filled(Array(y.prefix(count))) { kernels.addScaled(x, 1.5, $0, count) },
        zip(a, b).map { 1.5 * $0 + $1 }, "addScaled of \(count)")
      guard count > 0 else { continue }
      expect(
        filled([0]) { kernels.maximumRows(x, $0, rows: 1, length: count) }, [a.max() ?? 0],
        "maximum of \(count)")
      expect(
        filled([0]) { kernels.sumRows(x, $0, rows: 1, length: count) }, [a.reduce(0, +)],
        "sumRows of \(count)")
    }
  }

  @Test(arguments: KernelLevel.available)
  func columnsAreAdded(level: KernelLevel) {
    let kernels = Float.kernels(for: level)
    for (rows, columns) in Self.counts.map({ ($0 % 19, $0 + 1) }) {
      let x = Self.numbers(rows * columns, seed: columns)
      var sums = [Double](repeating: 0.25, count: columns)
      kernels.accumulateRows(x, &sums, rows: rows, columns: columns, pitch: columns)
      let expected = (0..<columns).map { column in
        (0..<rows).reduce(0.25) { $0 + Double(x[$1 * columns + column]) }
      }
      expect(sums, expected, "\(rows) × \(columns)")
    }
  }

  @Test(arguments: KernelLevel.available)
  func choicesAreMadeElementByElement(level: KernelLevel) {
    let kernels = Float.kernels(for: level)
    for count in Self.counts {
      let (x, y) = (Self.numbers(count, seed: count), Self.numbers(count, seed: 500 + count))
      let mask = x.map { $0 > 1 ? Float(1) : 0 }
      expect(
        filled([Float](repeating: 9, count: count)) {
          kernels.select(mask, 1, x, 1, y, 1, $0, count)
        },
        (0..<count).map { Double(mask[$0] != 0 ? x[$0] : y[$0]) }, "select of \(count)")
      let signs = x.map { $0 - 1 }
      expect(
        filled([Float](repeating: 9, count: count)) {
          kernels.scaleBySign(y, signs, above: 3, below: 0.5, $0, count)
        },
        (0..<count).map { Double(y[$0]) * (signs[$0] > 0 ? 3 : 0.5) }, "scaleBySign of \(count)")
    }
  }

  /// Sums of linked rows and their adjoints: two sources with `fan` rows, three targets, six links.
  @Test(arguments: KernelLevel.available, [1, 2, 4, 5, 9])
  func linkedRowsAreCombined(level: KernelLevel, fan: Int) {
    let kernels = Float.kernels(for: level)
    let (sources, targets): ([Int32], [Int32]) = ([0, 0, 0, 0, 1, 1], [0, 1, 2, 2, 2, 0])
    for columns in Self.counts.dropFirst() {
      let table = Self.numbers(2 * fan * columns, seed: columns)
      let other = Self.numbers(3 * columns, seed: 100 + columns)
      let weights = Self.numbers(6 * fan, seed: 200 + columns)
      sources.withUnsafeBufferPointer { from in
        targets.withUnsafeBufferPointer { to in
          guard let from = from.baseAddress, let to = to.baseAddress else { return }
          let links = LinkList(sources: from, targets: to, order: nil)
          var sums = [Double](repeating: 0, count: 3 * columns)
          var spread = [Double](repeating: 0, count: 2 * fan * columns)
          var products = [Double](repeating: 0, count: 6 * fan)
          for (j, (source, target)) in zip(sources, targets).enumerated() {
            for k in 0..<fan {
              for column in 0..<columns {
                let row = (Int(source) * fan + k) * columns + column
                let place = Int(target) * columns + column
                let weight = Double(weights[j * fan + k])
                sums[place] += weight * Double(table[row])
                spread[row] += weight * Double(other[place])
                products[j * fan + k] += Double(table[row]) * Double(other[place])
              }
            }
          }
          let name = "\(columns) columns, fan \(fan)"
          expect(
            filled([Float](repeating: 0, count: sums.count)) {
              kernels.linkedSums(
                table, columns: columns, fan: fan, links, weights: weights, $0, 0..<6)
            }, sums, "sums of \(name)")
          expect(
            filled([Float](repeating: 0, count: spread.count)) {
              kernels.spreadSums(
                other, columns: columns, fan: fan, links, weights: weights, $0, 0..<6)
            }, spread, "spread of \(name)")
          expect(
            filled([Float](repeating: 0, count: products.count)) {
              kernels.linkedProducts(table, other, columns: columns, fan: fan, links, $0, 0..<6)
            }, products, "products of \(name)")
        }
      }
    }
  }
}
