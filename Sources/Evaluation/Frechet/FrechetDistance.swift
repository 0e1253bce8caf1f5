import Tensors

/// The Fréchet distance between two sets of features, each modeled as a normal distribution.
///
///     d² = |μ₁ − μ₂|² + Tr(S₁ + S₂ − 2 (S₁ S₂)^½)
///
/// Heusel et al. (2017) measure generators with this distance; as usual, the squared value is given.
/// With the features of ``InceptionNetwork`` it is the Fréchet Inception distance, FID. With those of
/// ``PortraitParser`` it is called the Fréchet distance over the parser's features; these values can
/// be compared with each other but not with published values.
///
/// S₁ S₂ is not symmetric, and the computed root of a nearly singular, non-symmetric matrix can be
/// complex. But S₁ S₂ has the same eigenvalues as S₁^½ S₂ S₁^½ (a cyclic permutation of the factors).
/// This matrix is symmetric and has no negative eigenvalues, so the trace of the root is the sum of
/// the roots of these eigenvalues. Computing the roots from the eigenvalues would turn a rounding
/// error of 1e-16 into 1e-8. Instead, they are computed as the singular values of A = S₁^½ S₂^½.
public struct FrechetDistance: Sendable, Equatable {
  /// |μ₁ − μ₂|².
  public let ofMeans: Double
  /// Tr(S₁ + S₂ − 2 (S₁ S₂)^½); for equal sets it is 0 up to a rounding error of either sign.
  public let ofCovariances: Double

  /// d².
  public var value: Double { ofMeans + ofCovariances }

  /// Computes the distance between two sets with known moments.
  ///
  /// - Parameters:
  ///   - first: the moments of one set of at least two features.
  ///   - second: the moments of the other set, with features of the same width.
  /// - Throws: `FeatureError` if a feature of either set is not finite.
  public init(_ first: FeatureMoments, _ second: FeatureMoments) throws(FeatureError) {
    require(
      first.width == second.width,
      "FrechetDistance: features have widths \(first.width) and \(second.width), expected equal widths"
    )
    let (a, b) = (first.covariance, second.covariance)
    for (moments, covariance) in [(first, a), (second, b)] {
      // A sum is finite only if every number in it is finite.
      guard (moments.mean.sum() + covariance.sum()).item.isFinite else {
        throw FeatureError(count: moments.count)
      }
    }
    ofMeans = (first.mean - second.mean).squared().sum().item
    let product = SymmetricEigen(a).squareRoot.matmul(SymmetricEigen(b).squareRoot)
    ofCovariances = Self.trace(a) + Self.trace(b) - 2 * SingularValues(product).values.reduce(0, +)
  }

  /// Computes the distance between two sets of features, `[N, F]` and `[M, F]`.
  public init(_ first: Tensor, _ second: Tensor) throws(FeatureError) {
    try self.init(FeatureMoments(of: first), FeatureMoments(of: second))
  }

  private static func trace(_ matrix: Tensor) -> Double {
    let (size, elements) = (matrix.shape[0], matrix.scalars)
    return (0..<size).reduce(0) { $0 + elements[$1 * size + $1] }
  }
}

/// An error for features that contain an infinite value or NaN.
public struct FeatureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The number of features.
  public let count: Int

  /// A message of one line: what is wrong, and where to look.
  public var description: String {
    "the features of \(count) pictures are not all finite; look at the pictures: a generator whose "
      + "training diverged makes such pictures"
  }
}
