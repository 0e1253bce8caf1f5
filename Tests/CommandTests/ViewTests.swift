import Foundation
import ModelConfiguration
import TensorFiles
import TestSupport
import Testing

/// The option `--views` of `generate` and `transfer`, and `--parts` (figures 4 to 6).
@Suite("Several views, and some of the parts")
struct ViewTests {
  private static let ends = 1.5 * Configuration.standard.camera.yawDeviation

  /// Every view is the portrait that `generate` renders from this pose.
  @Test func generatedViewsAreThoseOfTheirPoses() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "generate", "--preset", "tiny", "--seed", "3", "--views", "3", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for (view, turn) in [-1.0, 0, 1].enumerated() {
      let alone = try Command.run(
        "generate", "--preset", "tiny", "--seed", "3", "--yaw", "\(.pi / 2 + turn * Self.ends)",
        "--out", folder("b\(view)").path)
      #expect(alone.status == 0, "\(alone.errors)")
      for kind in ["image", "mask"] {
        #expect(
          try Data(contentsOf: folder("a/seed0003_view\(view)_\(kind).png"))
            == Data(contentsOf: folder("b\(view)/seed0003_\(kind).png")), "view \(view)")
      }
    }
    let sides = try [0, 2].map { try Data(contentsOf: folder("a/seed0003_view\($0)_image.png")) }
    #expect(sides[0] != sides[1])
    // Three tiles of 128 pixels in each of three rows, with gaps of 4.
    let sheet = try PNGFile.read(folder("a/seed0003_views.png"), alpha: .keep)
    #expect(sheet.width == 3 * 128 + 2 * 4 && sheet.height == 3 * 128 + 2 * 4)
  }

  /// `--parts` leaves out what `--mute` would name, and nothing else.
  @Test func theOtherPartsAreLeftOut() throws {
    let folder = try TemporaryFolder()
    let choices = [["--parts", "face,eyes,3"], ["--mute", "0"], []]
    for (name, choice) in zip(["a", "b", "c"], choices) {
      let outcome = try Command.run(
        ["generate", "--preset", "tiny", "--seed", "1", "--out", folder(name).path] + choice)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let images = try ["a", "b", "c"].map {
      try Data(contentsOf: folder("\($0)/seed0001_image.png"))
    }
    #expect(images[0] == images[1] && images[1] != images[2])
  }

  @Test func theViewsOfATransferAreThoseOfTheirPoses() throws {
    let folder = try TemporaryFolder()
    let edit = ["transfer", "--preset", "tiny", "--seed", "3", "--from", "7", "--part", "1"]
    let outcome = try Command.run(edit + ["--views", "3", "--out", folder("a").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4 && lines[3].hasPrefix("view 2, yaw 2.02: D_mean "), "\(lines)")
    let side = try Command.run(
      edit + ["--yaw", "\(.pi / 2 + Self.ends)", "--out", folder("b").path])
    #expect(side.status == 0, "\(side.errors)")
    for file in ["portrait", "donor", "edited"].flatMap({ ["\($0)_image", "\($0)_mask"] }) {
      let turned = file.replacing("_", with: "_view2_")
      #expect(
        try Data(contentsOf: folder("a/\(turned).png")) == Data(contentsOf: folder("b/\(file).png"))
      )
    }
    // The figures of the view are those of the portrait from this pose.
    let figures = try #require(side.output.split(separator: " (equation").first)
    #expect(lines[3].hasSuffix(figures), "\(lines[3]) against \(figures)")
    #expect(try folder.files("a").contains("views.png"))
    let again = try Command.run(edit + ["--out", folder("a").path])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try !folder.files("a").contains { $0.contains("view") })
  }

  /// `--mask-weights` is `--set maskWeights`, without a warning that the weights were trained otherwise.
  @Test func maskWeightsAreThoseOfTheConfiguration() throws {
    let folder = try TemporaryFolder()
    let model = ["--preset", "tiny"]
    let names = ["--names", "mask_coarse,mask_init"]
    let edit = ["--seed", "3", "--from", "7", "--part", "1"]
    for (name, choice) in [
      ("a", ["--mask-weights", "ones"]), ("b", ["--set", "maskWeights=ones"]),
      ("c", ["--mask-weights", "rendering"]),
    ] {
      for command in [["dump"] + names, ["transfer"] + edit] {
        let outcome = try Command.run(
          command + model + choice + ["--out", folder("\(name)/\(command[0])").path])
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
    }
    for file in ["dump/mask_coarse.npy", "transfer/edited_mask.png"] {
      let data = try ["a", "b", "c"].map { try Data(contentsOf: folder("\($0)/\(file)")) }
      #expect(data[0] == data[1] && data[1] != data[2], "\(file)")
    }
    let flat = try Command.run(
      ["transfer"] + edit + model + ["--set", "rendering=flat", "--mask-weights", "ones"]
        + ["--out", folder("d").path])
    #expect(flat.status == 2 && flat.errors.contains("the model is flat"), "\(flat.errors)")
  }

  /// A donor drawn at random is named, and the same edit can be made again.
  @Test func aRandomDonorIsNamed() throws {
    let folder = try TemporaryFolder()
    let edit = ["transfer", "--preset", "tiny", "--seed", "3", "--part", "1"]
    let outcome = try Command.run(edit + ["--random", "--out", folder("a").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let line = try #require(outcome.output.split(separator: "\n").first)
    let donor = try #require(line.split(separator: " ").last.map(String.init))
    #expect(line == "the donor is --from \(donor)")
    let again = try Command.run(edit + ["--from", donor, "--out", folder("b").path])
    #expect(again.status == 0, "\(again.errors)")
    for file in ["edited_image.png", "difference.png", "difference_masked.png"] {
      #expect(try Data(contentsOf: folder("a/\(file)")) == Data(contentsOf: folder("b/\(file)")))
    }
  }

  @Test(arguments: [
    (["transfer", "--part", "hair"], ["the donor is missing", "--random"]),
    (["transfer", "--part", "hair", "--from", "1", "--random"], ["named twice", "--random"]),
    (["transfer", "--part", "hair", "--from", "1", "--views", "10"], ["--views is 10", "1 … 9"]),
    (["generate", "--mute", "hat", "--parts", "face"], ["--mute and --parts", "one of them"]),
    (["generate", "--parts", ""], ["--parts is empty"]),
    (["generate", "--parts", "face,beard"], ["--parts", "beard", "hair"]),
  ])
  func wrongChoicesAreOneLine(arguments: [String], words: [String]) throws {
    let outcome = try Command.run(arguments + ["--out", "a"])
    #expect(outcome.status == 2, "\(outcome.errors)")
    let line = try #require(outcome.errorLines.first)
    for word in words { #expect(line.contains(word), "\(line)") }
  }
}
