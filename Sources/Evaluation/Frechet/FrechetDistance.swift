import Tensors

/// The Fréchet distance between two sets of features, each taken as a normal distribution.
///
///     d² = |μ₁ − μ₂|² + Tr(S₁ + S₂ − 2 (S₁ S₂)^½)
///
/// as Heusel et al. (2017) measure generators, squared as is usual. With the features of
/// ``PortraitParser`` it is called the Fréchet distance over the parser's features: the features
/// are not those of the Inception network, so the numbers compare with each other and with no
/// published ones.
///
/// S₁ S₂ is not symmetric, and the root of a matrix that is nearly singular and not symmetric comes
/// out complex. But S₁ S₂ has the eigenvalues of S₁^½ S₂ S₁^½ (move one factor S₁^½ round), which
/// is symmetric and without negative eigenvalues; the trace of the root is the sum of their roots.
/// Taking these roots would turn a rounding of 1e-16 into 1e-8, so they are found without: with
/// A = S₁^½ S₂^½ they are the singular values of A, and ± these are the eigenvalues of the
/// symmetric matrix of the blocks 0, A, Aᵀ, 0.
public struct FrechetDistance: Sendable, Equatable {
  /// |μ₁ − μ₂|².
  public let ofMeans: Double
  /// Tr(S₁ + S₂ − 2 (S₁ S₂)^½); for equal sets 0 up to a rounding, of either sign.
  public let ofCovariances: Double

  /// d².
  public var value: Double { ofMeans + ofCovariances }

  /// The distance between two sets of which the moments are known.
  ///
  /// - Parameters:
  ///   - first: the moments of one set, of two features or more.
  ///   - second: those of the other, features of the same width.
  /// - Throws: `FeatureError` when a feature of either set was not finite.
  public init(_ first: FeatureMoments, _ second: FeatureMoments) throws(FeatureError) {
    require(
      first.width == second.width,
      "FrechetDistance: features have \(first.width) and \(second.width) numbers, expected as many")
    let (a, b) = (first.covariance, second.covariance)
    for (moments, covariance) in [(first, a), (second, b)] {
      // A sum is finite only when every number in it is.
      guard (moments.mean.sum() + covariance.sum()).item.isFinite else {
        throw FeatureError(count: moments.count)
      }
    }
    ofMeans = (first.mean - second.mean).squared().sum().item
    let product = SymmetricEigen(a).squareRoot.matmul(SymmetricEigen(b).squareRoot)
    let nothing = Tensor.zeros(product.shape, .float64)
    let blocks = Tensor.concatenated(
      [
        .concatenated([nothing, product], 1), .concatenated([product.transposed(), nothing], 1),
      ], 0)
    // Each root is there twice, once with either sign: this is twice the trace.
    let twice = SymmetricEigen(blocks).values.reduce(0) { $0 + $1.magnitude }
    ofCovariances = Self.trace(a) + Self.trace(b) - twice
  }

  /// The distance between two sets of features, `[N, F]` and `[M, F]`.
  public init(_ first: Tensor, _ second: Tensor) throws(FeatureError) {
    try self.init(FeatureMoments(of: first), FeatureMoments(of: second))
  }

  private static func trace(_ matrix: Tensor) -> Double {
    let (size, elements) = (matrix.shape[0], matrix.scalars)
    return (0..<size).reduce(0) { $0 + elements[$1 * size + $1] }
  }
}

/// Features with a number among them that is infinite or none.
public struct FeatureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// How many features there were.
  public let count: Int

  /// One line: what is wrong, and where to look.
  public var description: String {
    "the features of \(count) pictures hold numbers that are not finite; look at the pictures: a "
      + "generator whose training failed makes such"
  }
}
