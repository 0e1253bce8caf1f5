import KernelInterface
import KernelsBaseline
import KernelsV3
import KernelsV4

/// A floating-point type with vector loops.
protocol Real: TensorScalar, BinaryFloatingPoint {
  /// Returns the loops compiled for a processor level.
  static func kernels(for level: KernelLevel) -> any VectorKernels<Self>.Type
  /// The loops of the chosen level.
  static var kernels: any VectorKernels<Self>.Type { get }
}

extension Float: Real {
  static func kernels(for level: KernelLevel) -> any VectorKernels<Float>.Type {
    switch level {
    case .baseline: KernelsBaseline.SinglePrecision.self
    case .v3: KernelsV3.SinglePrecision.self
    case .v4: KernelsV4.SinglePrecision.self
    }
  }

  static let kernels: any VectorKernels<Float>.Type = kernels(for: .chosen)
}

extension Double: Real {
  static func kernels(for level: KernelLevel) -> any VectorKernels<Double>.Type {
    switch level {
    case .baseline: KernelsBaseline.DoublePrecision.self
    case .v3: KernelsV3.DoublePrecision.self
    case .v4: KernelsV4.DoublePrecision.self
    }
  }

  static let kernels: any VectorKernels<Double>.Type = kernels(for: .chosen)
}

/// The number of elements in one tile of elementwise work: 64 KiB of floats.
///
/// A tile and its result stay in the second-level cache, and a tile is enough work to be worth a
/// thread (measured: from 16 Ki elements on).
let elementwiseTile = 1 << 14

extension Tensor {
  /// Calls the generic closure with the Swift type of a floating-point tensor.
  func dispatch<Result>(
    _ function: String = #function, _ body: (any Real.Type) -> Result
  ) -> Result {
    switch scalarType {
    case .float32: return body(Float.self)
    case .float64: return body(Double.self)
    case .int32: fatalError("\(function): tensor holds int32, expected floating point")
    }
  }

  /// Returns f(x) for every element, not recorded.
  func mapped(
    _ function: UnaryFunction, _ p: Double = 0, _ q: Double = 0, caller: String = #function
  ) -> Tensor {
    if let order = memoryOrder {
      return inOrder(order).mapped(function, p, q, caller: caller).outOfOrder(order)
    }
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let source = contiguousValues()
      let x = source.pointer(T.self)
      let result = Tensor(shape, filling: T.self) { out in
        guard let y = out.baseAddress else { return }
        Parallel.forEachRange(count, tile: elementwiseTile) { range in
          T.kernels.unary(function, x + range.lowerBound, y + range.lowerBound, range.count, p, q)
        }
      }
      withExtendedLifetime(source) {}
      return result
    }
    return dispatch(caller) { run($0) }
  }

  /// Returns f(a, b) for every pair of elements of the broadcast tensors, not recorded.
  func combined(_ function: BinaryFunction, _ other: Tensor, caller: String = #function) -> Tensor {
    requireSameType(self, other, caller)
    let target = broadcastShape(shape, other.shape, caller)
    if let order = (shape == target ? memoryOrder : nil)
      ?? (other.shape == target ? other.memoryOrder : nil)
    {
      let (a, b) = (detached().broadcast(to: target), other.detached().broadcast(to: target))
      return a.inOrder(order).combinedInOrder(function, b.inOrder(order)).outOfOrder(order)
    }
    return combinedInOrder(function, other)
  }

  /// Returns f(a, b) of the broadcast tensors, in the order of their axes.
  private func combinedInOrder(_ function: BinaryFunction, _ other: Tensor) -> Tensor {
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let target = broadcastShape(shape, other.shape, "combined")
      return Tensor(target, filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        let walk = BroadcastWalk(
          target, [broadcastStrides(to: target), other.broadcastStrides(to: target)])
        let (a, b) = (pointer(T.self), other.pointer(T.self))
        walk.forEachBlock { block in
          T.kernels.binary(
            function, a + block.offsets[0], (block.rowSteps[0], block.steps[0]),
            b + block.offsets[1], (block.rowSteps[1], block.steps[1]), y + block.start,
            rows: block.rows, block.count)
        }
      }
    }
    return dispatch { run($0) }
  }

  /// Returns mask ≠ 0 ? a : b for every element of the broadcast tensors, not recorded.
  static func selected(_ mask: Tensor, _ a: Tensor, _ b: Tensor, caller: String) -> Tensor {
    requireSameType(mask, a, caller)
    requireSameType(a, b, caller)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let target = broadcastShape(mask.shape, broadcastShape(a.shape, b.shape, caller), caller)
      return Tensor(target, filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        let walk = BroadcastWalk(target, [mask, a, b].map { $0.broadcastStrides(to: target) })
        let (m, p, q) = (mask.pointer(T.self), a.pointer(T.self), b.pointer(T.self))
        walk.forEachBlock { block in
          let (at, step, rowStep) = (block.offsets, block.steps, block.rowSteps)
          for row in 0..<block.rows {
            T.kernels.select(
              m + at[0] + row * rowStep[0], step[0], p + at[1] + row * rowStep[1], step[1],
              q + at[2] + row * rowStep[2], step[2], y + block.start + row * block.count,
              block.count)
          }
        }
      }
    }
    return a.dispatch(caller) { run($0) }
  }
}
