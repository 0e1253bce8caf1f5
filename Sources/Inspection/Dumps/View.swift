import Foundation
import Messages
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

  /// Returns the texts inside the PNG file of the picture, by keywords that PNG suggests.
  ///
  /// | Keyword       | Text                                                      |
  /// |---------------|-----------------------------------------------------------|
  /// | `Title`       | the dump name and the part                                |
  /// | `Description` | the caption, the equation, axes with shape and unit       |
  /// | `Comment`     | the range of the values, the color map and its range      |
  /// | `Source`      | what made the tensor                                      |
  ///
  /// - Parameter origin: what made the tensor; the keyword is left out if it is empty.
  /// - Returns: the texts by keyword; those that would be empty are missing.
  func texts(origin: String) -> [String: String] {
    let shape = tensor.map { $0.shape.map(String.init).joined(separator: " × ") } ?? ""
    let colors = rendering.range.map { "\($0.lowerBound.brief) … \($0.upperBound.brief)" }
    let texts = [
      "Title": title,
      "Description": [
        caption, equation, axes.isEmpty ? shape : "\(axes) = \(shape)",
        unit.isEmpty ? "" : "unit: \(unit)",
      ].filter { !$0.isEmpty }.joined(separator: "; "),
      "Comment": [
        statistics?.line, "colors: \(rendering.colorMap)", colors,
        rendering.meaning.isEmpty ? nil : rendering.meaning,
      ].compactMap(\.self).joined(separator: "; "),
      "Source": origin,
    ]
    return texts.filter { !$0.value.isEmpty }.mapValues { $0.visible(limit: 2000) }
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
