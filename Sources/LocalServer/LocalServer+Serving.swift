import Dispatch
import Foundation
import Synchronization

extension LocalServer {
  /// Serves until the program is ended, as the whole work of a command; prints the address to open.
  ///
  /// Ctrl-C (SIGINT) and SIGTERM end the program at once by their usual action; a shell sees status 130
  /// or 143. Nothing has to be saved.
  ///
  /// - Throws: ``Failure`` if the port cannot be used.
  public func serve() throws {
    Self.hearSignals()
    let (ended, failure) = (DispatchSemaphore(value: 0), Ending())
    Task.detached {
      do {
        try await run { port in
          print("Open http://127.0.0.1:\(port) in a browser; Ctrl-C ends.")
          fflush(nil)
        }
      } catch {
        failure.error.withLock { $0 = error }
      }
      ended.signal()
    }
    ended.wait()
    if let error = failure.error.withLock({ $0 }) { throw error }
  }

  /// The error with which a server ended.
  private final class Ending: Sendable {
    let error = Mutex<(any Error)?>(nil)
  }

  /// Lets Ctrl-C and SIGTERM reach this thread.
  ///
  /// A program that was started by a thread that blocks signals would never see them.
  private static func hearSignals() {
    var heard = sigset_t()
    sigemptyset(&heard)
    for number in [SIGINT, SIGTERM] { sigaddset(&heard, number) }
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
  }
}
