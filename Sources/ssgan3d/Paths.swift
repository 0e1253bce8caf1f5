import ArgumentParser

/// Stops at a path that was given and is empty, as an unset variable of a shell leaves it.
///
/// - Parameter paths: options and what was given with them; nil where nothing was.
/// - Throws: `ValidationError` that names the option.
func requirePaths(_ paths: [(option: String, path: String?)]) throws {
  if let (option, _) = paths.first(where: { $0.path?.isEmpty == true }) {
    throw ValidationError("\(option) is empty, expected a path")
  }
}
