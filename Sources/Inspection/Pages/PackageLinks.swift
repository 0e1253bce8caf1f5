import Foundation

/// Links from a page to files of the package that made it, relative to the folder of the page.
struct PackageLinks {
  private let folder: URL?

  /// Creates links for pages in a folder; without a folder, files are named and not linked.
  init(from folder: URL?) { self.folder = folder }

  /// Returns a link to a file of a package.
  ///
  /// - Parameters:
  ///   - file: the path of the file in the package.
  ///   - package: the folder that holds `Package.swift`.
  ///   - line: the number of a line in the file.
  ///   - anchor: the anchor of a heading in the file, instead of a line.
  ///   - text: the text of the link; by default the path and the line.
  /// - Returns: an `a` element, or only the text if the pages have no folder.
  func link(
    _ file: String, in package: URL, line: Int? = nil, anchor: String? = nil, text: String? = nil
  ) -> String {
    let name = text.map(escaped) ?? "<code>\(escaped(file))\(line.map { ":\($0)" } ?? "")</code>"
    guard let folder else { return name }
    let path = Self.path(from: folder, to: package.appendingPathComponent(file))
    let place =
      line.map { "L\($0)" }
      ?? anchor.flatMap {
        $0.addingPercentEncoding(withAllowedCharacters: .urlFragmentAllowed)
      }
    return "<a href=\"\(escaped(path))\(place.map { "#\($0)" } ?? "")\">\(name)</a>"
  }

  /// Returns the relative path from a folder to a file, with characters escaped as in addresses.
  static func path(from folder: URL, to file: URL) -> String {
    func parts(_ url: URL) -> [String] {
      url.resolvingSymlinksInPath().standardizedFileURL.pathComponents
    }
    let (start, end) = (parts(folder), parts(file))
    let shared = zip(start, end).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: start.count - shared) + end.dropFirst(shared)
    return steps.joined(separator: "/")
      .addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
  }
}
