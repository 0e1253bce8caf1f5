import Foundation
import TensorFiles
import Tensors

/// One case of `Fixtures/manifest.json`: inputs, parameters, and the expected outputs.
public struct GoldenCase: Decodable, Sendable, CustomStringConvertible {
  /// The equation module it belongs to.
  public let module: String
  /// Its name within the module.
  public let name: String
  /// The equations it covers.
  public let equations: [Int]
  /// A description in one line.
  public let summary: String
  /// The files, inputs first.
  public let files: [GoldenFile]
  private let folder: String
  private let parameters: [String: GoldenParameter]

  enum CodingKeys: String, CodingKey {
    case module, equations, summary, files, folder, parameters
    case name = "case"
  }

  /// The module and the name, as reports list the case.
  public var description: String { "\(module)/\(name)" }

  /// Returns all cases of a module, in the manifest's order.
  public static func all(of module: String) throws -> [GoldenCase] {
    try Manifest.load().cases.filter { $0.module == module }
  }

  /// Returns one case by its name.
  public static func named(_ name: String, of module: String) throws -> GoldenCase {
    let found = try all(of: module).first { $0.name == name }
    guard let found else { throw ManifestError(description: "no case \(module)/\(name)") }
    return found
  }

  /// Returns a parameter that is a number.
  public func number(_ name: String) throws -> Double {
    guard case .number(let value)? = parameters[name] else { throw missing("number", name) }
    return value
  }

  /// Returns a parameter that is an integer.
  public func whole(_ name: String) throws -> Int { Int(try number(name)) }

  /// Returns a parameter that is a word.
  public func word(_ name: String) throws -> String {
    guard case .word(let value)? = parameters[name] else { throw missing("word", name) }
    return value
  }

  /// Returns a number inside a parameter that is a record, such as `camera`.
  public func number(_ name: String, in record: String) throws -> Double {
    guard case .record(let fields)? = parameters[record], case .number(let value)? = fields[name]
    else { throw missing("number", "\(record).\(name)") }
    return value
  }

  /// Returns a list of numbers inside a parameter that is a record, such as `volumeBox`.
  public func numbers(_ name: String, in record: String) throws -> [Double] {
    guard case .record(let fields)? = parameters[record], case .numbers(let values)? = fields[name]
    else { throw missing("list of numbers", "\(record).\(name)") }
    return values
  }

  /// Reads one of the case's arrays, by its name without the extension.
  public func array(_ name: String) throws -> Tensor {
    try NPYFile.read(Manifest.folder.appendingPathComponent("\(folder)/\(name).npy")).tensor
  }

  /// Returns the inputs by name; the floating-point ones are tracked.
  public func inputs() throws -> [String: Tensor] {
    let names = files.filter { $0.role == .input }.map(\.name)
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try array($0).trackedIfReal($0)) })
  }

  private func missing(_ kind: String, _ name: String) -> ManifestError {
    ManifestError(description: "\(description) has no \(kind) named \(name)")
  }
}

/// One array of a golden case.
public struct GoldenFile: Decodable, Sendable {
  /// The role of an array.
  public enum Role: String, Decodable, Sendable {
    /// An input of the implementation.
    case input
    /// An output that the implementation must give.
    case expected
    /// The random direction in which an output is differentiated.
    case cotangent
    /// The gradient of Σ cotangent · output with respect to an input.
    case gradient
  }

  /// The role of the array.
  public let role: Role
  /// The allowed distance of an answer; only expected arrays and gradients have a tolerance.
  public let tolerance: GoldenTolerance?
  /// The output that a cotangent or gradient belongs to.
  public let of: String?
  /// The inputs that a cotangent's output was differentiated by.
  public let differentiatedBy: [String]?
  private let file: String

  /// The file's name without the extension.
  public var name: String { String(file.dropLast(".npy".count)) }
}

/// The manifest's rule: abs(got − expected) ≤ relative · abs(expected) + absolute.
public struct GoldenTolerance: Decodable, Sendable {
  /// The bound relative to each expected element.
  public let relative: Double
  /// The bound that is the same for every element.
  public let absolute: Double
  /// The reason for these numbers.
  public let reason: String
}

/// An error in the manifest, or in a request for something that it does not hold.
public struct ManifestError: Error, CustomStringConvertible {
  /// One line that says what is wrong.
  public let description: String

  /// Creates an error from the line that says what is wrong.
  public init(description: String) { self.description = description }
}

/// A parameter of a case.
private enum GoldenParameter: Decodable, Sendable {
  case number(Double)
  case word(String)
  case numbers([Double])
  case record([String: GoldenParameter])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let word = try? container.decode(String.self) {
      self = .word(word)
    } else if let numbers = try? container.decode([Double].self) {
      self = .numbers(numbers)
    } else {
      self = .record(try container.decode([String: GoldenParameter].self))
    }
  }
}

/// The list of all golden cases.
struct Manifest: Decodable {
  let cases: [GoldenCase]

  /// The folder `Fixtures` of the clone.
  static let folder = Clone.folder.appendingPathComponent("Fixtures")

  static func load() throws -> Manifest {
    let url = folder.appendingPathComponent("manifest.json")
    return try JSONText.decode(Manifest.self, from: Data(contentsOf: url))
  }
}

extension Tensor {
  fileprivate func trackedIfReal(_ name: String) -> Tensor {
    scalarType.isFloatingPoint ? tracked(as: name) : self
  }
}
