import Datasets
import Foundation
import TensorFiles
import Testing

@Suite("Crops around faces")
struct FaceCropTests {
  /// A face that looks to the front: eyes 60 apart at row 100, mouth 40 wide at row 170.
  private static let face = FaceLandmarks(
    leftEye: SIMD2(90, 100), rightEye: SIMD2(150, 100), nose: SIMD2(120, 130),
    leftMouth: SIMD2(100, 170), rightMouth: SIMD2(140, 170))

  /// By hand: e = 60 and v = 70, so the side is max(240, 252) and the center is 7 below the eyes.
  @Test func theRuleByHand() throws {
    let crop = try #require(FaceCrop(Self.face))
    #expect(crop.center == SIMD2(120, 107) && crop.side == 252)
    #expect(crop.across == SIMD2(1, 0) && crop.down == SIMD2(0, 1))
    var wide = Self.face
    (wide.leftEye.x, wide.rightEye.x) = (80, 160)
    #expect(try #require(FaceCrop(wide)).side == 320)
    // Rows −19 … 233 and columns −6 … 246; a picture of 200 rows ends at 199.5.
    #expect(crop.overhang(width: 240, height: 200) == 233 - 199.5)
    #expect(crop.overhang(width: 300, height: 300) == 18.5)
  }

  /// By hand: the mouth is moved to the right, and the rows of the square turn with it.
  ///
  /// e = (60, 0), v = (21, 70), e − rot v = (60 + 70, 0 − 21).
  @Test func aTurnedFaceByHand() throws {
    var face = Self.face
    (face.leftMouth.x, face.rightMouth.x) = (121, 161)
    let crop = try #require(FaceCrop(face))
    let length = (130.0 * 130 + 21 * 21).squareRoot()
    #expect(abs(crop.across.x - 130 / length) < 1e-12 && abs(crop.across.y + 21 / length) < 1e-12)
    #expect(abs(crop.side - 3.6 * (21.0 * 21 + 70 * 70).squareRoot()) < 1e-9)
  }

  @Test func exchangedEyesAreRefused() {
    var face = Self.face
    (face.leftEye, face.rightEye) = (face.rightEye, face.leftEye)
    #expect(FaceCrop(face) == nil)
    face = Self.face
    (face.leftMouth.y, face.rightMouth.y) = (30, 30)
    #expect(FaceCrop(face) == nil)
  }

  // MARK: - Pixels

  /// A smooth picture: every channel is a wave of its own, at any place.
  private static func wave(_ place: SIMD2<Double>) -> [Double] {
    [
      128 + 90 * sin(place.x / 17) * cos(place.y / 23), 128 + 90 * cos(place.x / 29),
      128 + 90 * sin(place.y / 19),
    ]
  }

  private static func picture(
    _ width: Int, _ height: Int, _ colors: (SIMD2<Double>) -> [Double]
  ) -> Image {
    Image(
      width: width, height: height, channels: 3,
      samples: (0..<width * height).flatMap { pixel in
        colors(SIMD2(Double(pixel % width), Double(pixel / width))).map { UInt16($0.rounded()) }
      })
  }

  /// Turns a point around the center of the face.
  private static func turned(_ point: SIMD2<Double>, by angle: Double) -> SIMD2<Double> {
    let offset = point - SIMD2(120, 107)
    return SIMD2(120, 107)
      + SIMD2(
        cos(angle) * offset.x - sin(angle) * offset.y,
        sin(angle) * offset.x + cos(angle) * offset.y)
  }

  /// A picture whose content and landmarks are turned by a known angle gives the same crop as the upright
  /// picture, and its landmarks lie at the same places.
  @Test(arguments: [0.4, -1.1, 3.0])
  func aTurnedPictureComesBack(angle: Double) throws {
    var face = Self.face
    for point in [
      \FaceLandmarks.leftEye, \.rightEye, \.nose, \.leftMouth, \.rightMouth,
    ] { face[keyPath: point] = Self.turned(Self.face[keyPath: point], by: angle) }
    let crop = try #require(FaceCrop(face))
    #expect(abs(crop.across.x - cos(angle)) < 1e-12 && abs(crop.across.y - sin(angle)) < 1e-12)
    #expect(abs(crop.side - 252) < 1e-9 && abs((crop.center - SIMD2(120, 107)).x) < 1e-9)
    // Large pictures, so that no crop reaches beyond them.
    let plain = Self.picture(500, 500) { Self.wave($0 - SIMD2(130, 143)) }
    let rolled = Self.picture(500, 500) {
      Self.wave(Self.turned($0 - SIMD2(130, 143), by: -angle))
    }
    func moved(_ face: FaceLandmarks) throws -> FaceCrop {
      var face = face
      for point in [
        \FaceLandmarks.leftEye, \.rightEye, \.nose, \.leftMouth, \.rightMouth,
      ] { face[keyPath: point] += SIMD2(130, 143) }
      return try #require(FaceCrop(face))
    }
    let (a, b) = (
      try moved(Self.face).pixels(of: plain, size: 63), try moved(face).pixels(of: rolled, size: 63)
    )
    let worst = zip(a.samples, b.samples).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(a.samples.count == 3 * 63 * 63 && worst <= 1, "\(worst)")
    // The crop is the wave itself, read at the place of every pixel.
    let step = 252.0 / 63
    for (row, column) in [(0, 0), (10, 50), (31, 31), (62, 7)] {
      let place = SIMD2(120, 107) + (SIMD2(Double(column), Double(row)) - 31) * step
      let expected = Self.wave(place)
      for channel in 0..<3 {
        let value = Double(a.samples[3 * (row * 63 + column) + channel])
        #expect(abs(value - expected[channel]) < 2.5, "\(row) \(column) \(channel)")
      }
    }
  }

  /// A crop of the picture's own size and place is the picture itself; at half the size every pixel is the
  /// mean of four.
  @Test func anExactCropCopiesPixels() throws {
    let square = FaceLandmarks(
      leftEye: SIMD2(1.5, 3.5), rightEye: SIMD2(5.5, 3.5), nose: SIMD2(3.5, 3.6),
      leftMouth: SIMD2(3.5, 3.5), rightMouth: SIMD2(3.5, 3.5 + 1e-9))
    // The mouth lies between the eyes, so the square is centered there with a side of 4 · 4.
    let crop = try #require(FaceCrop(square))
    #expect(abs(crop.side - 16) < 1e-6)
    let image = Image(
      width: 16, height: 16, channels: 1, samples: (0..<256).map { UInt16($0 * 7 % 251) })
    func moved(_ shift: Double) throws -> FaceCrop {
      var face = square
      for point in [
        \FaceLandmarks.leftEye, \.rightEye, \.nose, \.leftMouth, \.rightMouth,
      ] { face[keyPath: point] += SIMD2(shift, shift) }
      return try #require(FaceCrop(face))
    }
    let whole = try moved(4).pixels(of: image, size: 16)
    #expect((0..<256).allSatisfy { whole.samples[3 * $0] == image.samples[$0] })
    let half = try moved(4).pixels(of: image, size: 8)
    for (row, column) in [(0, 0), (3, 6), (7, 7)] {
      let four = [0, 1, 16, 17].map { Int(image.samples[32 * row + 2 * column + $0]) }
      let mean = Double(four.reduce(0, +)) / 4
      #expect(abs(Double(half.samples[3 * (8 * row + column)]) - mean) <= 0.5)
    }
    // Moved by 2, the two columns and rows outside the picture are mirrored.
    let beyond = try moved(6).pixels(of: image, size: 16)
    for (row, column, source) in [
      (0, 13, 16 * 2 + 15), (0, 14, 16 * 2 + 15), (15, 15, 16 * 14 + 14),
    ] {
      #expect(beyond.samples[3 * (16 * row + column)] == image.samples[source], "\(row) \(column)")
    }
  }

  /// A map of half the picture's size gives its nearest labels, unchanged.
  @Test func labelsAreTheNearest() throws {
    let map = IndexedImage(
      width: 250, height: 250, indices: (0..<62_500).map { UInt8($0 % 250 / 25 + $0 / 6250) },
      palette: (0..<32).map { PaletteColor($0, 0, 0) })
    var face = Self.face
    for point in [
      \FaceLandmarks.leftEye, \.rightEye, \.nose, \.leftMouth, \.rightMouth,
    ] { face[keyPath: point] += SIMD2(130, 143) }
    let square = try #require(FaceCrop(face))
    guard case .numbers(let crop) = square.labels(of: .numbers(map), scale: 0.5, size: 84) else {
      Issue.record("numbers became samples")
      return
    }
    #expect(crop.width == 84 && crop.palette == map.palette)
    // Colors come from the same pixels.
    let colors = Image(
      width: 250, height: 250, channels: 3,
      samples: map.indices.flatMap { [UInt16($0), 7, 255 - UInt16($0)] })
    let colored = square.labels(of: .samples(colors), scale: 0.5, size: 84)
    #expect(
      colored
        == .samples(
          Image(
            width: 84, height: 84, channels: 3,
            samples: crop.indices.flatMap { [UInt16($0), 7, 255 - UInt16($0)] })))
    for (row, column) in [(0, 0), (40, 11), (83, 83)] {
      let x = Int((250 - 126 + (Double(column) + 0.5) * 3 + 0.5) / 2)
      let y = Int((250 - 126 + (Double(row) + 0.5) * 3 + 0.5) / 2)
      #expect(crop.indices[84 * row + column] == UInt8(x / 25 + y / 25), "\(row) \(column)")
    }
  }
}

@Suite("Files of landmarks")
struct LandmarkListTests {
  private func list(_ text: String) throws -> LandmarkList {
    let folder = try DataFolder()
    try folder.write(Data(text.utf8), "landmarks.txt")
    return try LandmarkList(contentsOf: folder("landmarks.txt"))
  }

  private static let columns = LandmarkList.columns.joined(separator: " ")
  private static let expected = FaceLandmarks(
    leftEye: SIMD2(69, 109), rightEye: SIMD2(106, 113), nose: SIMD2(77, 142),
    leftMouth: SIMD2(73, 152), rightMouth: SIMD2(108, 154.5))

  @Test(arguments: [
    "1\n\(columns)\n000001.jpg  69  109  106  113   77  142   73  152  108  154.5\n",
    "000001.jpg 69 109 106 113 77 142 73 152 108 154.5",
    "image_id,\(columns.replacingOccurrences(of: " ", with: ","))\r\n"
      + "000001.jpg,69,109,106,113,77,142,73,152,108,154.5\r\n",
    "image_id,lefteye_y,lefteye_x,righteye_x,righteye_y,nose_x,nose_y,leftmouth_x,leftmouth_y,"
      + "rightmouth_x,rightmouth_y\n\"000001.jpg\", 109,69,106,113,77,142,73,152,108,154.5\n",
    " {\"landmarks\": [[\"a/000001.png\", [[69,109],[106,113],[77,142],[73,152],[108,154.5]]]]}",
  ])
  func everyFormIsRead(text: String) throws {
    let list = try list(text)
    #expect(list.count == 1 && list.face(of: "000001.jpg") == Self.expected)
    #expect(list.face(of: "000001") == Self.expected && list.face(of: "000002.jpg") == nil)
  }

  @Test func namesMayContainSpaces() throws {
    #expect(
      try list("my photo.jpg 69 109 106 113 77 142 73 152 108 154.5").face(of: "my photo.jpg")
        == Self.expected)
  }

  @Test(arguments: [
    ("", "no landmarks"), ("a.jpg 1 2 3", "line 1"), ("a.jpg 1 2 3 4 5 6 7 8 9 x", "line 1"),
    ("a.jpg 1 2 3 4 5 6 7 8 9 nan", "five points"),
    ("a.jpg 1 2 3 4 5 6 7 8 9 10\na.png 1 2 3 4 5 6 7 8 9 10", "second time"),
    ("lefteye_x lefteye_x\na.jpg 1 2 3 4 5 6 7 8 9 10", "header"),
    ("{\"landmarks\": [[\"a.jpg\", [[1, 2]]]]}", "five points"),
    ("{\"landmarks\": 3}", "expected form"),
    (#"{"landmarks": [["a", [[1,2],[3,2],[2,3],[1,4],[3,4]], 7]]}"#, "expected form"),
    (#"{"landmarks": [], "landmarks": []}"#, "has the key landmarks twice"),
    (#"{"landmarks": [], "scale": 2}"#, "has the key scale, which is not read"),
  ])
  func aWrongFileIsOneLine(text: String, word: String) throws {
    expectLine("landmarks.txt", word) { _ = try list(text) }
  }
}
