import Tensors

/// More samples where the coarse ones found something: the inverse of a piecewise linear
/// distribution function.
///
/// NeRF's hierarchical sampling as the reference systems have it. The coarse weights, without the first
/// and the last, are the probabilities of the stretches between the middles of neighbouring samples.
/// PaperNotes 16: the paper counts 12 (36) samples and says nothing of this pass.
///
/// Double precision inside, whatever comes in. Where nothing was found a stretch has a probability of
/// 2e-5, and the inverse multiplies an error of the cumulative sum by 50 000: in single precision that
/// would move samples by a thousandth of the ray.
public enum ImportanceSampling {
  /// Added to every weight, so that no stretch is impossible: 1e-5 where the weights are taken, and
  /// 1e-5 again where the probabilities are made.
  static let floor = 2e-5

  /// New depths for given numbers u; constants, whatever their inputs depend on.
  ///
  /// - Parameters:
  ///   - rayDepths: coarse depths in ascending order, `[…, N]`, N ≥ 3.
  ///   - renderingWeights: their weights, `[…, N]`, best in double precision.
  ///   - uniforms: u between 0 and 1, `[…, M]`.
  /// - Returns: `[…, M]`, in the order of `uniforms`, in the precision of `rayDepths`.
  public static func depths(
    _ rayDepths: Tensor, _ renderingWeights: Tensor, uniforms: Tensor
  ) -> Tensor {
    requireShape(renderingWeights, rayDepths.shape, "renderingWeights", axes: "[.., N]")
    let count = rayDepths.shape.last ?? 0
    require(
      count >= 3, "depths(_:_:uniforms:): rayDepths has shape \(rayDepths.shape), expected N ≥ 3")
    return withoutGradients {
      let t = rayDepths.detached().cast(to: .float64)
      let weights = renderingWeights.detached().cast(to: .float64)
      let u = uniforms.detached().cast(to: .float64)
      let middles =
        (t.sliced(-1, from: 1, length: count - 1) + t.sliced(-1, from: 0, length: count - 1)) * 0.5
      let density = weights.sliced(-1, from: 1, length: count - 2) + floor
      let probabilities = density / density.sum([-1], keepingAxes: true)
      let cumulative = probabilities.cumulativeSum().padded(-1, before: 1, after: 0)
      let place = cumulative.searchSorted(u).cast(to: t.scalarType)
      let below = (place - 1).relu().cast(to: .int32)
      let above = place.clamped(0, Double(count - 2)).cast(to: .int32)
      let (low, high) = (cumulative.gathered(-1, at: below), cumulative.gathered(-1, at: above))
      let (from, to) = (middles.gathered(-1, at: below), middles.gathered(-1, at: above))
      // u = 0, and u above the last sum, find the same place twice: the gap is 0 and so is the way.
      let gap = high - low
      let divisor = gap + gap.isEqual(to: .zeros([], gap.scalarType))
      return (from + (u - low) / divisor * (to - from)).cast(to: rayDepths.scalarType)
    }
  }

  /// The quantiles of evaluation, linspace(0, 1, M), for rays of the given leading shape.
  public static func quantiles(_ count: Int, for lead: [Int]) -> Tensor {
    .linspace(0, 1, count, .float64).broadcast(to: lead + [count])
  }

  /// Coarse and new depths in one ascending row, `[…, N + M]`.
  public static func merged(_ rayDepths: Tensor, _ newDepths: Tensor) -> Tensor {
    withoutGradients {
      Tensor.concatenated([rayDepths.detached(), newDepths.detached()], -1).sorted().values
    }
  }
}
