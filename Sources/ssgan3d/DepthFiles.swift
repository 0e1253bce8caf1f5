import Camera
import Foundation
import Messages
import RenderedPortraits

/// The files with the 16-bit depth of a portrait.
extension PortraitPictures {
  /// The ending of the names of 16-bit depth pictures.
  static let depthEnding = "_depth16.png"
  /// The ending of the names of the JSON files beside them.
  static let depthRecordEnding = "_depth16.json"

  /// Writes NAME_depth16.png, with a pixel for each ray, and NAME_depth16.json.
  ///
  /// For a flat model, those of an earlier portrait are removed.
  func writeDepth(_ name: String, to folder: OutputFolder) throws {
    guard let file = try depthFile(), let coding else {
      return [Self.depthEnding, Self.depthRecordEnding].forEach { folder.clear(name + $0) }
    }
    try folder.write(file, name + Self.depthEnding)
    try folder.write(Data((coding.json + "\n").utf8), name + Self.depthRecordEnding)
  }

  /// What the 16-bit depth shows, for the summary of a command; nil for a flat model.
  var depthLine: String? {
    coding.map {
      "distance of the visible surface along the ray (Σw·t / Σw, world units), \($0.width) × "
        + "\($0.height) pixels, \($0.line) or no surface"
    }
  }

  /// Returns a warning if the volumes of some portraits hold nothing dense.
  ///
  /// - Parameters:
  ///   - count: the number of such portraits.
  ///   - all: the number of all portraits.
  /// - Returns: at most one line.
  static func emptyWarning(_ count: Int, of all: Int) -> [String] {
    guard count > 0 else { return [] }
    let which = all == 1 ? "the volume" : "the volumes of \(count) of \(counted(all, "portrait"))"
    return [
      "nothing in \(which) is dense: every ray passes through (Σw = 0), so render_depth is 0 and "
        + "depth16 is 65535 everywhere, and the image shows no part"
    ]
  }
}
