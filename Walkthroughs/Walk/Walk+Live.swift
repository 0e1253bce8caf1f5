import CommandStatus
import Dispatch
import Foundation
import Inspection
import LivePages
import LocalServer
import Synchronization

extension Walk {
  /// Serves the chapters to the browser on this computer until the program is interrupted.
  ///
  /// Ctrl-C (SIGINT) and SIGTERM end the program at once by their usual action; a shell sees status 130
  /// or 143. Nothing has to be saved.
  ///
  /// - Parameter walkthrough: the chapters.
  /// - Throws: an error of one line if a value of `--set` is not allowed or the port cannot be used.
  func serve(_ walkthrough: Walkthrough) throws {
    let tour: LiveTour
    do { tour = try LiveTour(walkthrough, settings: set) } catch { throw WrongUse("\(error)") }
    let pages = LivePages(tour)
    Self.hearSignals()
    let server = LocalServer(port: port) { await pages.answer($0) }
    let (ended, failure) = (DispatchSemaphore(value: 0), Failure())
    Task.detached {
      do {
        try await server.run { port in
          print("Open http://127.0.0.1:\(port) in a browser; Ctrl-C ends.")
          fflush(nil)
        }
      } catch {
        failure.set(error)
      }
      ended.signal()
    }
    ended.wait()
    if let error = failure.error { throw error }
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

/// The error with which a server ended.
private final class Failure: Sendable {
  private let state = Mutex<(any Error)?>(nil)

  var error: (any Error)? { state.withLock { $0 } }

  func set(_ error: any Error) { state.withLock { $0 = error } }
}
