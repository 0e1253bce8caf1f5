import Tensors

/// Importance sampling along rays: more samples where the coarse samples found density.
///
/// The new depths invert a piecewise linear cumulative distribution function. This is NeRF's
/// hierarchical sampling as in the reference systems. The coarse weights, without the first and the
/// last, are the probabilities of the intervals between the midpoints of neighboring samples.
/// PaperNotes 16: the paper counts 12 (36) samples and does not mention this pass.
///
/// The computation uses double precision, whatever the precision of the inputs. An interval without
/// density has a probability of 2e-5, so the inverse multiplies an error of the cumulative sum by
/// 50 000. In single precision, this error would move samples by a thousandth of the ray.
public enum ImportanceSampling {
  /// The constant added to every weight, so that no interval has probability 0.
  ///
  /// The value is the sum of two constants of the reference systems: 1e-5 added to the weights, and
  /// another 1e-5 added when the probabilities are computed.
  static let floor = 2e-5

  /// Returns new depths for the given numbers u; the result is detached.
  ///
  /// - Parameters:
  ///   - rayDepths: coarse depths in ascending order, `[…, N]`, N ≥ 3.
  ///   - renderingWeights: the weights of the coarse samples, `[…, N]`, preferably in double precision.
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
        (t.sliced(axis: -1, from: 1, length: count - 1)
          + t.sliced(axis: -1, from: 0, length: count - 1)) * 0.5
      let density = weights.sliced(axis: -1, from: 1, length: count - 2) + floor
      let probabilities = density / density.sum(axes: [-1], keepingAxes: true)
      let cumulative = probabilities.cumulativeSum().padded(axis: -1, before: 1, after: 0)
      let place = cumulative.searchSorted(u).cast(to: t.scalarType)
      let below = (place - 1).relu().cast(to: .int32)
      let above = place.clamped(0, Double(count - 2)).cast(to: .int32)
      let (low, high) = (
        cumulative.gathered(axis: -1, at: below), cumulative.gathered(axis: -1, at: above)
      )
      let (from, to) = (
        middles.gathered(axis: -1, at: below), middles.gathered(axis: -1, at: above)
      )
      // For u = 0, and for u above the last sum, both indices are equal: the gap and the step are 0.
      let gap = high - low
      let divisor = gap + gap.isEqual(to: .zeros([], gap.scalarType))
      return (from + (u - low) / divisor * (to - from)).cast(to: rayDepths.scalarType)
    }
  }

  /// Returns the quantiles used in evaluation, linspace(0, 1, M), repeated for every ray.
  ///
  /// - Parameters:
  ///   - count: the number of quantiles, M.
  ///   - lead: the leading shape of the rays.
  /// - Returns: `[lead…, M]`, double precision.
  public static func quantiles(_ count: Int, for lead: [Int]) -> Tensor {
    .linspace(0, 1, count, .float64).broadcast(to: lead + [count])
  }

  /// Returns coarse and new depths together in ascending order, `[…, N + M]`; the result is detached.
  public static func merged(_ rayDepths: Tensor, _ newDepths: Tensor) -> Tensor {
    withoutGradients {
      Tensor.concatenated([rayDepths.detached(), newDepths.detached()], axis: -1).sorted().values
    }
  }
}
