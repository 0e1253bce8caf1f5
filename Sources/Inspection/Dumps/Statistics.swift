import Foundation
import Tensors

/// The minimum, maximum and mean of a tensor, and the number of elements that are not finite.
public struct Statistics: Sendable, Hashable {
  /// The minimum of the finite values; 0 if there are none.
  public let minimum: Double
  /// The maximum of the finite values; 0 if there are none.
  public let maximum: Double
  /// The mean of the finite values; 0 if there are none.
  public let mean: Double
  /// The number of elements that are infinite or NaN.
  public let notFinite: Int

  /// Computes the statistics of a tensor.
  public init(_ tensor: Tensor) { self.init(tensor.scalars) }

  /// Computes the statistics of a list of numbers.
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

  /// The range from the minimum to the maximum.
  public var range: ClosedRange<Double> { minimum...maximum }

  /// The statistics as one readable line: `min 0, max 1, mean 0.25`.
  public var line: String {
    let bad = notFinite > 0 ? ", \(notFinite) not finite" : ""
    return "min \(minimum.brief), max \(maximum.brief), mean \(mean.brief)\(bad)"
  }
}

extension Double {
  /// The number as a label: four significant digits, whole numbers without a decimal point.
  public var brief: String {
    if isNaN { return "NaN" }
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

extension String {
  /// Returns a number with its unit: `3 %`, and `3 / plane` for the unit `1 / plane`.
  func withUnit(_ unit: String) -> String {
    if unit.isEmpty { return self }
    let inverse = unit.dropFirst().drop { $0 == " " }
    guard unit.hasPrefix("1"), inverse.hasPrefix("/") else { return self + " " + unit }
    return self + " / " + inverse.dropFirst().drop { $0 == " " }
  }
}
