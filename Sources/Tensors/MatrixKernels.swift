import COpenBLAS
import Glibc

/// The compilation of OpenBLAS's loops with which matrices are multiplied here.
///
/// OpenBLAS knows processors by their model numbers, and gives one that is younger than itself the loops
/// of 2004: the 0.3.21 of Debian 12 multiplies with SSE3 on an Intel Xeon of 2023, at a third of the rate
/// of the loops that it has for AVX-512. Where that happens it is told what the processor can do.
public enum MatrixKernels {
  /// What OpenBLAS calls the loops it runs, for reports and records.
  public static var name: String {
    prepare()
    return chosen
  }

  /// Makes OpenBLAS ready: each call on the calling thread alone, with loops fit for this processor.
  ///
  /// Everything that calls OpenBLAS does this first; only the first time does anything.
  public static func prepare() { prepared }

  /// Whether small matrices are multiplied where they stand: OpenBLAS has such loops for AVX-512 alone.
  static let multiplySmallInPlace = ["skylakex", "cooperlake", "sapphirerapids"]
    .contains(name.lowercased())

  private static let prepared: Void = {
    if !isAskedFor,
      let better = replacement(for: chosen, on: KernelLevel.available)
    {
      change(to: better)
    }
    // The engine's own threads share out the tiles; OpenBLAS's would cut by their number.
    openblas_set_num_threads(1)
  }()

  /// OpenBLAS's own variable for the choice; who sets it is obeyed.
  private static let variable = "OPENBLAS_CORETYPE"

  /// Whether the user has chosen, which is asked before anything is changed here.
  static let isAskedFor = Environment[variable] != nil

  /// Whether this build of OpenBLAS has several kinds of loops to choose from.
  static var canChange: Bool { function("gotoblas_dynamic_init") != nil }

  private static var chosen: String {
    openblas_get_corename().map { String(cString: $0) } ?? "unknown"
  }

  /// The loops made for AVX2 or more, by OpenBLAS's names for them, in lower case.
  private static let capable: Set = [
    "haswell", "zen", "excavator", "skylakex", "cooperlake", "sapphirerapids",
  ]

  /// Better loops than the given ones for a processor of these levels; nil where they are fit.
  static func replacement(for core: String, on levels: [KernelLevel]) -> String? {
    guard levels.contains(.v3), !capable.contains(core.lowercased()) else { return nil }
    return levels.contains(.v4) ? "SkylakeX" : "Haswell"
  }

  /// Has OpenBLAS choose again, with its variable set; false where its build has nothing to choose from.
  ///
  /// It reads the variable as it is loaded, before a program can set it, so it is made to begin anew by
  /// the functions that its loading and unloading call. No product may be under way. Child processes
  /// inherit the variable and so multiply alike.
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
