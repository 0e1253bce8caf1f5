import Foundation
import TestSupport
import Testing

@testable import Tensors

/// The table of operations and the convolution by tiles on the portable loops, on processors that would
/// run the others.
///
/// The choice is the whole process's, so this runs in one of its own.
@Suite(
  "Portable loops", .enabled(if: usesV3Kernels, "this processor runs the portable loops anyway"))
struct PortableLoopTests {
  @Test func everyOperationIsThatOfItsPlainTwin() async {
    await #expect(processExitsWith: .success) {
      setenv("SSGAN3D_BASELINE", "1", 1)
      require(!usesV3Kernels, "the loops were chosen before this could ask for the portable ones")
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
          let slopes = zip(try analytic(row.loss, at: single), try analytic(row.loss, at: double))
          for (found, expected) in slopes {
            require(
              isClose(found.cast(to: .float64), expected, within: bound),
              "\(row.name), gradient, \(shapes)")
          }
        }
      }
    }
  }

  @Test func tilesAgreeWithColumns() async {
    await #expect(processExitsWith: .success) {
      setenv("SSGAN3D_BASELINE", "1", 1)
      require(!usesV3Kernels, "the loops were chosen before this could ask for the portable ones")
      for shape in WinogradTests.shapes {
        let found = try WinogradTests.everything(shape, .float64, .tiles)
        let expected = try WinogradTests.everything(shape, .float64, .columns)
        for (found, expected) in zip(found, expected) {
          require(isClose(found, expected, within: .closedForm), "\(shape)")
        }
      }
    }
  }
}
