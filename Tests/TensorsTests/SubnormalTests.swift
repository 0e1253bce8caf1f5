import Testing

@testable import Tensors

/// Numbers below the smallest normal one: kept by default, 0 where a caller asks for that.
@Suite("Subnormal numbers")
struct SubnormalTests {
  /// Enough tiles for every thread.
  private static let count = 1 << 18

  private func allAreZero(_ x: Tensor) -> Bool {
    x.withElements(of: Float.self) { $0.allSatisfy { $0 == 0 } }
  }

  private func noneIsZero(_ x: Tensor) -> Bool {
    x.withElements(of: Float.self) { $0.allSatisfy { $0 != 0 } }
  }

  @Test(arguments: [1, 2])
  func resultsAreZeroInsideAndThereOutside(threads: Int) {
    let x = Tensor(repeating: 1e-20, [Self.count], .float32)
    Parallel.withThreads(threads) {
      // In turns, so that threads which worked one way must work the other.
      for _ in 0..<3 {
        #expect(Parallel.withoutSubnormals { allAreZero(x * x) })
        #expect(noneIsZero(x * x))
      }
    }
  }

  /// What is read counts as 0 too: 1e-40 times 1e30 would be 1e-10.
  @Test(arguments: [1, 2])
  func argumentsAreZeroInside(threads: Int) {
    let x = Tensor(repeating: 1e-40, [Self.count], .float32)
    Parallel.withThreads(threads) {
      #expect(Parallel.withoutSubnormals { allAreZero(x * 1e30) })
      #expect(noneIsZero(x * 1e30))
    }
  }

  @Test func normalNumbersStay() {
    let least = Double(Float.leastNormalMagnitude)
    let x = Tensor(repeating: 2 * least, [3], .float32)
    #expect(Parallel.withoutSubnormals { (x * 0.5).scalars } == [least, least, least])
  }

  /// One inside another, and one that ends with an error: what was before comes back.
  @Test func theCallersWayComesBack() {
    struct Stop: Error {}
    let x = Tensor(repeating: 1e-20, [8], .float32)
    Parallel.withoutSubnormals {
      #expect(Parallel.withoutSubnormals { allAreZero(x * x) })
      #expect(allAreZero(x * x))
      #expect(throws: Stop.self) { try Parallel.withoutSubnormals { throw Stop() } }
      #expect(allAreZero(x * x))
    }
    #expect(throws: Stop.self) { try Parallel.withoutSubnormals { throw Stop() } }
    #expect(noneIsZero(x * x))
  }
}
