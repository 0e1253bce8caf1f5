import Foundation
import Tensors
import Testing

@testable import TrainingRuns

@Suite("Signs of health by hand")
struct HealthTests {
  /// One pixel of (½, ½, 0) has ln 2, one of (1, 0, 0) nothing: ln 2 / 2 on average.
  @Test func entropyOfTwoPixels() {
    let masks = Tensor([1, 3, 1, 2], [0.5, 1, 0.5, 0, 0, 0] as [Float])
    #expect(abs(TrainingHealth.entropy(of: masks) - log(2.0) / 2) < 1e-12)
  }

  /// Three of four pixels are of class 1, one of class 2.
  @Test func areasCountTheLikeliestClass() {
    let scores = Tensor(
      [2, 3, 1, 2], [-1, -1, 1, 1, -1, 0, 0.2, -1, 0.1, 1, 0.3, -0.5] as [Float])
    #expect(TrainingHealth.areas(scores, 3) == [0, 0.75, 0.25])
  }

  /// −3 and 0.4 belong to plane 0, 1.6 to plane 2, 9 to the last, 3.
  @Test func depthsCountToTheNearestPlane() {
    #expect(TrainingHealth.histogram([-3, 0.4, 1.6, 9], bins: 4) == [0.5, 0, 0.25, 0.25])
  }

  /// 1, 3 and 5 make 3; what was measured once counts once.
  @Test func windowsAverage() throws {
    var window = MetricsWindow()
    for value in [1.0, 3, 5] { window.add("a", value) }
    window.add("b", 0.1)
    #expect(window.means == ["a": 3, "b": 0.1])
    let json = try JSONEncoder().encode(window)
    #expect(try JSONDecoder().decode(MetricsWindow.self, from: json) == window)
  }
}
