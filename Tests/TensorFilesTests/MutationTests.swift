import CTurboJPEG
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Every reader gets 20 000 corrupted files and gives a consistent value or a typed error in one
/// line.
///
/// A crash, a trap or a hang would end the whole test run.
@Suite("Corrupted files")
struct MutationTests {
  static let count = 20_000

  /// Corrupts the seed files in turn and reads them.
  private func bombard(
    _ seeds: [[UInt8]], seed: UInt64, spoil: (inout Mutator, inout [UInt8]) -> Void,
    read: (Data) throws -> Bool
  ) {
    var mutator = Mutator(seed: seed)
    var (accepted, refused, inconsistent) = (0, 0, 0)
    for number in 0..<Self.count {
      var bytes = seeds[number % seeds.count]
      spoil(&mutator, &bytes)
      do {
        if try !read(Data(bytes)) {
          inconsistent += 1
          if inconsistent == 1 { Issue.record("file \(number) of seed \(seed) is inconsistent") }
        }
        accepted += 1
      } catch let error as TensorFileError {
        refused += 1
        if "\(error)".contains("\n") { Issue.record("file \(number): two lines: \(error)") }
      } catch {
        Issue.record("file \(number) of seed \(seed) threw \(error), expected a TensorFileError")
        return
      }
    }
    #expect(accepted + refused == Self.count)
    #expect(inconsistent == 0)
    // Both must happen often, or the files were corrupted too much or too little to show anything.
    #expect(accepted > Self.count / 200 && refused > Self.count / 4, "\(accepted) accepted")
  }

  @Test func npy() throws {
    var numbers = TestNumbers(seed: 1)
    let plain: [[UInt8]] = try [
      NPYFile.encode(numbers.tensor([3, 4])),
      NPYFile.encode(numbers.tensor([5]).cast(to: .float32)),
      NPYFile.encode(numbers.integers([2, 2, 2], in: 0..<2), as: .bool),
      NPYFile.encode(numbers.integers([7], in: 0..<256), as: .uint8),
      NPYFile.encode(numbers.integers([2, 3], in: -9..<9), as: .int64),
    ].map { Array($0) }
    let fortran = NPYFileTests.file(
      NPYFileTests.header("|u1", "(2, 3)", fortran: true), [1, 2, 3, 4, 5, 6], version: 2)
    bombard(plain + [Array(fortran)], seed: 11) { mutator, bytes in
      if mutator.chance(30) { mutator.overwriteDigits(&bytes) } else { mutator.spoil(&bytes) }
      // Half of the files get a header length that fits again, so that the dictionary is reached.
      if mutator.chance(50), bytes.count > 10, let end = bytes[10...].firstIndex(of: 0x0A) {
        bytes[8] = UInt8(truncatingIfNeeded: end - 9)
        bytes[9] = UInt8(truncatingIfNeeded: (end - 9) >> 8)
      }
    } read: { data in
      let contents = try NPYFile.read(data)
      let count = contents.tensor.shape.reduce(1, *)
      return contents.tensor.scalars.count == count
        && count * contents.element.byteCount <= data.count
    }
  }

  @Test func safetensors() throws {
    var numbers = TestNumbers(seed: 2)
    let small = [
      "a": numbers.tensor([2, 3]), "b": numbers.integers([3], in: 0..<9), "c": Tensor.zeros([0]),
    ]
    let kinds = SafetensorsFileTests.file(
      #"{"u":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"l":{"dtype":"I64","shape":[1],"#
        + #""data_offsets":[4,12]},"t":{"dtype":"BOOL","shape":[2,1],"data_offsets":[2,4]}}"#,
      [0, 255, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    let seeds = try [
      Array(SafetensorsFile.encode(small)), Array(kinds),
      Array(SafetensorsFile.encode(small, metadata: ["format": "pt", "é": "\n"])),
    ]
    bombard(seeds, seed: 12) { mutator, bytes in
      if mutator.chance(30) { mutator.overwriteDigits(&bytes) } else { mutator.spoil(&bytes) }
      if mutator.chance(50), bytes.count > 8, let end = bytes.lastIndex(of: 0x7D), end > 8 {
        for place in 0..<8 { bytes[place] = UInt8(truncatingIfNeeded: (end - 7) >> (8 * place)) }
      }
    } read: { data in
      let file = try SafetensorsFile(data)
      var bytes = 0
      for (name, tensor) in try file.tensors() {
        guard tensor.scalars.count == tensor.shape.reduce(1, *), let entry = file.entry(name),
          entry.shape == tensor.shape
        else { return false }
        bytes += entry.offsets.count
      }
      return bytes <= data.count && Set(file.names).count == file.entries.count
    }
  }

  @Test func png() throws {
    var numbers = TestNumbers(seed: 3)
    func samples(_ count: Int, _ top: UInt16) -> [UInt16] {
      (0..<count).map { _ in UInt16.random(in: 0...top, using: &numbers) }
    }
    var interlaced = PNGBytes(width: 3, height: 3, depth: 8, color: 0)
    interlaced.interlaced = true
    var key = PNGBytes(width: 9, height: 1, depth: 2, color: 0)
    key.before = [("gAMA", [0, 0, 0x27, 0x10]), ("tRNS", [0, 2])]
    let labels = numbers.integers([5, 9], in: 0..<4)
    let palette = (0..<4).map { PaletteColor(UInt8($0), 9, 200) }
    let seeds = try [
      PNGFile.encode(Image(width: 6, height: 5, channels: 3, samples: samples(90, 255))),
      PNGFile.encode(
        Image(width: 4, height: 3, channels: 2, bitsPerSample: 16, samples: samples(24, .max))),
      PNGFile.encode(IndexedImage(labels: labels, palette: palette)),
      interlaced.file(rows: [0, 10, 0, 12, 0, 30, 32, 0, 11, 0, 31, 0, 20, 21, 22]),
      key.file(rows: PNGFileTests.twoBits),
      AnimatedPNG.encode(
        (0..<2).map { _ in Image(width: 4, height: 4, channels: 1, samples: samples(16, 255)) },
        secondsPerFrame: 0.1),
    ].map { Array($0) }
    bombard(seeds, seed: 13) { mutator, bytes in
      if mutator.chance(40) { Self.shuffleChunks(&bytes, &mutator) } else { mutator.spoil(&bytes) }
      // Half of the files get checksums that fit again; otherwise hardly any would pass the first
      // check.
      if mutator.chance(50) { Self.repairChecksums(&bytes) }
    } read: { data in
      let labels = try? PNGFile.readIndexed(data)
      let image = try PNGFile.read(data, alpha: .keep)
      let bare = try PNGFile.read(data, alpha: .drop)
      return image.samples.count == image.width * image.height * image.channels
        && bare.channels == (image.channels > 2 ? 3 : 1)
        && image.width * image.height <= data.count * 8 * 1032
        && labels.map { $0.indices.count == image.width * image.height } ?? true
    }
  }

  @Test func torch() throws {
    let whole = Array(try Data(contentsOf: Fixtures.url("Torch/kinds.pt")))
    var numbers = TestNumbers(seed: 4)
    let small = TorchBytes(
      .dictionary([
        ("tensors", .dictionary([("a", .tensor(numbers.tensor([2, 3]).cast(to: .float32)))])),
        ("options", .namespace([("b", .tuple([.number(3)])), ("c", .text("d"))])),
      ]))
    let legacy = Array(try Data(contentsOf: Fixtures.url("Torch/legacy.pt")))
    bombard([whole, Array(small.file()), legacy], seed: 15) { mutator, bytes in
      guard mutator.chance(50) else { return mutator.spoil(&bytes) }
      // Half of the files get checksums and lengths that fit; otherwise the pickle would never be
      // reached.
      var spoiled = small
      mutator.spoil(&spoiled.entries[mutator.chance(80) ? 0 : mutator.below(3)].bytes)
      bytes = Array(spoiled.file(wide: mutator.chance(50)))
    } read: { data in
      let file = try TorchFile(data)
      _ = try file.options("options")
      for entry in try file.stateDictionary("tensors") ?? [] {
        let tensor = try file.tensor(entry)
        guard tensor.shape == entry.shape, tensor.scalars.count == entry.shape.reduce(1, *),
          tensor.count <= data.count
        else { return false }
      }
      return Set(file.keys).count == file.keys.count
    }
  }

  @Test func jpeg() throws {
    let seeds = try [
      JPEGBytes.encode(width: 24, height: 17, channels: 3, subsampling: TJSAMP_420),
      JPEGBytes.encode(width: 16, height: 9, channels: 1, subsampling: TJSAMP_GRAY),
      JPEGBytes.encode(
        width: 16, height: 16, channels: 3, subsampling: TJSAMP_444, flags: TJFLAG_PROGRESSIVE),
      JPEGBytes.oneSquare,
    ]
    bombard(seeds, seed: 14) { mutator, bytes in
      if mutator.chance(50) {
        mutator.flipBit(&bytes, at: mutator.below(bytes.count))
      } else {
        mutator.spoil(&bytes)
      }
    } read: { data in
      let image = try JPEGFile.read(data)
      return image.samples.count == image.width * image.height * image.channels
        && image.width * image.height <= data.count * 512 + 512
    }
  }

  /// Swaps, repeats or drops chunks, or edits a field of the header.
  private static func shuffleChunks(_ bytes: inout [UInt8], _ mutator: inout Mutator) {
    var parts = PNGBytes.chunks(bytes).map {
      Array(bytes[$0.start..<$0.start + 12 + $0.body.count])
    }
    guard !parts.isEmpty else { return }
    let place = mutator.below(parts.count)
    switch mutator.below(5) {
    case 0: parts.swapAt(place, mutator.below(parts.count))
    case 1: parts.insert(parts[place], at: mutator.below(parts.count))
    case 2: parts.remove(at: place)
    case 3: mutator.flipBit(&parts[0], at: 8 + mutator.below(13))
    default: mutator.flipBit(&parts[place], at: 8 + mutator.below(max(parts[place].count - 12, 1)))
    }
    bytes = PNGBytes.signature + parts.joined()
  }

  private static func repairChecksums(_ bytes: inout [UInt8]) {
    for (start, _, body) in PNGBytes.chunks(bytes) {
      let end = start + 8 + body.count
      let crc = PNGBytes.bigEndian(Int(PNGBytes.crc(bytes[start + 4..<end])))
      bytes.replaceSubrange(end..<end + 4, with: crc)
    }
  }
}
