import Foundation
import TensorFiles
import Tensors
import WPlusFactorization

/// The latents of portraits in a file, for example those that an inversion found.
///
/// `write(_:of:to:)` writes safetensors with W⁺ as `wplus`, `[1, rows, L]`, and a fingerprint of the
/// generator in the metadata. The reader accepts what other programs write, too: NPY, NPZ, torch or
/// safetensors, told by content, in any of these shapes.
///
/// | Shape          | Latents                                                        |
/// |----------------|----------------------------------------------------------------|
/// | `[L]`          | W of one portrait                                              |
/// | `[rows, L]`    | W⁺ of one portrait                                             |
/// | `[N, L]`       | W of N portraits, unless N is the number of rows               |
/// | `[N, rows, L]` | W⁺ of N portraits                                              |
/// | `[N, 1, L]`    | W of N portraits                                               |
public enum LatentFile {
  /// The portraits of a file.
  public struct Contents: Sendable {
    /// The W⁺ of each portrait, `[1, rows, L]`, in the precision of the weights.
    public let portraits: [Tensor]
    /// Lines that tell how the file was understood where it could mean something else, and why the
    /// portraits may look different here; usually empty.
    public let warnings: [String]
  }

  /// The names of arrays that are taken before others, in this order.
  private static let latentNames = ["wplus", "w"]
  /// The name of a latent that has not passed the mapping network, and is therefore not taken.
  private static let randomName = "z"
  /// The key of the generator's fingerprint in the metadata.
  static let generatorKey = "generator"
  /// The largest magnitude accepted: far above a mapping network's outputs, far below overflow.
  private static let largest = 1e4

  /// Writes the W⁺ of a generator's portrait.
  public static func write(_ wplus: Tensor, of generator: Generator, to file: URL) throws {
    try SafetensorsFile.write(
      [latentNames[0]: wplus],
      metadata: [generatorKey: generator.parameters.fingerprint()], to: file)
  }

  /// Reads the W⁺ of portraits.
  ///
  /// - Parameters:
  ///   - file: a file with the latents under the name `wplus` or else `w`, or as its only array of a
  ///     fitting shape. An array `z` is never taken: it has not passed the mapping network.
  ///   - generator: the generator that is to render the portraits.
  /// - Throws: a one-line error if the file cannot be read or its latents do not fit the generator.
  /// - Returns: the portraits, with warnings if they were found with another generator, if the file does
  ///   not say with which, or if it could be understood in another way.
  public static func read(_ file: URL, of generator: Generator) throws -> Contents {
    let stored = try ArrayFile(file)
    let form = LatentForm(generator)
    let (entry, choice) = try latents(stored, form, file)
    let values = try stored.tensor(entry)
    guard values.scalarType.isFloatingPoint else {
      throw flaw(file, "\(called(entry)) holds whole numbers", "save latents as floating point")
    }
    let numbers = values.scalars
    if let index = numbers.firstIndex(where: { !($0.magnitude <= largest) }) {
      throw flaw(
        file, "\(called(entry)) holds \(numbers[index]) at element \(index), which no latent has",
        "find the portrait again with ssgan3d invert")
    }
    guard let wplus = form.wplus(values.cast(to: generator.scalarType)) else {
      preconditionFailure("LatentFile.read: \(entry.shape) was accepted before")
    }
    return Contents(
      portraits: wplus,
      warnings: [
        choice, form.reading(of: entry.shape),
        doubt(stored.metadata[generatorKey], generator),
      ].compactMap { $0.map { "\(file.path): \($0)" } })
  }

  /// Returns the array with the latents, and a line if another one was passed over.
  private static func latents(
    _ stored: ArrayFile, _ form: LatentForm, _ file: URL
  ) throws -> (entry: ArrayFile.Entry, choice: String?) {
    let remedy = "use the generator with which they were found"
    let named = latentNames.lazy.compactMap { name in stored.entries.first { $0.name == name } }
    let only = stored.entries.count == 1 ? stored.entries.first : nil
    if let entry = only ?? named.first, form.portraits(in: entry.shape) == nil {
      throw flaw(file, "\(called(entry)) has shape \(entry.shape), expected \(form)", remedy)
    }
    let fitting = stored.entries.filter { form.portraits(in: $0.shape) != nil }
    let candidates = fitting.filter { $0.name != randomName }
    guard let entry = named.first ?? candidates.first else {
      guard fitting.isEmpty else {
        throw flaw(
          file, "holds only \(randomName), the latent before the mapping network",
          "save w or wplus, or name a seed")
      }
      throw flaw(
        file, "none of its \(stored.entries.count) arrays has the shape of latents, \(form)",
        remedy)
    }
    guard candidates.count == 1 || latentNames.contains(entry.name) else {
      let names = candidates.prefix(5).map(\.name).joined(separator: ", ")
      throw flaw(
        file, "\(candidates.count) of its arrays have the shape of latents (\(names))",
        "save only one of them, or call it \(latentNames[0])")
    }
    // A file with W⁺ says by this name what is meant; dumps hold the latents before it as well.
    let others = fitting.filter { $0.name != entry.name }.prefix(5).map(\.name)
    guard entry.name != latentNames[0], !others.isEmpty else { return (entry, nil) }
    return (entry, "takes \(entry.name) and passes over \(others.joined(separator: ", "))")
  }

  /// Returns what may be wrong with latents of a generator with this fingerprint.
  private static func doubt(_ fingerprint: String?, _ generator: Generator) -> String? {
    guard let fingerprint else {
      return "does not say with which generator the latents were found; with another generator "
        + "they show another portrait"
    }
    guard fingerprint != generator.parameters.fingerprint() else { return nil }
    return
      "the latents were found with a generator of other weights; they show another portrait here"
  }

  private static func called(_ entry: ArrayFile.Entry) -> String {
    entry.name.isEmpty ? "the array" : entry.name
  }

  private static func flaw(_ file: URL, _ problem: String, _ remedy: String) -> ParameterError {
    ParameterError(description: "\(file.path): \(problem); \(remedy)")
  }
}

/// The shapes in which a generator's latents can be stored.
private struct LatentForm: CustomStringConvertible {
  let factorization: WPlusFactorization
  let width: Int

  init(_ generator: Generator) {
    factorization = generator.factorization
    width = generator.configuration.latentWidth
  }

  /// The shapes of one portrait, for messages.
  var description: String {
    "[\(width)], [1, \(width)], [\(factorization.rows), \(width)] or "
      + "[1, \(factorization.rows), \(width)]"
  }

  /// Returns the number of portraits in an array, and whether they are in W⁺; nil for other shapes.
  func portraits(in shape: [Int]) -> (count: Int, isWPlus: Bool)? {
    guard shape.last == width, !shape.contains(0) else { return nil }
    switch shape.dropLast() {
    case []: return (1, false)
    case [factorization.rows]: return (1, true)
    case let lengths where lengths.count == 1: return (lengths[0], false)
    case let lengths where lengths.count == 2 && lengths[1] == factorization.rows:
      return (lengths[0], true)
    case let lengths where lengths.count == 2 && lengths[1] == 1: return (lengths[0], false)
    default: return nil
    }
  }

  /// Returns how a matrix is understood that could also be W⁺ of another generator; nil for all other
  /// shapes.
  func reading(of shape: [Int]) -> String? {
    guard shape.count == 2, shape[0] > 1, portraits(in: shape)?.isWPlus == false else { return nil }
    return "\(shape) is read as W of \(shape[0]) portraits; W⁺ of one portrait has "
      + "\(factorization.rows) rows here, and [\(shape[0]), 1, \(width)] is W without this warning"
  }

  /// Returns the W⁺ of each portrait, `[1, rows, L]`; nil if the shape is that of no latents.
  func wplus(_ values: Tensor) -> [Tensor]? {
    guard let (count, isWPlus) = portraits(in: values.shape) else { return nil }
    let all =
      isWPlus
      ? values.reshaped([count, factorization.rows, width])
      : factorization.wplus(from: values.reshaped([count, width]))
    return (0..<count).map { all[$0].unsqueezed(axis: 0) }
  }
}
