import Foundation

/// A dump as one self-contained page, with all pictures in the order of the paper's figure 2.
///
/// Tensors of the same kind are shown side by side for all parts. A tooltip on each picture shows its
/// name, shape, unit and range.
public struct DumpPage {
  private let title: String
  private let introduction: String

  /// Creates a page with a headline and an introduction.
  public init(title: String, introduction: String) {
    self.title = title
    self.introduction = introduction
  }

  /// One section of the page: a headline, an explanation and the kinds of tensors it shows.
  private struct Station {
    let headline: String
    let explanation: String
    let kinds: [String]
  }

  /// The sections, following figure 2 from left to right.
  ///
  /// A kind is a dump name without its part; `layer` stands for all layers.
  private static let stations = [
    Station(
      headline: "Latents",
      explanation: "A random z is mapped to w, and w is repeated to form W⁺ (equation 1).",
      kinds: ["z", "w", "wplus", "wplus_expanded"]),
    Station(
      headline: "Part generators",
      explanation: "Each part's network computes 2D maps from positions and latents (figure 3).",
      kinds: ["fourier", "layer", "depth2d", "depth_absolute", "density2d", "feature2d"]),
    Station(
      headline: "Lifting",
      explanation: "ψ spreads each pixel along z around its depth (equations 5 to 7).",
      kinds: ["psi", "density3d", "feature3d"]),
    Station(
      headline: "Fusion", explanation: "The volumes of the parts are added (equation 8).",
      kinds: ["fused_density3d", "fused_feature3d"]),
    Station(
      headline: "Rays",
      explanation: "Samples on the camera rays, and their weights (equations 2, 3 and 11).",
      kinds: [
        "ray_points", "ray_depths", "ray_density", "ray_transmittance", "ray_weights",
      ]),
    Station(
      headline: "Parts along the rays",
      explanation: "The density of each part at the samples (equation 11).",
      kinds: ["part_ray_density"]),
    Station(
      headline: "Rendered view",
      explanation: "Feature, depth and masks of the view (equations 4, 9 and 10).",
      kinds: ["render_feature", "render_depth", "mask_init", "mask_coarse"]),
    Station(
      headline: "Portrait and mask", explanation: "The output of the render net.",
      kinds: ["image", "mask_residual", "mask_final"]),
  ]

  /// Returns the kind of a dump name: `part03_layer1` gives `layer1`, `image` gives `image`.
  static func kind(_ name: String) -> String {
    guard name.hasPrefix("part"), let end = name.firstIndex(of: "_") else { return name }
    let rest = String(name[name.index(after: end)...])
    // The only kind that exists both for the fused volume and for every part.
    return rest == "ray_density" ? "part_ray_density" : rest
  }

  /// Returns the layers that occur, from first to last.
  private static func layers(_ entries: [DumpEntry]) -> [String] {
    let numbers = entries.compactMap { entry in
      let kind = kind(entry.name)
      return kind.hasPrefix("layer") ? Int(kind.dropFirst("layer".count)) : nil
    }
    return Set(numbers).sorted().map { "layer\($0)" }
  }

  /// Writes `index.html` into the folder of a dump writer.
  public func write(_ writer: DumpWriter) throws {
    let html = try html(writer.entries) { entry in
      let file = writer.folder.appendingPathComponent(entry.picture)
      do { return try Data(contentsOf: file) } catch {
        throw InspectionError.cannotRead(file.path)
      }
    }
    try writer.write(Data(html.utf8), "index.html")
  }

  /// Returns the text of the file.
  func html(_ entries: [DumpEntry], picture: (DumpEntry) throws -> Data) throws -> String {
    let layers = Self.layers(entries)
    let known = Set(Self.stations.flatMap(\.kinds) + layers)
    let others = Set(entries.map { Self.kind($0.name) }).subtracting(known).sorted()
    let stations =
      Self.stations + [Station(headline: "Other tensors", explanation: "", kinds: others)]
    let sections = try stations.compactMap { station in
      let kinds = station.kinds.flatMap { $0 == "layer" ? layers : [$0] }
      let rows = try kinds.compactMap { kind -> String? in
        let pictures = try entries.filter { Self.kind($0.name) == kind }
          .map { Self.embedded($0, data: try picture($0)) }
        guard let first = pictures.first else { return nil }
        // Pictures of several parts are arranged for comparison: maps small, larger ones two in a row.
        let arrangement = pictures.count < 2 ? "" : first.width <= 640 ? " parts" : " sheets"
        return "<div class=\"figures\(arrangement)\">"
          + "\(pictures.map(HTML.figure).joined(separator: "\n"))</div>"
      }
      guard !rows.isEmpty else { return nil as String? }
      return """
        <section><h2>\(escaped(station.headline))</h2>
        \(HTML.paragraphs(station.explanation))
        \(rows.joined(separator: "\n"))
        </section>
        """
    }
    return HTML.page(title: title, introduction: introduction, sections: sections)
  }

  private static func embedded(_ entry: DumpEntry, data: Data) -> HTML.EmbeddedPicture {
    let shape = entry.shape.map { $0.map(String.init).joined(separator: " × ") } ?? ""
    var facts = entry.axes.isEmpty ? [shape] : ["\(entry.axes) = \(shape)"]
    if let least = entry.min, let greatest = entry.max {
      facts.append("\(least.brief) … \(greatest.brief)")
    }
    if !entry.unit.isEmpty { facts.append(entry.unit) }
    if let bad = entry.notFinite, bad > 0 { facts.append("\(bad) not finite") }
    let numbers = facts.joined(separator: " · ")
    let size = Self.size(ofPNG: data)
    return HTML.EmbeddedPicture(
      name: entry.name, caption: entry.equation, numbers: numbers,
      alternativeText: "\(entry.name), \(numbers)", width: size.width, height: size.height,
      data: data, hint: "\(entry.name) \(numbers)")
  }

  /// Returns the width and height from the header of a PNG file, where they are big-endian numbers.
  private static func size(ofPNG data: Data) -> (width: Int, height: Int) {
    func number(at start: Int) -> Int {
      data.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    return (number(at: 16), number(at: 20))
  }
}
