import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import Testing

/// Portraits that the library makes step by step, to compare with the files of a command.
struct LibraryPortrait {
  let generator: Generator

  init(_ generator: Generator) { self.generator = generator }

  /// Creates a model with fresh weights.
  init(_ model: Configuration, weightSeed: UInt64 = 0) {
    generator = Generator(model, ParameterPlan.generator(model).fresh(seed: weightSeed))
  }

  /// Returns the latent of a seed in every row of W⁺, moved towards the mean: mean + ψ (w − mean).
  func wplus(seed: UInt64, truncation psi: Double = 1) -> Tensor {
    withoutGradients {
      let (w, mean) = (generator.mapped(generator.z(seed: seed)), generator.meanLatent())
      let moved = psi == 1 ? w : mean + (w - mean) * psi
      return moved.unsqueezed(axis: 1).repeated(axis: 1, times: generator.factorization.rows)
    }
  }

  /// Returns W⁺ with some rows taken from another W⁺, counted as equation 1 does.
  func replacing(rows: Set<Int>, of wplus: Tensor, with donor: Tensor) -> Tensor {
    .stacked(
      (0..<wplus.shape[1]).map { row in (rows.contains(row) ? donor : wplus)[axis: 1, row] },
      axis: 1)
  }

  /// Renders a portrait with the sample counts of evaluation, or with others.
  func view(
    _ wplus: Tensor, yaw: Double = .pi / 2, pitch: Double = .pi / 2,
    samples: (coarse: Int, importance: Int)? = nil
  ) -> GeneratedPortraits {
    let model = generator.configuration
    var options = Generator.Options()
    options.samples = samples ?? (model.evaluationSamples, model.evaluationImportanceSamples)
    return withoutGradients {
      generator(
        wplus: wplus, poses: Tensor([1, 2], [yaw, pitch]).cast(to: .float32), options: options)
    }
  }
}

/// The colors of an image as a PNG file holds them, 0 … 255, red, green and blue of a pixel together.
func fileColors(_ image: Tensor) -> [Double] {
  let plane = image.shape[1] * image.shape[2]
  let values = image.scalars.map { ((min(1, max(-1, $0)) + 1) / 2 * 255).rounded() }
  return (0..<3 * plane).map { values[$0 % 3 * plane + $0 / 3] }
}

/// Returns the largest difference between two lists of equal length; infinite if they are not.
func apart(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

/// Checks that the files show the portraits, up to the rounding of a color, and that no two of the
/// portraits look alike, so that the check can fail.
func expectPortraits(
  _ pairs: [(file: Image, portrait: GeneratedPortraits)],
  at location: SourceLocation = #_sourceLocation
) {
  let colors = pairs.map { fileColors($0.portrait.image[0]) }
  for (index, pair) in pairs.enumerated() {
    let worst = apart(pair.file.samples.map(Double.init), colors[index])
    #expect(worst <= 1, "file \(index) is off by \(worst)", sourceLocation: location)
    for other in colors[..<index] {
      #expect(apart(other, colors[index]) > 3, "\(index) is no test", sourceLocation: location)
    }
  }
}
