import ArgumentParser

/// Throws an error if a given path is empty, for example because of an unset shell variable.
///
/// - Parameter paths: the options with their values; nil for an option that was not given.
/// - Throws: a `ValidationError` that names the option.
func requirePaths(_ paths: [(option: String, path: String?)]) throws {
  if let (option, _) = paths.first(where: { $0.path?.isEmpty == true }) {
    throw ValidationError("\(option) is empty, expected a path")
  }
}
