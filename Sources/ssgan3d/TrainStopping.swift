import Foundation
import Synchronization

/// A request to stop the program, sent by Ctrl-C or by `kill`.
enum StopRequest {
  private static let flag = Atomic(false)

  /// Installs signal handlers: the first SIGINT or SIGTERM is a request, the second ends the program.
  static func listen() {
    // The flag that the handlers use is initialized before a signal can arrive.
    _ = flag.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        if StopRequest.flag.exchange(true, ordering: .relaxed) { _exit(128 + number) }
      }
    }
    // A parent process may have blocked the signals, and the blocking is inherited.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether the program was asked to stop.
  static var came: Bool { flag.load(ordering: .relaxed) }
}
