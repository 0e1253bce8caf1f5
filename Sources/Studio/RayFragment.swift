import Inspection
import Messages
import PortraitClasses

/// A ray as a fragment of the page: chart, equations with numbers, sums and the table of samples.
struct RayFragment {
  private let ray: RayReading
  private let pixel: (row: Int, column: Int)
  private let sample: Int

  /// Describes a ray.
  ///
  /// - Parameters:
  ///   - ray: the ray.
  ///   - pixel: the pixel of the image that was chosen.
  ///   - sample: the sample whose equations are shown; nil for the one with the largest weight.
  /// - Throws: `StudioError` if the ray has no such sample.
  init(_ ray: RayReading, pixel: (row: Int, column: Int), sample: Int?) throws {
    (self.ray, self.pixel) = (ray, pixel)
    let chosen = sample ?? ray.heaviest
    guard ray.samples.indices.contains(chosen) else {
      throw StudioError("sample is \(chosen), expected 0 … \(ray.samples.count - 1)")
    }
    self.sample = chosen
  }

  /// The parts with the largest density, as many as a chart can show.
  private static let mostLines = 5

  var html: String {
    """
    <h3>The ray of row \(pixel.row), column \(pixel.column)</h3>
    <p>\(ray.samples.count) samples, the nearest first, on the ray of row \(ray.row), column \
    \(ray.column) of the coarse maps. \(heaviest)</p>
    <div class="ray-charts">\(weightChart)\(densityChart)</div>
    <div class="ray-numbers">
    <div><h4>Equations 2, 3, 8 and 11 at sample <output>\(sample)</output></h4>
    <label class="sample">Sample <input type="range" id="ray-sample" min="0" \
    max="\(ray.samples.count - 1)" step="1" value="\(sample)"/></label>
    \(equations)</div>
    <div><h4>The sums along the ray</h4>\(sums)</div>
    </div>
    <div class="scroll samples" tabindex="0" role="region" aria-label="Samples of the ray">\(table)</div>
    """
  }

  private var heaviest: String {
    let sample = ray.samples[ray.heaviest]
    guard sample.weight > 0 else { return "Nothing on this ray is dense." }
    let part = sample.parts.indices.max { sample.parts[$0] < sample.parts[$1] } ?? 0
    return "Sample \(ray.heaviest) has the largest weight, \(sample.weight.brief), "
      + "and most of its density is that of the part \(PartName.text(part))."
  }

  private var weightChart: String {
    let t = ray.samples.map(\.depth)
    var chart = Chart.lines(
      [
        Series("transmittance T", x: t, y: ray.samples.map(\.transmittance)),
        Series("weight w", x: t, y: ray.samples.map(\.weight)),
      ], xLabel: "distance t along the ray")
    chart.title = "Equations 2 and 3"
    return chart.svg(alternativeText: "Transmittance and weight of every sample")
  }

  private var densityChart: String {
    let t = ray.samples.map(\.depth)
    let parts = ray.presentParts.prefix(Self.mostLines)
    let lines = parts.map { part in
      Series(PartName.text(part), x: t, y: ray.samples.map { $0.parts[part] })
    }
    var chart = Chart.lines(
      [Series("all parts", x: t, y: ray.samples.map(\.density))] + lines,
      xLabel: "distance t along the ray")
    chart.title = "Densities σ and σ of the densest parts, equations 8 and 11"
    return chart.svg(alternativeText: "Density of every sample, and of the densest parts")
  }

  private var equations: String {
    "<ul class=\"equalities\">"
      + ray.equalities(at: sample).map { equality in
        "<li class=\"\(equality.claim.holds ? "holds" : "fails")\">"
          + "\(equality.formula.mathML())</li>"
      }.joined() + "</ul>"
  }

  /// The whole ray's sums, and those of the parts whose logit is at least a thousandth of the largest.
  private var sums: String {
    let logits = ray.totals.filter { $0.tensor == "mask_init" }
    let most = logits.map(\.sum).max() ?? 0
    let present = Set(logits.filter { $0.sum > 1e-3 * most }.compactMap(\.part))
    let rows = ray.totals.filter { $0.part.map(present.contains) ?? true }.map { total in
      let name = total.part.map { " <small>\(PageElements.text(PartName.text($0)))</small>" } ?? ""
      return """
        <tr><td>\(total.formula.mathML(display: false))\(name)</td><td>\(total.sum.brief)</td>\
        <td>\(total.rendered.brief)</td><td class="\(total.holds ? "good" : "bad")">\
        \(total.holds ? "✓ equal" : "✗ differ")</td></tr>
        """
    }
    return """
      <table><thead><tr><th>Sum</th><th>from these samples</th><th>rendered</th><th>within 10⁻⁵</th>\
      </tr></thead><tbody>\(rows.joined())</tbody></table>
      """
  }

  private var table: String {
    let parts = ray.presentParts.prefix(Self.mostLines)
    let heads =
      ["i", "t", "δ", "σ", "1 − exp(−sσδ)", "T", "w"] + parts.map { "σ \(PartName.text($0))" }
    let rows = ray.samples.enumerated().map { index, sample in
      let numbers =
        [
          sample.depth, sample.spacing, sample.density, sample.opacity, sample.transmittance,
          sample.weight,
        ] + parts.map { sample.parts[$0] }
      let cells = numbers.map { "<td>\($0.brief)</td>" }.joined()
      return "<tr\(index == self.sample ? " class=\"chosen\"" : "")><td>\(index)</td>\(cells)</tr>"
    }
    return "<table><thead><tr>\(heads.map { "<th>\($0)</th>" }.joined())</tr></thead>"
      + "<tbody>\(rows.joined())</tbody></table>"
  }
}
