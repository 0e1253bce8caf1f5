import Foundation
import Tensors

/// The machine on which the figures were measured.
enum Machine {
  static var description: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model =
      lines.split(separator: "\n").first { $0.hasPrefix("model name") }?
      .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    let memory = Double(ProcessInfo.processInfo.physicalMemory) / Double(1 << 30)
    return "\(model), \(Parallel.threads) threads, \(memory.formatted(0)) GiB; "
      + "OpenBLAS kernels \(MatrixKernels.name); vector kernels \(Parallel.vectorKernels)"
  }

  /// The peak resident memory of this process, in MiB; NaN if the system does not report it.
  static var peakResidentMiB: Double {
    let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let peak = lines.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (peak?.split(whereSeparator: \.isWhitespace).dropFirst().first).flatMap {
      Double($0).map { $0 / 1024 }
    } ?? .nan
  }
}
