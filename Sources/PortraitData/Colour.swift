/// Red, green and blue, 0 … 1.
public typealias Colour = SIMD3<Double>

/// Display values to linear light, with the plain square that stands for the display's curve.
func linearLight(_ display: Colour) -> Colour { display * display }

/// Linear light to display values, cut at white.
func displayed(_ light: Colour) -> Colour {
  let cut = light.clamped(lowerBound: Colour(repeating: 0), upperBound: Colour(repeating: 1))
  return cut.squareRoot()
}
