import PortraitClasses

extension PortraitParameters {
  /// Returns the portrait with one part of another portrait.
  ///
  /// - Parameters:
  ///   - part: the part; the neck is described with the clothes, so `neck` exchanges both.
  ///   - donor: the other portrait.
  /// - Returns: the portrait; all other parts and the light are unchanged.
  public func taking(_ part: PartClass, from donor: PortraitParameters) -> PortraitParameters {
    var result = self
    switch part {
    case .background: result.background = donor.background
    case .face: result.face = donor.face
    case .eyes: result.eyes = donor.eyes
    case .brows: result.brows = donor.brows
    case .mouth: result.mouth = donor.mouth
    case .nose: result.nose = donor.nose
    case .ears: result.ears = donor.ears
    case .hair: result.hair = donor.hair
    case .neck, .cloth: result.cloth = donor.cloth
    case .glasses: result.glasses = donor.glasses
    case .hat: result.hat = donor.hat
    case .earrings: result.earrings = donor.earrings
    }
    return result
  }
}
