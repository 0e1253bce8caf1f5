import Synchronization

/// PNG files in base64 of the pictures that pages have shown last.
///
/// A live page shows most pictures of a step again when a control moves. Encoding takes about twenty times as
/// long as comparing the pixels with those of a kept picture.
private final class EncodedPictures: Sendable {
  private struct State {
    var files: [Picture: String] = [:]
    /// The pictures in the order in which they were encoded.
    var order: [Picture] = []
    var size = 0
  }
  /// The largest number of bytes of pixels and files together.
  private static let limit = 64 << 20
  private let state = Mutex(State())

  static let shared = EncodedPictures()

  func file(of picture: Picture) throws -> String {
    if let kept = state.withLock({ $0.files[picture] }) { return kept }
    let file = try picture.pngData().base64EncodedString()
    state.withLock { state in
      guard state.files.updateValue(file, forKey: picture) == nil else { return }
      state.order.append(picture)
      state.size += picture.bytes.count + file.utf8.count
      while state.size > Self.limit, !state.order.isEmpty {
        let oldest = state.order.removeFirst()
        guard let gone = state.files.removeValue(forKey: oldest) else { continue }
        state.size -= oldest.bytes.count + gone.utf8.count
      }
    }
    return file
  }
}

extension Picture {
  /// Returns the picture as a PNG file in base64, encoded once for several pages.
  func base64() throws -> String { try EncodedPictures.shared.file(of: self) }
}

extension Rendering {
  /// Returns the picture, or the film, as a PNG file in base64.
  func base64() throws -> String {
    film == nil ? try picture.base64() : try pngData().base64EncodedString()
  }
}
