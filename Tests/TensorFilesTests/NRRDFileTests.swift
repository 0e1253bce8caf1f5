import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// NRRD files, read back by a parser that shares no code with the writer.
@Suite("NRRD files")
struct NRRDFileTests {
  private static let placement = NRRDFile.Placement(
    space: "left-posterior-superior", origin: SIMD3(1, -2, 0.1),
    steps: [SIMD3(0.5, 0, 0), SIMD3(0, 0, 0.25), SIMD3(0, -0.125, 0)])

  @Test func aVolumeIsWrittenColumnByColumn() throws {
    let volume = Tensor([2, 3, 5], (0..<30).map { Double($0) / 7 }).cast(to: .float64)
    let file = try NRRDContents(
      NRRDFile.encode(volume, at: Self.placement, notes: [("name", "a\nb")]))
    #expect(file.sizes == [5, 3, 2] && file.fields["type"] == "double")
    #expect(file.values == volume.scalars)
    #expect(file.fields["space"] == "left-posterior-superior")
    #expect(file.vectors("space origin") == [[1, -2, 0.1]])
    #expect(file.vectors("space directions") == [[0.5, 0, 0], [0, 0, 0.25], [0, -0.125, 0]])
    #expect(file.fields["kinds"] == "domain domain domain")
    #expect(file.notes["name"] == "a\\u{A}b")
  }

  /// The components of a voxel stand together, and `sizes` comes before `space`.
  @Test func componentsAreTheFastestAxis() throws {
    let volume = Tensor([4, 2, 3, 5], (0..<120).map(Double.init)).cast(to: .float32)
    let data = try NRRDFile.encode(volume, at: Self.placement)
    let file = try NRRDContents(data)
    #expect(file.sizes == [4, 5, 3, 2] && file.fields["type"] == "float")
    #expect(file.values == volume.permuted(axes: [1, 2, 3, 0]).scalars)
    #expect(Array(file.values.prefix(5)) == [0, 30, 60, 90, 1])
    #expect(file.fields["kinds"] == "list domain domain domain")
    #expect(file.fields["space directions"]?.hasPrefix("none (0.5,0.0,0.0) ") == true)
    let text = String(decoding: data.prefix(200), as: UTF8.self)
    let (sizes, space) = (text.range(of: "\nsizes: "), text.range(of: "\nspace: "))
    #expect(try #require(sizes).lowerBound < #require(space).lowerBound)
  }

  @Test func theFileHasTheBytes() throws {
    let folder = try TemporaryFolder()
    let volume = Tensor.ones([2, 2, 2])
    try NRRDFile.write(volume, at: Self.placement, to: folder("a.nrrd"))
    #expect(
      try Data(contentsOf: folder("a.nrrd")) == NRRDFile.encode(volume, at: Self.placement))
  }
}
