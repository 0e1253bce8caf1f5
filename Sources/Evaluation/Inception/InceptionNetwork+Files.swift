import Foundation
import Messages
import TensorFiles
import Tensors

extension InceptionNetwork {
  /// Reads the weights from a user's copy of one of the two published files.
  ///
  /// The names are those of torchvision. The number of classes of the last layer says which network it
  /// is, see ``InceptionVariant``.
  ///
  /// - Parameter path: a file of torch.save in either format, or a safetensors file.
  /// - Throws: `TensorFileError` if the file cannot be read, `EvaluationError` if it holds other weights.
  public init(contentsOf path: String) throws {
    let file = try ArrayFile(URL(fileURLWithPath: path))
    let entries = Dictionary(
      file.entries.map { (Self.bareName($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    func fault(_ problem: String) -> EvaluationError {
      EvaluationError(
        "\(path): \(problem); expected the Inception v3 weights of pytorch-fid "
          + "(pt_inception-2015-12-05-….pth) or of torchvision (inception_v3_google-….pth)")
    }
    guard let last = entries["fc.weight"] else { throw fault("has no tensor fc.weight") }
    let variant = InceptionVariant.allCases.first { last.shape == [$0.classes, Self.width] }
    guard let variant else { throw fault("has the tensor fc.weight of shape \(last.shape)") }
    try self.init(variant) { name, shape in
      guard let entry = entries[name] else { throw fault("has no tensor \(name)") }
      guard entry.shape == shape else {
        throw fault("has the tensor \(name) of shape \(entry.shape) in place of \(shape)")
      }
      let tensor = try file.tensor(entry)
      let isPossible: (Double) -> Bool =
        name.hasSuffix("running_var") ? { $0.isFinite && $0 >= 0 } : \.isFinite
      guard tensor.scalars.allSatisfy(isPossible) else {
        throw fault("has numbers in \(name) that no trained network has")
      }
      return tensor
    }
  }

  /// Returns a tensor's name without the dictionary that holds it and without a wrapper's prefix.
  private static func bareName(_ name: String) -> String {
    let own = name.split(separator: "/").last.map(String.init) ?? name
    return own.hasPrefix("module.") ? String(own.dropFirst("module.".count)) : own
  }
}
