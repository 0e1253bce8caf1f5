import Foundation
import TensorFiles
import TestSupport
import Testing
import TrainingToys

@testable import TrainingRuns

@Suite("TensorBoard event files")
struct EventFileTests {
  /// The published check value of CRC-32C, and a checksum with leading zeros.
  @Test func checksumsHaveEightDigits() {
    #expect(CRC32.text(Data("123456789".utf8)) == "e3069283")
    #expect(CRC32.text(Data()) == "00000000")
  }

  /// The file equals, byte for byte, what Python's `struct` packs for the same events.
  @Test func bytesEqualThoseOfTheFixture() throws {
    let folder = try TemporaryFolder()
    let events = try EventFile(in: folder.url, from: 200, at: 1_700_000_000.25)
    try events.append(
      [("generator/loss", 1.386), ("speed/imagesPerSecond", -2.5)], step: 220, at: 1_700_000_001.5)
    try events.append(
      EventPicture(tag: "portraits", width: 300, height: 2, png: Data(0..<200)), step: 220,
      at: 1_700_000_002)
    let names = try folder.files("")
    #expect(names == ["events.out.tfevents.1700000000.250000.ssgan3d"])
    #expect(
      try Data(contentsOf: folder(names[0]))
        == Data(contentsOf: Fixtures.url("Events/events.tfevents")))
  }

  /// TensorBoard reads files in the order of their names, so names must increase with time.
  @Test func fileNamesIncreaseWithTime() throws {
    let folder = try TemporaryFolder()
    for time in [1_700_000_000.6, 1_700_000_001.2, 1_700_000_001.999_999_9] {
      _ = try EventFile(in: folder.url, from: 0, at: time)
    }
    #expect(
      try folder.files("").sorted() == [
        "events.out.tfevents.1700000000.600000.ssgan3d",
        "events.out.tfevents.1700000001.200000.ssgan3d",
        "events.out.tfevents.1700000002.000000.ssgan3d",
      ])
  }

  /// Ten digits of seconds are enough until 2286, and a clock that was set back changes no order.
  @Test func namesIncreaseWhateverTheClockSays() throws {
    let folder = try TemporaryFolder()
    for name in ["events.out.tfevents.1690000000.host.12.0", "events.out.tfevents.99999999999.x"] {
      try Data().write(to: folder(name))
    }
    var names: [String] = []
    for time in [1_700_000_000.5, 2_200_000_000, 1_600_000_000, 1_600_000_000, -5, 1e300] {
      let before = Set(try folder.files(""))
      _ = try EventFile(in: folder.url, from: 0, at: time)
      names += Set(try folder.files("")).subtracting(before)
    }
    #expect(
      names.map { $0.dropFirst("events.out.tfevents.".count) } == [
        "1700000000.500000.ssgan3d", "2200000000.000000.ssgan3d", "2200000000.000001.ssgan3d",
        "2200000000.000002.ssgan3d", "2200000000.000003.ssgan3d", "9999999998.000000.ssgan3d",
      ])
  }

  /// A negative integer takes ten bytes, like an int64.
  @Test func negativeIntegersTakeTenBytes() {
    var message = ProtocolBuffer()
    message.whole(1, -1)
    #expect(message.data == Data([0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01]))
  }
}
