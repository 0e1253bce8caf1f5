import TestSupport
import Tensors

/// Two random portraits of 5 by 4 pixels and the region that was edited, double precision.
struct Portraits {
  let original: Tensor
  let edited: Tensor
  /// 1 on seven scattered pixels.
  let region: Tensor

  init(seed: UInt64) {
    var numbers = TestNumbers(seed: seed)
    original = numbers.tensor([3, 5, 4], in: 0...1)
    // Far enough from the original everywhere: the absolute value has a kink where they meet.
    let step = numbers.tensor([3, 5, 4], in: 0.05...0.5)
    let side = numbers.tensor([3, 5, 4]).sign()
    edited = original + step * side
    region = Tensor([5, 4], (0..<20).map { $0 % 3 == 1 ? 1.0 : 0 })
  }
}
