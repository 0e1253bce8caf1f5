/// The thirteen classes' colours: one palette for every mask the project shows.
///
/// Large, quiet regions (background, skin, hair, clothes) have quiet colours; small parts are vivid
/// so that they are found at a glance. Neighbours on a face differ in lightness as well as in hue,
/// so that they stay apart with every kind of colour vision.
public enum MaskPalette {
  /// Class names in the order of their ids, 0 … 12.
  public static let names = [
    "background", "skin", "eyes", "brows", "mouth", "nose", "ears", "hair", "neck", "cloth",
    "glasses", "hat", "earring",
  ]

  /// Colours in the order of the class ids, 0 … 12.
  public static let colors: [Color] =
    [
      0xDDE3EA, 0xF6CDA8, 0x1565C0, 0x5D4037, 0xC62848, 0xF4A261, 0xE07A9B, 0x8D5A2B, 0xD9A679,
      0x3F8F7B, 0x37474F, 0x7E57C2, 0xFFD600,
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
