import Foundation

// Figures with a chart.
extension HTML {
  /// Returns a chart as vector graphics with its caption, below the map that belongs to it if there is one.
  static func figure(_ chart: Chart, of view: View, numbers: String) throws -> String {
    let caption = view.caption.isEmpty ? "" : " \(inline(view.caption))"
    let small = numbers.isEmpty ? "" : "<small>\(escaped(numbers))</small>"
    let map = try view.rendering.besideChart.map { picture in
      """
      <img alt="\(escaped("\(view.name), map"))" width="\(picture.width)" \
      height="\(picture.height)" \
      src="data:image/png;base64,\(try picture.base64())"/>
      """
    }
    return """
      <figure style="width: \(SVG.number(ChartStyle.width))px">\(map ?? "")\
      \(chart.svg(alternativeText: view.alternativeText))
      <figcaption><code>\(escaped(view.name))</code>\(caption) \(small)</figcaption></figure>
      """
  }
}
