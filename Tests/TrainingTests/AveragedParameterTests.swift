import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Testing

@testable import Training

/// The moving average, parameter by parameter.
@Suite("Moving average of every parameter")
struct AveragedParameterTests {
  /// average ← d · average + (1 − d) · parameter for every trained parameter; the noise is copied.
  @Test func everyTrainedParameterIsAveraged() throws {
    let model = Configuration.tiny
    let decay = 0.75
    var state = TrainingState.fresh(model, try TrainingOptions().setting(["averageDecay=\(decay)"]))
    let before = state.average.parameters
    var numbers = RandomNumbers(seed: 8)
    for name in state.generator.tensors.keys.sorted() {
      state.generator.tensors[name] = numbers.normal(state.generator[name].shape)
    }
    state.updateAverage()
    var copied: Set<String> = []
    for (name, new) in state.generator.tensors {
      let (old, found) = (before[name].scalars, state.average.parameters[name].scalars)
      let news = new.scalars
      if found == news { copied.insert(name) }
      // Single precision: three roundings of 2⁻²⁴, relative to the larger of the two numbers.
      let isAveraged = found.indices.allSatisfy { index in
        let (a, b) = (old[index], news[index])
        return abs(found[index] - (decay * a + (1 - decay) * b)) <= 2e-7 * max(abs(a), abs(b))
      }
      #expect(isAveraged != copied.contains(name), "\(name)")
    }
    // The render net's stored noise is the only thing that is not trained.
    #expect(!copied.isEmpty && copied.allSatisfy { $0.contains("noise") }, "\(copied.sorted())")
    #expect(state.generator.tensors.keys.contains { $0.hasPrefix("style.") })
  }
}
