import Camera
import Foundation
import TensorFiles

/// Where packs are kept that were made on the way to something else.
public enum PackCache {
  /// The folder of the cache.
  ///
  /// `SSGAN3D_CACHE` if that is set; else `ssgan3d` in `XDG_CACHE_HOME`, or in `.cache` of the home
  /// folder.
  ///
  /// - Parameter environment: the variables.
  /// - Throws: `DatasetError` when `SSGAN3D_CACHE` is a relative path, which would be another place for
  ///   every folder that a command is called in.
  /// - Returns: the folder; it may not exist yet.
  public static func folder(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(DatasetError) -> URL {
    if let path = environment["SSGAN3D_CACHE"], !path.isEmpty {
      guard path.hasPrefix("/") else {
        throw DatasetError("SSGAN3D_CACHE", "is the relative path \(path)", "set an absolute one")
      }
      return URL(fileURLWithPath: path)
    }
    // A relative path here is to be taken for none, says the XDG base directory specification.
    let caches = environment["XDG_CACHE_HOME"].flatMap {
      $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil
    }
    let home = FileManager.default.homeDirectoryForCurrentUser
    return (caches ?? home.appendingPathComponent(".cache")).appendingPathComponent("ssgan3d")
  }

  /// Where the pack of a source at a size is kept.
  ///
  /// The name follows the source's fingerprint: data that change get another pack.
  ///
  /// - Parameters:
  ///   - source: the data.
  ///   - size: rows and columns.
  ///   - cache: the cache's folder.
  /// - Returns: the pack's folder.
  public static func place(
    of source: any PortraitSource, size: Int, in cache: URL
  ) -> URL {
    cache.appendingPathComponent("pack-\(size)-\(source.fingerprint)")
  }

  /// The pack to train on: the one that is named, or one made of the data that are named.
  ///
  /// While another process makes the same one, this one waits and takes what the other has made.
  ///
  /// - Parameters:
  ///   - text: a pack, a folder of data, or `procedural:COUNT[,SEED]`.
  ///   - scheme: how label maps are numbered; for `images/` with `labels/` only.
  ///   - size: rows and columns wanted.
  ///   - camera: what procedural portraits are seen with, and how far it turns.
  ///   - cache: where a pack that has to be made is kept; ``folder(_:)`` by default.
  ///   - progress: told how many pairs are done and how many there are, from several threads.
  /// - Returns: the pack, every byte of it checked.
  /// - Throws: an error of one line when the data cannot be used as they are.
  public static func pack(
    _ text: String, scheme: LabelScheme? = nil, size: Int, camera: Camera = Camera(),
    in cache: URL? = nil,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PortraitPack {
    let input = try DatasetInput(text, scheme: scheme, camera: camera)
    if case .pack(let pack) = input {
      guard pack.size == size else {
        throw DatasetError(
          text, "is a pack of \(pack.size) × \(pack.size), not of \(size) × \(size)",
          "prepare one of that size from the original files")
      }
      return pack
    }
    let source = try input.usableSource()
    let place = place(of: source, size: size, in: try cache ?? folder())
    let turn = try PortraitPack.isPack(place) ? nil : lock(beside: place)
    defer { withExtendedLifetime(turn) {} }
    return try PortraitPack.prepare(source, size: size, to: place, progress: progress)
  }

  /// The right to make a pack: whoever asks later waits.
  private static func lock(beside place: URL) throws -> FileLock {
    try Folder.make(place.deletingLastPathComponent())
    return try FileLock(waitingFor: place.appendingPathExtension("lock"))
  }
}
