import Foundation
import Synchronization

/// Whether somebody asked the program to stop, by Ctrl-C or by `kill`.
enum StopRequest {
  private static let flag = Atomic(false)

  /// From now on the first SIGINT or SIGTERM is a request, and the second ends the program at once.
  static func listen() {
    // What a handler touches is made before a signal can come.
    _ = flag.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        if StopRequest.flag.exchange(true, ordering: .relaxed) { _exit(128 + number) }
      }
    }
    // Whoever started the program may have blocked signals, and that is inherited.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether it came.
  static var came: Bool { flag.load(ordering: .relaxed) }
}
