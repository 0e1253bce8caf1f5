import Foundation
import Tensors

/// What the figures were measured on.
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

  /// The most memory this process ever had resident, MiB; not a number where the system does not say.
  static var peakResidentMiB: Double {
    let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let peak = lines.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (peak?.split(whereSeparator: \.isWhitespace).dropFirst().first).flatMap {
      Double($0).map { $0 / 1024 }
    } ?? .nan
  }
}
