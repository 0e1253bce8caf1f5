import Inspection
import TensorFiles

extension CodeExcerpt {
  /// The lines of this clone between `// [excerpt: name]` and `// [end: name]`.
  package init(_ file: String, region: String) {
    self.init(file, region: region, in: Clone.folder)
  }

  /// A whole declaration of this clone, found by a text of its first line.
  package init(_ file: String, declaration: String) {
    self.init(file, declaration: declaration, in: Clone.folder)
  }
}
