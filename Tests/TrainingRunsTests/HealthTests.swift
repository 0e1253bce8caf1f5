import Foundation
import Tensors
import Testing

@testable import TrainingRuns

@Suite("Training health, by hand")
struct HealthTests {
  /// A pixel of (½, ½, 0) has the entropy ln 2, one of (1, 0, 0) has 0; the mean is ln 2 / 2.
  @Test func entropyIsTheMeanOverPixels() {
    let masks = Tensor([1, 3, 1, 2], [0.5, 1, 0.5, 0, 0, 0] as [Float])
    #expect(abs(TrainingHealth.entropy(of: masks) - log(2.0) / 2) < 1e-12)
  }

  /// Three of four pixels are of class 1, one of class 2.
  @Test func areasCountTheMostProbableClass() {
    let scores = Tensor(
      [2, 3, 1, 2], [-1, -1, 1, 1, -1, 0, 0.2, -1, 0.1, 1, 0.3, -0.5] as [Float])
    #expect(TrainingHealth.areas(scores, 3) == [0, 0.75, 0.25])
  }

  /// −3 and 0.4 belong to plane 0, 1.6 to plane 2, 9 to the last, 3.
  @Test func depthsAreCountedAtTheNearestPlane() {
    #expect(TrainingHealth.histogram([-3, 0.4, 1.6, 9], bins: 4) == [0.5, 0, 0.25, 0.25])
  }

  /// The mean of 1, 3 and 5 is 3; a value that was measured once is its own mean.
  @Test func aWindowAveragesItsValues() throws {
    var window = MetricsWindow()
    for value in [1.0, 3, 5] { window.add("a", value) }
    window.add("b", 0.1)
    #expect(window.means == ["a": 3, "b": 0.1])
    let json = try JSONEncoder().encode(window)
    #expect(try JSONDecoder().decode(MetricsWindow.self, from: json) == window)
  }
}
