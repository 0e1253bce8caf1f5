import TestSupport
import Testing

/// The gradient with respect to all inputs of a function at once.
@Suite("Eq. 9–11: gradient")
struct GradientTests {
  @Test(arguments: DifferentiableMasks.all)
  func theGradientEqualsDifferences(masks: DifferentiableMasks) throws {
    try expectGradient(at: masks.inputs, masks.function)
  }
}
