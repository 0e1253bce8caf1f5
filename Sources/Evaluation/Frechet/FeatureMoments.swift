import Tensors

/// Mean and covariance of features that arrive in batches; only one batch is in memory at a time.
///
/// Two batches are combined by the rule of Chan, Golub and LeVeque (1983) in double precision. This
/// rule does not subtract large numbers from each other:
///
///     μ ← μ + δ n′/(n + n′),   M ← M + M′ + δ δᵀ n n′/(n + n′),   δ = μ′ − μ,   S = M/(n − 1)
public struct FeatureMoments: Sendable {
  /// The number of features added so far, N.
  public private(set) var count = 0
  /// μ, `[F]`, float64.
  public private(set) var mean: Tensor
  /// M, the sum of (x − μ)(x − μ)ᵀ: `[F, F]`, float64.
  private var scatter: Tensor

  /// Creates the moments of an empty set of features.
  ///
  /// - Parameter width: the number of elements of a feature, F; at least 1.
  public init(width: Int) {
    require(width > 0, "FeatureMoments: width is \(width), expected at least 1")
    mean = .zeros([width], .float64)
    scatter = .zeros([width, width], .float64)
  }

  /// Creates the moments of a complete set of features, `[N, F]`.
  public init(of features: Tensor) {
    requireShape(features, [nil, nil], "features", axes: "[N, F]")
    self.init(width: features.shape[1])
    add(features)
  }

  /// The number of elements of a feature, F.
  public var width: Int { mean.count }

  /// Adds features, `[N, F]`, in single or double precision.
  public mutating func add(_ features: Tensor) {
    requireShape(features, [nil, width], "features", axes: "[N, F]")
    let added = features.shape[0]
    guard added > 0 else { return }
    let batch = features.detached().cast(to: .float64)
    let batchMean = batch.mean(axes: [0])
    let centered = batch - batchMean
    let offset = batchMean - mean
    let total = Double(count + added)
    let between = offset.unsqueezed(axis: 1).matmul(offset.unsqueezed(axis: 0))
    mean = mean + offset * (Double(added) / total)
    scatter =
      scatter + centered.transposed().matmul(centered)
      + between * (Double(count) * Double(added) / total)
    count += added
  }

  /// The covariance S with the divisor N − 1, `[F, F]`, float64; requires at least two features.
  public var covariance: Tensor {
    require(count >= 2, "covariance: there are \(count) features, expected at least 2")
    return scatter / Double(count - 1)
  }
}
