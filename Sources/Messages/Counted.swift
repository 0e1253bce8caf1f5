/// Returns a count with its noun in singular or plural: "1 iteration", "2 iterations".
public func counted(_ count: Int, _ thing: String) -> String {
  "\(count) \(thing)\(count == 1 ? "" : "s")"
}
