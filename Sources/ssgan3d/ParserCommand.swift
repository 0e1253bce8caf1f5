import ArgumentParser
import CommandStatus
import Evaluation
import Foundation
import Inspection
import PortraitData

/// `ssgan3d parser`: a small network learns to find the parts in portraits.
struct ParserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parser",
    abstract: "Trains the parser that generated portraits are measured with.",
    discussion: """
      The parser finds the 13 parts in a picture. It is trained on real or procedural pairs alone; \
      one pair in fifteen is held out, and how well the parser does on those is printed at the end \
      and kept with it. Ctrl-C ends it, and nothing is written. Example:

        ssgan3d parser --data procedural:4000 --size 32 --out Output/parser
      """)

  @Option(
    help: """
      A prepared pack, a folder of data, or procedural:COUNT[,SEED]; what is no pack is prepared \
      first and kept.
      """)
  var data: String

  @Option(help: "How label maps are numbered, 19, bisenet or 13; for images with labels.")
  var classes: LabelScheme?

  @Option(
    parsing: .unconditional,
    help: "Rows and columns of the pictures, a power of two, at least 32.")
  var size: Int

  @OptionGroup(title: "Camera")
  var view: CameraOption

  @Option(parsing: .unconditional, help: "Updates of the weights.")
  var iterations = ParserOptions().iterations

  @Option(parsing: .unconditional, help: "Pairs in one update.")
  var batch = ParserOptions().batch

  @Option(parsing: .unconditional, help: "The seed of weights, order and changes.")
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: "The size of a step in the first half; it falls to 0 in the second.")
  var rate = ParserOptions().rate

  @Option(
    parsing: .unconditional,
    help: "How much more rare classes count: 0 all pixels alike, 1 all classes alike.")
  var balance = ParserOptions().balance

  @Option(help: "The folder of the parser; not there yet, or empty.")
  var out: String

  func validate() throws {
    try requirePaths([("--data", data), ("--out", out)])
    let smallest = PortraitParser.smallestSize
    guard PortraitParser.allows(size) else {
      throw ValidationError(
        "--size is \(size), expected a power of two, \(smallest) … \(PortraitPack.largestSize)")
    }
    let counts = [("iterations", iterations, 1_000_000), ("batch", batch, 4096)]
    for (name, value, most) in counts where !(1...most).contains(value) {
      throw ValidationError("--\(name) is \(value), expected 1 … \(most)")
    }
    guard rate > 0, rate.isFinite else {
      throw ValidationError("--rate is \(rate), expected a number above 0")
    }
    guard (0...1).contains(balance) else {
      throw ValidationError("--balance is \(balance), expected 0 … 1")
    }
  }

  func run() throws {
    // Said before the work and not after it.
    try requireRoom()
    let pack = try PackCache.pack(
      try TrainedData.named(data, classes), scheme: classes, size: size,
      camera: view.camera(of: data), progress: PreparingReport().update)
    var options = ParserOptions()
    (options.iterations, options.batch, options.seed) = (iterations, batch, seed)
    (options.rate, options.balance) = (rate, balance)
    var training = try ParserTraining(on: pack, options)
    let progress = ProgressReport("images", of: iterations * batch)
    while training.iteration < iterations {
      _ = try training.step()
      progress.advance(by: batch)
    }
    let parser = try training.measured()
    try parser.write(to: out)
    if let figures = parser.record.heldOut { print(figures.table) }
    print("\(counted(iterations, "iteration")); the parser is in \(out)")
  }

  /// Stops where the parser could not be written: in what holds something, or below what is no
  /// folder.
  private func requireRoom() throws(WrongUse) {
    let files = FileManager.default
    if let held = try? files.contentsOfDirectory(atPath: out), !held.isEmpty {
      throw WrongUse("--out \(out): is not empty; choose another folder, or remove this one first")
    }
    // The nearest that is there: the folder itself, or the one that it will be made in.
    var place = URL(fileURLWithPath: out).standardizedFileURL
    while !files.fileExists(atPath: place.path), place.path != "/" {
      place.deleteLastPathComponent()
    }
    var isFolder: ObjCBool = false
    let exists = files.fileExists(atPath: place.path, isDirectory: &isFolder)
    guard exists, isFolder.boolValue else {
      throw WrongUse("--out \(out): \(place.path) is no folder; choose another place")
    }
    guard files.isWritableFile(atPath: place.path) else {
      throw WrongUse("--out \(out): nothing may be written in \(place.path); choose another place")
    }
  }
}
