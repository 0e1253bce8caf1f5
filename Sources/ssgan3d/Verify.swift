import ArgumentParser
import Conformance
import Foundation
import TensorFiles
import Tensors

extension ScalarType: ExpressibleByArgument {
  /// Reads `float32` or `float64`.
  public init?(argument: String) {
    guard let type = ScalarType(rawValue: argument), type.isFloatingPoint else { return nil }
    self = type
  }

  /// The precisions that networks can compute in.
  public static var allValueStrings: [String] {
    allCases.filter(\.isFloatingPoint).map(\.rawValue)
  }
}

/// The command `ssgan3d verify`, which compares this program with another implementation.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a conformance case and compares every tensor with its expected values.",
    discussion: """
      A conformance case is a folder with the weights, inputs and results of another \
      implementation. The command prints one line for each tensor: name, shape, largest error, the \
      same relative to the largest value, tolerance, and ok or MISS. The exit status is 1 if any \
      tensor is reported as MISS. Example:

        ssgan3d verify Fixtures/Conformance/default_options
      """)

  @Argument(help: "The folder of the case.")
  var folder: String

  @Option(help: "The precision of the computation: float32 or float64.")
  var precision = ScalarType.float32

  @Option(parsing: .unconditional, help: "One relative tolerance instead of the default rule.")
  var tolerance: Double?

  @Option(help: "A folder to which the computed tensors are written as NPY files.")
  var write: String?

  @Flag(help: "Print only the tensors that miss and the worst one that agrees.")
  var brief = false

  func validate() throws {
    try requirePaths([("<folder>", folder), ("--write", write)])
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance is \(tolerance), expected 0 or a positive number")
    }
  }

  func run() throws {
    let test = try ConformanceCase(URL(fileURLWithPath: folder), precision: precision)
    let (verdicts, values) = try test.verify(precision: precision, tolerance: tolerance)
    if let write { try writeValues(values, to: URL(fileURLWithPath: write)) }
    let misses = verdicts.filter { !$0.agrees }
    let worst = verdicts.filter(\.agrees).max { $0.error / $0.allowed < $1.error / $1.allowed }
    for verdict in brief ? misses + [worst].compactMap(\.self) : verdicts {
      print(Self.row(verdict))
    }
    print("\(verdicts.count - misses.count) of \(verdicts.count) tensors agree in \(precision)")
    if !misses.isEmpty { throw ExitCode.failure }
  }

  private static func row(_ verdict: Verdict) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
    }
    let numbers = String(
      format: "%9.2e %9.2e %9.2e", verdict.error, verdict.relativeError, verdict.allowed)
    let sign = verdict.agrees ? "ok" : "MISS \(verdict.remark)"
    return "\(padded(verdict.name, 48)) \(padded("\(verdict.shape)", 20)) \(numbers)  \(sign)"
  }

  private func writeValues(_ values: [String: Tensor], to folder: URL) throws {
    let files = try ResultFolder(folder)
    for (name, tensor) in values.sorted(by: { $0.key < $1.key }) {
      try files.write(name + ".npy") { try NPYFile.write(tensor.detached(), to: $0) }
    }
  }
}
