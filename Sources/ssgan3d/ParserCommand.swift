import ArgumentParser
import CommandStatus
import Datasets
import Evaluation
import Foundation
import Messages

/// The command `ssgan3d parser`, which trains a small network that segments portraits.
struct ParserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parser",
    abstract: "Trains a parser, the network that segments portraits for 'ssgan3d evaluate'.",
    discussion: """
      The parser assigns one of the 13 classes to every pixel. It is trained on real or procedural \
      pairs only, never on generated portraits. One pair in fifteen is held out; the accuracy on \
      the held-out pairs is printed at the end and stored with the parser. Data that are not a pack \
      (data prepared for training) are prepared first, and the pack is kept for later use. Ctrl-C \
      stops the command without writing anything. Example:

        ssgan3d parser --data procedural:4000 --size 32 --out Output/parser
      """)

  @Option(
    help: """
      The training data: a pack, a data folder or procedural:COUNT[,SEED], see 'ssgan3d dataset \
      --help'.
      """)
  var data: String

  @OptionGroup(title: "Reading of data")
  var reading: DataReadingOptions

  @Option(
    parsing: .unconditional,
    help: "The width and height of the images in pixels, a power of two, at least 32.")
  var size: Int

  @OptionGroup(title: "Camera")
  var view: CameraOption

  @Option(parsing: .unconditional, help: "The number of training iterations.")
  var iterations = ParserOptions().iterations

  @Option(parsing: .unconditional, help: "The number of pairs in a batch.")
  var batch = ParserOptions().batch

  @Option(
    parsing: .unconditional,
    help: "The random seed of the initial weights, the order of pairs and the augmentation.",
    transform: Seeds.one)
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: "The learning rate of the first half; it falls linearly to 0 in the second.")
  var rate = ParserOptions().rate

  @Option(
    parsing: .unconditional,
    help: """
      The weighting of the loss, from 0 (all pixels have equal weight) to 1 (all classes have equal \
      weight).
      """)
  var balance = ParserOptions().balance

  @Option(help: "The folder to write; it must be new or empty.")
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
    // An output folder that cannot be used is an error before the training, not after it.
    try requireRoom()
    let reading = try reading.reading()
    let pack = try TrainedData.pack(
      try TrainedData.named(data, reading), reading, size: size, camera: view.camera(of: data))
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
    if let figures = parser.record.heldOut { printLines(figures.table) }
    print("\(counted(iterations, "iteration")); parser written to \(out)")
  }

  /// Throws `WrongUse` if the parser could not be written.
  ///
  /// The output folder must be new or empty, and the folder that will contain it must be writable.
  private func requireRoom() throws(WrongUse) {
    let files = FileManager.default
    if let held = try? files.contentsOfDirectory(atPath: out), !held.isEmpty {
      throw WrongUse("--out \(out): is not empty; choose another folder or remove this one")
    }
    // The nearest place that exists: the folder itself, or the one in which it will be created.
    var place = URL(fileURLWithPath: out).standardizedFileURL
    while !files.fileExists(atPath: place.path), place.path != "/" {
      place.deleteLastPathComponent()
    }
    var isFolder: ObjCBool = false
    let exists = files.fileExists(atPath: place.path, isDirectory: &isFolder)
    guard exists, isFolder.boolValue else {
      throw WrongUse("--out \(out): \(place.path) is not a folder; choose another place")
    }
    guard files.isWritableFile(atPath: place.path) else {
      throw WrongUse("--out \(out): \(place.path) is not writable; choose another place")
    }
  }
}
