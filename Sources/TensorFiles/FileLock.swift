import Foundation

/// A lock on a file that one process at a time can hold.
///
/// The lock ends with the process, even if it is killed. The file stays, empty.
public final class FileLock: Sendable {
  private let descriptor: Int32

  /// Locks a file for the lifetime of the instance, or fails if the file is already locked.
  ///
  /// - Parameter file: the file; it is created if it does not exist, and its folder must exist.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public init?(_ file: URL) throws {
    descriptor = try Self.opened(file)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
  }

  /// Waits until the file is not locked, then locks it for the lifetime of the instance.
  ///
  /// - Parameter file: the file; it is created if it does not exist, and its folder must exist.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public init(waitingFor file: URL) throws {
    descriptor = try Self.opened(file)
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
  }

  deinit { close(descriptor) }

  private static func opened(_ file: URL) throws -> Int32 {
    let descriptor = open(file.path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw systemError(errno, file.path, doing: "cannot be written")
    }
    return descriptor
  }
}
