import Inspection
import PortraitClasses
import Tensors

// Portraits and masks in galleries.
extension Gallery.Tile {
  /// Returns a portrait, `[3, S, S]`, −1 … 1.
  package static func face(_ title: String, _ image: Tensor) -> Gallery.Tile {
    .picture(title, .image(image, range: .signed))
  }

  /// Returns an image, `[3, S, S]`, 0 … 1.
  package static func image(_ title: String, _ image: Tensor) -> Gallery.Tile {
    .picture(title, .image(image, range: .unit))
  }

  /// Returns the most probable part of every pixel of masks or logits, `[K, H, W]`.
  package static func mask(
    _ title: String, _ masks: Tensor, of parts: ClassPalette = .portrait
  ) -> Gallery.Tile {
    .labels(title, masks.argmax(axis: 0), palette: parts)
  }
}

extension ClassPalette {
  /// The thirteen parts as the choices of a parameter, in the order of their numbers.
  package static let partNames = PartClass.allCases.map(\.name)
  /// The first four parts of the palette, the parts of the little model.
  static let littleModel = portrait.first(LittleModel.names.count)
  /// The first six parts of the palette, the parts of the little face.
  static let littleFace = portrait.first(LittleFace.names.count)

  private func first(_ count: Int) -> ClassPalette {
    ClassPalette(names: Array(names[..<count]), colors: Array(colors[..<count]))
  }
}
