import Foundation
import Tensors

/// Arrays from a file of any format that is read here; the format is told by the file's bytes.
///
/// | Format      | Arrays                                                         |
/// |-------------|----------------------------------------------------------------|
/// | NPY         | one, without a name                                            |
/// | NPZ         | each under its name                                            |
/// | torch       | one without a name, or each directly under a key               |
/// | safetensors | each under its name                                            |
public struct ArrayFile: Sendable {
  /// An array of the file.
  public struct Entry: Sendable {
    /// The name; empty if the file holds a single array without one.
    public let name: String
    /// The length of each axis.
    public let shape: [Int]
    fileprivate let read: @Sendable () throws -> Tensor
  }

  /// The arrays in the file's order.
  public let entries: [Entry]
  /// Free text stored with the arrays; only safetensors has any.
  public let metadata: [String: String]

  /// Opens a file; arrays of NPZ files are read at once, others when they are requested.
  ///
  /// - Parameter url: the file.
  /// - Throws: `TensorFileError` when it cannot be read or has none of these formats.
  public init(_ url: URL) throws {
    let source = try ByteSource(url)
    switch try FileContent(source) {
    case .npy:
      let tensor = try NPYFile.read(source).tensor
      (entries, metadata) = ([Entry(name: "", shape: tensor.shape) { tensor }], [:])
    case .npz:
      let file = try NPZFile(source)
      entries = try file.names.map { name in
        let tensor = try file.array(name).tensor
        return Entry(name: name, shape: tensor.shape) { tensor }
      }
      metadata = [:]
    case .torch:
      let file = try TorchFile(url)
      entries = file.arrays.map { array in
        Entry(name: array.name, shape: array.shape) { try file.tensor(array) }
      }
      metadata = [:]
    case .safetensors:
      let file = try SafetensorsFile(url)
      entries = file.entries.map { entry in
        Entry(name: entry.name, shape: entry.shape) { try file.tensor(entry.name) }
      }
      metadata = file.metadata
    case let other:
      throw TensorFileError(
        .file, file: url.path, problem: other?.phrase ?? "is in a format that is not known here",
        remedy: other?.remedy(for: .file)
          ?? "save the array with numpy.save, numpy.savez, torch.save or safetensors")
    }
  }

  /// Reads one of the arrays: floating-point numbers as float32 or float64, whole numbers as int32.
  public func tensor(_ entry: Entry) throws -> Tensor { try entry.read() }
}
