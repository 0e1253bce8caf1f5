import CommandStatus
import Inspection
import ModelConfiguration
import PortraitClasses

/// Parts as users name them: by name or by number.
enum PartNumbers {
  /// The names of all parts, for the help of an option.
  static let names = ClassPalette.portrait.names.joined(separator: ", ")

  /// Returns the numbers of parts without duplicates, in the order given.
  ///
  /// - Parameters:
  ///   - texts: names or numbers.
  ///   - option: the option that names them, for the error.
  ///   - model: the model, which may have fewer parts than there are names.
  /// - Throws: `WrongUse` if the model has no such part.
  /// - Returns: numbers from 0.
  static func read(
    _ texts: [String], option: String, of model: Configuration
  ) throws(WrongUse) -> [Int] {
    var found: [Int] = []
    for text in texts {
      let known = (0..<model.parts).first {
        ClassPalette.portrait.name($0) == text || "\($0)" == text
      }
      guard let known else {
        let names = (0..<model.parts).map(ClassPalette.portrait.name).joined(separator: ", ")
        throw WrongUse("\(option): there is no part \(text), expected \(names) or a number from 0")
      }
      if !found.contains(known) { found.append(known) }
    }
    return found
  }
}
