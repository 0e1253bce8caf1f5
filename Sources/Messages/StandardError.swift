import Foundation

/// Standard error, the stream for messages to the user.
public enum StandardError {
  /// Writes a text of the program itself as it is; what cannot be written is dropped.
  ///
  /// A text that quotes anything from outside belongs into `say(_:)`.
  ///
  /// `FileHandle.write(_:)` traps when the disk is full or the terminal is gone. A message that nobody
  /// can read must not end a training run.
  public static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(2, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// The most characters of a line; a longer one hides what matters.
  private static let longestLine = 4000

  /// Writes one line, in which every character that could control the terminal is spelled out.
  ///
  /// Every error, warning and remark goes through this function, whatever names and values from files
  /// it quotes (`String.visible`).
  public static func say(_ line: String) { write(line.visible(limit: longestLine) + "\n") }

  /// Opens those of the descriptors 0, 1 and 2 that are closed.
  ///
  /// The system gives a closed descriptor to the next file that is opened, and messages would then be
  /// written into that file. Reading from a replaced standard input and writing to a replaced standard
  /// output still fail, because each is opened for the opposite direction.
  public static func openClosedStreams() {
    for (descriptor, mode) in [(0, O_WRONLY), (1, O_RDONLY), (2, O_WRONLY)] {
      if fcntl(Int32(descriptor), F_GETFD) == -1, errno == EBADF { _ = open("/dev/null", mode) }
    }
  }
}
