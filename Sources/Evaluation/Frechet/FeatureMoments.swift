import Tensors

/// Mean and covariance of features that come in batches: no more than one batch is ever held.
///
/// Two batches are joined by the rule of Chan, Golub and LeVeque (1983), in double precision, which
/// subtracts no large numbers from each other:
///
///     μ ← μ + δ n′/(n + n′),   M ← M + M′ + δ δᵀ n n′/(n + n′),   δ = μ′ − μ,   S = M/(n − 1)
public struct FeatureMoments: Sendable {
  /// How many features were taken in, N.
  public private(set) var count = 0
  /// μ, `[F]`, float64.
  public private(set) var mean: Tensor
  /// M, the sum of (x − μ)(x − μ)ᵀ: `[F, F]`, float64.
  private var scatter: Tensor

  /// No features yet.
  ///
  /// - Parameter width: numbers in a feature, F; at least 1.
  public init(width: Int) {
    require(width > 0, "FeatureMoments: width is \(width), expected at least 1")
    mean = .zeros([width], .float64)
    scatter = .zeros([width, width], .float64)
  }

  /// The moments of features that are all there, `[N, F]`.
  public init(of features: Tensor) {
    requireShape(features, [nil, nil], "features", axes: "[N, F]")
    self.init(width: features.shape[1])
    add(features)
  }

  /// Numbers in a feature, F.
  public var width: Int { mean.count }

  /// Takes in more features, `[N, F]`, of either precision.
  public mutating func add(_ features: Tensor) {
    requireShape(features, [nil, width], "features", axes: "[N, F]")
    let added = features.shape[0]
    guard added > 0 else { return }
    let batch = features.detached().cast(to: .float64)
    let batchMean = batch.mean([0])
    let centered = batch - batchMean
    let offset = batchMean - mean
    let total = Double(count + added)
    let between = offset.expanded(1).matmul(offset.expanded(0))
    mean = mean + offset * (Double(added) / total)
    scatter =
      scatter + centered.transposed().matmul(centered)
      + between * (Double(count) * Double(added) / total)
    count += added
  }

  /// S, divided by N − 1: `[F, F]`, float64; there must be two features or more.
  public var covariance: Tensor {
    require(count >= 2, "covariance: there are \(count) features, expected at least 2")
    return scatter / Double(count - 1)
  }
}
