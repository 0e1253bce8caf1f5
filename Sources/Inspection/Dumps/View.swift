import Foundation
import Tensors

/// A tensor together with the picture that shows it.
public struct View: Sendable {
  /// The dump name, for example `part01_psi`; a slash makes a folder.
  public var name: String
  /// What the picture shows, in one sentence.
  public var caption: String
  /// The exact values; nil if the picture does not show a tensor.
  public var tensor: Tensor?
  /// The axes of the tensor by letter, for example `[D, H, W]`.
  public var axes: String
  /// The unit of the values; empty if they have none.
  public var unit: String
  /// The equation that computes the tensor, for example `Eq. 7`; empty if there is none.
  public var equation: String
  /// The name of the part that the tensor belongs to; nil if it belongs to no single part.
  public var part: String?
  /// The picture with its labels.
  public var rendering: Rendering
  /// The minimum, maximum and mean of the values.
  public let statistics: Statistics?

  /// Creates a view of a tensor, or of a picture without a tensor.
  ///
  /// - Parameters:
  ///   - name: the dump name; characters that are unsuitable for file names are spelled out or replaced.
  ///   - caption: what the picture shows, in one sentence.
  ///   - tensor: the exact values, if there are any.
  ///   - axes: the axes of the tensor by letter.
  ///   - unit: the unit of the values.
  ///   - equation: the equation that computes the tensor.
  ///   - values: the values for the statistics; by default those of the tensor.
  ///   - rendering: the picture with its labels.
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

  /// A description of the picture: name, shape, minimum, maximum and mean.
  public var alternativeText: String {
    guard let tensor, let statistics else { return caption.isEmpty ? name : "\(name): \(caption)" }
    let shape = tensor.shape.map(String.init).joined(separator: " × ")
    let unit = unit.isEmpty ? "" : " (\(unit))"
    return "\(name), shape \(shape.isEmpty ? "single number" : shape), \(statistics.line)\(unit)"
  }

  /// Returns a name that every file system accepts.
  ///
  /// Greek letters are spelled out, and other special characters are replaced by `_`.
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
