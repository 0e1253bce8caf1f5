import CommandStatus
import Inspection
import ModelConfiguration
import PortraitClasses

/// The names of the parts of a model, as options give and lists print them.
enum PartNames {
  /// All names of a thirteen-part model, for the help of an option.
  static let all = ClassPalette.portrait.names.joined(separator: ", ")

  /// Returns the numbers of parts that are given by name or by number, without duplicates.
  ///
  /// - Parameters:
  ///   - texts: the names or numbers.
  ///   - option: the option that gave them, for the message.
  ///   - model: the model.
  /// - Returns: the numbers in the order given.
  /// - Throws: `WrongUse` if the model has no such part.
  static func numbers(
    _ texts: [String], option: String, of model: Configuration
  ) throws(WrongUse) -> [Int] {
    var found: [Int] = []
    for text in texts {
      let known = (0..<model.parts).first {
        ClassPalette.portrait.name($0) == text || "\($0)" == text
      }
      guard let known else {
        let names = list(Array(0..<model.parts))
        throw WrongUse("\(option): there is no part \(text), expected \(names) or a number from 0")
      }
      if !found.contains(known) { found.append(known) }
    }
    return found
  }

  /// Returns the names of parts with commas between them.
  static func list(_ parts: [Int]) -> String {
    parts.map(ClassPalette.portrait.name).joined(separator: ", ")
  }
}
