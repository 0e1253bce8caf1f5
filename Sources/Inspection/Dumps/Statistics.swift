import Foundation
import Tensors

/// The least, greatest and mean value of a tensor, and how many elements are not finite.
public struct Statistics: Sendable, Hashable {
  /// The least finite value; 0 when there is none.
  public let minimum: Double
  /// The greatest finite value; 0 when there is none.
  public let maximum: Double
  /// The mean of the finite values; 0 when there is none.
  public let mean: Double
  /// Elements that are infinite or not a number.
  public let notFinite: Int

  /// Reads every element once.
  public init(_ tensor: Tensor) { self.init(tensor.scalars) }

  /// Reads every number once.
  public init(_ values: [Double]) {
    var (least, greatest, sum, finite) = (Double.infinity, -Double.infinity, 0.0, 0)
    for value in values where value.isFinite {
      least = min(least, value)
      greatest = max(greatest, value)
      sum += value
      finite += 1
    }
    minimum = finite > 0 ? least : 0
    maximum = finite > 0 ? greatest : 0
    mean = finite > 0 ? sum / Double(finite) : 0
    notFinite = values.count - finite
  }

  /// Least and greatest value as a range.
  public var range: ClosedRange<Double> { minimum...maximum }

  /// One line for people: `min 0, max 1, mean 0.25`.
  public var line: String {
    let bad = notFinite > 0 ? ", \(notFinite) not finite" : ""
    return "min \(minimum.brief), max \(maximum.brief), mean \(mean.brief)\(bad)"
  }
}

extension Double {
  /// The number as a label: four significant digits, whole numbers without a point.
  public var brief: String {
    if isNaN { return "not a number" }
    if isInfinite { return self > 0 ? "∞" : "−∞" }
    if self == 0 { return "0" }
    let size = Swift.abs(self)
    let text: String
    if size >= 1e-4 && size < 1e6 {
      let digits = Swift.max(0, 3 - Int(log10(size).rounded(.down)))
      var fixed = String(format: "%.\(digits)f", size)
      if fixed.contains(".") {
        while fixed.hasSuffix("0") { fixed.removeLast() }
        if fixed.hasSuffix(".") { fixed.removeLast() }
      }
      text = fixed
    } else {
      var parts = String(format: "%.3e", size).split(separator: "e").map(String.init)
      while parts[0].hasSuffix("0") { parts[0].removeLast() }
      if parts[0].hasSuffix(".") { parts[0].removeLast() }
      text = "\(parts[0])e\(Int(parts[1]) ?? 0)"
    }
    return self < 0 ? "−" + text : text
  }
}
