import TestSupport
import Testing

/// Second derivatives, mixed ones included, with respect to all inputs of a function at once.
@Suite("Eq. 9–11: second gradient")
struct SecondGradientTests {
  @Test(arguments: DifferentiableMasks.all)
  func theSecondGradientEqualsDifferences(masks: DifferentiableMasks) throws {
    try expectSecondGradient(at: masks.inputs, masks.function)
  }

  @Test(arguments: DifferentiableMasks.all)
  func theTaylorRemainderShrinksWithTheSquareOfTheStep(masks: DifferentiableMasks) throws {
    try expectTaylorSlope(at: masks.inputs, masks.function)
  }
}
