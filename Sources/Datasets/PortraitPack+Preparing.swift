import Foundation
import Synchronization
import TensorFiles

extension PortraitPack {
  /// The largest side of a pair.
  public static let largestSize = 1024
  /// Every side that a pair may have.
  static let sizes = 2...largestSize

  /// The name of the progress file, a header with the checksums of the finished chunks.
  static let progressName = "progress.json"

  /// Prepares a pack, or resumes a preparation that was interrupted.
  ///
  /// Finished chunks reach the disk before `progress.json` counts them, and `pack.json` is written
  /// last. The process may therefore be killed at any moment and started again. Existing chunks are
  /// verified before they are used. A pack that is already complete is verified and returned.
  ///
  /// - Parameters:
  ///   - source: the source of the pairs.
  ///   - size: the number of rows and columns of every pair, 2 … 1024.
  ///   - folder: the folder of the pack; it may be missing or empty, or contain this pack, complete or
  ///     unfinished.
  ///   - progress: called from several threads with the number of finished pairs and of all pairs:
  ///     first with the pairs that existed before, then after each pair.
  /// - Returns: the pack.
  /// - Throws: a one-line error for the first pair, in order, that cannot be read, or if the folder
  ///   cannot be used.
  public static func prepare(
    _ source: any PortraitSource, size: Int, to folder: URL,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PortraitPack {
    guard sizes.contains(size) else {
      throw DatasetError(
        folder.path, "cannot hold pairs of \(size) × \(size)",
        "choose a size of \(sizes.lowerBound) … \(sizes.upperBound)")
    }
    let plan = PackHeader(source, size: size).plan
    if isPack(folder) { return try finished(plan, folder) }
    try requireFree(folder)
    let file = try PackFile(folder.appendingPathComponent(dataName))
    // Another process may have finished the pack in the meantime.
    if isPack(folder) { return try finished(plan, folder) }

    var header = try begun(plan, folder, file)
    let progressFile = folder.appendingPathComponent(progressName)
    // Before the first chunk is written, the progress file records which pack the folder is for.
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
    try separateCopies(&header, source, file, folder)
    try AtomicFile.write(
      header.json(), to: folder.appendingPathComponent(headerName), durable: true)
    try? FileManager.default.removeItem(at: progressFile)
    return try open(folder)
  }

  /// Finds equal photographs among the written pairs, and keeps each group on one side of the split.
  ///
  /// The pairs are read back from the file, so that a preparation that was interrupted finds the same.
  private static func separateCopies(
    _ header: inout PackHeader, _ source: any PortraitSource, _ file: PackFile, _ folder: URL
  ) throws {
    let (count, bytes) = (header.count, header.pairBytes)
    let digests = try (0..<count).map { index in
      guard let pair = file.bytes(index * bytes..<(index + 1) * bytes) else {
        throw DatasetError(
          folder.appendingPathComponent(dataName).path, "became shorter while it was prepared",
          "prepare the pack again when no other program writes to it")
      }
      return PictureDigest(Array(pair.prefix(bytes / 4 * 3)))
    }
    let copies = PictureDigest.copies(in: digests)
    header.copies = copies
    header.heldOut = HeldOutPairs(of: source, copies: copies)
  }

  /// Returns the existing pack if it is the requested pack; otherwise throws.
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
        ? "contains a pack of an earlier version of these data, or of another camera or other poses"
        : "contains a pack of \(other.source) at \(other.size) × \(other.size)",
      "choose another folder, or remove this one first")
  }

  /// Throws if the folder contains anything that preparation does not write.
  private static func requireFree(_ folder: URL) throws {
    try Folder.make(folder)
    let ours: Set = [dataName, progressName]
    let names = try FileListing.names(folder)
    // The data file is created first. It is empty until the progress file records which pack it is for.
    let data = folder.appendingPathComponent(dataName)
    let bytes = try? FileManager.default.attributesOfItem(atPath: data.path)[.size] as? Int
    let isBegun = names.contains(progressName) || names.isEmpty || bytes == 0
    if let stranger = names.first(where: { !ours.contains($0) || !isBegun }) {
      throw DatasetError(
        folder.path, "is not a pack and contains \(stranger)", "choose an empty or new folder",
        isWrongUse: true)
    }
  }

  /// Returns the header with the intact chunks, and truncates the file after them.
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

  /// Returns the bytes of the pairs of a chunk, one pair after the other.
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
