import Camera
import Datasets
import Foundation
import TensorFiles
import Tensors
import Testing

@Suite("Camera poses of pictures")
struct PoseListTests {
  private func list(_ text: String) throws -> PoseList {
    let folder = try DataFolder()
    try folder.write(Data(text.utf8), "poses.json")
    return try PoseList(contentsOf: folder("poses.json"))
  }

  /// Returns EG3D's 25 numbers for a rotation given by its columns.
  private func label(
    _ right: [Double], _ down: [Double], _ forward: [Double], at position: [Double],
    lastRow: [Double] = [0, 0, 0, 1]
  ) -> String {
    let rows = (0..<3).flatMap { [right[$0], down[$0], forward[$0], position[$0]] }
    let intrinsics = [4.26, 0, 0.5, 0, 4.26, 0.5, 0, 0, 1]
    let numbers = (rows + lastRow + intrinsics).map { "\($0)" }.joined(separator: ", ")
    return "{\"labels\": [[\"00000/img00000007.png\", [\(numbers)]]]}"
  }

  @Test func anglesAreReadAsTheyStand() throws {
    let poses = try list(
      "{\"poses\": [[\"a.jpg\", 1.75, 1.5], [\"sub/b.v2.png\", -0.25, 3.0], [\"7\", 1, 2]]}")
    #expect(poses.count == 3 && poses.tilted == 0)
    #expect(poses.pose(of: "a") == CameraPose(yaw: 1.75, pitch: 1.5))
    #expect(poses.pose(of: "b.v2") == CameraPose(yaw: -0.25, pitch: 3))
    // CelebAMask-HQ's pairs have names of five digits.
    #expect(poses.pose(of: "00007") == CameraPose(yaw: 1, pitch: 2))
    #expect(poses.pose(of: "c") == nil)
  }

  /// By hand: the frontal camera, and cameras turned by 30° to the image's left and raised by 30°.
  @Test func matricesGiveTheAnglesOfTheirViewingDirection() throws {
    let (c, s) = (3.0.squareRoot() / 2, 0.5)
    let front = try list(label([1, 0, 0], [0, -1, 0], [0, 0, -1], at: [0, 0, 2.7]))
    let left = try list(label([c, 0, s], [0, -1, 0], [s, 0, -c], at: [-2.7 * s, 0, 2.7 * c]))
    let above = try list(label([1, 0, 0], [0, -c, s], [0, -s, -c], at: [0, 2.7 * s, 2.7 * c]))
    let expected: [(PoseList, CameraPose)] = [
      (front, .frontal), (left, CameraPose(turnedLeft: .pi / 6)),
      (above, CameraPose(turnedLeft: 0, raised: .pi / 6)),
    ]
    for (poses, wanted) in expected {
      let pose = try #require(poses.pose(of: "img00000007"))
      #expect(abs(pose.yaw - wanted.yaw) < 1e-9 && abs(pose.pitch - wanted.pitch) < 1e-9, "\(pose)")
      #expect(poses.tilted == 0)
    }
  }

  /// A position that the camera does not look back from, and a roll of 30°, change nothing.
  @Test func rollAndPositionAreNotUsed() throws {
    let (c, s) = (3.0.squareRoot() / 2, 0.5)
    let poses = try list(label([c, s, 0], [s, -c, 0], [0, 0, -1], at: [0.1, -0.2, 2.7]))
    let pose = try #require(poses.pose(of: "img00000007"))
    #expect(abs(pose.yaw - .pi / 2) < 1e-9 && abs(pose.pitch - .pi / 2) < 1e-9)
    #expect(poses.tilted == 1)
  }

  /// A camera behind the head keeps a yaw beside that of its neighbors.
  @Test func theCutOfTheYawLiesBehindTheHead() throws {
    let a = 2.0
    let poses = try list(
      label(
        [cos(a), 0, sin(a)], [0, -1, 0], [sin(a), 0, -cos(a)], at: [-sin(a), 0, cos(a)]))
    let pose = try #require(poses.pose(of: "img00000007"))
    #expect(abs(pose.yaw - (.pi / 2 + a)) < 1e-9)
  }

  static let wrong: [(text: String, words: [String])] = [
    ("{\"poses\": [[\"a.jpg\", NaN, 1.5]]}", ["not valid JSON", "NaN"]),
    ("{\"poses\": [[\"a.jpg\", 90, 1.5]]}", ["a.jpg", "yaw is 90.0", "degrees"]),
    ("{\"poses\": [[\"a.jpg\", 1.5, 0]]}", ["a.jpg", "pitch is 0.0"]),
    ("{\"poses\": [[\"a.jpg\", 1.5, 3.2]]}", ["pitch is 3.2"]),
    ("{\"poses\": [[\"a.jpg\", 1.5]]}", ["poses[0]"]),
    ("{\"poses\": [[\"a.jpg\", 1.5, 1.5, 0]]}", ["poses[0]"]),
    ("{\"poses\": [[\"a.jpg\", \"1.5\", 1.5]]}", ["poses[0]"]),
    ("{\"poses\": [[\"a.jpg\", true, 1.5]]}", ["poses[0]"]),
    ("{\"poses\": [[\"a.jpg\", 1.5, 1.5], [\"b/a.png\", 1.5, 1.5]]}", ["two poses to a"]),
    ("{\"labels\": null}", ["neither"]),
    ("{\"poses\": [], \"labels\": []}", ["or both"]),
    ("{\"labels\": [[\"a.png\", [1, 2, 3]]]}", ["a.png", "3 numbers, expected 25"]),
    ("[]", ["expected {\"poses\""]),
    (#"{"poses": [["a", 1, 1]], "poses": []}"#, ["has the key poses twice", "remove one"]),
    (#"{"poses": [["a", 1, 1]], "pose": []}"#, ["has the key pose, which is not read"]),
    (#"{"poses": [{"name": "a"}]}"#, ["has the key poses.name, which is not read"]),
  ]

  @Test(arguments: wrong.indices)
  func aWrongFileIsOneLine(index: Int) throws {
    let folder = try DataFolder()
    try folder.write(Data(Self.wrong[index].text.utf8), "poses.json")
    do {
      _ = try PoseList(contentsOf: folder("poses.json"))
      Issue.record("accepted")
    } catch {
      for word in Self.wrong[index].words { #expect("\(error)".contains(word), "\(error)") }
      #expect("\(error)".contains("poses.json") && !"\(error)".contains("\n"))
    }
  }

  /// Matrices that are not a rotation, are transposed, or have the axes of OpenGL.
  @Test func aWrongMatrixIsRefused() throws {
    for (text, word) in [
      (label([2, 0, 0], [0, -1, 0], [0, 0, -1], at: [0, 0, 2.7]), "not a rotation"),
      (label([-1, 0, 0], [0, -1, 0], [0, 0, -1], at: [0, 0, 2.7]), "not a rotation"),
      (
        label([1, 0, 0], [0, -1, 0], [0, 0, -1], at: [0, 0, 0], lastRow: [0, 0, 2.7, 1]),
        "fourth row"
      ),
      (label([1, 0, 0], [0, 1, 0], [0, 0, 1], at: [0, 0, 2.7]), "looks away"),
    ] {
      expectLine("img00000007.png", word) { _ = try list(text) }
    }
  }
}

@Suite("Data with camera poses")
struct PosedSourceTests {
  private func folder(_ poses: String) throws -> DataFolder {
    let folder = try DataFolder()
    try folder.writeLabelMaps(4)
    try folder.write(Data("{\"poses\": [\(poses)]}".utf8), "poses.json")
    return folder
  }

  private func posed(_ folder: DataFolder) throws -> DatasetInput {
    try DatasetInput(folder.url.path, DataReading(scheme: .parts))
      .posed(by: PoseList(contentsOf: folder("poses.json")))
  }

  private static let all =
    "[\"0\", 1.1, 1.4], [\"1\", 1.2, 1.5], [\"2\", 1.3, 1.6], [\"3\", 2, 1.7]"

  /// A pack keeps the poses, with a version of its own, and changed poses make another source.
  @Test func aPackKeepsThePoses() throws {
    let folder = try folder(Self.all)
    let source = try posed(folder).usableSource()
    let pack = try PortraitPack.prepare(source, size: 4, to: folder("pack"))
    #expect(pack.poses?.map(\.yaw) == [1.1, 1.2, 1.3, 2])
    #expect(pack.poses?.map(\.pitch) == [1.4, 1.5, 1.6, 1.7])
    let text = try String(contentsOf: folder("pack/pack.json"), encoding: .utf8)
    #expect(text.contains("\"version\":2"))
    #expect(pack.training.poses == pack.training.indices.compactMap { pack.poses?[$0] })

    let plain = try DatasetInput(folder.url.path, DataReading(scheme: .parts)).usableSource()
    #expect(plain.fingerprint != source.fingerprint && plain.poses == nil)
    let unposed = try PortraitPack.prepare(plain, size: 4, to: folder("plain"))
    let plainText = try String(contentsOf: folder("plain/pack.json"), encoding: .utf8)
    #expect(plainText.contains("\"version\":1") && !plainText.contains("poses"))
    // The pairs are the same, so a parser of one is a parser of the other.
    #expect(unposed.training.fingerprint == pack.training.fingerprint && unposed.poses == nil)
    expectLine("other poses") { _ = try PortraitPack.prepare(plain, size: 4, to: folder("pack")) }
  }

  @Test func aPackWithImpossiblePosesIsDamaged() throws {
    let folder = try folder(Self.all)
    _ = try PortraitPack.prepare(posed(folder).usableSource(), size: 4, to: folder("pack"))
    let file = folder("pack/pack.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    for (old, new, word) in [
      ("\"version\":2", "\"version\":1", "does not agree"), ("[1.3,1.6],", "", "3 poses"),
      ("[1.3,1.6]", "[1.3,4]", "impossible camera pose"),
      ("[1.3,1.6]", "[1.3]", "impossible camera pose"),
      ("\"version\":2", "\"version\":2,\"size\":4", "has the key size twice"),
      ("\"version\":2", "\"sise\":4,\"version\":2", "has the unknown key sise"),
      ("\"rule\":", "\"role\":1,\"rule\":", "has the unknown key heldOut.role"),
    ] {
      #expect(text.contains(old))
      try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: file)
      expectLine(word) { _ = try PortraitPack.open(folder("pack")) }
    }
  }

  @Test func aPictureWithoutAPoseIsAFault() throws {
    let folder = try folder("[\"0\", 1.1, 1.4], [\"2\", 1.3, 1.6], [\"9\", 1, 1]")
    let input = try posed(folder)
    let faults = try DatasetCheck(input).faults
    #expect(faults.count == 2 && faults[0].contains("has no pose for 1"), "\(faults)")
    expectLine("has no pose for 1", "1 more fault") { _ = try input.usableSource() }
    let list = try PoseList(contentsOf: folder("poses.json"))
    expectLine("procedural") { _ = try DatasetInput("procedural:3").posed(by: list) }
  }

  /// Every draw is the pose of a picture; with mirroring, about half of them are mirrored.
  @Test func drawsArePosesOfPictures() throws {
    let folder = try folder(Self.all)
    let set = UnpreparedSet(try posed(folder).usableSource(), size: 4)
    let known = Set([1.1, 1.2, 1.3, 2.0])
    let plain = try #require(PosePool(of: set, mirrors: false))
    var numbers = RandomNumbers(seed: 3)
    let angles = plain.drawPoses(400, &numbers, .float64).scalars
    let yaws = stride(from: 0, to: 800, by: 2).map { angles[$0] }
    #expect(Set(yaws) == known)
    let pitches = [1.1: 1.4, 1.2: 1.5, 1.3: 1.6, 2: 1.7]
    for (index, yaw) in yaws.enumerated() { #expect(angles[2 * index + 1] == pitches[yaw]) }
    let both = try #require(PosePool(of: set, mirrors: true))
    numbers = RandomNumbers(seed: 3)
    let mirrored = both.drawPoses(400, &numbers, .float64).scalars
    let drawn = stride(from: 0, to: 800, by: 2).map { mirrored[$0] }
    let own = drawn.count { known.contains($0) }
    #expect((160...240).contains(own))
    let others = Set(known.map { .pi - $0 })
    #expect(drawn.allSatisfy { known.contains($0) || others.contains($0) })
    #expect(plain != both && PosePool(of: NumberedSource(count: 3), mirrors: true) == nil)
  }

  /// The mirrored pose lies on the other side of the plane x = 0.
  @Test func aMirroredPoseSeesTheMirroredHead() {
    let pose = CameraPose(yaw: 2, pitch: 1.2)
    let (a, b) = (pose.direction, pose.mirrored.direction)
    #expect(abs(a.x + b.x) < 1e-12 && abs(a.y - b.y) < 1e-12 && abs(a.z - b.z) < 1e-12)
  }

  /// A resumed run needs the same poses, and mirrored poses are others.
  @Test func thePositionKnowsThePoses() throws {
    let folder = try folder(Self.all)
    let set = UnpreparedSet(try posed(folder).usableSource(), size: 4)
    let plain = UnpreparedSet(
      try DatasetInput(folder.url.path, DataReading(scheme: .parts)).usableSource(), size: 4)
    let loader = try BatchLoader(set, batch: 2, seed: 1, prefetches: false)
    #expect(loader.poses?.poses.count == 4 && loader.poses?.mirrors == false)
    _ = try BatchLoader(set, batch: 2, seed: 1, position: loader.position, prefetches: false)
    expectLine("differ") {
      _ = try BatchLoader(plain, batch: 2, seed: 1, position: loader.position, prefetches: false)
    }
    let augmented = try BatchLoader(set, batch: 2, seed: 1, augment: true, prefetches: false)
    #expect(augmented.poses?.mirrors == true)
    // Without poses a position is as it was before poses existed.
    let before = try BatchLoader(plain, batch: 2, seed: 1, prefetches: false)
    #expect(before.position.fingerprint == plain.fingerprint && before.poses == nil)
  }

  @Test func unusualPosesAreNoticed() {
    let usual = (0..<20).map { CameraPose(yaw: 1.5 + 0.01 * Double($0), pitch: 1.6) }
    #expect(PoseSummary(usual).warning == nil && PoseSummary(usual).outlying == 0)
    #expect(PoseSummary(usual).line.contains("yaw 1.595 ± 0.058 (1.500 … 1.690)"))
    let zeroBased = usual.map { CameraPose(yaw: $0.yaw - .pi / 2, pitch: 0.1) }
    #expect(PoseSummary(zeroBased).warning?.contains("20 of 20 camera poses") == true)
  }
}
