import Camera
import Foundation
import TensorFiles

/// The cache of packs that commands prepare when they are given other data.
public enum PackCache {
  /// Returns the folder of the cache.
  ///
  /// The folder is `SSGAN3D_CACHE` if that variable is set. Otherwise it is `ssgan3d` in
  /// `XDG_CACHE_HOME`, or in `.cache` of the home folder.
  ///
  /// - Parameter environment: the environment variables.
  /// - Throws: `DatasetError` if `SSGAN3D_CACHE` is a relative path, which would name a different
  ///   folder in every working directory.
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
    // The XDG base directory specification says that a relative path must be ignored here.
    let caches = environment["XDG_CACHE_HOME"].flatMap {
      $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil
    }
    let home = FileManager.default.homeDirectoryForCurrentUser
    return (caches ?? home.appendingPathComponent(".cache")).appendingPathComponent("ssgan3d")
  }

  /// Returns the folder in which the cache keeps the pack of a source at a size.
  ///
  /// The name contains the fingerprint of the source, so changed data get a new pack.
  ///
  /// - Parameters:
  ///   - source: the data.
  ///   - size: the number of rows and columns.
  ///   - cache: the folder of the cache.
  /// - Returns: the folder of the pack.
  public static func place(
    of source: any PortraitSource, size: Int, in cache: URL
  ) -> URL {
    cache.appendingPathComponent("pack-\(size)-\(source.fingerprint)")
  }

  /// Returns the pack to train on: the named pack, or a pack prepared from the named data.
  ///
  /// If another process is preparing the same pack, this call waits and returns the pack of that
  /// process.
  ///
  /// - Parameters:
  ///   - text: a pack, a folder of data, or `procedural:COUNT[,SEED]`.
  ///   - reading: what the files do not say, above all the numbering of label maps.
  ///   - size: the number of rows and columns.
  ///   - camera: the camera of procedural portraits, with the distribution of its poses.
  ///   - poses: a file with the camera poses of the pictures, see ``PoseList``; nil if they are not known.
  ///   - cache: the cache folder for a pack that has to be prepared; ``folder(_:)`` by default.
  ///   - progress: called from several threads with the number of finished pairs and of all pairs.
  /// - Returns: the pack, with every byte checked.
  /// - Throws: a one-line error if the data cannot be used as they are.
  public static func pack(
    _ text: String, _ reading: DataReading = DataReading(), size: Int, camera: Camera = Camera(),
    poses: URL? = nil, in cache: URL? = nil,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PortraitPack {
    let input = try DatasetInput(text, reading, camera: camera).posed(by: poses)
    return try pack(input, named: text, size: size, in: cache, progress: progress)
  }

  /// Returns the pack to train on, from data that are already listed.
  ///
  /// - Parameters:
  ///   - input: the data, with their camera poses if they are known.
  ///   - text: the name of the data in errors.
  ///   - size: the number of rows and columns.
  ///   - cache: the cache folder for a pack that has to be prepared; ``folder(_:)`` by default.
  ///   - progress: called from several threads with the number of finished pairs and of all pairs.
  /// - Returns: the pack, with every byte checked.
  /// - Throws: a one-line error if the data cannot be used as they are.
  public static func pack(
    _ input: DatasetInput, named text: String, size: Int, in cache: URL? = nil,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PortraitPack {
    if case .pack(let pack) = input {
      guard pack.size == size else {
        throw DatasetError(
          text, "is a pack of \(pack.size) × \(pack.size), not of \(size) × \(size)",
          "prepare a pack of that size from the original files")
      }
      return pack
    }
    let source = try input.usableSource()
    let place = place(of: source, size: size, in: try cache ?? folder())
    let turn = try PortraitPack.isPack(place) ? nil : lock(beside: place)
    defer { withExtendedLifetime(turn) {} }
    return try PortraitPack.prepare(source, size: size, to: place, progress: progress)
  }

  /// Returns the lock of a pack that is to be prepared; later callers wait for it.
  private static func lock(beside place: URL) throws -> FileLock {
    try Folder.make(place.deletingLastPathComponent())
    return try FileLock(waitingFor: place.appendingPathExtension("lock"))
  }
}
