/// The functions and classes that a checkpoint may name; they are recognized, never called.
enum PickleGlobal: Sendable, Equatable {
  case orderedDictionary
  case rebuildTensor
  /// The function of the first versions, without the arguments on gradients.
  case rebuildPlainTensor
  case rebuildParameter
  case size
  case namespace
  /// types.SimpleNamespace, which is pickled in another way than argparse.Namespace.
  case simpleNamespace
  /// set or frozenset of builtins; its elements become a list.
  case set
  /// bytes of builtins, which older protocols use for empty bytes.
  case bytes
  /// _codecs.encode, with which older protocols write bytes.
  case encode
  /// A path of pathlib, with the separator between its parts.
  case path(separator: String)
  case device
  /// A type of number of torch, such as torch.float32, by its name.
  case numberType(String)
  case numpyType
  case numpyScalar
  case numpyArray
  case numpyReconstruct
  case numpyFromBuffer
  case storage(TorchScalar)

  /// Creates the global with a module and a name; nil if it is not known.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor"): self = .rebuildPlainTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", "Size"): self = .size
    case ("torch", "device"): self = .device
    case ("argparse", "Namespace"): self = .namespace
    case ("types", "SimpleNamespace"): self = .simpleNamespace
    // Python 2's name of builtins is the one that protocol 2 uses.
    case ("builtins", "set"), ("builtins", "frozenset"), ("__builtin__", "set"),
      ("__builtin__", "frozenset"):
      self = .set
    case ("builtins", "bytes"), ("__builtin__", "bytes"): self = .bytes
    case ("_codecs", "encode"): self = .encode
    // Python 3.13 moved the classes to pathlib._local.
    case ("pathlib", let name), ("pathlib._local", let name):
      switch name {
      case "PosixPath", "PurePosixPath", "Path", "PurePath": self = .path(separator: "/")
      case "WindowsPath", "PureWindowsPath": self = .path(separator: "\\")
      default: return nil
      }
    default:
      guard let global = Self.numpy(module, name) ?? Self.torch(module, name) else { return nil }
      self = global
    }
  }

  private static func torch(_ module: String, _ name: String) -> PickleGlobal? {
    guard module == "torch" else { return nil }
    if let scalar = TorchScalar.allCases.first(where: { $0.storageName == name }) {
      return .storage(scalar)
    }
    return TorchScalar.allCases.contains { $0.name == "torch.\(name)" } ? .numberType(name) : nil
  }

  /// NumPy 2 moved its core from numpy.core to numpy._core.
  private static func numpy(_ module: String, _ name: String) -> PickleGlobal? {
    switch (module, name) {
    case ("numpy", "dtype"): .numpyType
    case ("numpy", "ndarray"): .numpyArray
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): .numpyScalar
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
      .numpyReconstruct
    case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"):
      .numpyFromBuffer
    default: nil
    }
  }

  /// The name in error messages.
  var name: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildPlainTensor: "torch._utils._rebuild_tensor"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .size: "torch.Size"
    case .device: "torch.device"
    case .namespace: "argparse.Namespace"
    case .simpleNamespace: "types.SimpleNamespace"
    case .set: "builtins.set"
    case .bytes: "builtins.bytes"
    case .encode: "_codecs.encode"
    case .path: "pathlib.Path"
    case .numberType(let name): "torch.\(name)"
    case .numpyType: "numpy.dtype"
    case .numpyScalar: "numpy.core.multiarray.scalar"
    case .numpyArray: "numpy.ndarray"
    case .numpyReconstruct: "numpy.core.multiarray._reconstruct"
    case .numpyFromBuffer: "numpy.core.numeric._frombuffer"
    case .storage(let scalar): "torch.\(scalar.storageName)"
    }
  }
}
