import Evaluation
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Inception v3 against pytorch-fid's and torchvision's networks, with weights that both sides make by
/// the formula of `Fixtures/inception.py`.
@Suite("Inception features")
struct InceptionTests {
  private static func golden() throws -> SafetensorsFile {
    try SafetensorsFile(Fixtures.url("Inception/features.safetensors"))
  }

  /// Returns splitmix64 of the counter `stream` · 2³² + `index` as a number 0 ≤ u < 1.
  private static func uniform(_ stream: Int, _ index: Int) -> Double {
    var z = UInt64(stream) << 32 + UInt64(index)
    z = z &* 0x9E37_79B9_7F4A_7C15 &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) * 0x1p-53
  }

  private static func numbers(_ stream: Int, _ name: String, _ shape: [Int]) -> Tensor {
    let fan = shape.dropFirst().reduce(1, *)
    let make: (Double) -> Double =
      if name.hasSuffix(".conv.weight") {
        { (2 * $0 - 1) * (6 / Double(fan)).squareRoot() }
      } else if name.hasSuffix("bn.weight") || name.hasSuffix("running_var") {
        { 0.5 + $0 }
      } else {
        { 0.2 * (2 * $0 - 1) }
      }
    return Tensor(
      shape, (0..<shape.reduce(1, *)).map { Float(make(uniform(stream, $0))) })
  }

  /// The streams of all tensors, which are counted in the order of their sorted names.
  private static let streams: [String: Int] = {
    let names = NameRecorder()
    _ = InceptionNetwork(.tensorFlow) { name, shape in
      names.add(name)
      return .ones(shape)
    }
    return Dictionary(
      uniqueKeysWithValues: names.all.sorted { Array($0.utf8).lexicographicallyPrecedes($1.utf8) }
        .enumerated().map { ($1, $0) })
  }()

  private final class NameRecorder {
    var all: [String] = []
    func add(_ name: String) { all.append(name) }
  }

  private static func network(_ variant: InceptionVariant) -> InceptionNetwork {
    InceptionNetwork(variant) { name, shape in numbers(streams[name] ?? -1, name, shape) }
  }

  /// Features are equal within 1e-4.
  ///
  /// Those of the fixture have a mean of 3.3. Single precision and sums in another order leave 1e-5.
  @Test(arguments: InceptionVariant.allCases)
  func featuresAreThoseOfThePackage(variant: InceptionVariant) throws {
    #expect(Self.streams.count == 94 * 5)
    let golden = try Self.golden()
    let pictures = try golden.tensor("pictures") * 2 - 1
    let features = Self.network(variant).features(of: pictures)
    let expected = try golden.tensor(variant.rawValue)
    #expect(features.shape == [8, 2048])
    #expect((features - expected).absolute().maximum().item < 1e-4)
    // The pictures differ, and so do the two networks.
    #expect((expected[0] - expected[1]).absolute().maximum().item > 0.05)
    let other = try golden.tensor(
      variant == .tensorFlow ? "torchvision" : "tensorFlow")
    #expect((expected - other).absolute().maximum().item > 0.05)
    guard variant == .tensorFlow else { return }
    let halves = [0, 4].map { features.sliced(axis: 0, from: $0, length: 4) }
    let distance = try FrechetDistance(halves[0], halves[1]).value
    #expect(abs(distance / (try golden.tensor("distance").item) - 1) < 1e-3, "\(distance)")
  }

  /// A picture of the network's size stays as it is, up to the colors.
  @Test func picturesOfTheNetworksSizeAreNotResized() {
    var random = TestNumbers(seed: 1)
    let bytes = random.integers([1, 3, 299, 299], in: 0..<256)
    let picture = bytes.cast(to: .float64) * (2 / 255.0) - 1
    let input = InceptionVariant.tensorFlow.input(picture)
    expectClose(input, picture, within: .closedForm)
    let other = InceptionVariant.torchvision.input(picture)
    let red = (picture[0][0] + 1) * 0.5
    expectClose(
      other[0][0], (red - 0.485) / 0.229, within: .closedForm)
  }

  /// Files with other weights end in one line that names the tensor and the two known files.
  @Test func otherWeightsAreNamed() throws {
    let folder = try TemporaryFolder()
    func expectFault(_ tensors: [String: Tensor], _ problem: String) throws {
      try SafetensorsFile.write(tensors, to: folder("w.safetensors"))
      let error = #expect(throws: EvaluationError.self) {
        try InceptionNetwork(contentsOf: folder("w.safetensors").path)
      }
      let text = "\(try #require(error))"
      #expect(text.contains(problem) && text.contains("pytorch-fid"), "\(text)")
      #expect(!text.contains("\n"))
    }
    try expectFault(["a": .ones([2])], "no tensor fc.weight")
    try expectFault(["fc.weight": .ones([10, 2048])], "fc.weight of shape [10, 2048]")
    let last = ["fc.weight": Tensor.ones([1000, 2048])]
    try expectFault(last, "no tensor Conv2d_1a_3x3.conv.weight")
    let name = "Conv2d_1a_3x3.conv.weight"
    try expectFault(
      last.merging([name: .ones([32, 3, 3, 1])]) { $1 }, "in place of [32, 3, 3, 3]")
    try expectFault(
      last.merging([name: .ones([32, 3, 3, 3]) * .infinity]) { $1 }, "numbers in \(name)")
  }
}
