import Foundation

/// A file for TensorBoard, `events.out.tfevents.…`, with one event in each record.
///
///     record = length (8 bytes), masked CRC of these 8, event, masked CRC of the event (4 bytes each)
///     event  = wall_time 1, step 2, and one of file_version 3, summary 5, session_log 7
///
/// Every start and every resumption of a run creates a new file, and TensorBoard reads the files in the
/// order of their names. A file begins with the step from which events of older files no longer count:
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
    // TensorBoard reads the files of a folder in the order of their names.
    let microseconds = Int((time * 1e6).rounded())
    let digits = String(
      format: "%010d.%06d", microseconds / 1_000_000, microseconds % 1_000_000)
    file = AppendedFile(
      folder.appendingPathComponent("events.out.tfevents.\(digits).ssgan3d"))
    try file.append(Self.record(Self.event(time, 0) { $0.text(3, "brain.Event:2") }))
    // SessionLog.START = 1.
    try file.append(
      Self.record(Self.event(time, step) { $0.message(7) { $0.whole(1, 1) } }))
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
