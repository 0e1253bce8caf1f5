import KernelInterface

// 2D convolution as torch defines it (the kernel is not flipped), its transpose, and the gradient
// with respect to the kernel. All three are linear in both arguments and are each other's gradients:
//   y = conv(x, w)   x̄ = transpose(ȳ, w)   w̄ = kernelGradient(x, ȳ)
extension Tensor {
  /// Returns the 2D convolution of maps `[B, Cin, H, W]` with a kernel `[Cout, Cin / groups, kh,
  /// kw]`.
  ///
  /// - Parameters:
  ///   - kernel: the weights; the kernel is not flipped.
  ///   - stride: the distance between outputs, in pixels of the input, in both directions.
  ///   - padding: the number of zeros added on every side of the input.
  ///   - groups: the number of independent blocks of channels.
  /// - Returns: `[B, Cout, (H + 2·padding − kh) / stride + 1, …]`.
  public func convolved(
    with kernel: Tensor, stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) -> Tensor {
    requireShape(self, [nil, nil, nil, nil], "input", axes: "[B, C, H, W]")
    requireGeometry(kernel, stride, padding, groups, #function)
    requireShape(
      kernel, [nil, shape[1] / groups, nil, nil], "kernel", axes: "[Cout, Cin/g, kh, kw]")
    requireSameType(self, kernel, #function)
    require(
      shape[1] % groups == 0 && kernel.shape[0] % groups == 0,
      "convolved(with:): \(shape[1]) and \(kernel.shape[0]) channels do not split into \(groups) "
        + "groups")
    let geometry = ConvolutionGeometry(
      stride: stride, padding: padding, groups: groups,
      kernel: (kernel.shape[2], kernel.shape[3]), input: (shape[2], shape[3]))
    require(
      shape[2] + 2 * padding >= kernel.shape[2] && shape[3] + 2 * padding >= kernel.shape[3],
      "convolved(with:): kernel \(kernel.shape) is larger than the padded input \(shape)")
    return convolution(kernel, geometry)
  }

  /// Returns the transposed convolution, the adjoint of `convolved`, as torch defines it.
  ///
  /// Maps `[B, Cin, H, W]` with a kernel `[Cin, Cout / groups, kh, kw]` give `[B, Cout, (H −
  /// 1)·stride − 2·padding + kh, …]`.
  public func transposeConvolved(
    with kernel: Tensor, stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) -> Tensor {
    requireShape(self, [nil, nil, nil, nil], "input", axes: "[B, C, H, W]")
    requireGeometry(kernel, stride, padding, groups, #function)
    requireShape(kernel, [shape[1], nil, nil, nil], "kernel", axes: "[Cin, Cout/g, kh, kw]")
    requireSameType(self, kernel, #function)
    require(
      shape[1] % groups == 0,
      "transposeConvolved(with:): \(shape[1]) channels do not split into \(groups) groups")
    let size = { (length: Int, taps: Int) in (length - 1) * stride - 2 * padding + taps }
    let geometry = ConvolutionGeometry(
      stride: stride, padding: padding, groups: groups,
      kernel: (kernel.shape[2], kernel.shape[3]),
      input: (size(shape[2], kernel.shape[2]), size(shape[3], kernel.shape[3])))
    require(
      geometry.input.rows > 0 && geometry.input.columns > 0,
      "transposeConvolved(with:): padding \(padding) leaves nothing of \(shape)")
    return convolutionTransposed(kernel, geometry)
  }

  private func requireGeometry(
    _ kernel: Tensor, _ stride: Int, _ padding: Int, _ groups: Int, _ function: String
  ) {
    requireShape(kernel, [nil, nil, nil, nil], "kernel", function: function)
    require(
      kernel.shape[2] > 0 && kernel.shape[3] > 0,
      "\(function): kernel has shape \(kernel.shape), expected at least one tap")
    require(
      stride > 0 && padding >= 0 && groups > 0,
      "\(function): got stride \(stride), padding \(padding), groups \(groups), "
        + "expected at least 1, 0 and 1")
  }

  private func convolution(_ kernel: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    convolutionValues(kernel, geometry).recorded(
      "convolution", from: [self, kernel],
      { $0.convolutionTransposed(kernel, geometry) }, { self.kernelGradient($0, geometry) })
  }

  private func convolutionTransposed(
    _ kernel: Tensor, _ geometry: ConvolutionGeometry
  ) -> Tensor {
    transposedValues(kernel, geometry).recorded(
      "convolutionTransposed", from: [self, kernel],
      { $0.convolution(kernel, geometry) }, { $0.kernelGradient(self, geometry) })
  }

  private func kernelGradient(_ output: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    kernelGradientValues(output, geometry).recorded(
      "kernelGradient", from: [self, output],
      { output.convolutionTransposed($0, geometry) }, { self.convolution($0, geometry) })
  }

  /// Returns the convolution, not recorded.
  ///
  /// A tile of work is some output rows of one image and group: it builds their column matrix and
  /// multiplies once.
  private func convolutionValues(_ kernel: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    if geometry.goesByTiles(images: shape[0], channels: shape[1]) {
      return winogradValues(
        TileKernel(values: kernel.contiguousValues(), isTurned: false), padding: geometry.padding)
    }
    let (source, weights) = (contiguousValues(), kernel.contiguousValues())
    let (batch, groups) = (shape[0], geometry.groups)
    let (inputs, outputs) = (shape[1] / groups, kernel.shape[0] / groups)
    let (out, input) = (geometry.output, geometry.input)
    let (inputPlane, outputPlane) = (input.rows * input.columns, out.rows * out.columns)
    let tileRows = geometry.rowsPerTile(channels: geometry.isPointwise ? inputs / 4 : inputs)
    let rowTiles = (out.rows + tileRows - 1) / tileRows
    let depth = inputs * geometry.taps
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, w) = (source.pointer(T.self), weights.pointer(T.self))
      return Tensor([batch, outputs * groups, out.rows, out.columns], filling: T.self) { buffer in
        guard let y = buffer.baseAddress, !buffer.isEmpty else { return }
        Parallel.forEachTile(batch * groups * rowTiles) { tile in
          let (block, rowTile) = (tile / rowTiles, tile % rowTiles)
          let rows = rowTile * tileRows..<min(out.rows, (rowTile + 1) * tileRows)
          let pixels = rows.count * out.columns
          let image = x + block * inputs * inputPlane
          let result = y + block * outputs * outputPlane + rows.lowerBound * out.columns
          let filter = w + block % groups * outputs * depth
          if geometry.isPointwise {
            T.gemm(
              false, false, outputs, pixels, depth, filter, depth,
              image + rows.lowerBound * out.columns, inputPlane, result, outputPlane)
          } else {
            withScratch(T.self, depth * pixels) { columns in
              T.kernels.unfold(
                image, geometry, channels: inputs, rows: rows, into: columns)
              T.gemm(
                false, false, outputs, pixels, depth, filter, depth, columns, pixels, result,
                outputPlane)
            }
          }
        }
      }
    }
    defer { withExtendedLifetime((source, weights)) {} }
    return dispatch { run($0) }
  }

  /// Returns the transposed convolution, not recorded.
  ///
  /// For stride 1, this is a convolution with the kernel rotated by 180° and its channels
  /// exchanged. Otherwise each tile of work owns some input channels of one image and adds the
  /// column matrix to these channels.
  private func transposedValues(_ kernel: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    if geometry.goesByTiles(images: shape[0], channels: shape[1]) {
      return winogradValues(
        TileKernel(values: kernel.contiguousValues(), isTurned: true),
        padding: 2 - geometry.padding)
    }
    let groups = geometry.groups
    let (inputs, outputs) = (kernel.shape[1], kernel.shape[0] / groups)
    let (rows, columns) = geometry.kernel
    if geometry.stride == 1, rows == columns, geometry.padding <= rows - 1 {
      let turned = withoutGradients {
        kernel.detached().reshaped([groups, outputs, inputs, rows, columns]).swapped(axes: 1, 2)
          .reversed(axis: 3).reversed(axis: 4).reshaped([groups * inputs, outputs, rows, columns])
      }
      let mirrored = ConvolutionGeometry(
        stride: 1, padding: rows - 1 - geometry.padding, groups: groups, kernel: (rows, columns),
        input: geometry.output)
      return convolutionValues(turned, mirrored)
    }
    let (source, weights) = (contiguousValues(), kernel.contiguousValues())
    let (batch, out, input) = (shape[0], geometry.output, geometry.input)
    let (inputPlane, outputPlane) = (input.rows * input.columns, out.rows * out.columns)
    let channelsPerTile = max(1, min(inputs, 16))
    let channelTiles = (inputs + channelsPerTile - 1) / channelsPerTile
    let depth = inputs * geometry.taps
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (g, w) = (source.pointer(T.self), weights.pointer(T.self))
      return Tensor([batch, inputs * groups, input.rows, input.columns], filling: T.self) {
        buffer in
        guard let x = buffer.baseAddress, !buffer.isEmpty else { return }
        Parallel.forEachTile(batch * groups * channelTiles) { tile in
          let (block, channelTile) = (tile / channelTiles, tile % channelTiles)
          let first = channelTile * channelsPerTile
          let channels = min(channelsPerTile, inputs - first)
          let target = x + (block * inputs + first) * inputPlane
          target.update(repeating: 0, count: channels * inputPlane)
          let filter = w + block % groups * outputs * depth + first * geometry.taps
          let tileRows = geometry.rowsPerTile(channels: channels)
          withScratch(T.self, channels * geometry.taps * tileRows * out.columns) { columns in
            for start in stride(from: 0, to: out.rows, by: tileRows) {
              let rows = start..<min(out.rows, start + tileRows)
              let pixels = rows.count * out.columns
              T.gemm(
                true, false, channels * geometry.taps, pixels, outputs, filter, depth,
                g + block * outputs * outputPlane + start * out.columns, outputPlane, columns,
                pixels)
              T.kernels.fold(columns, geometry, channels: channels, rows: rows, into: target)
            }
          }
        }
      }
    }
    defer { withExtendedLifetime((source, weights)) {} }
    return dispatch { run($0) }
  }

  /// Returns the gradient with respect to the kernel, not recorded.
  ///
  /// Each tile of work owns the gradient of some input channels of one group and sums over all
  /// images.
  private func kernelGradientValues(_ output: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    if geometry.goesByTiles(images: shape[0], channels: shape[1]) {
      return winogradKernelGradient(output, padding: geometry.padding)
    }
    let (source, cotangent) = (contiguousValues(), output.contiguousValues())
    let (batch, groups) = (shape[0], geometry.groups)
    let (inputs, outputs) = (shape[1] / groups, output.shape[1] / groups)
    let (out, input) = (geometry.output, geometry.input)
    let (inputPlane, outputPlane) = (input.rows * input.columns, out.rows * out.columns)
    let channelsPerTile = max(1, (inputs + 3) / 4)
    let channelTiles = (inputs + channelsPerTile - 1) / channelsPerTile
    let depth = inputs * geometry.taps
    let (kernelRows, kernelColumns) = geometry.kernel
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, g) = (source.pointer(T.self), cotangent.pointer(T.self))
      let target = [outputs * groups, inputs, kernelRows, kernelColumns]
      return Tensor(target, filling: T.self) { buffer in
        buffer.initialize(repeating: 0)
        guard let w = buffer.baseAddress, !buffer.isEmpty else { return }
        Parallel.forEachTile(groups * channelTiles) { tile in
          let (group, channelTile) = (tile / channelTiles, tile % channelTiles)
          let first = channelTile * channelsPerTile
          let channels = min(channelsPerTile, inputs - first)
          let tileRows = geometry.rowsPerTile(channels: channels)
          let share = channels * geometry.taps
          let result = w + group * outputs * depth + first * geometry.taps
          withScratch(T.self, share * tileRows * out.columns) { columns in
            for image in 0..<batch {
              let block = image * groups + group
              for start in stride(from: 0, to: out.rows, by: tileRows) {
                let rows = start..<min(out.rows, start + tileRows)
                let pixels = rows.count * out.columns
                T.kernels.unfold(
                  x + (block * inputs + first) * inputPlane, geometry, channels: channels,
                  rows: rows, into: columns)
                T.gemm(
                  false, true, outputs, share, pixels,
                  g + block * outputs * outputPlane + start * out.columns, outputPlane, columns,
                  pixels, result, depth, adding: true)
              }
            }
          }
        }
      }
    }
    defer { withExtendedLifetime((source, cotangent)) {} }
    return dispatch { run($0) }
  }
}

/// Calls a closure with uninitialized memory from the pool, which takes it back afterward.
func withScratch<T: Real>(
  _ type: T.Type, _ count: Int, _ body: (UnsafeMutablePointer<T>) -> Void
) {
  let storage = Storage(byteCount: count * MemoryLayout<T>.stride)
  body(storage.bytes.assumingMemoryBound(to: T.self))
  withExtendedLifetime(storage) {}
}
