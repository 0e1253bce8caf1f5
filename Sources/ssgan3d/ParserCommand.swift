import ArgumentParser
import CommandStatus
import Evaluation
import Foundation
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

  @Option(help: "How label maps are numbered, 19 or 13; for images with labels only.")
  var classes: LabelScheme?

  @Option(help: "Rows and columns of the pictures, a power of two, at least 32.")
  var size: Int

  @Option(help: "Updates of the weights.")
  var iterations = ParserOptions().iterations

  @Option(help: "Pairs in one update.")
  var batch = ParserOptions().batch

  @Option(help: "The seed of weights, order and changes.")
  var seed: UInt64 = 0

  @Option(help: "The size of a step in the first half; it falls to 0 in the second.")
  var rate = ParserOptions().rate

  @Option(help: "How much more rare classes count: 0 all pixels alike, 1 all classes alike.")
  var balance = ParserOptions().balance

  @Option(help: "The folder of the parser; not there yet, or empty.")
  var out: String

  func validate() throws {
    try requirePaths([("--data", data), ("--out", out)])
    let smallest = PortraitParser.smallestSize
    guard (smallest...4096).contains(size), size.nonzeroBitCount == 1 else {
      throw ValidationError("--size is \(size), expected a power of two, \(smallest) … 4096")
    }
    for (name, value) in [("iterations", iterations), ("batch", batch)] where value < 1 {
      throw ValidationError("--\(name) is \(value), expected 1 or more")
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
    if let held = try? FileManager.default.contentsOfDirectory(atPath: out), !held.isEmpty {
      throw WrongUse("--out \(out): is not empty; choose another folder, or remove this one first")
    }
    try DatasetOptions.requireScheme(classes, for: data)
    let pack = try PackCache.pack(
      data, scheme: classes, size: size, progress: PreparingReport().update)
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
    print("\(iterations) iterations; the parser is in \(out)")
  }
}
