import Camera
import Foundation
import TensorFiles
import Tensors
import Testing

@testable import PortraitClasses
@testable import ProceduralPortraits

/// The folder of the repository, derived from the location of this file.
private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()
private let shipped = repository.appendingPathComponent("Fixtures/Portrait")

/// A regression check: the shipped pictures are compared with a fresh cast.
///
/// Colors and coverage may differ by 2 of 255 and depth by 16 of 65535 (0.008 planes), because the
/// sine or exponential of another system may round differently. Rounding can also move an outline
/// slightly, so one pixel in a thousand may differ by more.
@Suite("The shipped portrait")
struct ShippedPortraitTests {
  private func share(of a: [UInt16], differingFrom b: [UInt16], by limit: Int) -> Double {
    guard a.count == b.count else { return 1 }
    let misses = a.indices.count { abs(Int(a[$0]) - Int(b[$0])) > limit }
    return Double(misses) / Double(a.count)
  }

  @Test func theRecordMatchesTheShippedPortrait() throws {
    let record = try PortraitFolder.read(shipped)
    #expect(record.parameters.glasses != nil && record.parameters.earrings != nil)
    #expect(record.parameters.hat == nil)
    #expect(record.rows == 64 && record.columns == 64 && record.depthPlanes == 32)
    #expect(record.camera == Camera())
    #expect(record.rowAxis == .down)
  }

  @Test func theDocumentHasTheBox() throws {
    let record = try PortraitFolder.read(shipped)
    let text = try String(
      contentsOf: repository.appendingPathComponent("Docs/Masks.md"), encoding: .utf8)
    func words(_ number: Double) -> String { "\(number)".replacing("-", with: "−") }
    let (low, high) = (record.volumeBox.min, record.volumeBox.max)
    #expect(low.x == low.y && high.x == high.y)
    for statement in [
      "x and y \(words(low.x)) … \(words(high.x)), z \(words(low.z)) … \(words(high.z))",
      "column 0 is x = \(words(low.x)), plane 0 is z = \(words(low.z)), "
        + "plane \(record.depthPlanes - 1) is z = \(words(high.z))",
    ] {
      #expect(text.contains(statement), "Docs/Masks.md does not say: \(statement)")
    }
  }

  @Test func frontAndLabelsAreAFreshRendering() throws {
    let record = try PortraitFolder.read(shipped)
    let fresh = PortraitScene(record.parameters).render(
      camera: record.camera, size: record.imageSize, samplesPerPixel: 16)
    let front = try PNGFile.read(shipped.appendingPathComponent("front.png"), alpha: .drop)
    #expect(front.width == record.imageSize && front.height == record.imageSize)
    #expect(share(of: front.samples, differingFrom: fresh.picture.samples, by: 2) <= 0.001)
    let labels = try PNGFile.readIndexed(shipped.appendingPathComponent("labels.png"))
    #expect(labels.palette.prefix(PartClass.count).elementsEqual(PartClass.palette))
    let pairs = (labels.indices.map(UInt16.init), fresh.labels.map(UInt16.init))
    #expect(share(of: pairs.0, differingFrom: pairs.1, by: 0) <= 0.001)
  }

  @Test(arguments: PartClass.allCases)
  func partsAreAFreshCast(part: PartClass) throws {
    let record = try PortraitFolder.read(shipped)
    let fresh = PortraitScene(record.parameters).castParallel(part: part, grid: record.grid)
    for (kind, picture) in fresh.pictures {
      let file = shipped.appendingPathComponent("part\(part.twoDigits)_\(kind).png")
      let stored = try PNGFile.read(file, alpha: .drop)
      #expect(stored.bitsPerSample == picture.bitsPerSample)
      #expect(stored.channels == picture.channels)
      let limit = kind == "depth" ? 16 : 2
      #expect(
        share(of: stored.samples, differingFrom: picture.samples, by: limit) <= 0.001, "\(kind)")
    }
  }

  /// The whole head is in the box, so the maps contain everything that the frontal picture shows.
  @Test func partsFitTheBox() throws {
    let record = try PortraitFolder.read(shipped)
    for part in PartClass.allCases where ![.background, .cloth, .neck].contains(part) {
      let maps = try record.maps(of: part, in: shipped)
      for index in maps.coverage.indices where maps.coverage[index] > 0 {
        let (row, column) = (index / 64, index % 64)
        #expect(row < 63 && column > 0 && column < 63, "\(part) at \(row) \(column)")
        #expect(
          maps.depth[index] > 0 && maps.depth[index] < 31,
          "\(part) at \(row) \(column)")
      }
    }
  }

  /// Parts on the face lie in front of it: their relative depth is positive and small.
  @Test func depthsAreSmall() throws {
    let record = try PortraitFolder.read(shipped)
    let face = try record.maps(of: .face, in: shipped)
    for part in [PartClass.eyes, .brows, .mouth, .nose, .glasses] {
      let maps = try record.maps(of: part, in: shipped)
      for index in maps.coverage.indices
      where maps.coverage[index] == 1 && face.coverage[index] == 1 {
        let relative = maps.depth[index] - face.depth[index]
        #expect(relative > 0 && relative < 8, "\(part) at \(index / 64) \(index % 64): \(relative)")
      }
    }
  }
}

@Suite("Portrait folders and tensors")
struct FolderTests {
  private let small = PortraitFolder(
    parameters: .random(seed: 4), imageSize: 24,
    volumeBox: VolumeBox(min: Vector(-0.12, -0.11, -0.13), max: Vector(0.12, 0.13, 0.12)),
    depthPlanes: 9, rows: 14, columns: 12)

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test func writtenAndReadAgain() throws {
    try withFolder { folder in
      try small.write(to: folder)
      #expect(try PortraitFolder.read(folder) == small)
      let maps = PortraitScene(small.parameters).castParallel(part: .face, grid: small.grid)
      let again = try small.maps(of: .face, in: folder)
      for index in maps.depth.indices {
        // The tolerances are one step of 16 bits over 8 planes, and one step of 8 bits.
        #expect(abs(maps.depth[index] - again.depth[index]) <= 8 / 65535)
        #expect(abs(maps.coverage[index] - again.coverage[index]) <= 1 / 255)
      }
    }
  }

  @Test func aMissingOrWrongFileIsNamed() throws {
    try withFolder { folder in
      #expect(throws: PortraitFolderError.self) { try PortraitFolder.read(folder) }
      try small.write(to: folder)
      let wider = PortraitFolder(parameters: small.parameters, rows: 14, columns: 13)
      let error = #expect(throws: PortraitFolderError.self) {
        try wider.maps(of: .nose, in: folder)
      }
      #expect(error?.file.hasSuffix("part05_color.png") == true)
      #expect(error?.description.contains("\n") == false)
      let json = folder.appendingPathComponent("portrait.json")
      try Data(#"{"camera": {"fov": -3}}"#.utf8).write(to: json)
      #expect(throws: PortraitFolderError.self) { try PortraitFolder.read(folder) }
      try Data(#"{"camera": {"fov": 12, "fov": 13}}"#.utf8).write(to: json)
      let repeated = #expect(throws: PortraitFolderError.self) { try PortraitFolder.read(folder) }
      #expect(repeated?.problem == "has the key camera.fov twice")
    }
  }

  /// Sizes that no folder has would overflow in later computations.
  @Test(arguments: ["imageSize", "depthPlanes", "rows", "columns"])
  func impossibleSizesAreNamed(field: String) throws {
    try withFolder { folder in
      try small.write(to: folder)
      let file = folder.appendingPathComponent("portrait.json")
      let record = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
      for value in [Int.min, 1, 4097, Int.max] {
        var fields = try #require(record as? [String: Any])
        fields[field] = value
        try JSONSerialization.data(withJSONObject: fields).write(to: file)
        let error = #expect(throws: PortraitFolderError.self) { try PortraitFolder.read(folder) }
        #expect(error?.problem == "\(field) is \(value), expected 2 … 4096")
      }
    }
  }

  /// A camera may lack keys, as it would if a later version had more of them.
  ///
  /// Unknown keys and impossible values are refused.
  @Test func theCameraMayLackKeys() throws {
    try withFolder { folder in
      try small.write(to: folder)
      let file = folder.appendingPathComponent("portrait.json")
      let written = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      func record(_ name: String, _ object: [String: Any]) throws -> PortraitFolder {
        let changed = written.merging([name: object]) { $1 }
        try JSONSerialization.data(withJSONObject: changed).write(to: file)
        return try PortraitFolder.read(folder)
      }
      var expected = small
      expected.camera = Camera(fieldOfView: 20)
      #expect(try record("camera", ["fov": 20]) == expected)
      let flaws: [(String, [String: Any], String)] = [
        (
          "camera", ["zoom": 2],
          "camera.zoom: zoom is unknown, expected one of radius, fov, near, far, yawMean, "
            + "pitchMean, yawDeviation, pitchDeviation"
        ),
        (
          "camera", ["fov": -3],
          "camera.fov: fov is -3.0, expected degrees between 0 and 180"
        ),
        (
          "volumeBox", ["min": [0, 0, 0], "max": [1, 1, 1], "mid": 2],
          "volumeBox.mid: mid is unknown, expected one of min, max"
        ),
        ("volumeBox", ["min": [0, 0, 0]], "has no key max"),
      ]
      for (name, object, problem) in flaws {
        let error = #expect(throws: PortraitFolderError.self) { try record(name, object) }
        #expect(error?.problem == problem)
      }
    }
  }

  /// Channel-first tensors hold the same values as the flat arrays, element by element.
  @Test func tensorsKeepPlaceAndRange() {
    let scene = PortraitScene(small.parameters)
    let maps = scene.castParallel(part: .face, grid: small.grid, samplesPerElement: 1)
    #expect(maps.colorTensor.shape == [3, 14, 12])
    #expect(maps.depthTensor.shape == [1, 14, 12] && maps.coverageTensor.shape == [1, 14, 12])
    let color = maps.colorTensor.scalars
    for index in 0..<(14 * 12) {
      for channel in 0..<3 {
        #expect(color[channel * 168 + index] == Double(maps.rgb[3 * index + channel]))
      }
    }
    let picture = scene.render(size: 10)
    let image = picture.imageTensor.scalars
    let mask = picture.maskTensor.scalars
    #expect(picture.imageTensor.shape == [3, 10, 10] && picture.maskTensor.shape == [13, 10, 10])
    for index in 0..<100 {
      for channel in 0..<3 {
        #expect(image[channel * 100 + index] == Double(2 * picture.rgb[3 * index + channel] - 1))
      }
      for part in 0..<13 {
        #expect(mask[part * 100 + index] == (Int(picture.labels[index]) == part ? 1 : -1))
      }
    }
  }
}
