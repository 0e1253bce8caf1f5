import Inspection
import TensorFiles

extension CodeExcerpt {
  /// Creates an excerpt of the lines of this clone between `// [excerpt: name]` and `// [end: name]`.
  package init(_ file: String, region: String) {
    self.init(file, region: region, in: Clone.folder)
  }

  /// Creates an excerpt of a whole declaration of this clone, found by a part of its first line.
  package init(_ file: String, declaration: String) {
    self.init(file, declaration: declaration, in: Clone.folder)
  }
}
