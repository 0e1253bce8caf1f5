import Inspection
import TensorFiles

extension CodeExcerpt {
  /// Creates an excerpt of the lines of this clone between `// [excerpt: name]` and `// [end: name]`.
  ///
  /// - Parameters:
  ///   - file: the file, relative to the clone.
  ///   - region: the name of the region.
  ///   - marking: a text of the line that the page marks.
  package init(_ file: String, region: String, marking: String? = nil) {
    self.init(file, region: region, marking: marking, in: Clone.folder)
  }

  /// Creates an excerpt of a whole declaration of this clone, found by a part of its first line.
  ///
  /// - Parameters:
  ///   - file: the file, relative to the clone.
  ///   - declaration: a part of the first line of the declaration.
  ///   - marking: a text of the line that the page marks.
  package init(_ file: String, declaration: String, marking: String? = nil) {
    self.init(file, declaration: declaration, marking: marking, in: Clone.folder)
  }
}
