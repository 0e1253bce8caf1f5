import Foundation
import Synchronization

/// Temporary files and folders that killed processes have left.
///
/// The name of a temporary file holds the number of its process, and the process holds a lock on it. The
/// lock also protects files of processes in other containers, whose numbers mean nothing here.
enum UnfinishedFiles {
  private static let swept = Mutex<Set<String>>([])

  /// Removes what killed processes have left in a folder, at this process's first write there.
  ///
  /// - Parameter folder: the path of a folder.
  static func sweepOnce(_ folder: String) {
    guard swept.withLock({ $0.insert(folder).inserted }) else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names { removeIfAbandoned(name, in: folder) }
  }

  /// Locks a temporary file or folder, as far as the file system can, until the descriptor is closed.
  static func hold(_ descriptor: Int32) { _ = flock(descriptor, LOCK_EX | LOCK_NB) }

  /// Removes a temporary file or folder of this user whose process is gone.
  private static func removeIfAbandoned(_ name: String, in folder: String) {
    guard let process = AtomicFile.process(ofTemporary: name), kill(process, 0) == -1,
      errno == ESRCH
    else { return }
    let path = folder + "/" + name
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
      [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT),
      flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else { return }
    try? FileManager.default.removeItem(atPath: path)
  }
}
