import Tensors

/// The buffers in which SemanticStyleGAN's modules store their filter [1, 3, 3, 1].
///
/// The layers here have the filter built in, so reading skips these buffers. A state dictionary that
/// torch loads strictly must contain them.
enum FilterKernels {
  /// Returns whether a name is that of such a buffer.
  static func isKernel(_ name: String) -> Bool { name.hasSuffix(".kernel") }

  /// Returns the buffers that belong to a plan's parameters, `[4, 4]` each.
  static func beside(_ plan: ParameterPlan) -> [String: Tensor] {
    let row = [1.0, 3, 3, 1]
    let blur = Tensor([4, 4], row.flatMap { a in row.map { a * $0 / 64 } }).cast(to: .float32)
    var kernels: [String: Tensor] = [:]
    for name in plan.entries.map(\.name) {
      if let layer = layerBesideFilter(name) {
        // A filter that follows an insertion of zeros sums to 4, which preserves the brightness.
        kernels["\(layer).kernel"] = layer.hasSuffix(".0") ? blur : blur * 4
      }
    }
    return kernels
  }

  /// Returns the module of the filter, if the layer with this weight has one.
  ///
  /// Every head, the first layer of each block of the render net, and the strided layers of the
  /// discriminator have a filter.
  private static func layerBesideFilter(_ weight: String) -> String? {
    func replacing(_ end: String, by other: String) -> String {
      weight.dropLast(end.count) + other
    }
    if weight.contains(".to_"), weight.hasSuffix(".conv.weight") {
      return replacing("conv.weight", by: "upsample")
    }
    if weight.hasSuffix(".conv2.1.weight") || weight.hasSuffix(".skip.1.weight") {
      return replacing("1.weight", by: "0")
    }
    let words = weight.split(separator: ".")
    guard weight.hasPrefix("render_net.convs."), words.count == 4, words[3] == "weight",
      Int(words[2])?.isMultiple(of: 2) == true
    else { return nil }
    return replacing("weight", by: "blur")
  }
}
