import Inspection

extension ClassPalette {
  /// The names and colors of the thirteen parts, used for every mask that the project shows.
  ///
  /// The distance between any two colors in CIELAB is at least 24, for normal color vision and for each
  /// of the three deficiencies (simulated as by Machado, Oliveira and Fernandes, 2009).
  public static let portrait = ClassPalette(
    names: PartClass.allCases.map { "\($0)" },
    colors: [
      0xBDF0F1, 0xF9C8A4, 0x1A57CD, 0x412508, 0xBD1D48, 0xE8A026, 0xB160AC, 0x542D84, 0xA49E4E,
      0x18987E, 0x09081F, 0x6BCFFA, 0xE6FA28,
    ].map(Color.init(hex:)))
}
