import PortraitClasses
import Foundation
import Tensors
import Testing

@testable import Inspection
@testable import Probes

@Suite("The page of a dump")
struct DumpPageTests {
  @Test func pageIsWellFormedAndHoldsEveryPictureInOrder() throws {
    let folder = try TemporaryFolder()
    let writer = try DumpWriter(folder: folder.url)
    // The order differs from that of figure 2.
    let map = Tensor([2, 3], [0.0, 1, 2, 3, 4, 5])
    let names = [
      "image", "part00_ray_density", "unheard_of", "part01_psi", "part00_psi", "ray_density", "w",
      "part01_layer10", "part01_layer2", "part00_layer2",
    ]
    for name in names {
      writer.probe(palette: .portrait).record(name, axes: "[H, W]", unit: "a < b", map)
    }
    try writer.finish()
    try DumpPage(title: "A & B", introduction: "Words.").write(writer)
    let elements = try requireWellFormed(try folder.text("index.html"))
    let images = elements.filter { $0.name == "img" }.map(\.attributes)
    let shown = images.compactMap { $0["alt"]?.split(separator: ",").first.map(String.init) }
    #expect(
      shown == [
        "w", "part01_layer2", "part00_layer2", "part01_layer10", "part01_psi", "part00_psi",
        "ray_density", "part00_ray_density",
        "image", "unheard_of",
      ])
    for image in images {
      #expect(image["title"]?.contains("[H, W] = 2 × 3 · 0 … 5 · a < b") == true)
      #expect(image["src"]?.hasPrefix("data:image/png;base64,iVBOR") == true)
      #expect(Int(image["width"] ?? "") ?? 0 > 300)
    }
  }

  @Test func aMissingPictureIsNamed() throws {
    let folder = try TemporaryFolder()
    let writer = try DumpWriter(folder: folder.url)
    writer.probe(palette: .portrait).record("w", axes: "[L]", Tensor([2], [1.0, 2]))
    try FileManager.default.removeItem(at: folder("w.png"))
    let error = #expect(throws: InspectionError.self) {
      try DumpPage(title: "", introduction: "").write(writer)
    }
    #expect("\(try #require(error))".contains("w.png"))
  }

  @Test func aProbeForSomeNamesSkipsOthers() {
    let recorder = Recorder()
    let probe = recorder.probe.only(["a", "inside/b"])
    func never() -> Tensor {
      Issue.record("a tensor that nobody wants was computed")
      return Tensor([1], [0.0])
    }
    probe.record("a", axes: "[L]", Tensor([1], [1.0]))
    probe.record("c", axes: "[L]", never())
    probe.inside("inside").record("b", axes: "[L]", Tensor([1], [2.0]))
    probe.inside("inside").record("a", axes: "[L]", never())
    #expect(recorder.recordings.map(\.name) == ["a", "inside/b"])
    #expect(probe.wants("a") && !probe.wants("c") && !Probe.none.wants("a"))
  }
}
