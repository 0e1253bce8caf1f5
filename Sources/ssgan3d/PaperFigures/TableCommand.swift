import ArgumentParser
import CommandStatus
import Datasets
import Evaluation
import Foundation
import Inspection
import Messages
import ModelConfiguration
import PortraitClasses
import PortraitModel
import Tensors

/// The command `ssgan3d table`, which fills a table of the paper with measurements of generators.
struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Fills a table of the paper, 1 to 3, with measurements of trained generators.",
    discussion: """
      Writes tableN.csv, tableN.png (bars) and tableN.html (the table with an explanation), and prints the \
      table. Table 1 measures edits of parts and needs no data. Tables 2 and 3 measure the distance to data: \
      the Fréchet distance over the features of a parser, or the FID with a user's own Inception weights. \
      Examples:

        ssgan3d table 1 --portraits 200 --out Output/tables
        ssgan3d table 3 --checkpoint Output/full --name full --against absolute=Output/absolute \
      --data procedural:4000 --parser Output/parser --out Output/tables
      """)

  private static let numbers = 1...3

  @Argument(help: "The number of the table, 1 … 3.")
  var number: Int

  @OptionGroup
  var compared: ComparedModels

  @Option(
    parsing: .unconditional,
    help: "The number of portraits of each generator (default: 200 for table 1, else 2000).")
  var portraits: Int?

  @Option(help: "Tables 2 and 3: the data to compare with, see 'ssgan3d dataset --help'.")
  var data: String?

  @OptionGroup(title: "Reading of data")
  var reading: DataReadingOptions

  @Option(help: "Tables 2 and 3: the folder of a parser at the model's image size.")
  var parser: String?

  @Option(help: "Tables 2 and 3: a file with Inception weights, in place of --parser.")
  var inception: String?

  @Option(
    parsing: .unconditional, help: "The random seed of the portraits (default: 0).",
    transform: Seeds.one)
  var seed: UInt64 = 0

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths(
      [("--out", out), ("--data", data), ("--parser", parser), ("--inception", inception)])
    if !Self.numbers.contains(number) {
      throw ValidationError("table \(number): the paper has tables 1 … 3")
    }
    if let portraits, !(2...1_000_000).contains(portraits) {
      throw ValidationError("--portraits is \(portraits), expected 2 … 1000000")
    }
    let given = [
      ("--data", data != nil), ("--parser", parser != nil), ("--inception", inception != nil),
    ]
    if number == 1, let (option, _) = (given + reading.given).first(where: \.1) {
      throw ValidationError("\(option) has no effect on table 1; leave it out")
    }
    guard number > 1 else { return }
    if data == nil {
      throw ValidationError("--data is missing; table \(number) compares with data")
    }
    if (parser == nil) == (inception == nil) {
      throw ValidationError(
        "table \(number) needs one of --parser FOLDER and --inception FILE to measure distances")
    }
  }

  func run() throws {
    let models = try compared.models()
    try requireComparable(models)
    try compared.source.announce(from: [])
    let name = "table\(number)"
    let folder = try OutputFolder(out, for: ["csv", "png", "html"].map { "\(name).\($0)" })
    let count = portraits ?? (number == 1 ? 200 : 2000)
    let maker = TableMaker(models: models, portraits: count, seed: seed)
    let table = try number == 1 ? edits(maker) : distances(maker)
    try folder.write(Data(table.csv.utf8), "\(name).csv")
    try folder.write(table.picture, "\(name).png")
    let page = ReportPage(
      title: "Table \(number): \(table.title)", introduction: table.text,
      sections: [
        ReportPage.Section(
          "The table", text: "Made by: \(Dump.command.joined(separator: " "))", table: table.rows,
          views: [
            View(
              name: name, caption: "The same numbers as bars", tensor: nil,
              rendering: Rendering(table.picture, colorMap: "rgb"))
          ])
      ])
    try folder.write("\(name).html") { try page.write(to: $0) }
    printLines(EvaluationTable.aligned(table.rows.map { $0.map(\.visible) }))
    print("\(name).csv, \(name).png and \(name).html are in \(out)")
  }

  /// Throws `WrongUse` if the generators cannot stand in one table.
  private func requireComparable(_ models: [ComparedModel]) throws(WrongUse) {
    let size = models[0].configuration.imageSize
    for model in models {
      guard model.configuration.imageSize == size else {
        throw WrongUse(
          "\(model.name) generates \(model.configuration.imageSize) × \(model.configuration.imageSize) "
            + "pixels and \(models[0].name) \(size) × \(size); compare models of one size")
      }
      guard model.configuration.parts == PartClass.count else {
        throw WrongUse(
          "\(model.name) has \(model.configuration.parts) parts, expected \(PartClass.count)")
      }
    }
  }

  private func edits(_ maker: TableMaker) -> PaperTable {
    let progress = ProgressReport(
      "portraits", of: maker.portraits * (maker.models.count + 1))
    return maker.edits { progress.advance(by: $0) }
  }

  private func distances(_ maker: TableMaker) throws -> PaperTable {
    let model = maker.models[0].configuration
    let data = try EvaluationData(
      self.data ?? "", reading.reading(), poses: nil, of: model)
    let pool = PosePool(of: data.pack.training, mirrors: false)
    func sample(_ model: ComparedModel) -> GeneratedSample {
      GeneratedSample(model.generator, count: maker.portraits, seed: seed, poses: pool)
    }
    let summary = data.pack.summary.visible
    if let inception {
      let network = try InceptionNetwork(contentsOf: inception)
      let sets: [any TrainingSet] = [data.pack.training, data.pack.validation]
      let real = sets.map(\.count).reduce(0, +)
      let progress = ProgressReport(
        "pictures", of: real + maker.portraits * maker.models.count)
      let reference = try network.moments(of: sets) { progress.advance(by: $0) }
      return try maker.distances(number, name: "FID", data: "\(real) of \(summary)") { model in
        try InceptionLine(
          checkpoint: model.name, images: nil, sample(model), seed: seed, against: reference,
          of: summary, network
        ) { progress.advance(by: $0) }.distance
      }
    }
    let judge = try PortraitParser(contentsOf: parser ?? "")
    guard judge.size == model.imageSize else {
      throw EvaluationError(
        "\(parser ?? ""): this parser is for \(judge.size) × \(judge.size) pixels, but the models "
          + "generate \(model.imageSize) × \(model.imageSize); train a parser of that size")
    }
    let half = RealReference.half(of: data.pack.training.count, most: maker.portraits)
    let progress = ProgressReport(
      "portraits",
      of: 2 * half + data.pack.validation.count + maker.portraits * maker.models.count)
    let reference = try RealReference(
      training: data.pack.training, heldOut: data.pack.validation, parser: judge,
      most: maker.portraits, seed: seed, progress: { progress.advance(by: $0) })
    return try maker.distances(
      number, name: "distance (parser)", data: "\(half) of \(summary)"
    ) { model in
      try GeneratorMeasures(
        sample(model), shapePortraits: 1, against: reference, parser: judge,
        progress: { progress.advance(by: $0) }
      ).distance
    }
  }
}
