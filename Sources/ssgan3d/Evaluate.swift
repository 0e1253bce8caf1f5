import ArgumentParser
import CommandStatus
import Evaluation
import Foundation
import ModelConfiguration
import PortraitData
import PortraitModel
import Tensors

/// `ssgan3d evaluate`: how good trained generators are, in numbers.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures trained generators: pictures, masks, consistency and relief.",
    discussion: """
      Writes evaluation.jsonl, one line for each generator, curves.png and reprojection.png, and \
      prints a table; Docs/Evaluation.md says what the numbers mean. The untrained generator comes \
      first: its distance is the ceiling. The same seed gives the same numbers. Examples:

        ssgan3d evaluate --run Output/run --parser Output/parser --out Output/evaluation
        ssgan3d evaluate --checkpoint Output/run/checkpoints/iteration-00001000 \
      --data procedural:4000 --parser Output/parser --out Output/evaluation-1000
      """)

  @OptionGroup(title: "Model")
  var models: EvaluatedModels

  @Option(
    help: """
      A prepared pack, a folder of data, or procedural:COUNT[,SEED]; with --run by default what it \
      was trained on.
      """)
  var data: String?

  @Option(help: "How label maps are numbered, 19, bisenet or 13; for images with labels.")
  var classes: LabelScheme?

  @Option(help: "The folder of a parser, as ssgan3d parser writes it, of the model's image size.")
  var parser: String

  @Option(parsing: .unconditional, help: "How many portraits are made of each generator.")
  var portraits = 2000

  @Option(
    parsing: .unconditional,
    help: """
      Of how many of them the shape is measured, each from five poses (default: a quarter of them).
      """)
  var shapePortraits: Int?

  @Option(parsing: .unconditional, help: "The seed of latents, poses, and of the data's halves.")
  var seed: UInt64 = 0

  @Option(help: "The folder to write, without an evaluation so far; it is made if need be.")
  var out: String

  func validate() throws {
    try requirePaths([("--parser", parser), ("--out", out), ("--data", data)])
    if portraits < 2 || portraits > 1_000_000 {
      throw ValidationError("--portraits is \(portraits), expected 2 … 1000000")
    }
    if let shapePortraits, !(1...portraits).contains(shapePortraits) {
      throw ValidationError(
        "--shape-portraits is \(shapePortraits), expected 1 … \(portraits), as many as --portraits")
    }
    if models.checkpoint != nil && data == nil {
      throw ValidationError("--data is missing: what to compare with, for example procedural:4000")
    }
    if data == nil && classes != nil {
      throw ValidationError("--classes goes with --data; leave it out, the run knows its own")
    }
  }

  private var shapeCount: Int { shapePortraits ?? max(1, portraits / 4) }

  func run() throws {
    let place = URL(fileURLWithPath: out).appendingPathComponent(EvaluationLine.fileName)
    if FileManager.default.fileExists(atPath: place.path) {
      throw WrongUse(
        "--out \(out): holds an evaluation; choose another folder, or remove \(place.path)")
    }
    let set = try models.found()
    guard set.model.rendering == .volume else {
      throw WrongUse("the configuration's rendering is flat: it has no depth to be measured")
    }
    let (size, smallest) = (set.model.imageSize, PortraitParser.smallestSize)
    guard size >= smallest else {
      throw EvaluationError(
        "the model makes \(size) × \(size), and there is no parser for less than "
          + "\(smallest) × \(smallest); measure a larger model")
    }
    let judge = try PortraitParser(contentsOf: parser)
    guard judge.size == size else {
      throw EvaluationError(
        "\(parser): is a parser of \(judge.size) × \(judge.size), the model makes "
          + "\(size) × \(size); train one of that size")
    }
    let data = try EvaluationData(
      data ?? set.data ?? "", data == nil ? set.classes : classes, of: set.model)
    let isOfSameData = judge.record.learned(from: data.pack.training, called: data.pack.summary)
    if !isOfSameData {
      let (known, these) = (judge.record.data, data.pack.summary)
      ProgressReport.say(
        known == these
          ? "the parser was trained on \(known) seen by another camera, or changed since: train one "
            + "with --camera-of the model"
          : "the parser was trained on \(known.isEmpty ? "nothing" : known), and these data are "
            + "others (\(these)): pairs that are held out here may be among those it learned from")
    }
    let folder = try OutputFolder(out)
    let half = RealReference.half(of: data.pack.training.count, most: portraits)
    if half <= judge.featureWidth {
      ProgressReport.say(
        "distances are taken over \(half) portraits with features of \(judge.featureWidth) "
          + "numbers: too few to know how these vary together; take more --portraits, or more data")
    }
    let truths = data.procedural.map { min($0.count, shapeCount) } ?? 0
    let progress = ProgressReport(
      "portraits",
      of: 2 * half + data.pack.validation.count + truths + portraits * set.generators.count)
    let reference = try RealReference(
      training: data.pack.training, heldOut: data.pack.validation, parser: judge, most: portraits,
      seed: seed, progress: { progress.advance(by: $0) })
    let truth = data.truth(of: truths, set.model) { progress.advance() }

    var (lines, last): ([EvaluationLine], GeneratedSample?) = ([], nil)
    for entry in set.generators {
      guard let generator = try entry.generator() else {
        ProgressReport.say("\(entry.name): the run has removed it in the meantime; it is left out")
        progress.advance(by: portraits)
        continue
      }
      let sample = GeneratedSample(generator, count: portraits, seed: seed)
      let measures = try GeneratorMeasures(
        sample, shapePortraits: shapeCount, against: reference, parser: judge,
        progress: { progress.advance(by: $0) })
      lines.append(
        EvaluationLine(
          checkpoint: entry.name, images: entry.images, sample, seed: seed, measures, reference,
          of: data.pack.summary, judge, ceiling: lines.first?.distance ?? measures.distance,
          parserOfSameData: isOfSameData, truth: truth))
      // After each, so that what was measured is there however long the rest takes.
      try EvaluationLine.write(lines, to: folder(EvaluationLine.fileName))
      try folder.write(EvaluationCurves(lines).picture, "curves.png")
      last = sample
    }
    if let last { try folder.write(ReprojectionSheet(last).picture, "reprojection.png") }
    print(EvaluationTable(lines).text)
    print("evaluation.jsonl, curves.png and reprojection.png are in \(out)")
  }
}
