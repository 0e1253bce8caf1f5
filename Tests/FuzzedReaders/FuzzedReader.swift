import Foundation

/// A reader of the program as a function of bytes, which the fuzzer and the tests call.
///
/// For any bytes, a reader may return or throw an error of its own types. Everything else is a fault: a
/// trap, a foreign error, an error without a message, an inconsistent result, a long run, much memory.
package struct FuzzedReader: Sendable {
  /// The name of the reader, for example `npy`.
  package let name: String
  /// The largest number of bytes that the fuzzer gives it.
  package let longest: Int
  /// Returns inputs from which the fuzzer starts; the reader accepts the first one.
  ///
  /// A reader of folders also writes what its other inputs need, so that this is called first.
  package let seeds: @Sendable () throws -> [Data]
  /// Makes checksums and lengths of a changed input fit again; otherwise hardly any input would be
  /// read beyond its first check.
  package let repair: @Sendable (inout [UInt8]) -> Void
  private let refusals: [any Error.Type]
  private let body: @Sendable (Data) throws -> Void

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - name: its name in commands and file names.
  ///   - longest: the largest number of bytes that the fuzzer gives it.
  ///   - refusals: the types of error that it may throw.
  ///   - seeds: returns inputs from which the fuzzer starts; the reader accepts the first one.
  ///   - repair: makes checksums and lengths of a changed input fit again.
  ///   - body: reads an input, and throws a ``Fault`` if the result is inconsistent.
  package init(
    _ name: String, longest: Int = 2048, refusals: [any Error.Type],
    seeds: @escaping @Sendable () throws -> [Data],
    repair: @escaping @Sendable (inout [UInt8]) -> Void = { _ in },
    body: @escaping @Sendable (Data) throws -> Void
  ) {
    (self.name, self.longest, self.refusals) = (name, longest, refusals)
    (self.seeds, self.repair, self.body) = (seeds, repair, body)
  }

  /// A result that no reader may have.
  package struct Fault: Error, CustomStringConvertible {
    /// What the reader did.
    package let description: String

    init(_ description: String) { self.description = description }
  }

  /// Whether a reader took an input or refused it with an error of its own.
  package enum Outcome: Sendable {
    /// The reader returned.
    case accepted
    /// The reader threw an error of its own types, with this message.
    case refused(String)
  }

  /// Reads an input.
  ///
  /// - Parameter data: any bytes.
  /// - Returns: whether the reader accepted them.
  /// - Throws: ``Fault`` if the reader did what it must not do for any bytes.
  package func read(_ data: Data) throws(Fault) -> Outcome {
    do {
      try body(data)
      return .accepted
    } catch let fault as Fault {
      throw Fault("\(name): \(fault)")
    } catch {
      guard refusals.contains(where: { type(of: error) == $0 }) else {
        throw Fault("\(name): threw \(type(of: error)), which is no error of this reader: \(error)")
      }
      // Programs make what a file put into a message visible, and keep it on one line, where they print
      // it.
      guard !"\(error)".isEmpty else { throw Fault("\(name): the error has no message") }
      return .refused("\(error)")
    }
  }

  /// Throws a fault unless a condition on the result of a reader holds.
  static func expect(_ condition: Bool, _ fault: @autoclosure () -> String) throws {
    if !condition { throw Fault(fault()) }
  }
}

extension FuzzedReader {
  /// All readers.
  package static let all: [FuzzedReader] =
    [npy, npz, safetensors, png, jpeg, orientation, zip, pickle, legacyTorch]
    + [configuration, assignments, latents, meanLatent]
    + [checkpoint, checksums, runRecord, metrics, pack, poses, landmarks, parser]
    + [conformanceCase, portraitRecord, dumpIndex, dumpRecord]
}
