import Foundation
import TensorFiles

/// A dump as one page that needs no other file: every picture in the order of the paper's figure 2.
///
/// Tensors of the same kind of all parts stand side by side; pointing at a picture says its name,
/// shape, unit and range.
public struct DumpPage {
  private let title: String
  private let introduction: String

  /// A page with a headline and a few words.
  public init(title: String, introduction: String) {
    self.title = title
    self.introduction = introduction
  }

  /// What stands under one headline: a question, and the kinds of tensors that answer it.
  private struct Station {
    let headline: String
    let explanation: String
    let kinds: [String]
  }

  /// Figure 2 from left to right; a kind is a dump name without its part, `layer` all layers.
  private static let stations = [
    Station(
      headline: "Latents", explanation: "z is drawn, mapped to w, and repeated to W⁺ (equation 1).",
      kinds: ["z", "w", "wplus", "wplus_expanded"]),
    Station(
      headline: "Part generators",
      explanation: "Figure 3: each part's own network turns positions and latents into 2D maps.",
      kinds: ["fourier", "layer", "depth2d", "depth_absolute", "density2d", "feature2d"]),
    Station(
      headline: "Lifting",
      explanation: "ψ spreads each pixel along z around its depth (equations 5 to 7).",
      kinds: ["psi", "density3d", "feature3d"]),
    Station(
      headline: "Fusion", explanation: "The parts' volumes become one (equation 8).",
      kinds: ["fused_density3d", "fused_feature3d"]),
    Station(
      headline: "Rays",
      explanation: "Samples on the camera's rays, and how much light each gives (2, 3 and 11).",
      kinds: [
        "ray_points", "ray_depths", "ray_density", "ray_transmittance", "ray_weights",
      ]),
    Station(
      headline: "Parts along the rays", explanation: "Each part's own density (equation 11).",
      kinds: ["part_ray_density"]),
    Station(
      headline: "Rendered view", explanation: "What arrives at the camera (4, 9 and 10).",
      kinds: ["render_feature", "render_depth", "mask_init", "mask_coarse"]),
    Station(
      headline: "Portrait and mask", explanation: "What the render net makes of it.",
      kinds: ["image", "mask_residual", "mask_final"]),
  ]

  /// The kind of a dump name: `part03_layer1` is `layer1`, `image` is `image`.
  static func kind(_ name: String) -> String {
    guard name.hasPrefix("part"), let end = name.firstIndex(of: "_") else { return name }
    let rest = String(name[name.index(after: end)...])
    // The one kind that exists for the sum and for every part.
    return rest == "ray_density" ? "part_ray_density" : rest
  }

  /// The layers that occur, first to last.
  private static func layers(_ entries: [DumpEntry]) -> [String] {
    let numbers = entries.compactMap { entry in
      let kind = kind(entry.name)
      return kind.hasPrefix("layer") ? Int(kind.dropFirst("layer".count)) : nil
    }
    return Set(numbers).sorted().map { "layer\($0)" }
  }

  /// Writes `index.html` beside what a writer has written.
  public func write(_ writer: DumpWriter) throws {
    let html = try html(writer.entries) { entry in
      let file = writer.folder.appendingPathComponent(entry.picture)
      do { return try Data(contentsOf: file) } catch {
        throw InspectionError.cannotRead(file.path)
      }
    }
    try AtomicFile.write(html, to: writer.folder.appendingPathComponent("index.html"))
  }

  /// The whole file.
  func html(_ entries: [DumpEntry], picture: (DumpEntry) throws -> Data) throws -> String {
    let layers = Self.layers(entries)
    let known = Set(Self.stations.flatMap(\.kinds) + layers)
    let others = Set(entries.map { Self.kind($0.name) }).subtracting(known).sorted()
    let stations =
      Self.stations + [Station(headline: "Others", explanation: "", kinds: others)]
    let sections = try stations.compactMap { station in
      let kinds = station.kinds.flatMap { $0 == "layer" ? layers : [$0] }
      let rows = try kinds.compactMap { kind -> String? in
        let pictures = try entries.filter { Self.kind($0.name) == kind }
          .map { Self.embedded($0, data: try picture($0)) }
        guard let first = pictures.first else { return nil }
        // What many parts have is compared: maps are small, sheets and curves stand two in a row.
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

  /// Width and height stand at a fixed place in every PNG file: big endian after `IHDR`.
  private static func size(ofPNG data: Data) -> (width: Int, height: Int) {
    func number(at start: Int) -> Int {
      data.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    return (number(at: 16), number(at: 20))
  }
}
