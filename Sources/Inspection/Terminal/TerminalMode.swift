import Foundation
import Synchronization

/// A terminal that hands over every key as it is pressed, instead of whole lines.
///
/// The mode holds only while a line is edited. While the program computes, the terminal is as usual, so
/// Ctrl-C and Ctrl-Z work there without any help.
struct TerminalMode {
  private let descriptor: Int32
  private let usual: termios

  /// Reads the usual mode of a terminal; nil if the descriptor is not a terminal.
  init?(_ descriptor: Int32) {
    var usual = termios()
    guard tcgetattr(descriptor, &usual) == 0 else { return nil }
    self.descriptor = descriptor
    self.usual = usual
  }

  /// Asks the terminal for single keys, without echo and without signals from the keyboard.
  func enterKeys() {
    var keys = usual
    keys.c_iflag &= ~tcflag_t(ICRNL | INLCR | IGNCR | IXON | ISTRIP)
    keys.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    withUnsafeMutableBytes(of: &keys.c_cc) { codes in
      codes[Int(VMIN)] = 1
      codes[Int(VTIME)] = 0
    }
    set(keys)
  }

  /// Restores the usual mode.
  func restore() { set(usual) }

  private func set(_ mode: termios) {
    var mode = mode
    // TCSADRAIN keeps what was typed ahead.
    while tcsetattr(descriptor, TCSADRAIN, &mode) != 0 && errno == EINTR {}
  }
}

/// Signals that a program must know of while a terminal is in another mode.
///
/// The handler only writes the number of the signal into a pipe. The loop that waits for keys reads it
/// there, and can restore the terminal before the signal takes its usual effect.
struct TerminalSignals {
  /// The end of the pipe to read from.
  static var descriptor: Int32 { pipe.0 }

  private static let pipe: (Int32, Int32) = {
    var ends: [Int32] = [-1, -1]
    guard Foundation.pipe(&ends) == 0 else { return (-1, -1) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    writeEnd.store(ends[1], ordering: .relaxed)
    return (ends[0], ends[1])
  }()

  /// The end to write into; an atomic number, because the handler may read it at any time.
  private static let writeEnd = Atomic<Int32>(-1)

  /// The signals that end a program, and those that stop, continue and resize it.
  private static let numbers = [
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH,
  ]

  /// A handler as `signal` takes and returns it; nil for the usual effect of the signal.
  private typealias Handler = @convention(c) (Int32) -> Void
  private var earlier: [(number: Int32, handler: Handler?)] = []

  /// Begins to report signals; those that the program ignores stay ignored.
  mutating func listen() {
    guard earlier.isEmpty, Self.descriptor >= 0 else { return }
    // A program that was started by a thread that blocks signals would never see them.
    var heard = sigset_t()
    sigemptyset(&heard)
    for number in Self.numbers { sigaddset(&heard, number) }
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
    for number in Self.numbers {
      let previous = signal(number) { number in
        let kept = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(TerminalSignals.writeEnd.load(ordering: .relaxed), &byte, 1)
        errno = kept
      }
      if unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        _ = signal(number, SIG_IGN)
      } else {
        earlier.append((number, previous))
      }
    }
  }

  /// Restores the earlier handlers.
  mutating func stop() {
    for (number, handler) in earlier { _ = signal(number, handler) }
    earlier = []
  }

  /// Returns the next signal that came; nil if there is none.
  static func next() -> Int32? {
    var byte: UInt8 = 0
    return read(descriptor, &byte, 1) == 1 ? Int32(byte) : nil
  }
}
