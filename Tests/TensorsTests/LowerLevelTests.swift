import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Tests the table of operations, and convolution by Winograd tiles, with the loops of the levels
/// below the one that this processor uses.
///
/// The level is chosen once for a process, so each test runs in its own process.
@Suite("Loops of lower levels")
struct LowerLevelTests {
  @Test(
    .enabled(if: KernelLevel.chosen != .baseline, "this process runs the portable loops anyway"))
  func portableLoops() async {
    await #expect(processExitsWith: .success) { try Self.prove(.baseline) }
  }

  @Test(
    .enabled(if: KernelLevel.available.contains(.v4), "there are no better loops on this processor")
  )
  func loopsForAVX2() async {
    await #expect(processExitsWith: .success) { try Self.prove(.v3) }
  }

  private static func prove(_ level: KernelLevel) throws {
    setenv(KernelLevel.variable, level.rawValue, 1)
    require(KernelLevel.chosen == level, "the loops were chosen before the variable was set")
    for row in operationCases {
      for shapes in row.shapes {
        let single = row.inputs(shapes).map { $0.cast(to: .float32) }
        let double = single.map { $0.cast(to: .float64) }
        let expected = row.twin(double.map(Plain.init)).tensor
        require(
          isClose(row.operation(double).cast(to: .float64), expected, within: .closedForm),
          "\(row.name), \(shapes)")
        let bound = Tolerance.relative(
          8 * row.singleBound, because: "a gradient is a chain of several rounded operations")
        let gradients = zip(try analytic(row.loss, at: single), try analytic(row.loss, at: double))
        for (found, expected) in gradients {
          require(
            isClose(found.cast(to: .float64), expected, within: bound),
            "\(row.name), gradient, \(shapes)")
        }
      }
    }
    for shape in WinogradTests.shapes {
      let found = try WinogradTests.everything(shape, .float64, .tiles)
      let expected = try WinogradTests.everything(shape, .float64, .columns)
      for (found, expected) in zip(found, expected) {
        require(isClose(found, expected, within: .closedForm), "\(shape)")
      }
    }
  }
}
