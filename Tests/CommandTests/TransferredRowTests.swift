import Foundation
import ModelConfiguration
import PortraitModel
import TensorFiles
import TestSupport
import Testing

/// Which rows of W⁺ `transfer` exchanges, and from where.
@Suite("The command transfer: exchanged rows")
struct TransferredRowTests {
  private static let tiny = LibraryPortrait(.tiny)

  private func images(_ arguments: String...) throws -> [Image] {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["transfer", "--preset", "tiny", "--seed", "1", "--from", "2"] + arguments
        + ["--out", folder("a").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try ["portrait", "donor", "edited"].map {
      try PNGFile.read(folder("a/\($0)_image.png"), alpha: .keep)
    }
  }

  /// Row 0 of W⁺ is the base; rows 1 + 2k and 2 + 2k are shape and texture of part k.
  @Test(arguments: [("shape", [3]), ("texture", [4]), ("both", [3, 4])] as [(String, Set<Int>)])
  func anAspectIsOneRowOfThePart(aspect: String, rows: Set<Int>) throws {
    let images = try images("--part", "1", "--aspect", aspect)
    let (own, donor) = (Self.tiny.wplus(seed: 1), Self.tiny.wplus(seed: 2))
    expectPortraits([
      (images[0], Self.tiny.view(own)), (images[1], Self.tiny.view(donor)),
      (images[2], Self.tiny.view(Self.tiny.replacing(rows: rows, of: own, with: donor))),
    ])
  }

  /// Shape, texture and both give three different portraits, so that an exchange cannot hide.
  @Test func theAspectsDiffer() {
    let (own, donor) = (Self.tiny.wplus(seed: 1), Self.tiny.wplus(seed: 2))
    let colors = ([[3], [4], [3, 4]] as [Set<Int>]).map {
      fileColors(Self.tiny.view(Self.tiny.replacing(rows: $0, of: own, with: donor)).image[0])
    }
    #expect(apart(colors[0], colors[1]) > 3 && apart(colors[1], colors[2]) > 3)
    #expect(apart(colors[0], colors[2]) > 3)
  }

  /// Portrait and donor are truncated alike, before rows are exchanged.
  @Test func bothPortraitsAreTruncated() throws {
    let images = try images("--part", "1", "3", "--truncation", "0.4")
    let own = Self.tiny.wplus(seed: 1, truncation: 0.4)
    let donor = Self.tiny.wplus(seed: 2, truncation: 0.4)
    let edited = Self.tiny.replacing(rows: [3, 4, 7, 8], of: own, with: donor)
    expectPortraits([
      (images[0], Self.tiny.view(own)), (images[1], Self.tiny.view(donor)),
      (images[2], Self.tiny.view(edited)),
    ])
    // Without truncation the donor would look different.
    let whole = fileColors(Self.tiny.view(Self.tiny.wplus(seed: 2)).image[0])
    #expect(apart(whole, fileColors(Self.tiny.view(donor).image[0])) > 3)
  }
}
