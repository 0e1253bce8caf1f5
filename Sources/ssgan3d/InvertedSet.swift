import Camera
import ArgumentParser
import CommandStatus
import Datasets
import Foundation
import Inspection
import Messages
import PortraitModel
import TensorFiles
import Training

/// The folder of `invert --data`: a subfolder for every portrait, a table and a sheet.
///
///     request.json       the settings, which a later call must repeat
///     portraits/NAME/…   the files of one portrait, complete or absent
///     summary.csv        the figures of all portraits
///     sheet.png          the first portraits
struct InvertedSet {
  /// The largest number of portraits on the sheet.
  static let sheetLimit = 64
  static let requestName = "request.json"
  static let portraitsName = "portraits"
  private static let tableName = "summary.csv"
  private static let sheetName = "sheet.png"
  private static let rowName = "row.png"

  private let out: String
  private let folder: OutputFolder
  private let input: DatasetInput
  private let poses: PoseList?
  private let size: Int

  /// Makes the output folder, or opens the folder of an earlier call with the same request.
  ///
  /// - Throws: `WrongUse` if the folder holds something else.
  init(
    _ out: String, _ input: DatasetInput, _ request: InversionRequest, _ poses: PoseList?,
    size: Int
  ) throws {
    (self.out, self.input, self.poses, self.size) = (out, input, poses, size)
    let place = URL(fileURLWithPath: out)
    let record = place.appendingPathComponent(Self.requestName)
    let held = (try? FileManager.default.contentsOfDirectory(atPath: out)) ?? []
    if !held.isEmpty {
      let text = try? SmallFile.data(record)
      if let key = text.flatMap(JSONText.repeatedKey) {
        throw WrongUse(
          "--out \(out): \(Self.requestName) has the key \(key) twice; keep the right one")
      }
      guard let earlier = text.flatMap({ try? JSONText.decode(InversionRequest.self, from: $0) })
      else {
        throw WrongUse(
          "--out \(out): is not empty and not the folder of an earlier call; choose another folder")
      }
      if let difference = request.difference(from: earlier) {
        throw WrongUse(
          "--out \(out): holds portraits that were inverted with \(difference); choose another folder"
        )
      }
    }
    folder = try OutputFolder(out, for: [Self.requestName, Self.tableName, Self.sheetName])
    try Folder.make(folder(Self.portraitsName))
    Folder.sweep(folder(Self.portraitsName))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try folder.write(try encoder.encode(request) + Data("\n".utf8), Self.requestName)
  }

  /// Inverts the portraits that are missing, and writes the table and the sheet.
  ///
  /// - Throws: `ExitCode.failure` if a portrait could not be inverted.
  func invert(by search: PortraitSearch) throws {
    var summary = InversionSummary()
    for fault in input.faults {
      ProgressReport.say("\(fault)")
      summary.faults.append("\(fault)")
    }
    let missing = input.ids.filter { !isDone($0) }.count
    if missing < input.ids.count {
      ProgressReport.say(
        "\(input.ids.count - missing) of \(counted(input.ids.count, "portrait")) were already inverted"
      )
    }
    let progress = ProgressReport("steps", of: missing * search.steps)
    var isStopped = false
    for (index, name) in input.ids.enumerated() {
      guard !StopRequest.came else {
        isStopped = true
        break
      }
      do {
        let figures = try figures(of: index, name, search) {
          progress.advance()
          if StopRequest.came { throw PortraitSearch.Stopped() }
        }
        summary.add(name, figures.inverted, tuned: figures.tuned)
      } catch is PortraitSearch.Stopped {
        isStopped = true
        break
      } catch let error as Unusable {
        ProgressReport.say("\(error.description); it is passed over")
        summary.add(name, problem: error.description)
      }
    }
    try finish(summary, isStopped: isStopped)
  }

  /// The error of one portrait, after which the others are still inverted.
  private struct Unusable: Error {
    let description: String
  }

  /// Returns the figures of a portrait, which is inverted if an earlier call has not done so.
  private func figures(
    of index: Int, _ name: String, _ search: PortraitSearch, proceed: () throws -> Void
  ) throws -> (inverted: InversionFigures, tuned: InversionFigures?) {
    // The names of a pack come from a file, and a name must not lead out of the folder.
    guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\0") else {
      throw Unusable(description: "pair \(index): its name cannot be the name of a folder")
    }
    let place = place(of: name)
    let target: PortraitPair
    do { target = try input.pair(index, size: size) } catch {
      throw Unusable(description: "\(error)")
    }
    if isDone(name) {
      try requireSame(target, place)
      let tuned = place.appendingPathComponent(FoundPictures.tunedName)
      return (
        try InversionFigures(contentsOf: place),
        search.tuning == nil ? nil : try InversionFigures(contentsOf: tuned)
      )
    }
    let pose = poses.map { $0.pose(of: name) } ?? input.poses?[index]
    if let poses, pose == nil {
      throw Unusable(description: "\(poses.file): has no pose for \(name)")
    }
    let result: (inverted: FoundResult, tuned: FoundResult?)
    do {
      result = try search.found(target, hasLabels: true, pose: pose, proceed: proceed)
    } catch let error as TrainingError {
      throw Unusable(description: "\(name): \(error)")
    }
    let found = FoundPictures(result.inverted, target, hasLabels: true)
    let tuned = result.tuned.map { FoundPictures($0, target, hasLabels: true) }
    try Folder.write(place) { place in
      let folder = try OutputFolder(place.path, for: [])
      try found.write(to: folder)
      try folder.write((tuned ?? found).row, Self.rowName)
      try tuned?.writeTuned(to: folder)
    }
    let after = tuned.map { "; after tuning \($0.figures.line)" } ?? ""
    print("\(name): \(found.figures.line)\(after)")
    return (found.figures, tuned?.figures)
  }

  private func place(of name: String) -> URL {
    folder(Self.portraitsName).appendingPathComponent(name)
  }

  private func isDone(_ name: String) -> Bool {
    let file = place(of: name).appendingPathComponent(FoundPictures.figuresName)
    return FileManager.default.fileExists(atPath: file.path)
  }

  /// Throws an error if a portrait has changed since it was inverted.
  private func requireSame(_ target: PortraitPair, _ place: URL) throws {
    let file = place.appendingPathComponent(FoundPictures.targetName)
    let kept = try? PNGFile.read(file, alpha: .drop)
    guard kept == Picture.image(target.image, range: .signed).image else {
      throw Unusable(
        description: "\(place.path): its photograph has changed since it was inverted; remove this "
          + "folder to invert it again")
    }
  }

  /// Writes the table and the sheet, and prints the result.
  private func finish(_ summary: InversionSummary, isStopped: Bool) throws {
    try folder.write(Data(summary.table.utf8), Self.tableName)
    let rows = summary.done.prefix(Self.sheetLimit).compactMap { name in
      try? PNGFile.read(place(of: name).appendingPathComponent(Self.rowName), alpha: .drop)
    }
    if !rows.isEmpty {
      try folder.write(Generate.grid(rows.map(Picture.init(file:))), Self.sheetName)
    }
    let stopped = isStopped ? "stopped (the same call continues): " : ""
    print("\(stopped)\(summary.line) in \(out); see summary.csv and sheet.png")
    if summary.failures > 0 { throw ExitCode.failure }
  }
}

extension Picture {
  /// The pixels of a file with three channels of 8 bits.
  init(file: Image) {
    self.init(width: file.width, height: file.height) { row, column in
      let pixel = Array(file[row, column])
      return Color(UInt8(pixel[0]), UInt8(pixel[1]), UInt8(pixel[2]))
    }
  }
}

extension DatasetInput {
  /// The faults of the listing.
  var faults: [DatasetError] {
    switch self {
    case .pack: []
    case .source(_, let faults): faults
    }
  }

  /// Returns a pair at a size.
  func pair(_ index: Int, size: Int) throws -> PortraitPair {
    switch self {
    case .pack(let pack): try pack.pair(index)
    case .source(let source, _): try source.pair(index, size: size)
    }
  }
}
