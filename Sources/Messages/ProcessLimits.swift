import CPlatform
import Foundation

/// Limits that the system sets for the process, and what programs do about them.
public enum ProcessLimits {
  /// Whether address space is limited, by `ulimit -v` or by strict accounting of memory.
  public static let addressSpaceIsLimited = platform_address_space_is_limited() == 1

  /// Address space that must stay free beside tensors, 48 MiB.
  ///
  /// Threads, files and small objects need some memory too. They cannot report a lack of it, so
  /// tensors leave them this reserve.
  public static let reserve = 48 << 20

  /// Returns whether that many further bytes can be mapped, with the reserve.
  ///
  /// - Parameter byteCount: the number of bytes, 0 or more.
  /// - Returns: always true if address space is not limited.
  public static func hasRoom(for byteCount: Int) -> Bool {
    guard addressSpaceIsLimited else { return true }
    let (total, overflows) = byteCount.addingReportingOverflow(reserve)
    return !overflows && platform_can_map(total) == 1
  }

  /// Prepares the process for its limits; called once, before anything else.
  ///
  /// - A file that reaches the limit on file sizes is an error like a full disk, not the end of the
  ///   process.
  /// - If address space is limited, the program starts again without OpenBLAS's threads. They are not
  ///   used here, but each of them asks for 128 MiB, again and again until it gets them.
  /// - If address space is limited, a lack of memory ends the process with one line and status 1,
  ///   wherever it is noticed.
  /// - If hardly any file can be open, the process ends with one line and status 1.
  public static func prepare() {
    signal(SIGXFSZ, SIG_IGN)
    prepareForLittleMemory()
    MainStack.widenOtherThreads()
    prepareForFewDescriptors()
  }

  private static func prepareForLittleMemory() {
    guard addressSpaceIsLimited else { return }
    if getenv(threadsVariable) == nil {
      setenv(threadsVariable, "1", 1)
      // On success, this call does not return.
      execv("/proc/self/exe", CommandLine.unsafeArgv)
    }
    platform_skip_library_destructors()
    platform_end_crashes_without_memory(crashMargin, outOfMemory)
    if !hasRoom(for: 0) {
      StandardError.write(outOfMemory)
      exit(1)
    }
  }

  /// OpenBLAS's variable for the number of its threads, which it reads when it is loaded.
  private static let threadsVariable = "OPENBLAS_NUM_THREADS"

  /// A crash while less than this can be mapped, 256 MiB, is taken for a lack of memory.
  private static let crashMargin = 256 << 20

  private static let outOfMemory =
    "Error: out of memory: the limit on address space is reached; raise it (ulimit -v), or use a "
    + "smaller batch or model\n"

  // MARK: - Descriptors

  /// The least number of free descriptors: three that Dispatch keeps and one for a file.
  private static let fewestDescriptors = 4
  /// With this many free descriptors, the files of all threads leave enough for Dispatch.
  private static let plentyOfDescriptors = 160

  /// Ends the process with one line if too few files can be open, and makes sure of Dispatch's share.
  ///
  /// Dispatch opens an event queue, an event and a timer when it first needs a thread, and crashes if
  /// it cannot. If descriptors are few, it therefore opens them now, before files take them.
  private static func prepareForFewDescriptors() {
    let free = freeDescriptors(atMost: plentyOfDescriptors)
    guard free < plentyOfDescriptors else { return }
    guard free >= fewestDescriptors else {
      StandardError.say(
        "Error: \(free == 0 ? "no" : "only \(free)") more \(free == 1 ? "file" : "files") can be open "
          + "at a time, but \(fewestDescriptors) are needed at least; raise the limit (ulimit -n)")
      exit(1)
    }
    startDispatch()
  }

  /// Returns how many descriptors can still be opened, at most a given number.
  static func freeDescriptors(atMost most: Int) -> Int {
    var opened: [Int32] = []
    defer { opened.forEach { close($0) } }
    while opened.count < most {
      let descriptor = dup(STDERR_FILENO)
      guard descriptor >= 0 else { break }
      opened.append(descriptor)
    }
    return opened.count
  }

  /// Returns when Dispatch has started its threads and a timer has fired.
  private static func startDispatch() {
    let hasFired = DispatchSemaphore(value: 0)
    let timer = DispatchSource.makeTimerSource()
    timer.setEventHandler { hasFired.signal() }
    timer.schedule(deadline: .now() + .milliseconds(1))
    timer.resume()
    hasFired.wait()
    timer.cancel()
  }
}

/// The stack on which a program's main work runs.
public enum MainStack {
  /// The size of a main thread's stack, in bytes; the usual limit is the same.
  private static let size = 8 << 20
  /// The stack of other threads that do not name a size, in bytes, if the limit is smaller than `size`.
  private static let smallSize = 2 << 20

  /// Gives threads that do not name the size of their stack 2 MiB if the limit (`ulimit -s`) is small.
  static func widenOtherThreads() {
    if platform_stack_limit() < size { platform_set_thread_stack(smallSize) }
  }

  /// Runs a closure on a stack of 8 MiB, or of the usual size if that is larger.
  ///
  /// With a smaller limit (`ulimit -s`), the closure runs on a thread of its own, because the limit
  /// does not hold for threads that name the size of their stack.
  ///
  /// - Parameter body: the program's main work.
  /// - Returns: the result of the closure.
  public static func run<Value>(_ body: @escaping () -> Value) -> Value {
    guard platform_stack_limit() < size else { return body() }
    let work = Work(body)
    let thread = Thread { work.run() }
    thread.stackSize = size
    thread.start()
    return work.result()
  }

  /// Work on another thread, for whose end the caller waits; so no two threads use it at a time.
  private final class Work<Value>: @unchecked Sendable {
    private let body: () -> Value
    private var value: Value?
    private let isDone = DispatchSemaphore(value: 0)

    init(_ body: @escaping () -> Value) { self.body = body }

    func run() {
      value = body()
      isDone.signal()
    }

    func result() -> Value {
      isDone.wait()
      guard let value else { fatalError("result(): the work has not run") }
      return value
    }
  }
}
