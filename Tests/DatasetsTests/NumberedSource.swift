import Camera
import Synchronization

@testable import Datasets

/// Pairs that contain their index: every byte of a picture is the index, and every label the index
/// mod 13, but the first, which is the face.
final class NumberedSource: PortraitSource, TrainingSet {
  struct Failure: Error, CustomStringConvertible {
    let index: Int
    var description: String { "pair \(index) fails" }
  }

  let count: Int
  let size: Int
  let isWholeCelebAMaskHQ: Bool
  private let state: Mutex<(asked: [Int], failing: Set<Int>)>

  init(count: Int, size: Int = 2, isWholeCelebAMaskHQ: Bool = false, failing: Set<Int> = []) {
    self.count = count
    self.size = size
    self.isWholeCelebAMaskHQ = isWholeCelebAMaskHQ
    state = Mutex(([], failing))
  }

  var summary: String { "numbered \(count)" }
  var poses: [CameraPose]? { nil }
  var ids: [String] { (0..<count).map { "n\($0)" } }
  var fingerprint: String { "00000000000\(count + 10_000)" }

  /// The indices that were requested so far, in order.
  var asked: [Int] { state.withLock { $0.asked } }

  /// Makes all pairs readable from now on.
  func mend() { state.withLock { $0.failing = [] } }

  func stored(_ index: Int) throws -> SourcePair { SourcePair(try pair(index, size: size)) }

  func pair(_ index: Int) throws -> PortraitPair { try pair(index, size: size) }

  func pair(_ index: Int, size: Int) throws -> PortraitPair {
    let fails = state.withLock { state in
      state.asked.append(index)
      return state.failing.contains(index)
    }
    if fails { throw Failure(index: index) }
    return PortraitPair(
      size: size, planes: [UInt8](repeating: UInt8(index % 256), count: 3 * size * size),
      labels: [1] + [UInt8](repeating: UInt8(index % 13), count: size * size - 1))
  }
}
