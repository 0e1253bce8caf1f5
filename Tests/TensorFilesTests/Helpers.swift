import Foundation
import TensorFiles
import Testing

/// Runs a test in an empty folder that is removed afterward.
func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("TensorFilesTests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

/// Expects a typed error of one area: one line that says what is wrong, with a remedy.
func expectFault(
  _ area: TensorFileError.Area, _ problem: String, at location: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("accepted, expected: \(problem)", sourceLocation: location)
  } catch let error as TensorFileError {
    #expect(error.area == area, sourceLocation: location)
    #expect("\(error)".contains(problem), "\(error)", sourceLocation: location)
    #expect(!error.remedy.isEmpty && !"\(error)".contains("\n"), sourceLocation: location)
  } catch {
    Issue.record("threw \(error), expected a TensorFileError", sourceLocation: location)
  }
}
