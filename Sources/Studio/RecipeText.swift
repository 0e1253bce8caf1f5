import Inspection
import PortraitModel
import WPlusFactorization

// How a recipe is written in a command: `--part hair:shape=12,texture=3` and
// `--blend seed=9,amount=0.3,part=hair,aspect=shape`.

extension PortraitRecipe.PartSeeds {
  /// Reads the seeds of a part: its name or number, a colon, and `shape=SEED`, `texture=SEED` or both.
  ///
  /// - Parameter text: for example `hair:shape=12,texture=3`.
  /// - Throws: `StudioError` in one line.
  public init(text: String) throws(StudioError) {
    let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard pieces.count == 2 else {
      throw StudioError("expected a part and its seeds, such as hair:shape=12,texture=3")
    }
    let fields = try Fields(String(pieces[1]), ["shape", "texture"])
    guard !fields.values.isEmpty else {
      throw StudioError("expected shape=SEED, texture=SEED or both after the colon")
    }
    self.init(
      part: try PartName.number(String(pieces[0])), shape: try fields.seed("shape"),
      texture: try fields.seed("texture"))
  }

  /// The seeds as text; empty if neither is given.
  public var text: String {
    let fields = [("shape", shape), ("texture", texture)].compactMap { name, seed in
      seed.map { "\(name)=\($0)" }
    }
    return fields.isEmpty ? "" : "\(PartName.text(part)):" + fields.joined(separator: ",")
  }
}

extension PortraitRecipe.Blend {
  /// Reads a blend: `seed=SEED,amount=0…1`, and optionally `part=NAME` and `aspect=shape|texture|both`.
  ///
  /// - Parameter text: for example `seed=9,amount=0.3,part=hair`.
  /// - Throws: `StudioError` in one line.
  public init(text: String) throws(StudioError) {
    let fields = try Fields(text, ["seed", "amount", "part", "aspect"])
    guard let seed = try fields.seed("seed"), let amount = fields.values["amount"] else {
      throw StudioError("expected at least seed=SEED,amount=0…1")
    }
    guard let share = Double(amount), (0...1).contains(share) else {
      throw StudioError("amount is \(amount), expected 0 … 1")
    }
    let aspect = fields.values["aspect"] ?? PartAspect.both.rawValue
    guard let rows = PartAspect(rawValue: aspect) else {
      throw StudioError("aspect is \(aspect), expected shape, texture or both")
    }
    var part: Int?
    if let name = fields.values["part"] { part = try PartName.number(name) }
    self.init(seed: seed, amount: share, part: part, aspect: rows)
  }

  /// The blend as text.
  public var text: String {
    "seed=\(seed),amount=\(amount)" + (part.map { ",part=\(PartName.text($0))" } ?? "")
      + (aspect == .both ? "" : ",aspect=\(aspect.rawValue)")
  }
}

/// Parts by name or by number.
public enum PartName {
  /// Returns the number of a part: `hair` and `7` are 7.
  ///
  /// - Parameter text: a name of the thirteen parts, or a number from 0.
  /// - Throws: `StudioError` with all names.
  /// - Returns: the number, which the model may lack.
  public static func number(_ text: String) throws(StudioError) -> Int {
    if let part = ClassPalette.portrait.names.firstIndex(of: text) { return part }
    if let part = Int(text), (0..<256).contains(part), text.first?.isNumber == true { return part }
    let names = ClassPalette.portrait.names.joined(separator: ", ")
    throw StudioError("there is no part \(text), expected \(names) or a number from 0")
  }

  /// Returns the name of a part, or its number beyond the thirteen.
  public static func text(_ part: Int) -> String {
    let names = ClassPalette.portrait.names
    return names.indices.contains(part) ? names[part] : "\(part)"
  }
}

/// A list of assignments, `name=value,name=value`.
private struct Fields {
  private(set) var values: [String: String] = [:]

  init(_ text: String, _ names: [String]) throws(StudioError) {
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, names.contains(String(sides[0])) else {
        throw StudioError(
          "\(piece) is not understood, expected \(names.map { "\($0)=…" }.joined(separator: ", "))")
      }
      guard values.updateValue(String(sides[1]), forKey: String(sides[0])) == nil else {
        throw StudioError("\(sides[0]) is given twice")
      }
    }
  }

  func seed(_ name: String) throws(StudioError) -> UInt64? {
    guard let text = values[name] else { return nil }
    guard let seed = UInt64(text), text.first?.isNumber == true else {
      throw StudioError("\(name) is \(text), expected a seed, a whole number from 0")
    }
    return seed
  }
}
