import PortraitClasses
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Inspection
@testable import Probes

@Suite("The page of a dump")
struct DumpPageTests {
  @Test func pageIsWellFormedAndHoldsEveryPictureInOrder() throws {
    let folder = try TemporaryFolder()
    let writer = try DumpWriter(folder: folder.url)
    // The order differs from that of figure 2.
    let names = [
      "image", "part00_ray_density", "unheard_of", "part01_psi", "part00_psi", "ray_density", "w",
      "part01_layer10", "part01_layer2", "part00_layer2",
    ]
    for (index, name) in names.enumerated() {
      let map = Tensor([2, 3], [0.0, 1, 2, Double(index) / 16, 4, 5])
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

  /// The page says what made the dump, where near is, and shows equal pictures of all parts once.
  @Test func pageSaysWhatAStrangerNeeds() throws {
    let folder = try TemporaryFolder()
    let writer = try DumpWriter(folder: folder.url)
    let probe = writer.probe(palette: .portrait)
    let map = Tensor([1, 2], [0.0, 4])
    for part in ["part00", "part01", "part02"] {
      probe.record(
        "\(part)_fourier", axes: "[H, W]", meaning: TensorMeaning("Positions."), map)
      probe.record(
        "\(part)_depth2d", axes: "[H, W]", unit: "planes",
        meaning: TensorMeaning(
          "Depth of \(part).",
          scale: .depth(DepthScale(near: .largest, reference: "absolute", range: 0...7))),
        part == "part02" ? map * 0.5 : map)
    }
    probe.record(
      "render_depth", axes: "[H, W]", unit: "world",
      meaning: TensorMeaning(
        "Distances.", scale: .depth(DepthScale(near: .smallest, reference: "along the ray"))), map)
    try writer.finish()
    var page = DumpPage(title: "Dump", introduction: "")
    page.facts = [("Command", "`ssgan3d dump --seed 3 <x>`")]
    page.warnings = ["The volume is empty."]
    page.configuration = "{\"parts\" : 13}"
    try page.write(writer)
    let text = try folder.text("index.html")
    let images = try requireWellFormed(text).filter { $0.name == "img" }.map(\.attributes)
    let shown = images.compactMap { $0["alt"]?.split(separator: ",").first.map(String.init) }
    // All three Fourier pictures are equal; of the depths only two are, so all three are shown.
    #expect(
      shown == [
        "part00_fourier", "part00_depth2d", "part01_depth2d", "part02_depth2d", "render_depth",
      ])
    for words in [
      "<code>ssgan3d dump --seed 3 &lt;x&gt;</code>", "The volume is empty.",
      "Equal for all 3 parts",
      "In every picture of a depth, bright is near.", "eyes · Depth of part02.",
      "[H, W] = 1 × 2 · 0 … 2 · planes · colors 0 … 7 · bright is near, absolute",
      "world · colors 0 … 4 · bright is near, along the ray",
    ] { #expect(text.contains(words), "\(words)") }
    // The index lists every tensor with its own files.
    let entries = try DumpWriter.entries(in: folder.url)
    #expect(entries.count == 7)
    #expect(entries.first { $0.name == "part02_fourier" }?.sameAs == "part00_fourier")
    #expect(entries.first { $0.name == "part02_depth2d" }?.sameAs == nil)
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
