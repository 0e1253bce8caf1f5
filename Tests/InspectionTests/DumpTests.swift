import PortraitClasses
import Foundation
import Synchronization
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Inspection
@testable import Probes

@Suite("Dumps")
struct DumpTests {
  private func index(_ folder: URL) throws -> [DumpEntry] {
    let data = try Data(contentsOf: folder.appendingPathComponent("index.json"))
    return try JSONDecoder().decode([DumpEntry].self, from: data)
  }

  @Test func probeWritesNumbersPictureAndIndex() throws {
    let folder = try TemporaryFolder()
    let writer = try DumpWriter(folder: folder("dump"))
    let psi = Tensor([2, 3, 4], (0..<24).map { Double($0) / 23 }).cast(to: .float32)
    writer.probe(palette: .portrait).record(
      "part01_psi", axes: "[D, H, W]", unit: "share", equation: "Eq. 7", psi)
    try writer.finish()
    let entries = try index(folder("dump"))
    let entry = try #require(entries.first)
    #expect(entries.count == 1 && entry.name == "part01_psi" && entry.equation == "Eq. 7")
    #expect(entry.axes == "[D, H, W]" && entry.unit == "share" && entry.shape == [2, 3, 4])
    #expect(entry.min == 0 && entry.max == 1 && entry.notFinite == 0)
    #expect(abs((entry.mean ?? 0) - 0.5) < 1e-7)
    #expect(entry.colorMap == "viridis")
    #expect(entry.file == "part01_psi.npy" && entry.picture == "part01_psi.png")
    let read = try NPYFile.read(folder("dump/part01_psi.npy")).tensor
    #expect(read.scalarType == .float32)
    expectClose(read, psi, within: .exact)
    let image = try PNGFile.read(folder("dump/part01_psi.png"), alpha: .keep)
    let picture = Rendering.volume(psi, unit: "share").titled("part01_psi: face").picture
    #expect(image.samples == picture.bytes.map(UInt16.init))
  }

  /// A new dump removes the files of an earlier one and leaves all other files.
  @Test func aSecondDumpReplacesTheFirst() throws {
    let folder = try TemporaryFolder()
    let first = try DumpWriter(folder: folder("dump"))
    first.probe(palette: .portrait).record(
      "w", axes: "[L]", unit: "", equation: "", Tensor([2], [1.0, 2.0]))
    try first.finish()
    try Data("mine".utf8).write(to: folder("dump/notes.txt"))
    let second = try DumpWriter(folder: folder("dump"))
    second.probe(palette: .portrait).record(
      "z", axes: "[L]", unit: "", equation: "", Tensor([2], [3.0, 4.0]))
    try second.finish()
    let files = FileManager.default
    #expect(try index(folder("dump")).map(\.name) == ["z"])
    #expect(!files.fileExists(atPath: folder("dump/w.npy").path))
    for name in ["dump/z.npy", "dump/notes.txt"] {
      #expect(files.fileExists(atPath: folder(name).path), "\(name)")
    }
  }

  /// An index may come from anybody: nothing that it names is removed, and it is not replaced.
  @Test func anIndexOfAnotherIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder("dump"))
    let view = View(
      Recording(
        name: "w", tensor: Tensor([2], [1.0, 2.0]), axes: "[L]", unit: "", equation: ""),
      palette: .portrait)
    let entries = [
      DumpEntry(view, file: "../kept.png", picture: "kept.png"),
      DumpEntry(view, file: ".", picture: ""),
    ]
    for name in ["kept.png", "dump/kept.png"] { try Data("mine".utf8).write(to: folder(name)) }
    let index = try JSONEncoder().encode(entries)
    try index.write(to: folder("dump/index.json"))
    #expect(throws: TensorFileError.self) { try DumpWriter(folder: folder("dump")) }
    #expect(try Data(contentsOf: folder("dump/index.json")) == index)
    for name in ["kept.png", "dump/kept.png"] {
      #expect(try Data(contentsOf: folder(name)) == Data("mine".utf8))
    }
  }

  @Test func namesWithASlashAreFolders() throws {
    let folder = try TemporaryFolder()
    let writer = try DumpWriter(folder: folder.url)
    let map = Tensor([2, 2], [0.0, 1, 2, 3])
    writer.probe(palette: .portrait).inside("front").record("depth/d̂", axes: "[H, W]", map)
    try writer.finish()
    #expect(try index(folder.url).map(\.file) == ["front/depth/d.npy"])
    expectClose(try NPYFile.read(folder("front/depth/d.npy")).tensor, map, within: .exact)
  }

  @Test func sameTensorsGiveTheSameBytes() throws {
    func bytes(_ folder: TemporaryFolder) throws -> [Data] {
      let writer = try DumpWriter(folder: folder.url)
      for (name, value) in [("b", 1.0), ("a", 2.0), ("b", 3.0)] {
        writer.probe(palette: .portrait).record(
          name, axes: "[H, W]", Tensor([1, 2], [value, -value]))
      }
      try writer.finish()
      return try ["index.json", "a.npy", "a.png", "b.npy", "b.png"].map {
        try Data(contentsOf: folder($0))
      }
    }
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    #expect(try bytes(first) == bytes(second))
    // A second tensor of the same name replaces the first.
    #expect(try index(first.url).map(\.name) == ["a", "b"])
    #expect(try index(first.url).map(\.max) == [2, 3])
  }

  /// The index is valid at any time: every file that it lists exists.
  @Test func indexIsValidAfterEveryTensor() throws {
    let folder = try TemporaryFolder()
    let writer = try DumpWriter(folder: folder.url)
    #expect(try index(folder.url).isEmpty)
    for count in 1...3 {
      writer.probe(palette: .portrait).record(
        "map\(count)", axes: "[H, W]", Tensor([1, 1], [Double(count)]))
      let entries = try index(folder.url)
      #expect(entries.count == count)
      for entry in entries {
        #expect(FileManager.default.fileExists(atPath: folder(entry.file).path))
        #expect(FileManager.default.fileExists(atPath: folder(entry.picture).path))
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      // The index and the list of own files.
      #expect(names.count == 2 + 2 * count, "nothing unfinished is left: \(names)")
    }
  }

  @Test func withoutAProbeNothingIsComputed() {
    var computed = 0
    func tensor() -> Tensor {
      computed += 1
      return .scalar(1)
    }
    Probe.none.record("z", axes: "[L]", tensor())
    #expect(computed == 0 && !Probe.none.isInstalled && !Probe.none.inside("a").isInstalled)
    let names = Mutex<[String]>([])
    Probe { recording in names.withLock { $0.append(recording.name) } }
      .record("z", axes: "[L]", tensor())
    #expect(computed == 1 && names.withLock { $0 } == ["z"])
  }

  @Test func anUnwritableFolderIsReportedInOneLine() throws {
    let folder = try TemporaryFolder()
    try Data("x".utf8).write(to: folder("file"))
    let error = #expect(throws: TensorFileError.self) {
      try DumpWriter(folder: folder("file/dump"))
    }
    let line = "\(try #require(error))"
    #expect(line.contains("file/dump") && line.contains("another folder") && !line.contains("\n"))
  }

  @Test func notFiniteValuesAreCountedAndLeftOut() {
    let statistics = Statistics([.nan, 1, 3, .infinity])
    #expect(statistics.minimum == 1 && statistics.maximum == 3 && statistics.mean == 2)
    #expect(statistics.notFinite == 2 && statistics.line.hasSuffix("2 not finite"))
    #expect(Statistics([.nan]).range == 0...0)
  }

  @Test(arguments: [
    ("ψ(0,1,z)", "psi_0_1_z"), ("d̂", "d"), ("a//b/../c", "a/b/c"), ("/", "unnamed"),
    ("part01_psi", "part01_psi"),
  ])
  func namesBecomeFileNames(name: String, expected: String) {
    #expect(View.fileName(name) == expected)
  }

  @Test(arguments: [
    (0.0, "0"), (1, "1"), (-2.5, "−2.5"), (1234.56, "1235"), (0.33333333, "0.3333"),
    (3.1e-16, "3.1e-16"), (1e7, "1e7"), (123456, "123456"), (-0.00012346, "−0.0001235"),
    (99999.5, "100000"), (.infinity, "∞"),
  ])
  func numbersAreBrief(value: Double, expected: String) { #expect(value.brief == expected) }

  @Test(arguments: [
    ("[H, W]", [2, 3], "viridis"), ("[3, H, W]", [3, 2, 2], "rgb"),
    ("[K, H, W]", [4, 2, 3], "viridis"), ("[C, H, W]", [5, 2, 3], "principal components"),
    ("[C, D, H, W]", [2, 2, 3, 4], "viridis of the norm"), ("[H, W, N]", [2, 3, 4], "viridis"),
    ("[H, W, N, 3]", [2, 3, 4, 3], "blue–white–red"), ("[K, R, L]", [2, 3, 4], "blue–white–red"),
    ("[N]", [7], "bars"), ("", [], "bars"), ("[H, W]", [2, 3, 4], "bars"),
  ])
  func axesChooseThePicture(axes: String, shape: [Int], colorMap: String) {
    let count = shape.reduce(1, *)
    let tensor = Tensor(shape, (0..<count).map { Double($0) / Double(count) })
    let view = View(
      Recording(name: "t", tensor: tensor, axes: axes, unit: "", equation: ""), palette: .portrait)
    #expect(view.rendering.colorMap == colorMap)
  }

  /// Probabilities that sum to 1 are blended; other values between 0 and 1 are not.
  @Test func sharesChooseThePalette() {
    for (last, colorMap) in [(0.5, "mask palette"), (0.25, "viridis")] {
      let tensor = Tensor([3, 1, 2], [0.25, 0.5, 0.25, 0.125, 0.5, last - 0.125])
      let view = View(
        Recording(name: "t", tensor: tensor, axes: "[K, H, W]", unit: "", equation: ""),
        palette: .portrait)
      #expect(view.rendering.colorMap == colorMap)
    }
  }

  /// Thirteen masks of 512 × 512 are averaged, so that they fit on a sheet of a few rows.
  @Test func manyLargeMapsMakeASheet() {
    let tensor = Tensor.zeros([13, 512, 512]) - 1
    let view = View(
      Recording(name: "t", tensor: tensor, axes: "[K, H, W]", unit: "", equation: ""),
      palette: .portrait)
    let picture = view.rendering.picture
    #expect(picture.width < 1000 && picture.height < 1000, "\(picture.width) × \(picture.height)")
  }

  @Test func negativeValuesChooseTheSignedMap() {
    for (axes, shape) in [("[1, H, W]", [1, 2, 3]), ("[K, H, W]", [2, 3, 1])] {
      let tensor = Tensor(shape, [-1.0, 2, 3, 4, 5, 6])
      let view = View(
        Recording(name: "t", tensor: tensor, axes: axes, unit: "", equation: ""), palette: .portrait
      )
      #expect(view.rendering.colorMap == "blue–white–red")
    }
  }
}
