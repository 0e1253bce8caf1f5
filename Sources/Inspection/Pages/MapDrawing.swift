import Foundation

/// The drawing of a map as SVG, whose boxes and arrows are links.
struct MapDrawing {
  /// The sizes of a layout in pixels.
  struct Layout {
    var name: String
    var cell: (width: Double, height: Double)
    var pitch: (x: Double, y: Double)
    /// The space on the left for arrows that pass all boxes.
    var margin: Double
    /// The space beside the boxes in a frame.
    var frameSide: Double
    /// Whether arrows show only the symbol, which is the last word of their label.
    var hasShortLabels: Bool
    var place: @Sendable (TourMap.Box) -> TourMap.Place
    var corners: @Sendable (TourMap.Arrow) -> [TourMap.Point]

    /// From left to right, for windows of at least 1000 pixels.
    static let wide = Layout(
      name: "wide", cell: (112, 64), pitch: (161, 116), margin: 2, frameSide: 10,
      hasShortLabels: false, place: \.wide, corners: \.wide)
    /// From top to bottom, for a window of 420 pixels.
    static let narrow = Layout(
      name: "narrow", cell: (110, 60), pitch: (139, 104), margin: 20, frameSide: 6,
      hasShortLabels: true, place: \.narrow, corners: \.narrow)
  }

  /// A rectangle in pixels.
  struct Area: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
    var right: Double { x + width }
    var bottom: Double { y + height }
  }

  /// A point in pixels.
  struct Spot: Equatable {
    var x: Double
    var y: Double
  }

  let map: TourMap
  let layout: Layout
  let chapters: [Chapter]

  /// The drawing as an `svg` element.
  var svg: String {
    let size = self.size
    let items = map.boxes.map { box in
      ([link(to: box.target, name: name(of: box), box.meaning, shapes(of: box), "box")]
        + map.arrows.filter { $0.start == box.name }.map { arrow in
          let kind = arrow.isOfMasks ? "arrow masks" : "arrow"
          return link(
            to: arrow.target, name: name(of: arrow), arrow.meaning, shapes(of: arrow), kind)
        }).joined(separator: "\n")
    }
    return """
      <svg class="map \(layout.name)" role="group" aria-label="\(escaped(map.title))" \
      viewBox="0 0 \(size.width.short) \(size.height.short)" \
      style="max-width: \((size.width * 1.1).short)px">
      \(items.joined(separator: "\n"))
      </svg>
      """
  }

  /// The width and the height of the drawing.
  var size: (width: Double, height: Double) {
    let areas = map.boxes.map(area)
    return ((areas.map(\.right).max() ?? 0) + 2, (areas.map(\.bottom).max() ?? 0) + 2)
  }

  /// The rectangle of a box; that of a frame surrounds its cells.
  func area(of box: TourMap.Box) -> Area {
    let place = layout.place(box)
    let area = Area(
      x: layout.margin + Double(place.column) * layout.pitch.x,
      y: 2 + Double(place.row) * layout.pitch.y,
      width: layout.cell.width + Double(place.columns - 1) * layout.pitch.x,
      height: layout.cell.height + Double(place.rows - 1) * layout.pitch.y)
    guard box.isFrame else { return area }
    let (side, top) = (layout.frameSide, 24.0)
    return Area(
      x: area.x - side, y: area.y - top, width: area.width + 2 * side,
      height: area.height + top + side)
  }

  /// The corners of an arrow, from the edge of its first box to that of its last.
  func line(of arrow: TourMap.Arrow) -> [Spot] {
    var spots = layout.corners(arrow).map { point in
      Spot(
        x: layout.margin + point.column * layout.pitch.x + layout.cell.width / 2,
        y: 2 + point.row * layout.pitch.y + layout.cell.height / 2)
    }
    guard spots.count > 1, let start = box(arrow.start), let end = box(arrow.end) else { return [] }
    spots[0] = edge(of: area(of: start), from: spots[0], toward: spots[1])
    let last = spots.count - 1
    spots[last] = edge(of: area(of: end), from: spots[last], toward: spots[last - 1])
    return spots
  }

  private func box(_ name: String) -> TourMap.Box? { map.boxes.first { $0.name == name } }

  /// The point where a horizontal or vertical line from inside a rectangle leaves it.
  private func edge(of area: Area, from inside: Spot, toward outside: Spot) -> Spot {
    if abs(outside.x - inside.x) > abs(outside.y - inside.y) {
      return Spot(x: outside.x > inside.x ? area.right : area.x, y: inside.y)
    }
    return Spot(x: inside.x, y: outside.y > inside.y ? area.bottom : area.y)
  }

  // MARK: - Elements

  private func link(
    to target: TourMap.Target, name: String, _ meaning: String, _ shapes: String, _ kind: String
  ) -> String {
    """
    <a class="\(kind)" href="\(escaped(target.address(among: chapters) ?? ""))" \
    aria-label="\(escaped(name))"><title>\(escaped(meaning))</title>\(shapes)</a>
    """
  }

  private func name(of box: TourMap.Box) -> String {
    let text = box.text.replacingOccurrences(of: "\n", with: " ")
    return [text, box.equation, box.meaning].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private func name(of arrow: TourMap.Arrow) -> String {
    func title(_ name: String) -> String {
      (box(name)?.text ?? name).replacingOccurrences(of: "\n", with: " ")
    }
    return "\(arrow.label), \(arrow.meaning): from \(title(arrow.start)) to \(title(arrow.end))"
  }

  private func shapes(of box: TourMap.Box) -> String {
    let area = area(of: box)
    let rectangle = """
      <rect class="\(box.isFrame ? "frame" : "plate")" x="\(area.x.short)" y="\(area.y.short)" \
      width="\(area.width.short)" height="\(area.height.short)" rx="\(box.isFrame ? 12 : 8)"/>
      """
    if box.isFrame {
      // Right of the first column, where arrows from above pass.
      let isBeside = layout.place(box).columns > 1
      let x = area.x + layout.frameSide + layout.cell.width / 2 + (isBeside ? 7 : 0)
      let text = Self.text(
        box.text, x: x, y: area.y + 17, kind: "name", anchor: isBeside ? "start" : "middle")
      return rectangle + text
    }
    // A long low box has room for one line only.
    let isLow = layout.place(box).rows == 1 && layout.place(box).columns > 1
    let text = isLow ? box.text.replacingOccurrences(of: "\n", with: " ") : box.text
    let lines = text.split(separator: "\n").map { (String($0), "name") }
    let all = lines + (box.equation.isEmpty ? [] : [(box.equation, "equation")])
    let (x, height) = (area.x + area.width / 2, 16.5)
    let top = area.y + area.height / 2 - Double(all.count - 1) * height / 2 + 4.5
    return rectangle
      + all.enumerated().map { index, line in
        Self.text(line.0, x: x, y: top + Double(index) * height, kind: line.1, anchor: "middle")
      }.joined()
  }

  private func shapes(of arrow: TourMap.Arrow) -> String {
    let spots = line(of: arrow)
    guard let end = spots.last, spots.count > 1 else { return "" }
    let before = spots[spots.count - 2]
    let isLevel = end.y == before.y
    let step = isLevel ? (end.x > before.x ? 1.0 : -1) : (end.y > before.y ? 1 : -1)
    func corner(_ along: Double, _ across: Double) -> String {
      let x = end.x + (isLevel ? -step * along : across)
      let y = end.y + (isLevel ? across : -step * along)
      return "\(x.short),\(y.short)"
    }
    let points = spots.map { "\($0.x.short),\($0.y.short)" }.joined(separator: " ")
    return target(along: spots) + "<polyline points=\"\(points)\"/>"
      + "<polygon points=\"\(corner(0, 0)) \(corner(8, -4.5)) \(corner(8, 4.5))\"/>"
      + label(of: arrow, along: spots)
  }

  /// A transparent strip of 24 pixels along the line, so that it can be hit by a finger.
  private func target(along spots: [Spot]) -> String {
    zip(spots, spots.dropFirst()).map { start, end in
      let (left, top) = (min(start.x, end.x), min(start.y, end.y))
      let isLevel = start.y == end.y
      let (x, y) = isLevel ? (left, top - 12) : (left - 12, top)
      let (width, height) =
        isLevel ? (abs(end.x - start.x), 24) : (24, abs(end.y - start.y))
      return """
        <rect class="strip" x="\(x.short)" y="\(y.short)" width="\(width.short)" \
        height="\(height.short)"/>
        """
    }.joined()
  }

  /// The label above the middle of the longest piece, or beside the first third of an upright one, above
  /// the edge of a frame that the arrow may enter.
  private func label(of arrow: TourMap.Arrow, along spots: [Spot]) -> String {
    func length(_ piece: (Spot, Spot)) -> Double {
      abs(piece.0.x - piece.1.x) + abs(piece.0.y - piece.1.y)
    }
    let pieces = Array(zip(spots, spots.dropFirst()))
    guard let (start, end) = pieces.max(by: { length($0) < length($1) }) else { return "" }
    let words = arrow.label.split(separator: " ")
    let label = layout.hasShortLabels ? words.last.map(String.init) ?? "" : arrow.label
    if start.y == end.y {
      let x = (start.x + end.x) / 2 - (end.x > start.x ? 3 : -3)
      return Self.text(label, x: x, y: start.y - 6, kind: "label", anchor: "middle")
    }
    let y = start.y + (end.y - start.y) / 3
    return Self.text(label, x: start.x + 7, y: y + 4, kind: "label", anchor: "start")
  }

  /// A line of text; what follows an underscore is a subscript.
  private static func text(
    _ text: String, x: Double, y: Double, kind: String, anchor: String
  ) -> String {
    let parts = text.split(separator: "_", maxSplits: 1).map { escaped(String($0)) }
    let index = parts.count > 1 ? "<tspan class=\"index\" dy=\"3\">\(parts[1])</tspan>" : ""
    return """
      <text class="\(kind)" x="\(x.short)" y="\(y.short)" text-anchor="\(anchor)">\
      \(parts.first ?? "")\(index)</text>
      """
  }
}

extension Double {
  /// The number with at most one decimal.
  fileprivate var short: String {
    self == rounded() ? String(Int(self)) : String((self * 10).rounded() / 10)
  }
}
