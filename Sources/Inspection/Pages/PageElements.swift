/// Elements for pages that other modules write, in the style of all pages of this library.
public enum PageElements {
  /// Returns a page.
  ///
  /// - Parameters:
  ///   - title: the title of the window, plain text.
  ///   - style: further rules of style.
  ///   - body: the content, HTML that is also well-formed XML.
  ///   - script: `script` elements after the content.
  /// - Returns: the whole document, which asks for nothing else.
  public static func document(
    title: String, style: String = "", body: String, script: String = ""
  ) -> String {
    HTML.document(title: title, style: style, body: body, script: script)
  }

  /// Returns the picture of a view with its caption, the numbers of its tensor and alternative text.
  ///
  /// - Parameter view: the view.
  /// - Throws: `TensorFileError` if the picture cannot be encoded.
  /// - Returns: a `figure` element that holds its picture.
  public static func figure(_ view: View) throws -> String { try HTML.figure(view) }

  /// Returns plain text with the characters spelled out that HTML reserves.
  public static func text(_ text: String) -> String { escaped(text) }
}
