import Foundation
import Tensors

extension Picture {
  /// The picture as a PNG file, 8 bits per component, without compression.
  public func pngData() throws -> Data {
    var raw: [UInt8] = []
    for row in 0..<height {
      raw.append(0)
      raw += bytes[(3 * width * row)..<(3 * width * (row + 1))]
    }
    var zlib: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(raw.count, start + 65535)
      let n = end - start
      zlib += [
        end == raw.count ? 1 : 0, UInt8(n & 255), UInt8(n >> 8), UInt8(~n & 255),
        UInt8((~n >> 8) & 255),
      ]
      zlib += raw[start..<end]
      start = end
    } while start < raw.count
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in raw {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    zlib += bigEndian(b << 16 | a)
    var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func chunk(_ type: String, _ body: [UInt8]) {
      let named = Array(type.utf8) + body
      data += bigEndian(UInt32(body.count)) + named + bigEndian(crc(named))
    }
    chunk("IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0])
    chunk("IDAT", zlib)
    chunk("IEND", [])
    return data
  }
}

private func bigEndian(_ v: UInt32) -> [UInt8] {
  [UInt8(v >> 24), UInt8(v >> 16 & 255), UInt8(v >> 8 & 255), UInt8(v & 255)]
}

private let crcTable: [UInt32] = (0..<256).map { n in
  (0..<8).reduce(UInt32(n)) { c, _ in c & 1 == 1 ? 0xEDB8_8320 ^ (c >> 1) : c >> 1 }
}

private func crc(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(0xFFFF_FFFF) { crcTable[Int(($0 ^ UInt32($1)) & 255)] ^ ($0 >> 8) }
}

extension Tensor {
  func npyData() throws -> Data {
    let descr = scalarType == .float64 ? "<f8" : scalarType == .float32 ? "<f4" : "<i4"
    let dims = shape.map(String.init).joined(separator: ", ") + (rank == 1 ? "," : "")
    var header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(dims)), }"
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    var data = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
    data += Data([UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
    data += Data(header.utf8)
    switch scalarType {
    case .float32: withElements(of: Float.self) { data.append(Data(buffer: $0)) }
    case .float64: withElements(of: Double.self) { data.append(Data(buffer: $0)) }
    case .int32: withElements(of: Int32.self) { data.append(Data(buffer: $0)) }
    }
    return data
  }
}
