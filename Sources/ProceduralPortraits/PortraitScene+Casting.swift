import Camera
import PortraitClasses

/// A hit of a line: the part, the distance, and whether the mirrored copy of the part was hit.
struct Hit: Sendable {
  var part: PartClass
  var distance: Double
  var isMirrored: Bool
}

/// A line with its mirror image, for parts that exist on both sides.
struct LinePair: Sendable {
  let line: Line
  let mirrored: Line

  @inline(__always)
  init(_ ray: Ray) {
    line = Line(ray)
    mirrored = line.mirrored
  }
}

/// A set of parts.
struct PartSet: OptionSet, Sendable {
  let rawValue: UInt16

  static let all = PartSet(rawValue: (1 << UInt16(PartClass.count)) - 1)
  /// Parts so small that the center rays of a pixel's neighbors may miss them.
  static let small: PartSet = [
    PartSet(.eyes), PartSet(.brows), PartSet(.mouth), PartSet(.glasses), PartSet(.earrings),
  ]

  init(rawValue: UInt16) { self.rawValue = rawValue }
  init(_ part: PartClass) { rawValue = 1 << UInt16(part.rawValue) }

  @inline(__always)
  func has(_ part: PartClass) -> Bool { rawValue >> UInt16(part.rawValue) & 1 == 1 }
}

extension PortraitScene {
  /// Returns the nearest opaque surface along a ray; lenses are ignored.
  ///
  /// - Parameters:
  ///   - pair: the ray.
  ///   - parts: the parts to test; the background is always included.
  /// - Returns: the first hit.
  func nearestHit(_ pair: LinePair, among parts: PartSet = .all) -> Hit {
    var hit = Hit(
      part: .background, distance: backdrop.crossing(pair.line), isMirrored: false)
    // Large parts in front come first; their hits limit the search for the other parts.
    if parts.has(.face) { consider(face, .face, pair, &hit) }
    if parts.has(.nose) { consider(nose, .nose, pair, &hit) }
    if let hat, parts.has(.hat) { consider(hat, .hat, pair, &hit) }
    if parts.has(.hair) { consider(hair, .hair, pair, &hit) }
    if parts.has(.mouth) { consider(mouth, .mouth, pair, &hit) }
    if parts.has(.eyes) { consider(eye, .eyes, pair, &hit) }
    if parts.has(.brows) { consider(brow, .brows, pair, &hit) }
    if let glasses, parts.has(.glasses) { consider(glasses, .glasses, pair, &hit) }
    if parts.has(.ears) { consider(ear, .ears, pair, &hit) }
    if let earring, parts.has(.earrings) { consider(earring, .earrings, pair, &hit) }
    if parts.has(.cloth) { consider(cloth, .cloth, pair, &hit) }
    if parts.has(.neck) { consider(neck, .neck, pair, &hit) }
    return hit
  }

  /// Returns the first hit of one part with all other parts removed, or nil.
  func hit(of part: PartClass, _ pair: LinePair) -> Hit? {
    var hit = Hit(part: .background, distance: .infinity, isMirrored: false)
    switch part {
    case .background: hit.distance = backdrop.crossing(pair.line)
    case .face: consider(face, part, pair, &hit)
    case .eyes: consider(eye, part, pair, &hit)
    case .brows: consider(brow, part, pair, &hit)
    case .mouth: consider(mouth, part, pair, &hit)
    case .nose: consider(nose, part, pair, &hit)
    case .ears: consider(ear, part, pair, &hit)
    case .hair: consider(hair, part, pair, &hit)
    case .neck: consider(neck, part, pair, &hit)
    case .cloth: consider(cloth, part, pair, &hit)
    case .glasses: if let glasses { consider(glasses, part, pair, &hit) }
    case .hat: if let hat { consider(hat, part, pair, &hit) }
    case .earrings: if let earring { consider(earring, part, pair, &hit) }
    }
    return hit.distance < .infinity ? hit : nil
  }

  /// Replaces `hit` if `shape` is nearer.
  @inline(__always)
  private func consider<Shape: PartShape>(
    _ shape: Shape, _ part: PartClass, _ pair: LinePair, _ hit: inout Hit
  ) {
    if let distance = firstCrossing(of: shape, along: pair.line, before: hit.distance) {
      hit = Hit(part: part, distance: distance, isMirrored: false)
    }
    guard shape.isMirrored else { return }
    if let distance = firstCrossing(of: shape, along: pair.mirrored, before: hit.distance) {
      hit = Hit(part: part, distance: distance, isMirrored: true)
    }
  }
}
