import Foundation

/// A file that one process at a time can hold.
///
/// The lock goes with the process, even when it is killed; the file stays, empty.
public final class FileLock: Sendable {
  private let descriptor: Int32

  /// Holds a file while the lock lives, or fails where another holds it.
  ///
  /// - Parameter file: it is made if it does not exist; its folder exists.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public init?(_ file: URL) throws {
    descriptor = try Self.opened(file)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
  }

  /// Waits until nobody else holds a file, then holds it while the lock lives.
  ///
  /// - Parameter file: it is made if it does not exist; its folder exists.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public init(waitingFor file: URL) throws {
    descriptor = try Self.opened(file)
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
  }

  deinit { close(descriptor) }

  private static func opened(_ file: URL) throws -> Int32 {
    let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw systemError(errno, file.path, doing: "cannot be written")
    }
    return descriptor
  }
}
