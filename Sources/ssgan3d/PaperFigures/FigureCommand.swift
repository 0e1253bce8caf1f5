import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import Messages
import ModelConfiguration
import PortraitModel
import RenderedPortraits

/// The command `ssgan3d figure`, which lays out a figure of the paper from trained generators.
struct FigureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figure",
    abstract: "Lays out a figure of the paper, 1 to 10, from trained generators.",
    discussion: """
      Writes figureN.png and figureN.html (the same picture with an explanation and its numbers). Figures \
      4, 5, 7 and 9 put several models beside each other. Without other options they show the shipped \
      generator. Examples:

        ssgan3d figure 8 --out Output/figures
        ssgan3d figure 7 --checkpoint Output/full --against absolute=Output/absolute --out Output/figures
      """)

  private static let numbers = 1...10

  @Argument(help: "The number of the figure, 1 … 10.")
  var number: Int

  @OptionGroup
  var compared: ComparedModels

  @Option(
    parsing: .unconditional, help: "The random seed of the portrait (default: 3).",
    transform: Seeds.one)
  var seed: UInt64 = 3

  @Option(
    parsing: .unconditional,
    help: "The random seed of the donor, or of the first of several (default: 7).",
    transform: Seeds.one)
  var from: UInt64 = 7

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--out", out)])
    if !Self.numbers.contains(number) {
      throw ValidationError("figure \(number): the paper has figures 1 … 10")
    }
    // Further portraits and donors have the seeds that follow.
    for (option, seed) in [("--seed", seed), ("--from", from)] where seed > .max - 10 {
      throw ValidationError("\(option) is \(seed), expected at most \(UInt64.max - 10)")
    }
  }

  func run() throws {
    let models = try compared.models()
    try compared.source.announce(from: [])
    let name = "figure\(number)"
    let folder = try OutputFolder(out, for: ["\(name).png", "\(name).html"])
    let figure = try FigureMaker(models: models, seed: seed, donor: from).figure(number)
    try folder.write(figure.sheet, "\(name).png")
    let view = View(
      name: name, caption: figure.title, tensor: nil,
      rendering: Rendering(figure.sheet, colorMap: "rgb"))
    let page = ReportPage(
      title: "Figure \(number): \(figure.title)", introduction: figure.text,
      sections: [
        ReportPage.Section(
          "The figure", text: "Made by: \(Dump.command.joined(separator: " "))",
          numbers: figure.numbers,
          views: [view])
      ])
    try folder.write("\(name).html") { try page.write(to: $0) }
    for number in figure.numbers { print("\(number.name) \(number.value)") }
    print("\(name).png and \(name).html are in \(out)")
  }
}
