import Foundation
import TensorFiles

/// Crops photographs, and their label maps, around faces by ``FaceCrop``.
public struct FaceAligner: Sendable {
  /// What is done if a square reaches beyond its picture.
  public enum Border: String, Sendable, CaseIterable {
    /// The picture is mirrored at its border.
    case reflect
    /// The picture is not cropped; it is an error.
    case refuse
  }

  /// The number of rows and columns of the results.
  public let size: Int
  /// What is done if a square reaches beyond its picture.
  public let border: Border
  /// The faults of the listing, one line each.
  public let faults: [DatasetError]
  /// The base names of the pictures, in order.
  public var ids: [String] { entries.map(\.name) }

  private struct Entry: Sendable {
    let name: String
    let image: URL
    let labels: URL?
    let face: FaceLandmarks
  }

  private let entries: [Entry]

  /// Lists the pictures of a folder.
  ///
  /// A picture without landmarks, or without a label map if there is a folder of them, is a fault.
  ///
  /// - Parameters:
  ///   - images: the folder of the photographs, JPEG or PNG.
  ///   - labels: the folder of the label maps, PNG, in numbers or in colors; nil if there are none.
  ///   - landmarks: the landmarks, in pixels of the photographs.
  ///   - size: the number of rows and columns of the results, 1 or more.
  ///   - border: what is done if a square reaches beyond its picture.
  /// - Throws: `DatasetError` if a folder cannot be listed.
  public init(
    images: URL, labels: URL?, landmarks: LandmarkList, size: Int, border: Border
  ) throws(DatasetError) {
    (self.size, self.border) = (size, border)
    var (entries, faults): ([Entry], [DatasetError]) = ([], [])
    let maps = try labels.map { folder throws(DatasetError) in
      try LabelMapFolder.files(folder, kinds: ["png"], nil, &faults)
    }
    var known: Set<String> = []
    for file in try FileListing.names(images) {
      let place = images.appendingPathComponent(file)
      let (name, kind) = FileListing.split(file)
      guard PictureFile.kinds.contains(kind) else {
        faults.append(
          DatasetError(
            place.path, "does not end in .\(PictureFile.kinds.joined(separator: ", ."))",
            "convert or remove it"))
        continue
      }
      guard known.insert(name).inserted else {
        faults.append(
          DatasetError(place.path, "has the base name of another picture", "remove one of the two"))
        continue
      }
      guard let face = landmarks.face(of: file) else {
        faults.append(
          DatasetError(place.path, "has no landmarks in \(landmarks.file)", "add or remove it"))
        continue
      }
      let map = maps?[name]
      if let labels, map == nil {
        faults.append(
          DatasetError(
            place.path, "has no label map \(labels.appendingPathComponent("\(name).png").path)",
            "add it, or leave --labels out"))
        continue
      }
      entries.append(Entry(name: name, image: place, labels: map, face: face))
    }
    (self.entries, self.faults) = (entries, faults)
  }

  /// The result of one picture.
  public struct Aligned: Sendable {
    /// The cropped photograph.
    public let image: Image
    /// The cropped label map, in numbers or in colors; nil without maps.
    public let labels: PNGFile.Content?
    /// How far the square reaches beyond the picture, in pixels.
    public let overhang: Double
  }

  /// Crops one picture.
  ///
  /// - Parameter index: 0 ..< `ids.count`.
  /// - Throws: a one-line error that names the file.
  /// - Returns: the cropped picture and map.
  public func aligned(_ index: Int) throws -> Aligned {
    let entry = entries[index]
    let image = try PictureFormat.read(entry.image)
    let crop = try crop(entry, width: image.width, height: image.height)
    let overhang = crop.overhang(width: image.width, height: image.height)
    let labels = try entry.labels.map { file in
      let map = try PNGFile.readContent(file)
      guard map.width * image.height == map.height * image.width else {
        throw DatasetError(
          file.path,
          "is \(map.width) × \(map.height), but its photograph is \(image.width) × \(image.height)",
          "make a map of the same shape, not cropped or turned")
      }
      return crop.labels(of: map, scale: Double(map.width) / Double(image.width), size: size)
    }
    return Aligned(
      image: crop.pixels(of: image, size: size), labels: labels, overhang: max(0, overhang))
  }

  /// Returns the crop of a picture, or throws if it cannot be cut out.
  private func crop(_ entry: Entry, width: Int, height: Int) throws(DatasetError) -> FaceCrop {
    func flaw(_ problem: String, _ remedy: String) -> DatasetError {
      DatasetError(entry.image.path, problem, remedy)
    }
    guard let crop = FaceCrop(entry.face) else {
      throw flaw(
        "the mouth is not below the line from its left to its right eye",
        "left and right are those of the picture; check the landmarks")
    }
    // Landmarks have about a tenth of a pixel of accuracy.
    guard crop.side >= Double(size) - 0.5 else {
      throw flaw(
        "the square around the face has \(Int(crop.side.rounded())) pixels, fewer than --size \(size)",
        "choose a smaller size; nothing is enlarged")
    }
    let overhang = crop.overhang(width: width, height: height)
    guard overhang <= 0 || border == .reflect else {
      throw flaw(
        "the square around the face reaches \(Int(overhang.rounded(.up))) pixels beyond the picture",
        "allow --border reflect, or remove the picture")
    }
    guard overhang < Double(min(width, height)) else {
      throw flaw(
        "the square around the face reaches farther beyond the picture than the picture is wide",
        "check the landmarks, which are in pixels of this picture")
    }
    return crop
  }

  /// Crops all pictures and writes them, a few at a time.
  ///
  /// - Parameters:
  ///   - folder: the folder in which `images` and, with maps, `labels` are written, as in
  ///     ``LabelMapFolder``.
  ///   - progress: called after each picture, from several threads.
  ///   - shouldStop: called between pictures; true ends the work.
  /// - Throws: an error if a result cannot be written.
  /// - Returns: the overhang of each picture that was written, and the problems of the others.
  public func write(
    to folder: URL, progress: @Sendable () -> Void = {},
    shouldStop: @Sendable () -> Bool = { false }
  ) throws -> (overhangs: [Double], problems: [String]) {
    let images = folder.appendingPathComponent(LabelMapFolder.imageFolder)
    let labels = folder.appendingPathComponent(LabelMapFolder.labelFolder)
    try Folder.make(images)
    if entries.contains(where: { $0.labels != nil }) { try Folder.make(labels) }
    var (overhangs, problems): ([Double], [String]) = ([], [])
    for start in stride(from: 0, to: entries.count, by: Self.picturesAtOnce) {
      guard !shouldStop() else { break }
      let range = start..<min(entries.count, start + Self.picturesAtOnce)
      let results = Concurrent.results(range) { index in
        defer { progress() }
        return try aligned(index)
      }
      for (index, result) in zip(range, results) {
        switch result {
        case .success(let made):
          let name = "\(entries[index].name).png"
          try PNGFile.write(made.image, to: images.appendingPathComponent(name))
          if let map = made.labels {
            try PNGFile.write(map, to: labels.appendingPathComponent(name))
          }
          overhangs.append(made.overhang)
        case .failure(let error): problems.append("\(error)")
        }
      }
    }
    return (overhangs, problems)
  }

  private static let picturesAtOnce = 16
}
