extension PortraitParameters {
  /// The probabilities of accessories.
  public enum Rate {
    /// Glasses, in any portrait.
    public static let glasses = 0.20
    /// A hat, if the hair fits under it (not with a bun or an afro).
    public static let hat = 0.15
    /// Earrings, if the hairstyle leaves the ears visible.
    public static let earrings = 0.40
  }

  /// Returns the portrait of a seed; the same seed always gives the same portrait.
  public static func random(seed: UInt64) -> PortraitParameters {
    var generator = SplitMix(seed: seed)
    return random(using: &generator)
  }

  /// Returns a portrait drawn with the given random number generator.
  public static func random(using generator: inout some RandomNumberGenerator) -> PortraitParameters
  {
    var portrait = PortraitParameters()
    let isSoft = generator.chance(0.55)
    let skin = skinTone(&generator)
    portrait.face = face(skin: skin, isSoft: isSoft, &generator)
    portrait.hair = hair(skin: skin, isSoft: isSoft, &generator)
    portrait.eyes = eyes(skin: skin, isSoft: isSoft, &generator)
    portrait.brows = brows(hair: portrait.hair, isSoft: isSoft, &generator)
    portrait.mouth = mouth(face: portrait.face, isSoft: isSoft, &generator)
    portrait.nose = Nose(
      width: generator.around(isSoft ? 0.94 : 1.06, 0.14), tip: generator.around(-0.0260, 0.003),
      length: generator.around(isSoft ? 0.0090 : 0.0108, 0.003),
      lift: generator.around(isSoft ? 0.0014 : 0.0004, 0.0012))
    portrait.ears = Ears(size: generator.around(1, 0.12), flare: generator.between(0.25, 0.75))
    portrait.cloth = cloth(isSoft: isSoft, &generator)
    // Collar flaps would stick out of a curtain of hair.
    if [.bob, .long].contains(portrait.hair.style), portrait.cloth.style == .shirt {
      portrait.cloth.style = .vee
    }
    portrait.background = background(&generator)
    portrait.light = Light(
      side: (generator.chance(0.5) ? 1 : -1) * generator.between(0.25, 0.8),
      height: generator.between(0.4, 0.8), warmth: generator.between(-0.4, 1))
    addAccessories(to: &portrait, isSoft: isSoft, &generator)
    return portrait
  }

  private static func addAccessories(
    to portrait: inout PortraitParameters, isSoft: Bool,
    _ generator: inout some RandomNumberGenerator
  ) {
    if generator.chance(Rate.glasses) { portrait.glasses = glasses(&generator) }
    if ![.bun, .afro].contains(portrait.hair.style), generator.chance(Rate.hat) {
      let color = generator.pick(fabrics)
      portrait.hat = Hat(
        style: generator.pick(Hat.Style.allCases), color: color, trim: generator.pick(trims))
      portrait.hair.volume = min(portrait.hair.volume, 0.012)
      portrait.hair.fringe = min(portrait.hair.fringe, 0.012)
      if portrait.hair.style == .quiff { portrait.hair.style = .crop }
    }
    if ![.bob, .long].contains(portrait.hair.style), generator.chance(Rate.earrings) {
      portrait.earrings = Earrings(
        style: generator.pick(Earrings.Style.allCases), size: generator.around(1, 0.2),
        color: generator.pick(metals))
    }
  }

  private static func face(
    skin: RGB, isSoft: Bool, _ generator: inout some RandomNumberGenerator
  ) -> Face {
    Face(
      width: generator.around(isSoft ? 0.985 : 1.01, 0.05), length: generator.around(1, 0.045),
      jaw: generator.around(isSoft ? 0.95 : 1.06, 0.07),
      cheeks: generator.around(isSoft ? 1.02 : 0.97, 0.06),
      chin: generator.around(isSoft ? 0.95 : 1.08, 0.12), skin: skin,
      blush: generator.between(0.1, isSoft ? 0.8 : 0.5),
      freckles: generator.chance(0.15) ? generator.between(0.4, 1) : 0,
      stubble: !isSoft && generator.chance(0.4) ? generator.between(0.3, 1) : 0)
  }

  private static func eyes(
    skin: RGB, isSoft: Bool, _ generator: inout some RandomNumberGenerator
  ) -> Eyes {
    // Light eyes occur only with light skin.
    let lightEyes = skin.y > 0.62 && generator.chance(0.6)
    let opening = generator.around(isSoft ? 0.0086 : 0.0077, 0.0014)
    return Eyes(
      spacing: generator.around(0.0250, 0.0014), height: generator.around(0.0035, 0.002),
      width: generator.around(0.0134, 0.001), opening: opening,
      tilt: generator.around(0.0012, 0.0016), iris: 0.0036 + 0.34 * opening,
      color: generator.pick(lightEyes ? lightIrises : darkIrises),
      lashes: generator.around(isSoft ? 0.0019 : 0.0012, 0.0004),
      gaze: SIMD2(generator.around(0, 0.0010), generator.around(0, 0.0005)))
  }

  private static func brows(
    hair: Hair, isSoft: Bool, _ generator: inout some RandomNumberGenerator
  ) -> Brows {
    Brows(
      height: generator.around(0.0168, 0.0018), length: generator.around(0.0150, 0.0015),
      thickness: generator.around(isSoft ? 0.0042 : 0.0058, 0.0016),
      arch: generator.between(0.001, isSoft ? 0.005 : 0.0035),
      tilt: generator.around(-0.0008, 0.0022),
      // Brows are a little darker than hair, and never as light as the lightest hair.
      color: mix(hair.color * 0.72, RGB(0.20, 0.13, 0.09), 0.35))
  }

  private static func mouth(
    face: Face, isSoft: Bool, _ generator: inout some RandomNumberGenerator
  ) -> Mouth {
    let made = isSoft && generator.chance(0.5)
    let bare = face.skin * RGB(0.88, 0.62, 0.62)
    let smile = generator.between(0.0015, 0.0095)
    return Mouth(
      height: generator.around(-0.0535, 0.003) * face.length,
      width: generator.around(0.0205, 0.0028) + 0.25 * smile,
      upperLip: generator.around(isSoft ? 0.0056 : 0.0044, 0.0014),
      lowerLip: generator.around(isSoft ? 0.0074 : 0.0062, 0.0018), smile: smile,
      gap: smile > 0.0035 && generator.chance(0.45) ? generator.between(0.003, 0.0075) : 0,
      color: made ? generator.pick(lipsticks) : mix(bare, generator.pick(lipsticks), 0.15))
  }

  private static func hair(
    skin: RGB, isSoft: Bool, _ generator: inout some RandomNumberGenerator
  ) -> Hair {
    let style: Hair.Style = generator.pick(
      weighted: isSoft
        ? [
          (.long, 0.42), (.bob, 0.26), (.bun, 0.14), (.crop, 0.08), (.afro, 0.07), (.shaven, 0.03),
        ]
        : [
          (.crop, 0.40), (.quiff, 0.26), (.shaven, 0.12), (.afro, 0.09), (.long, 0.08),
          (.bob, 0.05),
        ]
    )
    let volume: Double =
      switch style {
      case .shaven: generator.between(0.0022, 0.0035)
      case .crop, .quiff: generator.between(0.006, 0.011)
      case .bun: generator.between(0.006, 0.010)
      case .bob, .long: generator.between(0.011, 0.0175)
      case .afro: generator.between(0.014, 0.024)
      }
    let hasFringe = [.crop, .bob, .long].contains(style) && generator.chance(0.38)
    let isParted = !hasFringe && [.crop, .bob, .long].contains(style) && generator.chance(0.75)
    let isWavy = [.bob, .long].contains(style) && generator.chance(0.5)
    return Hair(
      style: style, color: hairColor(skin: skin, &generator), volume: volume,
      parting: generator.around(0, 0.9),
      fringe: hasFringe ? generator.between(0.010, 0.022) : generator.between(-0.003, 0.004),
      partingLift: isParted ? generator.between(0.008, 0.020) : 0,
      wave: isWavy ? generator.between(0.0015, 0.0042) : 0,
      tousle: [.crop, .quiff].contains(style) ? generator.between(0.2, 1) : 0,
      strands: generator.around(1, 0.3))
  }

  private static func cloth(
    isSoft: Bool, _ generator: inout some RandomNumberGenerator
  ) -> Cloth {
    Cloth(
      style: generator.pick(
        weighted: [(.crew, 0.38), (.vee, 0.26), (.shirt, 0.22), (.turtleneck, 0.14)]),
      color: generator.pick(fabrics),
      trim: generator.pick(trims), stripes: generator.chance(0.2) ? generator.between(0.5, 1) : 0,
      shoulders: generator.around(isSoft ? 0.94 : 1.06, 0.06),
      neck: generator.around(isSoft ? 0.92 : 1.06, 0.06))
  }

  private static func background(_ generator: inout some RandomNumberGenerator) -> Background {
    let top = generator.pick(walls)
    let isPlain = generator.chance(0.4)
    return Background(
      top: top, bottom: isPlain ? top * generator.between(0.8, 1.05) : generator.pick(walls),
      bokeh: generator.chance(0.35) ? generator.between(0.5, 1) : 0,
      pattern: Int(generator.next() % 1_000_000))
  }

  private static func glasses(_ generator: inout some RandomNumberGenerator) -> Glasses {
    let isSun = generator.chance(0.2)
    return Glasses(
      width: generator.around(0.0192, 0.0016), height: generator.around(0.0152, 0.0022),
      roundness: generator.between(0.35, 1), rim: generator.between(0.0010, 0.0020),
      color: generator.pick(frames), tint: isSun ? generator.between(0.82, 0.94) : 0.08)
  }
}
