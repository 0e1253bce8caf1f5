import Foundation
import Synchronization
import Testing

@testable import LocalServer

/// How many computations run at the same time.
private final class Count: Sendable {
  private let state = Mutex((now: 0, most: 0))

  var most: Int { state.withLock(\.most) }

  func enter() {
    state.withLock { state in
      state.now += 1
      state.most = max(state.most, state.now)
    }
  }

  func leave() { state.withLock { $0.now -= 1 } }
}

@Suite("Turns")
struct TurnsTests {
  /// While one computation runs, the newest of a name replaces the older one that waits.
  @Test func theNewestRequestReplacesTheOneThatWaits() async throws {
    let turns = Turns()
    let (gate, begun) = (DispatchSemaphore(value: 0), Count())
    // Waits as long as it takes: other tests may keep all threads busy.
    func wait(until isTrue: () -> Bool) async throws {
      while !isTrue() { try await Task.sleep(for: .milliseconds(2)) }
    }
    async let first = turns.take("a") {
      begun.enter()
      gate.wait()
      return 1
    }
    try await wait { begun.most == 1 }
    async let second = turns.take("a") { 2 }
    try await wait { turns.waiting == 1 }
    async let other = turns.take("b") { 3 }
    try await wait { turns.waiting == 2 }
    async let third = turns.take("a") { 4 }
    #expect(await second == nil)
    gate.signal()
    #expect(await (first, other, third) == (1, 3, 4))
  }

  @Test func neverTwoAtATime() async {
    let turns = Turns()
    let count = Count()
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<50 {
        group.addTask {
          _ = await turns.take("\(index)") {
            count.enter()
            usleep(200)
            count.leave()
          }
        }
      }
    }
    #expect(count.most == 1)
  }
}
