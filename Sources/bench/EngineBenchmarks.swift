import COpenBLAS
import Foundation
import Tensors

/// The hot loops of the tensor engine against the limits of the machine, measured in the same run.
enum EngineBenchmarks {
  static func run() -> [Finding] {
    elementwise() + [exponential()] + matrixProducts() + convolutions()
  }

  /// Measures passes over 16 Mi floats against a memcpy of 16 Mi floats, on one thread.
  private static func elementwise() -> [Finding] {
    let count = 1 << 24
    var numbers = RandomNumbers(seed: 1)
    let x = numbers.normal([count])
    let y = numbers.normal([count])
    let bias = numbers.normal([4096, 1])
    let plane = x.reshaped([4096, 4096])
    let from = UnsafeMutablePointer<Float>.allocate(capacity: count)
    let to = UnsafeMutablePointer<Float>.allocate(capacity: count)
    defer {
      from.deallocate()
      to.deallocate()
    }
    from.initialize(repeating: 1, count: count)
    to.initialize(repeating: 2, count: count)
    // The memory traffic of a pass (reads and writes), in floats per element.
    let passes: [(String, Double, () -> Tensor)] = [
      ("2x + 1", 2, { x.scaled(by: 2, adding: 1) }),
      ("leaky ReLU", 2, { x.leakyReLU(slope: 0.2) }),
      ("x · y", 3, { x * y }),
      ("x + bias per row", 2, { plane + bias }),
      (
        "leaky ReLU(2x + 1) · y, three passes", 7,
        { x.scaled(by: 2, adding: 1).leakyReLU(slope: 0.2) * y }
      ),
    ]
    return Parallel.withThreads(1) {
      withoutGradients {
        let works: [() -> Void] =
          [{ memcpy(to, from, count * 4) }] + passes.map { pass in { _ = pass.2() } }
        let times = interleaved(rounds: 9, works)
        let copy = 2 * Double(count) * 4 / times[0].median * 1e-9
        return zip(passes, times.dropFirst()).map { pass, time in
          let rate = pass.1 * Double(count) * 4 / time.median * 1e-9
          return Finding(
            title: "\(pass.0), 16 Mi floats, one thread: bandwidth, against memcpy",
            figures: "\(rate.formatted(1)) / \(copy.formatted(1)) GB/s", ratio: rate / copy,
            bar: 0.6)
        }
      }
    }
  }

  /// Measures eˣ against a loop over the function of the C library, on one thread.
  private static func exponential() -> Finding {
    let count = 1 << 16
    var numbers = RandomNumbers(seed: 2)
    let x = numbers.normal([count]) * 5
    let values = x.floats
    var sink = [Float](repeating: 0, count: count)
    let times = Parallel.withThreads(1) {
      withoutGradients {
        interleaved(
          rounds: 51,
          [
            { _ = x.exponential() },
            {
              values.withUnsafeBufferPointer { from in
                sink.withUnsafeMutableBufferPointer { to in
                  for i in 0..<count { to[i] = Foundation.expf(from[i]) }
                }
              }
            },
          ])
      }
    }
    let (ours, library) = (times[0].median / Double(count), times[1].median / Double(count))
    return Finding(
      title: "exp, 64 Ki floats, one thread: time per number, against a scalar loop over libm",
      figures: "\((ours * 1e9).formatted(2)) / \((library * 1e9).formatted(2)) ns",
      ratio: library / ours, bar: 5)
  }

  /// Measures products of 1 GFLOP and more against OpenBLAS with its own threads.
  ///
  /// One series alternates the two and takes the best of 20 runs each. The median ratio of three
  /// series counts, because the operating system sometimes leaves two busy threads on one core for
  /// a whole series.
  private static func matrixProducts() -> [Finding] {
    [(1024, 1024, 1024), (256, 4096, 512), (128, 4096, 1152)].map { m, n, k in
      let series = (0..<3).map { _ in productTimes(m, n, k) }
      let times = series.sorted { $0.direct / $0.ours < $1.direct / $1.ours }[1]
      let work = 2 * Double(m * n * k) * 1e-9
      return Finding(
        title: "matrix product \(m)×\(k)×\(n): rate, against OpenBLAS called directly, best of 20",
        figures:
          "\((work / times.ours).formatted(0)) / \((work / times.direct).formatted(0)) GFLOP/s",
        ratio: times.direct / times.ours, bar: 0.9)
    }
  }

  /// Returns the best times of 20 runs of our product and of OpenBLAS, in seconds.
  private static func productTimes(_ m: Int, _ n: Int, _ k: Int) -> (ours: Double, direct: Double) {
    var numbers = RandomNumbers(seed: 3)
    let (a, b) = (numbers.normal([m, k]), numbers.normal([k, n]))
    let (left, right) = (a.floats, b.floats)
    var result = [Float](repeating: 0, count: m * n)
    let times = withoutGradients {
      interleaved(
        rounds: 20, pause: 0.03,
        [
          { _ = a.matmul(b) },
          {
            openblas_set_num_threads(CInt(Parallel.threads))
            cblas_sgemm(
              CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(m), blasint(n), blasint(k), 1,
              left, blasint(k), right, blasint(n), 0, &result, blasint(n))
            openblas_set_num_threads(1)
          },
        ])
    }
    return (times[0].best, times[1].best)
  }

  /// Measures 3×3 convolutions of the render net and the discriminator against a large matrix product.
  ///
  /// The rates count the operations of the definition of a convolution.
  private static func convolutions() -> [Finding] {
    [
      ("stride 1, 64 → 64 at 64×64, batch 4", [4, 64, 64, 64], [64, 64, 3, 3], 1, 1, 1.2),
      ("stride 1, 128 → 128 at 256×256", [1, 128, 256, 256], [128, 128, 3, 3], 1, 1, 1.2),
      ("stride 2, 64 → 128 at 129×129, batch 4", [4, 64, 129, 129], [128, 64, 3, 3], 2, 0, 0.5),
    ].flatMap { title, input, kernel, stride, padding, bar in
      convolution(title, input, kernel, stride: stride, padding: padding, bar: bar)
    }
  }

  private static func convolution(
    _ title: String, _ input: [Int], _ kernel: [Int], stride: Int, padding: Int, bar: Double
  ) -> [Finding] {
    var numbers = RandomNumbers(seed: 4)
    let (x, w) = (numbers.normal(input).tracked(), numbers.normal(kernel).tracked())
    let (a, b) = (numbers.normal([1024, 1024]), numbers.normal([1024, 1024]))
    func forward() -> Tensor { x.convolved(with: w, stride: stride, padding: padding) }
    let y = forward()
    let times = interleaved(
      rounds: 9,
      [
        { _ = a.matmul(b) }, { _ = withoutGradients { forward() } },
        { _ = try? gradients(of: forward().sum(), withRespectTo: [x, w]) },
      ])
    let product = 2 * pow(1024, 3) * 1e-9 / times[0].best
    let work = 2e-9 * Double(y.count * kernel[1] * 9)
    return zip(["forward", "forward and backward"], [(work, times[1]), (3 * work, times[2])]).map {
      name, measured in
      let rate = measured.0 / measured.1.best
      return Finding(
        title: "3×3 convolution, \(title), \(name): rate, against a matrix product, best of 9",
        figures: "\(rate.formatted(0)) / \(product.formatted(0)) GFLOP/s", ratio: rate / product,
        bar: bar)
    }
  }
}
