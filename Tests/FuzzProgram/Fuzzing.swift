import CFuzzer
import Foundation
import FuzzedReaders
import Synchronization

/// One reader under libFuzzer.
enum Fuzzing {
  /// The reader, which libFuzzer's functions without a context look up.
  private static let current = Mutex<FuzzedReader?>(nil)
  /// How much memory the process may take beyond that of its start, in KiB.
  private static let mostMemory = 256 << 10
  private static let memoryAtStart = Mutex(0)

  /// Runs libFuzzer with the arguments of this process, and ends it.
  static func run(_ reader: FuzzedReader) throws -> Never {
    // What is made once, such as the run in which a checkpoint is replaced, counts as the start.
    for seed in try reader.seeds() { _ = try reader.read(seed) }
    current.withLock { $0 = reader }
    memoryAtStart.withLock { $0 = peakMemory }
    var count = CommandLine.argc
    var values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(
      LLVMFuzzerRunDriver(&count, &values) { bytes, size in
        Fuzzing.execute(bytes.map { Data(bytes: $0, count: size) } ?? Data())
        return 0
      })
  }

  private static func execute(_ data: Data) {
    guard let reader = current.withLock({ $0 }) else { return }
    do { _ = try reader.read(data) } catch { fatalError("\(error)") }
    let taken = peakMemory - memoryAtStart.withLock { $0 }
    if taken > mostMemory { fatalError("\(reader.name): takes \(taken) KiB of memory") }
  }

  /// The largest amount of memory that the process has had, in KiB.
  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
  }

  /// Changes an input; most get checksums and lengths that fit again.
  fileprivate static func mutate(
    _ bytes: UnsafeMutableBufferPointer<UInt8>, _ size: Int, _ seed: UInt32
  ) -> Int {
    let changed = LLVMFuzzerMutate(bytes.baseAddress, size, bytes.count)
    guard !seed.isMultiple(of: 4), let reader = current.withLock({ $0 }) else { return changed }
    var input = Array(bytes[..<changed])
    reader.repair(&input)
    _ = bytes.update(fromContentsOf: input)
    return input.count
  }
}

/// The function of this name is called by libFuzzer in place of its own mutation.
@_cdecl("LLVMFuzzerCustomMutator")
func fuzzerCustomMutator(
  _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ longest: Int, _ seed: UInt32
) -> Int {
  Fuzzing.mutate(UnsafeMutableBufferPointer(start: data, count: longest), size, seed)
}
