import GoldenFiles
import Tensors
import Testing

/// One case of `Fixtures/manifest.json`; see `GoldenFiles`.
public typealias GoldenCase = GoldenFiles.GoldenCase

/// An implementation as a golden case uses it: named inputs in, named outputs out.
public typealias GoldenAnswers = GoldenFiles.GoldenAnswers

extension GoldenCase: CustomTestStringConvertible {
  /// The name under which test reports list the case.
  public var testDescription: String { description }
}

/// Compares an implementation's answers with every array of a golden case, and its gradients with
/// every golden gradient.
///
/// - Parameters:
///   - golden: the case.
///   - location: where a miss is reported; the caller's line by default.
///   - answers: the implementation; it must answer every expected array of the case, under its name.
/// - Throws: what the implementation throws, and errors of reading the case's files.
public func expectGolden(
  _ golden: GoldenCase, at location: SourceLocation = #_sourceLocation, _ answers: GoldenAnswers
) throws {
  for miss in try goldenMisses(golden, answers) {
    Issue.record("\(miss)", sourceLocation: location)
  }
}

/// Returns one line for each array of a golden case that an implementation misses.
///
/// Each line begins with the array's name. Tests use this to check that a broken twin is rejected.
public func goldenMisses(_ golden: GoldenCase, _ answers: GoldenAnswers) throws -> [String] {
  try golden.misses(of: answers)
}
