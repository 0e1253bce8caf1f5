import Foundation

/// A file for TensorBoard, `events.out.tfevents.…`, with one event in each record.
///
///     record = length (8 bytes), masked CRC of these 8, event, masked CRC of the event (4 bytes each)
///     event  = wall_time 1, step 2, and one of file_version 3, summary 5, session_log 7
///
/// Every start and every resumption of a run creates a new file, and TensorBoard reads the files in the
/// order of their names, which therefore increase, also after the clock was set back. A file begins with the step from which events of older files no longer count:
/// the step after the checkpoint from which the run was resumed.
struct EventFile {
  private let file: AppendedFile

  /// Creates a file in a folder.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - step: the first step at which events of older files no longer count.
  ///   - time: seconds since 1970.
  /// - Throws: `TensorFileError` if the file cannot be written.
  init(in folder: URL, from step: Int, at time: Double) throws {
    file = AppendedFile(folder.appendingPathComponent(Self.name(in: folder, at: time)))
    try file.append(Self.record(Self.event(time, 0) { $0.text(3, "brain.Event:2") }))
    // SessionLog.START = 1.
    try file.append(
      Self.record(Self.event(time, step) { $0.message(7) { $0.whole(1, 1) } }))
  }

  private static let prefix = "events.out.tfevents."
  private static let million = 1_000_000

  /// Returns a name that comes after the names of all event files in a folder.
  ///
  /// The name holds the time with ten digits of seconds. TensorBoard never reads a file whose name comes
  /// before that of a file it has read, so a clock that was set back must not give such a name.
  private static func name(in folder: URL, at time: Double) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let now = Int((min(max(time, 0), mostSeconds) * Double(million)).rounded())
    let stamp = names.compactMap(microseconds).reduce(now) { max($0, $1 + 1) }
    func digits(_ number: Int, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return prefix + digits(stamp / million, 10) + "." + digits(stamp % million, 6) + ".ssgan3d"
  }

  /// The largest time that ten digits can hold, some time in the year 2286.
  private static let mostSeconds = 9_999_999_998.0

  /// Returns the time in the name of an event file; nil for other files and for other digits.
  private static func microseconds(_ name: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    let words = name.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
    func number(_ word: Substring, _ count: Int) -> Int? {
      word.utf8.count == count && word.utf8.allSatisfy { (48...57).contains($0) } ? Int(word) : nil
    }
    guard let seconds = number(words[0], 10) else { return nil }
    // The files of other programs have no microseconds; this one must come after them in any case.
    let rest = words.count > 1 ? number(words[1], 6) : nil
    return seconds * million + (rest ?? million - 1)
  }

  /// Appends numbers under their tags.
  func append(_ scalars: [(tag: String, value: Double)], step: Int, at time: Double) throws {
    try file.append(Self.record(Self.scalars(scalars, step: step, at: time)))
  }

  /// Appends a picture.
  func append(_ picture: EventPicture, step: Int, at time: Double) throws {
    try file.append(Self.record(Self.picture(picture, step: step, at: time)))
  }

  // MARK: - Bytes

  static func scalars(
    _ scalars: [(tag: String, value: Double)], step: Int, at time: Double
  ) -> Data {
    event(time, step) { event in
      event.message(5) { summary in
        for (tag, value) in scalars {
          summary.message(1) {
            $0.text(1, tag)
            $0.float(2, Float(value))
          }
        }
      }
    }
  }

  static func picture(_ picture: EventPicture, step: Int, at time: Double) -> Data {
    event(time, step) { event in
      event.message(5) { summary in
        summary.message(1) { value in
          value.text(1, picture.tag)
          value.message(4) {
            $0.whole(1, picture.height)
            $0.whole(2, picture.width)
            $0.whole(3, 3)  // RGB
            $0.delimited(4, picture.png)
          }
        }
      }
    }
  }

  private static func event(
    _ time: Double, _ step: Int, _ what: (inout ProtocolBuffer) -> Void
  ) -> Data {
    var event = ProtocolBuffer()
    event.double(1, time)
    if step != 0 { event.whole(2, step) }
    what(&event)
    return event.data
  }

  static func record(_ event: Data) -> Data {
    func little<T: FixedWidthInteger>(_ value: T) -> Data {
      withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
    let length = little(UInt64(event.count))
    return length + little(Checksum.masked(length)) + event + little(Checksum.masked(event))
  }
}

/// A picture for TensorBoard.
struct EventPicture {
  /// The name under which TensorBoard shows the picture.
  var tag: String
  /// The number of columns.
  var width: Int
  /// The number of rows.
  var height: Int
  /// The contents of the picture as a PNG file.
  var png: Data
}
