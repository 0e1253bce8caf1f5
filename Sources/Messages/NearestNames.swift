/// Returns the known names that are most similar to an unknown name, the nearest first.
///
/// - Parameters:
///   - name: the unknown name.
///   - names: the known names.
///   - count: the largest number of names to return.
/// - Returns: elements of `names`, ordered by edit distance.
public func nearestNames(to name: String, in names: [String], count: Int = 5) -> [String] {
  names.map { (name: $0, distance: editDistance(name, $0)) }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    .prefix(count).map(\.name)
}

/// Returns the least number of insertions, deletions and replacements that turn one word into another.
private func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.utf8), Array(b.utf8))
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in b.enumerated() {
      let replaced = diagonal + (letter == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
