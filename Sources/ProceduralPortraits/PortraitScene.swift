import Camera
import PortraitClasses

/// A scene: the shapes of all parts of a portrait, built once from the parameters.
///
/// A scene is a value without hidden state. Casting a ray changes nothing, so several threads may use
/// a scene at once.
public struct PortraitScene: Sendable {
  /// The parameters that the scene was built from.
  public let parameters: PortraitParameters

  let face: FaceShape
  let nose: NoseShape
  let eye: EyeShape
  let brow: BrowShape
  let mouth: MouthShape
  let ear: EarShape
  let hair: HairShape
  let neck: NeckShape
  let cloth: ClothShape
  let glasses: GlassesShape?
  let hat: HatShape?
  let earring: EarringShape?
  let backdrop: Backdrop
  let lamp: Lamp

  /// Builds the shapes of all parts.
  ///
  /// Parts that lie on the face locate its surface by casting a few rays.
  public init(_ parameters: PortraitParameters) {
    self.parameters = parameters
    face = FaceShape(parameters)
    nose = NoseShape(parameters, face: face)
    eye = EyeShape(parameters, face: face)
    brow = BrowShape(parameters, face: face)
    mouth = MouthShape(parameters, face: face)
    let ear = EarShape(parameters, face: face)
    self.ear = ear
    hair = HairShape(parameters, ear: ear)
    let torso = Torso(parameters.cloth)
    neck = NeckShape(parameters, torso: torso)
    cloth = ClothShape(parameters, torso: torso)
    let face = face
    glasses = parameters.glasses.map {
      GlassesShape(parameters, glasses: $0, face: face, ear: ear)
    }
    hat = parameters.hat.map { HatShape(parameters, hat: $0) }
    earring = parameters.earrings.map { EarringShape($0, ear: ear) }
    backdrop = Backdrop(parameters.background)
    lamp = Lamp(parameters.light)
  }

  /// Returns whether the portrait has the part.
  public func contains(_ part: PartClass) -> Bool {
    switch part {
    case .glasses: glasses != nil
    case .hat: hat != nil
    case .earrings: earring != nil
    default: true
    }
  }
}
