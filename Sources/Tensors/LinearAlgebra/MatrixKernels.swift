import COpenBLAS

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

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
}
