/// A mean over portraits with its standard error.
public struct Estimate: Sendable, Hashable {
  /// The mean; NaN without values.
  public let mean: Double
  /// The standard error of the mean, s / √n; NaN for fewer than two values.
  public let error: Double
  /// The number of values, n.
  public let count: Int

  /// Estimates the mean of the finite values.
  ///
  /// A figure that a portrait does not have, such as the change inside a part that it does not show, is
  /// NaN and not counted.
  public init(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    count = finite.count
    let mean = finite.reduce(0, +) / Double(count)
    let squares = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    error = count < 2 ? .nan : (squares / Double(count - 1) / Double(count)).squareRoot()
  }
}
