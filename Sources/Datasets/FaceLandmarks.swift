import Foundation

/// Five points of a face in a picture, in pixels.
///
/// (0, 0) is the center of the first pixel; x runs to the right and y runs down. Left and right are
/// those of the picture, as in CelebA.
public struct FaceLandmarks: Sendable, Equatable {
  /// The centers of the eyes.
  public var leftEye, rightEye: SIMD2<Double>
  /// The tip of the nose, which the crop does not depend on.
  public var nose: SIMD2<Double>
  /// The corners of the mouth.
  public var leftMouth, rightMouth: SIMD2<Double>

  /// Creates the landmarks from their five points.
  public init(
    leftEye: SIMD2<Double>, rightEye: SIMD2<Double>, nose: SIMD2<Double>,
    leftMouth: SIMD2<Double>, rightMouth: SIMD2<Double>
  ) {
    (self.leftEye, self.rightEye, self.nose) = (leftEye, rightEye, nose)
    (self.leftMouth, self.rightMouth) = (leftMouth, rightMouth)
  }

  /// Takes ten numbers in the order of ``LandmarkList/columns``.
  fileprivate init(_ numbers: [Double]) {
    func point(_ index: Int) -> SIMD2<Double> { SIMD2(numbers[2 * index], numbers[2 * index + 1]) }
    self.init(
      leftEye: point(0), rightEye: point(1), nose: point(2), leftMouth: point(3),
      rightMouth: point(4))
  }
}

/// The landmarks of pictures, read from a file.
///
/// Three forms are read. The first is that of CelebA's `list_landmarks_align_celeba.txt`, in which the
/// two first lines may be missing:
///
///     202599
///     lefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y rightmouth_x …
///     000001.jpg 69 109 106 113 77 142 73 152 108 154
///
/// The second has commas in place of spaces, and a first column `image_id` in its header. The third is
/// JSON, with the points in the same order:
///
///     {"landmarks": [["000001.jpg", [[69, 109], [106, 113], [77, 142], [73, 152], [108, 154]]], …]}
///
/// A name stands for the picture with the same base name: folders and the extension do not count.
public struct LandmarkList: Sendable {
  /// The columns of the text forms, in CelebA's order.
  public static let columns = [
    "lefteye_x", "lefteye_y", "righteye_x", "righteye_y", "nose_x", "nose_y", "leftmouth_x",
    "leftmouth_y", "rightmouth_x", "rightmouth_y",
  ]

  /// The file.
  public let file: String
  /// The number of faces.
  public var count: Int { faces.count }
  private var faces: [String: FaceLandmarks] = [:]

  /// The largest magnitude of a coordinate.
  private static let farthest = 1e6

  /// Reads a file of landmarks; its form is found from its content.
  ///
  /// - Parameter file: a file in one of the three forms.
  /// - Throws: `DatasetError` for the first entry that cannot be read.
  public init(contentsOf file: URL) throws(DatasetError) {
    self.file = file.path
    let text = try ListFile.text(file, as: "a file of landmarks")
    if text.drop(while: \.isWhitespace).first == "{" {
      try readJSON(Data(text.utf8))
    } else {
      try readText(text)
    }
    guard !faces.isEmpty else {
      throw DatasetError(
        file.path, "contains no landmarks", "expected a name and ten numbers a line")
    }
  }

  /// Returns the landmarks of a picture, or nil if the file has none.
  public func face(of name: String) -> FaceLandmarks? { faces[Self.key(name)] }

  private mutating func add(
    _ name: String, _ numbers: [Double], at place: String
  ) throws(DatasetError) {
    guard numbers.count == 10, numbers.allSatisfy({ $0.magnitude <= Self.farthest }) else {
      throw DatasetError(
        "\(file): \(place)", "is not five points of finite numbers",
        "expected \(Self.columns.joined(separator: " "))")
    }
    guard faces.updateValue(FaceLandmarks(numbers), forKey: Self.key(name)) == nil else {
      throw DatasetError(
        "\(file): \(place)", "gives landmarks to \(Self.key(name)) for the second time",
        "remove one of them; folders and extensions do not distinguish names")
    }
  }

  private static func key(_ name: String) -> String {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let (base, kind) = FileListing.split(last)
    return PictureFile.kinds.contains(kind) ? base : last
  }

  // MARK: - Text

  private mutating func readText(_ text: String) throws(DatasetError) {
    var order = Array(0..<10)
    for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let isTable = line.contains(",")
      let cells =
        isTable
        ? line.split(separator: ",", omittingEmptySubsequences: false)
          .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"")) }
        : line.split(whereSeparator: \.isWhitespace).map(String.init)
      if index == 0, cells.count == 1, Int(cells[0]) != nil { continue }
      if index < 2, let found = try header(cells) {
        order = found
        continue
      }
      let place = "line \(index + 1)"
      // A name may contain spaces.
      let name = cells.dropLast(10).joined(separator: isTable ? "," : " ")
      let numbers = cells.suffix(10).compactMap(Double.init)
      guard !name.isEmpty, numbers.count == 10 else {
        throw DatasetError(
          "\(file): \(place)", "is not a name and ten numbers",
          "expected name \(Self.columns.joined(separator: " "))")
      }
      try add(name, order.map { numbers[$0] }, at: place)
    }
  }

  /// Returns the place of every column of ``columns`` in a line of names; nil for other lines.
  private func header(_ cells: [String]) throws(DatasetError) -> [Int]? {
    guard cells.contains(where: Self.columns.contains) else { return nil }
    let names = Array(cells.suffix(10))
    let order = Self.columns.compactMap(names.firstIndex)
    guard order.count == 10, cells.count <= 11 else {
      throw DatasetError(
        file, "its header does not name the ten columns once",
        "expected \(Self.columns.joined(separator: " "))")
    }
    return order
  }

  // MARK: - JSON

  private struct Content: Decodable {
    let landmarks: [Entry]

    struct Entry: Decodable {
      let name: String
      let points: [[Double]]

      init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        name = try values.decode(String.self)
        points = try values.decode([[Double]].self)
        try values.requireEnd()
      }
    }
  }

  private mutating func readJSON(_ data: Data) throws(DatasetError) {
    try ListFile.requireKeys(["landmarks"], in: data, file)
    let content: Content
    do { content = try JSONDecoder().decode(Content.self, from: data) } catch {
      throw DatasetError(
        file, "is not JSON of the expected form",
        "expected {\"landmarks\": [[name, [[x, y], … five points]], …]}")
    }
    for entry in content.landmarks {
      let isPoints = entry.points.allSatisfy { $0.count == 2 }
      try add(entry.name, isPoints ? entry.points.flatMap(\.self) : [], at: entry.name)
    }
  }
}
