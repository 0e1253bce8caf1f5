import Tensors

/// A walkthrough of an equation: questions, calls to the real code, results, and claims about them.
///
/// The same chapter can be stepped through in a terminal, run unattended to write a folder and a page,
/// and checked by the tests. It contains no arithmetic of its own.
public struct Chapter: Sendable {
  /// The name of the page and the folder, for example `gaussian-lifting`.
  public let name: String
  /// The heading, for example `From a map to a volume`.
  public let title: String
  /// The equations that the chapter explains, for example `Eq. 5–7`.
  public let equations: String
  /// The name of the view that stands for the chapter in the index; nil if there is none.
  public let cover: String?
  /// The subject and the prerequisites, in a few sentences.
  public let introduction: String
  /// The parameters that a reader can change.
  public let parameters: [Parameter]
  /// The steps in order.
  public let steps: [Step]

  /// Creates a chapter whose steps are listed in a block.
  ///
  /// - Parameters:
  ///   - name: the name of the page and the folder: letters, digits and hyphens.
  ///   - title: the heading.
  ///   - equations: the equations that the chapter explains, for example `Eq. 5–7`.
  ///   - cover: the name of the view that stands for the chapter in the index.
  ///   - introduction: the subject of the chapter; a blank line separates paragraphs.
  ///   - parameters: the parameters that a reader can change with `set NAME VALUE`.
  ///   - steps: the steps in order.
  public init(
    _ name: String, title: String, equations: String, cover: String? = nil, introduction: String,
    parameters: [Parameter] = [], @StepList steps: () -> [Step]
  ) {
    require(
      !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") },
      "Chapter(_:…): name is \"\(name)\", expected letters, digits and hyphens")
    self.name = name
    self.title = title
    self.equations = equations
    self.cover = cover
    self.introduction = introduction
    self.parameters = parameters
    self.steps = steps()
  }

  /// The default values of the parameters.
  public var defaults: [String: Double] {
    Dictionary(parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// Returns the values of the parameters with the changes that apply to this chapter.
  ///
  /// - Parameter changes: new values by the name of the chapter, then by that of the parameter.
  /// - Returns: a value for every parameter of this chapter, and no others.
  func settings(changedBy changes: [String: [String: Double]]) -> [String: Double] {
    let known = (changes[name] ?? [:]).filter { name, _ in
      parameters.contains { $0.name == name }
    }
    return defaults.merging(known) { $1 }
  }
}
