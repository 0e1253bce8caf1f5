import ArgumentParser
import CommandStatus
import Foundation
import ModelConfiguration
import PortraitClasses
import PortraitModel
import RenderedPortraits
import Tensors

/// A generator with the name under which figures and tables show it.
struct ComparedModel: Sendable {
  let name: String
  let generator: Generator

  var configuration: Configuration { generator.configuration }
  var isFlat: Bool { configuration.rendering == .flat }

  /// Returns the W⁺ of a seed, `[1, rows, L]`.
  func wplus(_ seed: UInt64) -> Tensor {
    withoutGradients { generator.latents(seed: seed).wplus }
  }

  /// Returns the portrait of a seed, with the aspect of some parts taken from another seed.
  func sitter(_ seed: UInt64, parts: [Int] = [], from donor: UInt64 = 0) -> Sitter {
    guard !parts.isEmpty else { return Sitter(generator, wplus: wplus(seed)) }
    return Sitter(
      generator,
      wplus: withoutGradients {
        generator.exchanging(.both, ofParts: parts, in: wplus(seed), with: wplus(donor))
      })
  }

  /// Returns those of some parts that the model has.
  func own(_ parts: [PartClass]) -> [PartClass] {
    parts.filter { $0.rawValue < configuration.parts }
  }
}

/// The options that name the generators of a figure or a table.
struct ComparedModels: ParsableArguments {
  /// `NAME=FOLDER`, one of the generators to compare with.
  struct Named {
    let name: String
    let folder: String

    init(text: String) throws {
      let pieces = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard pieces.count == 2, !pieces[0].isEmpty, !pieces[1].isEmpty else {
        throw ValidationError(
          "'\(text)' names no model; give a name and a folder, such as absolute=Output/absolute")
      }
      (name, folder) = (pieces[0], pieces[1])
    }
  }

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(help: "The name of the model in the figure.")
  var name = "ours"

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Other trained models to compare with, each with its name and its checkpoint's folder.",
      valueName: "name=folder"), transform: { try Named(text: $0) })
  var against: [Named] = []

  func validate() throws {
    let names = [name] + against.map(\.name)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ValidationError(
        "two models have the name \(twice); give each its own (--name, --against)")
    }
  }

  /// Reads the generators, the named one first.
  func models() throws -> [ComparedModel] {
    let first = ComparedModel(name: name, generator: try source.generator())
    return [first]
      + (try against.map {
        ComparedModel(
          name: $0.name, generator: try GeneratorFile(URL(fileURLWithPath: $0.folder)).read())
      })
  }
}
