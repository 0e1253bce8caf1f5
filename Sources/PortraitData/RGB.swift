/// Red, green and blue, 0 … 1.
public typealias RGB = SIMD3<Double>

/// Display values to linear light, with the plain square that stands for the display's curve.
func linearLight(_ display: RGB) -> RGB { display * display }

/// Linear light to display values, cut at white.
func displayed(_ light: RGB) -> RGB {
  let cut = light.clamped(lowerBound: RGB(repeating: 0), upperBound: RGB(repeating: 1))
  return cut.squareRoot()
}
