import Testing

@testable import Tensors

/// Subnormal numbers are kept by default, and count as 0 on request.
///
/// Results are inspected outside the closure, by their bits: inside, a subnormal number would look
/// like 0.
@Suite("Subnormal numbers")
struct SubnormalTests {
  /// Enough tiles for every thread.
  private static let count = 1 << 18

  private func areZero(_ x: Tensor) -> Set<Bool> {
    Set(x.withElements(of: Float.self) { $0.map { $0.bitPattern == 0 } })
  }

  @Test(arguments: [1, 2])
  func resultsAreZeroInsideAndKeptOutside(threads: Int) {
    let x = Tensor(repeating: 1e-20, [Self.count], .float32)
    Parallel.withThreads(threads) {
      // Modes alternate, so that threads must switch between them.
      for _ in 0..<3 {
        let inside = Parallel.withoutSubnormals { x * x }
        #expect(areZero(inside) == [true])
        #expect(areZero(x * x) == [false])
      }
    }
  }

  /// Operands count as 0 too: 1e-40 times 1e30 would be 1e-10.
  @Test(arguments: [1, 2])
  func argumentsAreZeroInside(threads: Int) {
    let x = Tensor(repeating: 1e-40, [Self.count], .float32)
    Parallel.withThreads(threads) {
      let inside = Parallel.withoutSubnormals { x * 1e30 }
      #expect(areZero(inside) == [true])
      #expect(areZero(x * 1e30) == [false])
    }
  }

  @Test func normalNumbersStay() {
    let least = Double(Float.leastNormalMagnitude)
    let x = Tensor(repeating: 2 * least, [3], .float32)
    let inside = Parallel.withoutSubnormals { x * 0.5 }
    #expect(inside.scalars == [least, least, least])
  }

  /// After nested closures, and after one that throws, the previous mode is restored.
  @Test func theCallersModeIsRestored() {
    struct Stop: Error {}
    let x = Tensor(repeating: 1e-20, [8], .float32)
    let made = Parallel.withoutSubnormals {
      let first = Parallel.withoutSubnormals { x * x }
      let second = x * x
      #expect(throws: Stop.self) { try Parallel.withoutSubnormals { throw Stop() } }
      return [first, second, x * x]
    }
    for inside in made { #expect(areZero(inside) == [true]) }
    #expect(throws: Stop.self) { try Parallel.withoutSubnormals { throw Stop() } }
    #expect(areZero(x * x) == [false])
  }
}
