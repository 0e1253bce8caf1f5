/// The thirteen classes' colours: one palette for every mask the project shows.
///
/// Any two of them are 24 or more apart in CIELAB, for normal eyes and for each of the three colour
/// vision deficiencies (simulated as by Machado, Oliveira and Fernandes, 2009).
public enum MaskPalette {
  /// Class names in the order of their ids, 0 … 12.
  public static let names = [
    "background", "face", "eyes", "brows", "mouth", "nose", "ears", "hair", "neck", "cloth",
    "glasses", "hat", "earrings",
  ]

  /// Colours in the order of the class ids, 0 … 12.
  public static let colors: [Color] =
    [
      0xBDF0F1, 0xF9C8A4, 0x1A57CD, 0x412508, 0xBD1D48, 0xE8A026, 0xB160AC, 0x542D84, 0xA49E4E,
      0x18987E, 0x09081F, 0x6BCFFA, 0xE6FA28,
    ].map(Color.init(hex:))

  /// The name that dumps give the palette.
  public static let mapName = "mask palette"

  /// The colour of a class; ids beyond the thirteen repeat the palette, negative ones are magenta.
  public static func color(_ id: Int) -> Color {
    id < 0 ? .notFinite : colors[id % colors.count]
  }

  /// The name of a class; beyond the thirteen its number.
  public static func name(_ id: Int) -> String {
    names.indices.contains(id) ? names[id] : "part \(id)"
  }
}
