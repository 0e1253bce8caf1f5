import Foundation
import Synchronization
import TensorFiles
import Testing

@Suite("Locked files")
struct FileLockTests {
  @Test func oneHolderAtATime() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("a.lock")
      do {
        let first = try FileLock(file)
        #expect(first != nil)
        #expect(try FileLock(file) == nil)
        withExtendedLifetime(first) {}
      }
      #expect(try FileLock(file) != nil)
    }
  }

  /// The second lock is requested while the first is held, and granted only after the first is
  /// released.
  @Test func aWaitingLockComesSecond() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("a.lock")
      let order = Mutex<[String]>([])
      var first: FileLock? = try FileLock(waitingFor: file)
      let done = DispatchSemaphore(value: 0)
      let waiting = Thread {
        let second = try? FileLock(waitingFor: file)
        order.withLock { $0.append(second == nil ? "failed" : "second") }
        done.signal()
      }
      waiting.start()
      Thread.sleep(forTimeInterval: 0.05)
      order.withLock { $0.append("first") }
      #expect(first != nil)
      first = nil
      done.wait()
      #expect(order.withLock(\.self) == ["first", "second"])
    }
  }

  @Test func aPlaceThatCannotBeWrittenIsNamed() {
    let file = URL(fileURLWithPath: "/no/such/folder/a.lock")
    let error = #expect(throws: TensorFileError.self) { _ = try FileLock(waitingFor: file) }
    #expect(error?.description.contains("/no/such/folder/a.lock") == true)
  }
}
