import Camera
import Foundation
import PortraitClasses
import TensorFiles
import Tensors

/// A portrait as a folder: its parameters, its picture and labels, and every part alone.
///
/// | File               | Content                                                           |
/// |--------------------|-------------------------------------------------------------------|
/// | `portrait.json`    | this record                                                       |
/// | `front.png`        | the frontal picture, 8 bits                                       |
/// | `labels.png`       | its classes 0 … 12, with the palette                              |
/// | `partKK_color.png` | part KK alone, parallel rays: display color, 8 bits               |
/// | `partKK_mask.png`  | the share of each element that the part covers: v / 255           |
/// | `partKK_depth.png` | its absolute depth, 16 bits, bright is near: v / 65535 · (D − 1)  |
///
/// Depths are absolute for all parts. Depth relative to the face base, d of equation 13 for parts
/// 2 … 12, is a part's depth minus that of part 1.
public struct PortraitFolder: Sendable, Equatable, Codable {
  /// The parameters of the portrait.
  public var parameters: PortraitParameters
  /// The camera of `front.png`, at the frontal pose.
  public var camera: Camera
  /// The number of rows and columns of `front.png` and `labels.png`.
  public var imageSize: Int
  /// The world box of the parts' maps.
  public var volumeBox: VolumeBox
  /// The number of depth planes, D.
  public var depthPlanes: Int
  /// The number of rows of the parts' maps.
  public var rows: Int
  /// The number of columns of the parts' maps.
  public var columns: Int
  /// The direction of the rows.
  public var rowAxis: RowAxis

  /// Creates a record; arguments that are left out take the values of the shipped portrait.
  public init(
    parameters: PortraitParameters, camera: Camera = Camera(), imageSize: Int = 256,
    volumeBox: VolumeBox = VolumeBox(
      min: Vector(-0.13, -0.13, -0.17), max: Vector(0.13, 0.13, 0.14)),
    depthPlanes: Int = 32, rows: Int = 64, columns: Int = 64, rowAxis: RowAxis = .down
  ) {
    self.parameters = parameters
    self.camera = camera
    self.imageSize = imageSize
    self.volumeBox = volumeBox
    self.depthPlanes = depthPlanes
    self.rows = rows
    self.columns = columns
    self.rowAxis = rowAxis
  }

  /// The grid of the parts' maps.
  public var grid: VoxelGrid {
    VoxelGrid(
      box: volumeBox, planes: depthPlanes, rows: rows, columns: columns, rowAxis: rowAxis)
  }

  /// Renders the portrait, casts all parts and writes the folder.
  public func write(to folder: URL) throws {
    try Folder.make(folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    var json = try encoder.encode(self)
    json.append(Data("\n".utf8))
    try AtomicFile.write(json, to: folder.appendingPathComponent("portrait.json"))

    let scene = PortraitScene(parameters)
    let front = scene.render(camera: camera, size: imageSize, samplesPerPixel: 16)
    try PNGFile.write(front.picture, to: folder.appendingPathComponent("front.png"))
    try PNGFile.write(front.labelPicture, to: folder.appendingPathComponent("labels.png"))
    for part in PartClass.allCases {
      let maps = scene.castParallel(part: part, grid: grid)
      for (kind, picture) in maps.pictures {
        let name = "part\(part.twoDigits)_\(kind).png"
        try PNGFile.write(picture, to: folder.appendingPathComponent(name))
      }
    }
  }

  /// Reads the record of a folder.
  ///
  /// Keys of the camera may be missing: records that were written before a key existed stay readable.
  ///
  /// - Parameter folder: a folder that `write(to:)` has written.
  /// - Throws: `PortraitFolderError` if the record is missing or not valid.
  /// - Returns: the record.
  public static func read(_ folder: URL) throws -> PortraitFolder {
    let file = folder.appendingPathComponent("portrait.json")
    do {
      let json = try SmallFile.data(file)
      if let key = JSONText.repeatedKey(in: json) {
        throw PortraitFolderError(file: file.path, problem: "has the key \(key) twice")
      }
      let record = try JSONDecoder().decode(
        PortraitFolder.self, from: try completed(json, of: file))
      if let (field, complaint) = record.camera.flaw {
        throw PortraitFolderError(
          file: file.path, problem: "camera.\(field): \(field) \(complaint)")
      }
      if let flaw = record.flaw { throw PortraitFolderError(file: file.path, problem: flaw) }
      return record
    } catch let error as PortraitFolderError {
      throw error
    } catch let error as DecodingError {
      throw PortraitFolderError(file: file.path, problem: describe(error))
    } catch {
      throw PortraitFolderError(file: file.path, problem: "cannot be read")
    }
  }

  /// The first size that no folder has, in words; nil if all sizes are possible.
  private var flaw: String? {
    for (field, value) in [
      ("imageSize", imageSize), ("depthPlanes", depthPlanes), ("rows", rows), ("columns", columns),
    ] where !(2...Self.mostSize).contains(value) {
      return "\(field) is \(value), expected 2 … \(Self.mostSize)"
    }
    return nil
  }

  private static let mostSize = 4096

  /// Returns the JSON of a record with the camera's missing keys added.
  ///
  /// - Throws: `PortraitFolderError` that names an unknown key of the camera or the box.
  private static func completed(_ json: Data, of file: URL) throws -> Data {
    guard var record = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
      return json
    }
    let cameraKeys = Camera.CodingKeys.allCases.map(\.rawValue)
    for (name, keys) in [("camera", cameraKeys), ("volumeBox", ["min", "max"])] {
      let present = (record[name] as? [String: Any] ?? [:]).keys
      if let stranger = present.filter({ !keys.contains($0) }).min() {
        let complaint = "\(stranger) is unknown, expected one of \(keys.joined(separator: ", "))"
        throw PortraitFolderError(file: file.path, problem: "\(name).\(stranger): \(complaint)")
      }
    }
    let standard = try JSONSerialization.jsonObject(with: JSONEncoder().encode(Camera()))
    if let camera = record["camera"] as? [String: Any], let standard = standard as? [String: Any] {
      record["camera"] = standard.merging(camera) { $1 }
    }
    return try JSONSerialization.data(withJSONObject: record)
  }

  /// Reads the maps of one part of a folder.
  public func maps(of part: PartClass, in folder: URL) throws -> PartMaps {
    func picture(_ kind: String, channels: Int, bits: Int) throws -> Image {
      let file = folder.appendingPathComponent("part\(part.twoDigits)_\(kind).png")
      let image = try PNGFile.read(file, alpha: .drop)
      let isRight =
        image.width == columns && image.height == rows && image.channels == channels
        && image.bitsPerSample == bits
      guard isRight else {
        throw PortraitFolderError(
          file: file.path,
          problem:
            "is \(image.height) × \(image.width) with \(image.channels) channels of "
            + "\(image.bitsPerSample) bits, expected \(rows) × \(columns), \(channels), \(bits)")
      }
      return image
    }
    let depthScale = Float(depthPlanes - 1) / 65535
    return PartMaps(
      grid: grid,
      rgb: try picture("color", channels: 3, bits: 8).samples.map { Float($0) / 255 },
      coverage: try picture("mask", channels: 1, bits: 8).samples.map { Float($0) / 255 },
      depth: try picture("depth", channels: 1, bits: 16).samples.map { Float($0) * depthScale })
  }

  private static func describe(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "has no key \(key.stringValue)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
    @unknown default: "is not a portrait record"
    }
  }
}

/// An error in a portrait folder.
public struct PortraitFolderError: Error, Equatable, CustomStringConvertible {
  /// The path of the file.
  public let file: String
  /// The problem with the file.
  public let problem: String

  /// A message of one line: what is wrong, where, and how to fix it.
  public var description: String {
    "\(file): \(problem); make the folder again with make-portrait"
  }
}
