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
}
