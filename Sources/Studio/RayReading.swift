import Inspection
import PortraitModel
import Tensors
import VolumeRendering

/// The samples on the ray of one pixel, and what equations 2–4 and 8–11 make of them.
public struct RayReading: Sendable {
  /// A sample on the ray.
  public struct Sample: Sendable {
    /// The distance t along the ray, in world units.
    public let depth: Double
    /// The distance δ to the next sample, in world units.
    public let spacing: Double
    /// The density σ of all parts together, equation 8.
    public let density: Double
    /// The share of the arriving light that the sample stops, 1 − exp(−s σ δ).
    public let opacity: Double
    /// The share of the light that reaches the sample, T: equation 3.
    public let transmittance: Double
    /// The share of the sample in its pixel, w: equation 2.
    public let weight: Double
    /// The densities σ_k of the parts, equation 11.
    public let parts: [Double]
  }

  /// A sum over the samples, and the number that the renderer computed for the pixel.
  public struct Total: Sendable {
    /// What is summed, as a formula.
    public let formula: Formula
    /// The sum of the numbers of the samples, in double precision.
    public let sum: Double
    /// The number in the rendered tensor.
    public let rendered: Double
    /// The name of that tensor; empty if the sum is in none.
    public let tensor: String
    /// The part that the sum belongs to; nil for the whole ray.
    public let part: Int?

    /// The largest difference that rounding to single precision explains.
    public var tolerance: Double { 1e-5 * max(1, sum.magnitude) }
    /// Whether the sum is what the renderer computed.
    public var holds: Bool { (sum - rendered).magnitude <= tolerance }
  }

  /// The row of the ray in the coarse maps, from the top.
  public let row: Int
  /// The column of the ray in the coarse maps, from the left.
  public let column: Int
  /// The samples, the nearest first.
  public let samples: [Sample]
  /// Σw, Σwt and, for each part, m_init and m.
  public let totals: [Total]
  /// The optical scale s.
  public let opticalScale: Double
  /// Whether equation 10 sums σ_k without weights.
  public let isUnweighted: Bool

  /// Reads the ray of an image pixel.
  ///
  /// The coarse maps have a pixel for each ray, and their corners are those of the image; the ray is the one
  /// nearest to the pixel.
  ///
  /// - Parameters:
  ///   - made: the rendered portrait.
  ///   - state: its state.
  ///   - row: the row of the pixel in the image, from the top.
  ///   - column: the column of the pixel.
  /// - Throws: `StudioError` if the image has no such pixel.
  init(_ made: StudioModel.Made, _ state: StudioState, row: Int, column: Int) throws {
    let model = made.generator.configuration
    let pixels = 0..<model.imageSize
    guard pixels.contains(row), pixels.contains(column) else {
      throw StudioError(
        "there is no pixel in row \(row), column \(column), expected 0 … \(model.imageSize - 1)")
    }
    let last = model.coarseSize - 1
    func ray(_ pixel: Int) -> Int {
      Int((Double(pixel * last) / Double(model.imageSize - 1)).rounded())
    }
    (self.row, self.column) = (ray(row), ray(column))
    let (view, index) = (made.portraits.view, self.row * model.coarseSize + self.column)
    func values(_ rays: Tensor) -> [Double] { rays[0, index].scalars }
    let (t, spacing) = (
      values(view.rayDepths),
      values(made.generator.renderer().volumeWeights.spacing(view.rayDepths))
    )
    let (density, opacity) = (values(view.sampleDensity), values(view.ray.opacity))
    let (transmittance, weight) = (
      values(view.ray.transmittance), values(view.ray.renderingWeights)
    )
    let parts = view.partDensities[0, index]
    samples = t.indices.map { i in
      Sample(
        depth: t[i], spacing: spacing[i], density: density[i], opacity: opacity[i],
        transmittance: transmittance[i], weight: weight[i], parts: parts[i].scalars)
    }
    opticalScale = state.opticalScale
    isUnweighted = state.maskWeights == .ones
    totals = Self.sums(
      samples, isUnweighted, view, (self.row, self.column), parts: model.parts)
  }

  private static func sums(
    _ samples: [Sample], _ isUnweighted: Bool, _ view: RenderedView, _ pixel: (Int, Int),
    parts: Int
  ) -> [Total] {
    func sum(_ value: (Sample) -> Double) -> Double { samples.reduce(0) { $0 + value($1) } }
    let (row, column) = pixel
    let ray = row * view.size + column
    let whole = [
      Total(
        formula: #"\sum_{i} w_i"#, sum: sum(\.weight),
        rendered: view.ray.renderingWeights[0, ray].sum().item, tensor: "ray_weights", part: nil),
      Total(
        formula: #"\sum_{i} w_i t_i"#, sum: sum { $0.weight * $0.depth },
        rendered: view.expectedDepth[0, row, column].item, tensor: "render_depth", part: nil),
    ]
    let logits = (0..<parts).map { part in
      sum { (isUnweighted ? 1 : $0.weight) * $0.parts[part] }
    }
    // Eq. 9 in double precision; the largest logit is taken off, so that nothing overflows.
    let shares = Tensor([parts], logits).softmax(axis: 0).scalars
    let masks = (0..<parts).flatMap { part in
      [
        Total(
          formula: isUnweighted
            ? #"m^{\text{init}} = \sum_{i} \sigma_i"# : #"m^{\text{init}} = \sum_{i} w_i \sigma_i"#,
          sum: logits[part], rendered: view.maskLogits[0, part, row, column].item,
          tensor: "mask_init", part: part),
        Total(
          formula: "m", sum: shares[part],
          rendered: view.maskProbabilities[0, part, row, column].item, tensor: "mask_coarse",
          part: part),
      ]
    }
    return whole + masks
  }

  /// The sample with the largest weight.
  public var heaviest: Int {
    samples.indices.max { samples[$0].weight < samples[$1].weight } ?? 0
  }

  /// The parts with density somewhere on the ray, the densest first.
  var presentParts: [Int] {
    let most = (samples.first?.parts.indices ?? 0..<0).map { part in
      (part: part, density: samples.map { $0.parts[part] }.max() ?? 0)
    }
    return most.filter { $0.density > 1e-6 }.sorted { $0.density > $1.density }.map(\.part)
  }

  /// The equations at one sample with its numbers.
  ///
  /// Equation 3 is written as one step from the sample before, so that it stays short.
  public func equalities(at index: Int) -> [Equality] {
    let (here, i) = (samples[index], "\(index)")
    let depth: Arithmetic = .number(opticalScale) * .number(here.density) * .number(here.spacing)
    var lines: [Equality] = []
    if index + 1 < samples.count {
      lines.append(
        Equality(
          Formula(#"\delta_{\#(i)}"#), .number(samples[index + 1].depth) - .number(here.depth),
          equals: here.spacing, within: 1e-6))
    }
    // Parts without a visible share are left out, so that the line stays short.
    let present = here.parts.filter { $0 > 1e-6 * here.density }
    lines.append(
      Equality(
        Formula(#"\sigma_{\#(i)}"#), .sum(present.map(Arithmetic.number)), equals: here.density,
        within: 2e-5 * max(1, here.density)))
    if index > 0 {
      let before = samples[index - 1]
      lines.append(
        Equality(
          Formula("T_{\(i)}"),
          .number(before.transmittance)
            * .exp(
              -(.number(opticalScale) * .number(before.density) * .number(before.spacing))),
          equals: here.transmittance, within: 1e-5))
    }
    lines.append(
      Equality(
        Formula("w_{\(i)}"), .number(here.transmittance) * (1 - .exp(-depth)), equals: here.weight,
        within: 1e-5))
    return lines
  }
}

extension StudioModel {
  /// Returns the samples on the ray of a pixel of the image.
  ///
  /// - Parameters:
  ///   - row: the row of the pixel, 0 ..< S, from the top.
  ///   - column: the column of the pixel, 0 ..< S.
  ///   - state: the state of the portrait.
  /// - Throws: `StudioError` if the state or the pixel is impossible.
  /// - Returns: the samples with their sums.
  public func ray(row: Int, column: Int, of state: StudioState) throws -> RayReading {
    try RayReading(made(state), state, row: row, column: column)
  }
}
