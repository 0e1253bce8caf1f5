import Tensors

// Composition of some of the parts.
extension GeneratedMaps {
  /// Returns the maps with the given parts only: features and densities of all others are 0.
  ///
  /// A part without density stops no light, and one without features adds nothing to equation 8, so the
  /// portrait is composed of the given parts alone, as in figure 8. Depths stay as they are, because every
  /// depth is relative to that of the face (§3.2).
  ///
  /// - Parameter parts: the parts to keep, 0 ..< K.
  /// - Returns: maps of the same shapes.
  public func keeping(_ parts: Set<Int>) -> GeneratedMaps {
    let count = feature.shape[1]
    require(
      parts.allSatisfy((0..<count).contains),
      "keeping(_:): parts are \(parts.sorted()), expected numbers in 0 ..< \(count)")
    let gain = Tensor([count, 1, 1], (0..<count).map { parts.contains($0) ? 1 : 0 })
      .cast(to: feature.scalarType)
    return GeneratedMaps(
      feature: feature * gain.unsqueezed(axis: 1), relativeDepth: relativeDepth,
      densityMap: densityMap.map { $0 * gain }, latents: latents, layers: layers, base: base)
  }

  /// Returns the maps with one part of other maps.
  ///
  /// Part generators are independent of each other, so these are the maps of latents with that part
  /// exchanged. The outputs of single layers are left out.
  ///
  /// - Parameters:
  ///   - part: the part, 0 ..< K.
  ///   - other: maps of the same shapes.
  /// - Returns: maps of the same shapes.
  public func replacing(_ part: Int, by other: GeneratedMaps) -> GeneratedMaps {
    let count = feature.shape[1]
    require(
      (0..<count).contains(part), "replacing(_:by:): part is \(part), expected 0 ..< \(count)")
    func joined(_ own: Tensor, _ theirs: Tensor) -> Tensor {
      requireShape(theirs, own.shape, "other")
      return .concatenated(
        [
          own.sliced(axis: 1, from: 0, length: part),
          theirs.sliced(axis: 1, from: part, length: 1),
          own.sliced(axis: 1, from: part + 1, length: count - part - 1),
        ], axis: 1)
    }
    return GeneratedMaps(
      feature: joined(feature, other.feature),
      relativeDepth: joined(relativeDepth, other.relativeDepth),
      densityMap: densityMap.flatMap { own in other.densityMap.map { joined(own, $0) } },
      latents: joined(latents, other.latents), layers: [], base: nil)
  }
}
