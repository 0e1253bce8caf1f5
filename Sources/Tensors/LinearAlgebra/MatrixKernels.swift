import COpenBLAS
import Foundation
import Messages

/// The loops with which OpenBLAS multiplies matrices here.
///
/// OpenBLAS recognizes processors by their model numbers. A processor newer than the library gets
/// loops from 2004: version 0.3.21 of Debian 12 multiplies with SSE3 on an Intel Xeon of 2023, at a
/// third of the speed of its loops for AVX-512. In such a case OpenBLAS is told what the processor
/// can do.
public enum MatrixKernels {
  /// OpenBLAS's name for the loops it runs, for reports and records.
  public static var name: String {
    prepare()
    return chosen
  }

  /// The name and version of the library, for records: `OpenBLAS 0.3.21`.
  public static var library: String {
    let text = openblas_get_config().map { String(cString: $0) } ?? "unknown"
    return text.split(separator: " ").prefix(2).joined(separator: " ")
  }

  /// Prepares OpenBLAS: each call runs on the calling thread alone, with loops that suit this
  /// processor.
  ///
  /// All code that uses OpenBLAS calls this first; only the first call has an effect.
  public static func prepare() { prepared }

  /// Whether small matrices are multiplied in place; OpenBLAS has such loops for AVX-512 only.
  static let multiplySmallInPlace = ["skylakex", "cooperlake", "sapphirerapids"]
    .contains(name.lowercased())

  private static let prepared: Void = {
    if !isAskedFor,
      let better = replacement(for: chosen, on: KernelLevel.available)
    {
      change(to: better)
    }
    // The engine's own threads share the tiles. OpenBLAS's threads would split the work by their
    // number, and results would depend on it.
    openblas_set_num_threads(1)
    if ProcessLimits.addressSpaceIsLimited { reserveBuffers() }
  }()

  /// OpenBLAS's own variable for this choice; if the user sets it, it takes precedence.
  private static let variable = "OPENBLAS_CORETYPE"

  /// Whether the user has set the variable, read before anything is changed here.
  static let isAskedFor = Environment[variable] != nil

  /// Whether this build of OpenBLAS has several sets of loops to choose from.
  static var canChange: Bool { function("gotoblas_dynamic_init") != nil }

  private static var chosen: String {
    openblas_get_corename().map { String(cString: $0) } ?? "unknown"
  }

  /// The loops for AVX2 or better, by OpenBLAS's names in lower case.
  private static let capable: Set = [
    "haswell", "zen", "excavator", "skylakex", "cooperlake", "sapphirerapids",
  ]

  /// Returns better loops than the given ones for a processor of these levels; nil if they suit it.
  static func replacement(for core: String, on levels: [KernelLevel]) -> String? {
    guard levels.contains(.v3), !capable.contains(core.lowercased()) else { return nil }
    return levels.contains(.v4) ? "SkylakeX" : "Haswell"
  }

  /// Makes OpenBLAS choose again, with its variable set; returns false if its build has no choice.
  ///
  /// OpenBLAS reads the variable when it is loaded, before a program can set it. It is therefore
  /// restarted through the functions that loading and unloading call. No product may be running.
  /// Child processes inherit the variable and use the same loops.
  @discardableResult static func change(to core: String) -> Bool {
    guard let quit = function("gotoblas_dynamic_quit"),
      let begin = function("gotoblas_dynamic_init")
    else { return false }
    setenv(variable, core, 1)
    quit()
    begin()
    return true
  }

  private static func function(_ name: String) -> (@convention(c) () -> Void)? {
    dlsym(nil, name).map { unsafeBitCast($0, to: (@convention(c) () -> Void).self) }
  }

  // MARK: - Limited address space

  /// The address space that OpenBLAS maps for each product that runs, 128 MiB on x86-64.
  private static let bufferBytes = 128 << 20

  /// Makes OpenBLAS map the buffers for all threads, or ends the process if there is no room.
  ///
  /// OpenBLAS maps a buffer when a product needs one and none is free. If the system refuses, it asks
  /// again for ever. It keeps its buffers, so products that run later find them mapped.
  private static func reserveBuffers() {
    let count = Parallel.threads
    guard ProcessLimits.hasRoom(for: count * bufferBytes) else { endWithoutRoom(count) }
    guard let allocate = dlsym(nil, "blas_memory_alloc"), let free = dlsym(nil, "blas_memory_free")
    else { return }
    let take = unsafeBitCast(
      allocate, to: (@convention(c) @Sendable (CInt) -> UnsafeMutableRawPointer?).self)
    let giveBack = unsafeBitCast(
      free, to: (@convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void).self)
    // Another thread may use up the room in the meantime, so a thread asks that can be abandoned.
    let isDone = DispatchSemaphore(value: 0)
    Thread {
      for buffer in (0..<count).map({ _ in take(0) }) { giveBack(buffer) }
      isDone.signal()
    }.start()
    while isDone.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
      if !ProcessLimits.hasRoom(for: bufferBytes) { endWithoutRoom(count) }
    }
  }

  private static func endWithoutRoom(_ count: Int) -> Never {
    endProcess(
      "out of memory: OpenBLAS needs \(bufferBytes >> 20) MiB of address space for each of "
        + "\(count) threads; raise the limit (ulimit -v), or set SSGAN3D_THREADS=1", status: 1)
  }
}
