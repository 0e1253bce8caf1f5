import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Numbers of every type and byte order, by hand from their definitions.
@Suite("Types of number in files")
struct NumberTypeTests {
  /// Half precision, bits and values: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits.
  static let halves: [(bits: UInt16, value: Float)] = [
    (0x0000, 0), (0x8000, -0.0), (0x3C00, 1), (0xC000, -2), (0x3555, 1365.0 / 4096),
    (0x7BFF, 65504), (0xFBFF, -65504), (0x0400, 0x1p-14),
    // Subnormal numbers: multiples of 2⁻²⁴.
    (0x0001, 0x1p-24), (0x8001, -0x1p-24), (0x0002, 0x1p-23), (0x0003, 3 * 0x1p-24),
    (0x0200, 0x1p-15), (0x03FF, 1023 * 0x1p-24), (0x83FF, -1023 * 0x1p-24),
    (0x7C00, .infinity), (0xFC00, -.infinity),
  ]
  /// Bfloat16: the upper half of single precision, so that subnormal numbers stay subnormal.
  static let upperHalves: [(bits: UInt16, value: Float)] = [
    (0x0000, 0), (0x8000, -0.0), (0x3F80, 1), (0xC000, -2), (0x4049, 3.140625),
    (0x7F7F, 255 * 0x1p120), (0x0080, 0x1p-126), (0x0001, 0x1p-133), (0x807F, -127 * 0x1p-133),
    (0x7F80, .infinity), (0xFF80, -.infinity),
  ]

  private func little(_ bits: [UInt16]) -> [UInt8] {
    bits.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  }

  private func expectBits(_ tensor: Tensor, _ values: [Float]) {
    #expect(tensor.scalarType == .float32)
    #expect(tensor.floats.map(\.bitPattern) == values.map(\.bitPattern))
  }

  private func safetensors(_ type: String, _ count: Int, _ bytes: [UInt8]) throws -> Tensor {
    let header =
      #"{"a":{"dtype":"\#(type)","shape":[\#(count)],"data_offsets":[0,\#(bytes.count)]}}"#
    return try SafetensorsFile(SafetensorsFileTests.file(header, bytes)).tensor("a")
  }

  private func npy(_ type: String, _ shape: String, _ bytes: [UInt8], fortran: Bool = false)
    throws -> Tensor
  {
    try NPYFile.read(
      NPYFileTests.file(NPYFileTests.header(type, shape, fortran: fortran), bytes)
    ).tensor
  }

  @Test func halfPrecisionIsExact() throws {
    let (bits, values) = (Self.halves.map(\.bits), Self.halves.map(\.value))
    expectBits(try safetensors("F16", bits.count, little(bits)), values)
    expectBits(try npy("<f2", "(\(bits.count),)", little(bits)), values)
    let big = bits.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    expectBits(try npy(">f2", "(\(bits.count),)", big), values)
  }

  /// Every one of the 65 536 numbers equals the value of its three fields.
  @Test func everyHalfEqualsItsFormula() throws {
    let all = (0...UInt16.max).map(\.self)
    let read = try safetensors("F16", all.count, little(all)).floats
    for (bits, value) in zip(all, read) {
      let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
      let sign: Double = bits < 0x8000 ? 1 : -1
      if exponent == 31 {
        #expect(fraction == 0 ? Double(value) == sign * .infinity : value.isNaN, "\(bits)")
      } else {
        let expected =
          exponent == 0
          ? fraction * 0x1p-24 : (1 + fraction / 1024) * pow(2, Double(exponent - 15))
        #expect(Double(value) == sign * expected && (value.sign == .minus) == (sign < 0), "\(bits)")
      }
    }
    #expect(read.count == 65_536)
  }

  @Test func bfloat16IsExact() throws {
    let (bits, values) = (Self.upperHalves.map(\.bits), Self.upperHalves.map(\.value))
    expectBits(try safetensors("BF16", bits.count, little(bits)), values)
    let nan = try safetensors("BF16", 2, little([0x7FC0, 0xFF81])).floats
    #expect(nan.map(\.bitPattern) == [0x7FC0_0000, 0xFF81_0000])
  }

  /// 1.5 and −2 in double precision are 3FF8… and C000…; 258 is 0102.
  @Test func bigEndianNumbersAreTurned() throws {
    let doubles: [UInt8] = [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0]
    let read = try npy(">f8", "(2,)", doubles)
    #expect(read.scalarType == .float64 && read.scalars == [1.5, -2])
    expectBits(try npy(">f4", "(2,)", [0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0]), [1.5, -2])
    #expect(try npy(">i2", "(2,)", [1, 2, 0xFF, 0xFE]).integers == [258, -2])
    #expect(try npy(">u2", "(1,)", [0xFF, 0xFE]).integers == [65534])
    #expect(try npy(">i4", "(1,)", [0xFF, 0xFF, 0xFF, 0xFE]).integers == [-2])
    #expect(try npy(">u4", "(1,)", [0, 1, 0, 0]).integers == [65536])
    #expect(try npy(">i8", "(1,)", [0, 0, 0, 0, 0, 0, 1, 2]).integers == [258])
    #expect(try npy(">u1", "(1,)", [7]).integers == [7])
    // In Fortran order the first axis varies fastest.
    let columns: [UInt8] = [0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5]
    let matrix = try npy(">i2", "(2, 3)", columns, fortran: true)
    #expect(matrix.shape == [2, 3] && matrix.integers == [0, 2, 4, 1, 3, 5])
  }

  @Test(
    arguments: [
      ("I8", "|i1", [0x80, 0x7F, 0xFF], [-128, 127, -1]),
      ("I16", "<i2", [0, 0x80, 0xFF, 0x7F], [-32768, 32767]),
      ("U16", "<u2", [0, 0x80, 0xFF, 0xFF], [32768, 65535]),
      ("U32", "<u4", [0xFF, 0xFF, 0xFF, 0x7F], [2_147_483_647]),
      ("U64", "<u8", [1, 1, 0, 0, 0, 0, 0, 0], [257]),
    ] as [(String, String, [UInt8], [Int32])])
  func wholeNumbersAreExact(type: String, npyType: String, bytes: [UInt8], values: [Int32]) throws {
    #expect(try safetensors(type, values.count, bytes).integers == values)
    #expect(try npy(npyType, "(\(values.count),)", bytes).integers == values)
  }

  @Test func wholeNumbersBeyondInt32AreRefused() {
    expectFault(.safetensors, "element 0 is 2147483648") {
      _ = try safetensors("U32", 1, [0, 0, 0, 0x80])
    }
    expectFault(.npy, "element 0 is 18446744073709551615") {
      _ = try npy("<u8", "(1,)", [UInt8](repeating: 0xFF, count: 8))
    }
    // 2⁶³ is 0 or negative in the wrong byte order, but fits in neither.
    expectFault(.npy, "element 0 is 9223372036854775808") {
      _ = try npy(">u8", "(1,)", [0x80, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  /// What is written in half precision is the nearest number; a tie goes to the even one.
  @Test func halvesAreWrittenRounded() throws {
    let values: [Float] = [1, -2, 65504, 0x1p-24, 1 + 0x1p-11, 1 + 3 * 0x1p-11, 1e6, 0x1p-26]
    let written = try NPYFile.encode(Tensor([8], values), as: .float16)
    #expect(
      [UInt8](written.suffix(16))
        == little([0x3C00, 0xC000, 0x7BFF, 0x0001, 0x3C00, 0x3C02, 0x7C00, 0x0000]))
    expectFault(.npy, "no type for bfloat16") {
      _ = try NPYFile.encode(Tensor([8], values), as: .bfloat16)
    }
  }
}
