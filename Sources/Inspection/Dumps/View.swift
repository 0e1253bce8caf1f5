import Foundation
import Tensors

/// A tensor together with the picture people look at.
public struct View: Sendable {
  /// The dump name, for example `part01_psi`; a slash makes a folder.
  public var name: String
  /// What the picture shows, in one sentence.
  public var caption: String
  /// The exact numbers, when there are any behind the picture.
  public var tensor: Tensor?
  /// The tensor's axes by letter, for example `[D, H, W]`.
  public var axes: String
  /// The unit of the values; empty when they have none.
  public var unit: String
  /// The equation that made it, for example `Eq. 7`; empty when none did.
  public var equation: String
  /// What people look at.
  public var rendering: Rendering
  /// Least, greatest and mean value of the tensor.
  public let statistics: Statistics?

  /// A view of a tensor, or of nothing but a picture.
  ///
  /// - Parameters:
  ///   - name: the dump name; what no file system likes is spelled out or replaced.
  ///   - caption: what the picture shows, in one sentence.
  ///   - tensor: the exact numbers, when there are any.
  ///   - axes: the tensor's axes by letter.
  ///   - unit: the unit of the values.
  ///   - equation: the equation that made it.
  ///   - values: the numbers that least, greatest and mean are of, if not all of them.
  ///   - rendering: what people look at.
  public init(
    name: String, caption: String = "", tensor: Tensor?, axes: String = "", unit: String = "",
    equation: String = "", statisticsOf values: [Double]? = nil, rendering: Rendering
  ) {
    self.name = View.fileName(name)
    self.caption = caption
    self.tensor = tensor?.detached()
    self.axes = axes
    self.unit = unit
    self.equation = equation
    self.rendering = rendering
    statistics = values.map(Statistics.init) ?? tensor.map(Statistics.init)
  }

  /// The picture in words: name, shape, least, greatest and mean value.
  public var alternativeText: String {
    guard let tensor, let statistics else { return caption.isEmpty ? name : "\(name): \(caption)" }
    let shape = tensor.shape.map(String.init).joined(separator: " × ")
    let unit = unit.isEmpty ? "" : " (\(unit))"
    return "\(name), shape \(shape.isEmpty ? "single number" : shape), \(statistics.line)\(unit)"
  }

  /// A name that every file system takes: Greek letters spelled out, other signs replaced by `_`.
  public static func fileName(_ name: String) -> String {
    let spelled: [Character: String] = [
      "σ": "sigma", "ψ": "psi", "α": "alpha", "δ": "delta", "Δ": "Delta", "Σ": "Sum", "λ": "lambda",
      "²": "2", "³": "3", "ᵈ": "d", "φ": "phi", "θ": "theta", "π": "pi", "∂": "d", "∇": "grad",
    ]
    var result = ""
    for character in name.decomposedStringWithCanonicalMapping {
      let bare = character.unicodeScalars.first.map(Character.init) ?? character
      if let word = spelled[bare] {
        result += word
      } else if bare.isASCII, bare.isLetter || bare.isNumber || "-/".contains(bare) {
        result.append(bare)
      } else if result.last != "_" {
        result.append("_")
      }
    }
    let parts = result.split(separator: "/").map { part in
      String(part).trimmingCharacters(in: CharacterSet(charactersIn: "_"))
    }
    let clean = parts.filter { !$0.isEmpty }.joined(separator: "/")
    return clean.isEmpty ? "unnamed" : clean
  }
}
