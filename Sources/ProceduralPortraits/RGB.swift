/// Red, green and blue, 0 … 1.
public typealias RGB = SIMD3<Double>

/// Converts display values to linear light; the square approximates the transfer curve of a display.
func linearLight(_ display: RGB) -> RGB { display * display }

/// Converts linear light to display values; light outside 0 … 1 is clamped.
func displayed(_ light: RGB) -> RGB {
  let cut = light.clamped(lowerBound: RGB(repeating: 0), upperBound: RGB(repeating: 1))
  return cut.squareRoot()
}
