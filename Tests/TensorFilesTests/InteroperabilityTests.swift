import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Compares files written by NumPy and the safetensors package with the lists beside them.
@Suite("Files of other programs")
struct InteroperabilityTests {
  /// One number of a list; those that JSON lacks are spelled out.
  private struct Number: Decodable {
    let value: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let truth = try? container.decode(Bool.self) {
        value = truth ? 1 : 0
      } else if let number = try? container.decode(Double.self) {
        value = number
      } else {
        let word = try container.decode(String.self)
        value = ["inf": .infinity, "-inf": -.infinity, "nan": .nan][word] ?? 0
        if !["inf", "-inf", "nan"].contains(word) {
          throw DecodingError.dataCorruptedError(
            in: container, debugDescription: "\(word) is not a number")
        }
      }
    }
  }

  private struct Listed: Decodable {
    let dtype: String
    let shape: [Int]
    let values: [Number]

    var element: ArrayElement? {
      let names: [String: ArrayElement] = [
        "<f4": .float32, "<f8": .float64, "<i4": .int32, "<i8": .int64, "u1": .uint8, "b1": .bool,
      ]
      return names[dtype]
    }

    /// The tensor in the type that a reader should return; the lists hold every value exactly.
    var tensor: Tensor {
      let tensor = Tensor(shape, values.map(\.value))
      return element.map { tensor.cast(to: $0.scalarType) } ?? tensor
    }
  }

  private struct ListedFile: Decodable {
    let metadata: [String: String]?
    let tensors: [String: Listed]
  }

  private func list<T: Decodable>(_ name: String, as type: T.Type) throws -> [String: T] {
    try JSONDecoder().decode([String: T].self, from: Data(contentsOf: Fixtures.url(name)))
  }

  /// Equal bit for bit, signs of zeros included.
  private func expectSame(_ tensor: Tensor, _ expected: Tensor, _ name: String) {
    #expect(tensor.scalarType == expected.scalarType, "\(name)")
    expectClose(tensor, expected, within: .exact, name)
    let signs = tensor.scalars.map { $0.sign == .minus && !$0.isNaN }
    #expect(signs == expected.scalars.map { $0.sign == .minus && !$0.isNaN }, "\(name)")
  }

  @Test func numpyFilesAreRead() throws {
    let listed = try list("Files/npy.json", as: Listed.self)
    #expect(listed.count >= 17)
    for (name, expected) in listed {
      let contents = try NPYFile.read(Fixtures.url("Files/\(name)"))
      #expect(contents.element == expected.element, "\(name)")
      expectSame(contents.tensor, expected.tensor, name)
    }
  }

  @Test func safetensorsFilesAreRead() throws {
    let listed = try list("Files/safetensors.json", as: ListedFile.self)
    #expect(listed.count >= 3)
    for (name, expected) in listed where name != "wide_integers.safetensors" {
      let file = try SafetensorsFile(Fixtures.url("Files/\(name)"))
      #expect(file.metadata == expected.metadata ?? [:], "\(name)")
      #expect(Set(file.names) == Set(expected.tensors.keys), "\(name)")
      for (tensorName, tensor) in expected.tensors {
        #expect(file.entry(tensorName)?.element == tensor.element)
        expectSame(try file.tensor(tensorName), tensor.tensor, "\(name): \(tensorName)")
      }
    }
  }

  @Test func integersBeyondThirtyTwoBitsAreRefused() throws {
    let file = try SafetensorsFile(Fixtures.url("Files/wide_integers.safetensors"))
    expectFault(.safetensors, "element 0 is -9223372036854775808") { _ = try file.tensor("i64") }
  }

  /// The bytes equal those of NumPy if both write the same kind of file.
  @Test func writtenArraysAreThoseOfNumPy() throws {
    let listed = try list("Files/npy.json", as: Listed.self)
    for (name, expected) in listed where !name.contains("fortran") && !name.contains("version2") {
      let written = try NPYFile.encode(expected.tensor, as: expected.element)
      let theirs = try Data(contentsOf: Fixtures.url("Files/\(name)"))
      // NaN has many bit patterns; the rest of such a file is the same.
      if name.contains("not_finite") {
        #expect(written.prefix(128) == theirs.prefix(128), "\(name)")
      } else {
        #expect(written == theirs, "\(name)")
      }
    }
  }

  /// Every golden file of the equations is an array that opens.
  @Test func everyGoldenFileOpens() throws {
    let files = FileManager.default.enumerator(at: Fixtures.root, includingPropertiesForKeys: nil)
    var count = 0
    while let url = files?.nextObject() as? URL {
      guard url.pathExtension == "npy" else { continue }
      count += 1
      #expect(throws: Never.self, "\(url.path)") { try NPYFile.read(url) }
    }
    #expect(count > 100)
  }

  @Test func aMissingFixtureIsNamed() {
    expectFault(.file, "no such file") { _ = try Fixtures.tensor("Nowhere/nothing.npy") }
  }
}
