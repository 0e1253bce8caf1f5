import CommandStatus
import Inspection
import LivePages
import LocalServer

extension Walk {
  /// Serves the chapters to the browser on this computer until the program is ended.
  ///
  /// - Parameter walkthrough: the chapters.
  /// - Throws: an error of one line if a value of `--set` is not allowed or the port cannot be used.
  func serve(_ walkthrough: Walkthrough) throws {
    let tour: LiveTour
    do { tour = try LiveTour(walkthrough, settings: set) } catch { throw WrongUse("\(error)") }
    let pages = LivePages(tour)
    try LocalServer(port: port) { await pages.answer($0) }.serve()
  }
}
