/// A dump name taken apart: `part03_layer1` is the kind `layer1` of part 3.
struct DumpName: Hashable {
  /// The name without its part.
  let kind: String
  /// The number of the part; nil if the tensor belongs to no single part.
  let part: Int?

  init(_ name: String) {
    guard name.hasPrefix("part"), let end = name.firstIndex(of: "_"),
      let number = Int(name[..<end].dropFirst(4)), number >= 0
    else {
      (kind, part) = (name, nil)
      return
    }
    let rest = String(name[name.index(after: end)...])
    // The only kind that exists both for the fused volume and for every part.
    kind = rest == "ray_density" ? "part_ray_density" : rest
    part = number
  }

  /// Returns the name without the number of its part: `part_density2d` for `part03_density2d`.
  ///
  /// The slider of a part shows one tensor after the other in the place of the first.
  static func ofAnyPart(_ name: String) -> String {
    DumpName(name).part == nil ? name : "part" + name.dropFirst(4).drop(while: \.isNumber)
  }
}
