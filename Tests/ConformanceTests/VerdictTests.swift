import Testing

@testable import Conformance

/// The tolerances within which tensors agree, each computed by hand.
@Suite("Conformance, tolerances")
struct VerdictTests {
  /// 10 · 2e-6 + 1e-5 · 3 = 5e-5 for every tensor.
  @Test(arguments: ["image", "grad_r1_total/a", "loss/path_penalty"])
  func theToleranceInSinglePrecision(name: String) {
    for isUnrounded in [false, true] {
      let allowed = Verdict.allowed(
        name, largest: 3, lost: 2e-6, isUnrounded: isUnrounded, precision: .float32)
      #expect(abs(allowed - 5e-5) < 1e-18)
    }
  }

  /// R1 and path length have the tolerance of second order; tensors with similar names do not.
  @Test(arguments: [
    ("image", 3e-9), ("part01_layer1", 3e-9), ("grad_g_total/a", 3e-9), ("loss/r1_image", 3e-7),
    ("grad_r1_total/a", 3e-7), ("path_lengths", 3e-7), ("grad_path_total/a", 3e-7),
  ])
  func theToleranceInDoublePrecision(name: String, bound: Double) {
    let allowed = Verdict.allowed(
      name, largest: 3, lost: 1, isUnrounded: true, precision: .float64)
    #expect(abs(allowed - bound) < 1e-15 * bound)
    let rounded = Verdict.allowed(
      name, largest: 3, lost: 1, isUnrounded: false, precision: .float64)
    #expect(abs(rounded - 3e-6) < 1e-18)
  }

  /// An error equal to the tolerance agrees; the next larger number, infinity and NaN do not.
  @Test func errorsUpToTheToleranceAgree() {
    func verdict(_ error: Double) -> Verdict {
      Verdict(
        name: "a", shape: [1], error: error, relativeError: error, allowed: 1e-3, remark: "")
    }
    #expect(verdict(1e-3).agrees && !verdict((1e-3).nextUp).agrees)
    #expect(!verdict(.infinity).agrees && !verdict(.nan).agrees)
  }
}
