import Foundation
import ModelConfiguration
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import PortraitModel

/// Latents as other programs store them.
@Suite("Latents in files")
struct LatentFileTests {
  static let generator = Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 1))
  static let rows = generator.factorization.rows
  static let width = Configuration.tiny.latentWidth

  private func numbers(_ shape: [Int], seed: UInt64 = 4) -> Tensor {
    var numbers = TestNumbers(seed: seed)
    return numbers.tensor(shape).cast(to: .float32)
  }

  private func read(_ file: URL) throws -> LatentFile.Contents {
    try LatentFile.read(file, of: Self.generator)
  }

  /// The shapes of one portrait; W becomes W⁺ with all rows equal.
  static let single: [(shape: [Int], isWPlus: Bool)] = [
    ([width], false), ([1, width], false), ([1, 1, width], false), ([rows, width], true),
    ([1, rows, width], true),
  ]

  @Test(arguments: single.indices, ["npy", "npz", "pt", "key.pt", "nested.pt", "safetensors"])
  func everyShapeIsReadFromEveryFormat(index: Int, format: String) throws {
    let (shape, isWPlus) = Self.single[index]
    let values = numbers(shape)
    let folder = try TemporaryFolder()
    let file = folder("latents")  // the name says nothing about the format
    let data: Data
    switch format {
    case "npy": data = try NPYFile.encode(values)
    case "npz": data = TorchBytes([("arr_0.npy", [UInt8](try NPYFile.encode(values)))]).file()
    case "pt": data = TorchBytes(.tensor(values)).file()
    case "key.pt": data = TorchBytes(.dictionary([("latent", .tensor(values))])).file()
    case "nested.pt":
      // The other tensors have shapes that no latents have.
      let portrait: TorchBytes.Value = .dictionary([
        ("img", .tensor(.ones([3, 4, 4]))), ("latent", .tensor(values)),
      ])
      data = TorchBytes(.dictionary([("a.png", portrait)])).file()
    default: data = try SafetensorsFile.encode(["anything": values])
    }
    try data.write(to: file)
    let found = try read(file)
    let expected = (0..<Self.rows).flatMap { row in
      isWPlus ? Array(values.floats[row * Self.width..<(row + 1) * Self.width]) : values.floats
    }
    #expect(found.portraits.map(\.shape) == [[1, Self.rows, Self.width]])
    #expect(found.portraits.first?.floats == expected)
    #expect(found.warnings.count == 1)
    let warning = try #require(found.warnings.first)
    #expect(warning.hasPrefix("\(file.path): does not say with which generator"))
  }

  @Test func severalPortraitsAreSeparated() throws {
    let folder = try TemporaryFolder()
    for (shape, isWPlus) in [
      ([3, Self.width], false), ([3, 1, Self.width], false), ([3, Self.rows, Self.width], true),
    ] {
      let values = numbers(shape)
      try NPYFile.write(values, to: folder("a.npy"))
      let found = try read(folder("a.npy")).portraits
      #expect(found.count == 3)
      for (index, portrait) in found.enumerated() {
        let row = values.reshaped(isWPlus ? shape : [3, Self.width])[index].unsqueezed(axis: 0)
        let own = isWPlus ? row : Self.generator.factorization.wplus(from: row)
        expectClose(portrait, own, within: .exact, "\(shape)")
      }
    }
  }

  @Test func onlyOtherWeightsWarn() throws {
    let folder = try TemporaryFolder()
    let wplus = numbers([1, Self.rows, Self.width])
    try LatentFile.write(wplus, of: Self.generator, to: folder("own"))
    let own = try read(folder("own"))
    #expect(own.warnings.isEmpty)
    expectClose(own.portraits[0], wplus, within: .exact)
    let stranger = Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 2))
    let warnings = try LatentFile.read(folder("own"), of: stranger).warnings
    #expect(warnings.count == 1)
    #expect(try #require(warnings.first).contains("a generator of other weights"))
  }

  /// Of several arrays, the one of a fitting shape or the one called wplus is taken.
  @Test func theRightArrayIsFound() throws {
    let folder = try TemporaryFolder()
    let (wplus, other) = (numbers([Self.rows, Self.width]), numbers([2, Self.width], seed: 9))
    try SafetensorsFile.write(["a": Tensor.ones([3]), "b": wplus], to: folder("fitting"))
    try SafetensorsFile.write(["a": other, "wplus": wplus], to: folder("named"))
    for name in ["fitting", "named"] {
      #expect(try read(folder(name)).portraits.map(\.floats) == [wplus.floats], "\(name)")
    }
    try SafetensorsFile.write(["a": other, "b": wplus], to: folder("two"))
    let error = #expect(throws: ParameterError.self) { try read(folder("two")) }
    #expect("\(try #require(error))".contains("2 of its arrays have the shape of latents (a, b)"))
  }

  /// W⁺ of a generator with more rows has the shape of W of many portraits; a line says what was read.
  @Test func aMatrixWithAnotherNumberOfRowsIsAnnounced() throws {
    let folder = try TemporaryFolder()
    for shape in [[Self.rows + 1, Self.width], [2, Self.width]] {
      try NPYFile.write(numbers(shape), to: folder("a"))
      let found = try read(folder("a"))
      #expect(found.portraits.count == shape[0] && found.warnings.count == 2)
      let line = try #require(found.warnings.first)
      #expect(line.hasPrefix("\(folder("a").path): \(shape) is read as W of \(shape[0]) portraits"))
      #expect(line.contains("\(Self.rows) rows"))
    }
    // One latent, W⁺ and an axis that says W leave no doubt.
    for shape in [[1, Self.width], [Self.rows, Self.width], [Self.rows + 1, 1, Self.width]] {
      try NPYFile.write(numbers(shape), to: folder("a"))
      #expect(try read(folder("a")).warnings.count == 1, "\(shape)")
    }
  }

  /// w is preferred to the latents before the mapping network, which are never taken.
  @Test(arguments: ["npz", "safetensors"])
  func wIsTakenBeforeZ(format: String) throws {
    let folder = try TemporaryFolder()
    func write(_ arrays: [String: Tensor]) throws {
      guard format == "npz" else { return try SafetensorsFile.write(arrays, to: folder("a")) }
      let files = try arrays.map { ("\($0).npy", [UInt8](try NPYFile.encode($1))) }
      try TorchBytes(files).file().write(to: folder("a"))
    }
    let (w, z) = (numbers([1, Self.rows, Self.width]), numbers([Self.width], seed: 8))
    for name in ["w", "latent"] {
      try write([name: w, "z": z])
      let found = try read(folder("a"))
      #expect(found.portraits.map(\.floats) == [w.floats])
      #expect(found.warnings.first == "\(folder("a").path): takes \(name) and passes over z")
    }
    // W⁺ comes first, without a line: every dump holds all of them.
    try write(["wplus": w, "w": numbers([Self.width]), "z": z])
    let all = try read(folder("a"))
    #expect(all.portraits.map(\.floats) == [w.floats] && all.warnings.count == 1)
    try write(["z": z])
    let error = #expect(throws: ParameterError.self) { try read(folder("a")) }
    let line = "\(try #require(error))"
    #expect(line.contains("holds only z, the latent before the mapping network"))
  }

  @Test func halfPrecisionAndOtherOrdersAreRead() throws {
    let folder = try TemporaryFolder()
    // 3C00 is 1 in half precision.
    let bytes = (0..<Self.width).flatMap { _ in [0x3C, 0x00] as [UInt8] }
    let header = "{'descr': '>f2', 'fortran_order': False, 'shape': (\(Self.width),), }\n"
    try Data([0x93] + Array("NUMPY\u{1}\0".utf8) + [UInt8(header.utf8.count), 0])
      .appending(Data(header.utf8)).appending(Data(bytes)).write(to: folder("h.npy"))
    let count = Self.rows * Self.width
    #expect(
      try read(folder("h.npy")).portraits.map(\.floats) == [[Float](repeating: 1, count: count)])
  }

  @Test func whatNoLatentIsIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = folder("a.npy")
    var holes = numbers([Self.width]).floats
    holes[3] = .nan
    let cases: [(Tensor, String)] = [
      (numbers([Self.width + 1]), "has shape [\(Self.width + 1)], expected [\(Self.width)]"),
      (numbers([2, Self.rows + 1, Self.width]), "expected [\(Self.width)]"),
      (numbers([Self.rows, Self.width, 1]), "expected [\(Self.width)]"),
      (Tensor.zeros([0, Self.width]), "expected [\(Self.width)]"), (numbers([]), "has shape []"),
      (Tensor([Self.width], holes), "holds nan at element 3"),
      (Tensor([Self.width], [Float](repeating: 1e5, count: Self.width)), "100000.0 at element 0"),
      (Tensor([Self.width], [Int32](repeating: 1, count: Self.width)), "holds whole numbers"),
    ]
    for (tensor, problem) in cases {
      try NPYFile.write(tensor, to: file)
      let error = #expect(throws: ParameterError.self, "\(problem)") { try read(file) }
      let line = "\(try #require(error))"
      #expect(line.hasPrefix(file.path) && line.contains(problem), "\(line)")
    }
    try Data("<html>".utf8).write(to: file)
    #expect(throws: TensorFileError.self) { try read(file) }
    try SafetensorsFile.write([:], to: file)
    let error = #expect(throws: ParameterError.self) { try read(file) }
    #expect("\(try #require(error))".contains("none of its 0 arrays"))
  }
}

extension Data {
  fileprivate func appending(_ other: Data) -> Data { self + other }
}
