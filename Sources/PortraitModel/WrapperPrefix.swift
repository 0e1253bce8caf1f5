/// The prefix that torch's wrappers put before all names of a module's state dictionary.
///
/// Training on several devices adds `module.`, compiling adds `_orig_mod.`; both may occur, in either
/// order.
enum WrapperPrefix {
  private static let words = ["module.", "_orig_mod."]

  /// Returns the prefix that all names have; empty if there is none.
  static func of(_ names: [String]) -> String {
    var prefix = ""
    while let word = words.first(where: { word in
      !names.isEmpty && names.allSatisfy { $0.hasPrefix(prefix + word) }
    }) {
      prefix += word
    }
    return prefix
  }
}
