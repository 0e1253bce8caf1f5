import RelativeDepth
import Tensors
import TestSupport
import Testing

/// A way from relative to absolute depth, the module's own or a broken twin's.
typealias DepthRule = (_ relativeDepth: Tensor) -> Tensor

/// The module with a case's mode.
func relativeDepth(of golden: GoldenCase) throws -> RelativeDepth {
  RelativeDepth(try #require(DepthMode(rawValue: golden.word("depthMode"))))
}

/// What this module answers to a golden case, the depths made absolute by any rule.
///
/// The rule is linear in d, so the case also asks for a curved function of d̂ with its gradient; the
/// derivative of that gradient is the second derivative.
func answers(
  of golden: GoldenCase, to inputs: [String: Tensor], by rule: DepthRule
) throws -> [String: Tensor] {
  let relative = try #require(inputs["relative_depth"])
  let measured = try #require(inputs["measured_depth"])
  let absolute = rule(relative)
  let scale = try golden.number("curveScale")
  let curved = (try #require(inputs["factors"]) * (absolute / scale).exponential()).sum()
  return [
    "absolute_depth": absolute,
    "relative_of_measured": try relativeDepth(of: golden).relativeDepth(of: measured),
    "curved": curved,
    "curved_gradient": try gradient(of: curved, withRespectTo: relative, createGraph: true),
  ]
}
