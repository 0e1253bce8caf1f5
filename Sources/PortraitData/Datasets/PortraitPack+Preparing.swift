import Foundation
import Synchronization
import TensorFiles

extension PortraitPack {
  /// The largest side of a pair.
  public static let largestSize = 1024
  /// Every side that a pair may have.
  static let sizes = 2...largestSize

  /// What preparing has written so far: a header with the checksums of the finished chunks.
  static let progressName = "progress.json"

  /// Makes a pack, or goes on with one that was interrupted.
  ///
  /// Finished chunks reach the disk before `progress.json` counts them, and `pack.json` is written
  /// last; so the process may be killed at any moment and called again. Chunks that are there are
  /// checked before they are trusted. A pack that is complete already is checked and returned.
  ///
  /// - Parameters:
  ///   - source: where the pairs come from.
  ///   - size: rows and columns of every pair, 2 … 1024.
  ///   - folder: where the pack goes; it does not exist, is empty, or holds this pack or its
  ///     beginning.
  ///   - progress: told how many pairs are done and how many there are: first those that were
  ///     there already, then after each pair; from several threads.
  /// - Returns: the pack.
  /// - Throws: an error of one line for the first pair that cannot be read, in their order, or when
  ///   the folder cannot be used.
  public static func prepare(
    _ source: any PortraitSource, size: Int, to folder: URL,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PortraitPack {
    guard sizes.contains(size) else {
      throw DatasetError(
        folder.path, "cannot hold pairs of \(size) × \(size)",
        "ask for \(sizes.lowerBound) … \(sizes.upperBound)")
    }
    let plan = PackHeader(source, size: size)
    if isPack(folder) { return try finished(plan, folder) }
    try requireFree(folder)
    let file = try PackFile(folder.appendingPathComponent(dataName))
    // Another process may have finished it since.
    if isPack(folder) { return try finished(plan, folder) }

    var header = try begun(plan, folder, file)
    let progressFile = folder.appendingPathComponent(progressName)
    // The file says whose it is before the first chunk is there.
    try AtomicFile.write(header.json(), to: progressFile)
    let done = Mutex(header.pairs(ofChunk: header.chunkChecksums.count).lowerBound)
    progress(min(done.withLock { $0 }, plan.count), plan.count)
    while header.chunkChecksums.count < header.chunkCount {
      let chunk = header.chunkChecksums.count
      let bytes = try bytes(of: header.pairs(ofChunk: chunk), source, size) {
        let count = done.withLock { count in
          count += 1
          return count
        }
        progress(count, plan.count)
      }
      try file.write(bytes, at: header.bytes(ofChunk: chunk).lowerBound)
      header.chunkChecksums.append(checksum(of: bytes))
      try AtomicFile.write(header.json(), to: progressFile, durable: true)
    }
    try AtomicFile.write(
      header.json(), to: folder.appendingPathComponent(headerName), durable: true)
    try? FileManager.default.removeItem(at: progressFile)
    return try open(folder)
  }

  /// The pack that is there, if it is the one that was asked for.
  private static func finished(_ plan: PackHeader, _ folder: URL) throws -> PortraitPack {
    let pack = try open(folder)
    guard pack.header.plan == plan else { throw occupied(folder, by: pack.header, plan) }
    return pack
  }

  private static func occupied(
    _ folder: URL, by other: PackHeader, _ plan: PackHeader
  ) -> DatasetError {
    let isSameData = other.source == plan.source && other.size == plan.size
    return DatasetError(
      folder.path,
      isSameData
        ? "holds a pack of these data as they were before they changed, or seen with another camera"
        : "holds a pack of \(other.source) at \(other.size) × \(other.size)",
      "choose another folder, or remove this one first")
  }

  /// Refuses a folder with anything in it that preparing does not write.
  private static func requireFree(_ folder: URL) throws {
    try Folder.make(folder)
    let ours: Set = [dataName, progressName]
    let names = try FileListing.names(folder)
    // The data's file is made first and is empty until the other says whose it is.
    let data = folder.appendingPathComponent(dataName)
    let bytes = try? FileManager.default.attributesOfItem(atPath: data.path)[.size] as? Int
    let isBegun = names.contains(progressName) || names.isEmpty || bytes == 0
    if let stranger = names.first(where: { !ours.contains($0) || !isBegun }) {
      throw DatasetError(
        folder.path, "is no pack and holds \(stranger)", "choose an empty or new folder")
    }
  }

  /// The header with the chunks that are there and sound; the file ends after them.
  private static func begun(
    _ plan: PackHeader, _ folder: URL, _ file: PackFile
  ) throws -> PackHeader {
    var header = plan
    let progressFile = folder.appendingPathComponent(progressName)
    if FileManager.default.fileExists(atPath: progressFile.path) {
      let old = try PackHeader.read(progressFile)
      guard old.plan == plan else { throw occupied(folder, by: old, plan) }
      header.chunkChecksums = Array(
        old.chunkChecksums.enumerated().prefix { chunk, expected in
          file.bytes(plan.bytes(ofChunk: chunk)).map { checksum(of: $0) } == expected
        }.map(\.element))
    }
    try file.resize(to: header.bytes(ofChunk: header.chunkChecksums.count).lowerBound)
    return header
  }

  /// The pairs of a chunk, one after the other.
  private static func bytes(
    of pairs: Range<Int>, _ source: any PortraitSource, _ size: Int,
    made: @Sendable () -> Void
  ) throws -> [UInt8] {
    let results = Concurrent.results(pairs) { index in
      let pair = try source.pair(index, size: size)
      made()
      return pair
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pairs.count * PortraitPair.byteCount(size: size))
    for result in results {
      let pair = try result.get()
      bytes += pair.planes
      bytes += pair.labels
    }
    return bytes
  }
}
