import Foundation

/// A small flaw in the sources that a test must notice: another text in place of a part of a line.
///
/// The lists in `Tests/Mutants` describe mutants like this, with an empty line between two of them:
///
///     [name]
///     what the flaw does
///     in   Sources/Camera/Camera.swift
///     from an expression that occurs once in the file
///     to   the expression in its place
///     test CameraTests.PoseTests/aTestThatMustFail
///
/// `test` may be repeated; all of these tests must fail. A line that begins with # is a comment.
struct Mutant: Sendable, Equatable {
  /// The name, unique among all lists.
  var name = ""
  /// What the flaw does.
  var flaw = ""
  /// The path of the source file, relative to the root.
  var file = ""
  /// An expression that occurs exactly once in the file.
  var original = ""
  /// The expression in its place.
  var changed = ""
  /// The tests that must fail, each as `Target.Suite/function` without parentheses.
  var tests: [String] = []

  /// An error in a list, or a mutant that no longer applies.
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  /// The folder of the lists.
  static let folder = "Tests/Mutants"

  /// The names of the lists, without their ending.
  static var lists: [String] {
    Repository.files(under: folder, endingIn: ".txt").map {
      String($0.dropFirst(folder.count + 1).dropLast(4))
    }
  }

  /// Reads one of the lists.
  static func list(_ name: String) throws -> [Mutant] {
    try parsed(Repository.text("\(folder)/\(name).txt"), name: name)
  }

  /// Reads the text of a list; the name is for messages.
  static func parsed(_ text: String, name list: String) throws -> [Mutant] {
    var mutants: [Mutant] = []
    var isOpen = false
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      func fault(_ problem: String) -> Fault {
        Fault(description: "\(folder)/\(list).txt, line \(number + 1): \(problem)")
      }
      if line.hasPrefix("#") { continue }
      if line.isEmpty {
        isOpen = false
        continue
      }
      if line.hasPrefix("["), line.hasSuffix("]") {
        mutants.append(Mutant(name: String(line.dropFirst().dropLast())))
        isOpen = true
        continue
      }
      guard isOpen, !mutants.isEmpty else { throw fault("a mutant begins with [name]") }
      try mutants[mutants.count - 1].take(String(line)) { fault($0) }
    }
    return mutants
  }

  private mutating func take(_ line: String, _ fault: (String) -> Fault) throws {
    let places: [(String, WritableKeyPath<Mutant, String>)] = [
      ("in   ", \.file), ("from ", \.original), ("to   ", \.changed),
    ]
    if let (key, place) = places.first(where: { line.hasPrefix($0.0) }) {
      guard self[keyPath: place].isEmpty else { throw fault("a second line '\(key)' of \(name)") }
      self[keyPath: place] = String(line.dropFirst(key.count))
    } else if line.hasPrefix("test ") {
      tests.append(String(line.dropFirst("test ".count)))
    } else {
      guard flaw.isEmpty, file.isEmpty else { throw fault("expected in, from, to or test") }
      flaw = line
    }
  }

  /// What is wrong with the description, without a look at the sources; nil if it is complete.
  var gap: String? {
    for (what, text) in [
      ("name", name), ("line that says what the flaw does", flaw), ("line in", file),
      ("line from", original), ("line to", changed), ("line test", tests.first ?? ""),
    ] where text.isEmpty { return "\(name) has no \(what)" }
    return original == changed ? "\(name) changes nothing" : nil
  }

  /// Returns the text of a source file with several mutants, each of which can be switched on.
  ///
  /// - Parameters:
  ///   - mutants: mutants of this file.
  ///   - text: the text of the file.
  /// - Returns: the text, in which every original is an expression that depends on the active mutant.
  /// - Throws: `Fault` if an original does not occur exactly once, or if two of them overlap.
  static func applied(_ mutants: [Mutant], to text: String) throws -> String {
    let places = try mutants.map { mutant -> (Range<String.Index>, Mutant) in
      let found = text.ranges(of: mutant.original)
      guard found.count == 1, let place = found.first else {
        throw Fault(
          description: "\(mutant.name): its text occurs \(found.count) times in \(mutant.file), "
            + "expected once; change the line 'from': \(mutant.original)")
      }
      return (place, mutant)
    }.sorted { $0.0.lowerBound < $1.0.lowerBound }
    for ((place, mutant), (next, other)) in zip(places, places.dropFirst())
    where place.upperBound > next.lowerBound {
      throw Fault(description: "\(mutant.name) and \(other.name) change the same text")
    }
    let isC = mutants.first?.file.hasSuffix(".c") ?? false
    let function = isC ? "is_active_mutant(" : "isActive(mutant: "
    var (result, end) = (isC ? switchInC : "", text.startIndex)
    for (place, mutant) in places {
      result += text[end..<place.lowerBound]
      result += "(\(function)\"\(mutant.name)\") ? (\(mutant.changed)) : (\(mutant.original)))"
      end = place.upperBound
    }
    return result + text[end...]
  }

  /// The file that every target with a mutant gets; it reads which mutant is active.
  static let switchSource = """
    import Foundation

    private let activeMutant = ProcessInfo.processInfo.environment["\(variable)"] ?? ""

    @inline(never)
    func isActive(mutant: String) -> Bool { mutant == activeMutant }

    """

  /// The same for a file in C, at whose beginning it stands.
  static let switchInC = """
    #include <stdlib.h>
    #include <string.h>
    static int is_active_mutant(const char *mutant) {
      const char *active = getenv("\(variable)");
      return active && strcmp(active, mutant) == 0;
    }

    """

  /// The environment variable that names the active mutant.
  static let variable = "SSGAN3D_MUTANT"

  /// The folders that need the switch of a file: one, except for the kernels; none for C.
  static func targets(of file: String) -> [String] {
    if file.hasSuffix(".c") { return [] }
    let parts = file.split(separator: "/").map(String.init)
    if file.hasPrefix("Sources/Kernels/Baseline/") {
      return ["Baseline", "V3", "V4"].map { "Sources/Kernels/\($0)" }
    }
    return [parts.prefix(file.hasPrefix("Sources/Equations/") ? 3 : 2).joined(separator: "/")]
  }
}
