import CPlatform

/// A processor level for which the inner loops are compiled.
enum KernelLevel: String, CaseIterable, Codable {
  /// The portable loops, for every processor.
  case baseline
  /// AVX2 and FMA.
  case v3 = "x86-64-v3"
  /// AVX-512.
  case v4 = "x86-64-v4"

  /// The levels that this processor can run, lowest first.
  static let available: [KernelLevel] =
    platform_supports_x86_64_v4() != 0
    ? [.baseline, .v3, .v4] : platform_supports_x86_64_v3() != 0 ? [.baseline, .v3] : [.baseline]

  /// The level whose loops run: the highest available, or the one that `SSGAN3D_KERNELS` names.
  static let chosen: KernelLevel = {
    let highest = available.last ?? .baseline
    guard let asked = Environment[variable] else { return highest }
    guard let level = KernelLevel(rawValue: asked), available.contains(level) else {
      let names = available.map(\.rawValue).joined(separator: ", ")
      endProcess(
        "\(variable) is \(asked), but this processor runs \(names); name one of them or unset it",
        status: 2)
    }
    return level
  }()

  static let variable = "SSGAN3D_KERNELS"
}
