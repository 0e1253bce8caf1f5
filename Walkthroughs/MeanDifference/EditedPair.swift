import PortraitClasses
import ProceduralPortraits
import Synchronization
import Tensors

/// A procedural portrait before and after an edit; the input of the pictures.
struct EditedPair: Sendable {
  /// The portrait before the edit, `[3, H, W]`, 0 … 1.
  let original: Tensor
  /// The portrait after the edit, `[3, H, W]`, 0 … 1.
  let edited: Tensor
  /// The edited region: 1 where the edited part is visible in either portrait, else 0, `[H, W]`.
  let region: Tensor
  /// The name of the edited part, for captions.
  let what: String

  private static let names = [
    "the hair", "the eyes", "the clothes",
    "the light (which is not a part; the edited region is the background)",
  ]

  /// Creates a pair.
  ///
  /// - Parameters:
  ///   - seed: the random seed of the portrait.
  ///   - edit: what is edited: 0 hair, 1 eyes, 2 clothes, 3 light.
  ///   - strength: the share of the way to the new color or light: 0 changes nothing.
  init(seed: UInt64, edit: Int, strength: Double) {
    what = Self.names[edit]
    let before = PortraitParameters.random(seed: seed)
    var after = before
    let part: PartClass
    switch edit {
    case 0:
      part = .hair
      after.hair.color += strength * (RGB(0.72, 0.30, 0.20) - before.hair.color)
    case 1:
      part = .eyes
      after.eyes.color += strength * (RGB(0.20, 0.55, 0.85) - before.eyes.color)
    case 2:
      part = .cloth
      after.cloth.color += strength * (RGB(0.70, 0.60, 0.25) - before.cloth.color)
    default:
      part = .background
      after.light.side -= 2 * strength * before.light.side
    }
    let (first, second) = (Self.render(before), Self.render(after))
    original = Self.image(first)
    edited = Self.image(second)
    let id = UInt8(part.rawValue)
    let visible = zip(first.labels, second.labels).map { $0 == id || $1 == id ? 1.0 : 0 }
    region = Tensor([first.size, first.size], visible).cast(to: .float32)
  }

  /// Returns the edited region, grown by all pixels at most `margin` away along rows and columns; a
  /// negative margin shrinks it.
  func region(grownBy margin: Int) -> Tensor {
    let (rows, columns) = (region.shape[0], region.shape[1])
    let inside = region.scalars
    var grown = inside
    // A region shrinks where its surroundings grow.
    let (spreading, margin) = (margin < 0 ? 0.0 : 1, abs(margin))
    for index in inside.indices where inside[index] == spreading {
      let (row, column) = (index / columns, index % columns)
      for y in max(0, row - margin)...min(rows - 1, row + margin) {
        for x in max(0, column - margin)...min(columns - 1, column + margin) {
          grown[y * columns + x] = spreading
        }
      }
    }
    return Tensor(region.shape, grown).cast(to: .float32)
  }

  /// Rendered portraits of the last parameters; the frames of the sliders share them.
  private static let rendered = Mutex<
    [(parameters: PortraitParameters, portrait: RenderedPortrait)]
  >(
    [])

  private static func render(_ parameters: PortraitParameters) -> RenderedPortrait {
    let kept = rendered.withLock { list in list.first { $0.parameters == parameters }?.portrait }
    if let kept { return kept }
    let portrait = PortraitScene(parameters).render(size: 96, samplesPerPixel: 4)
    rendered.withLock { $0 = [(parameters, portrait)] + $0.prefix(23) }
    return portrait
  }

  private static func image(_ portrait: RenderedPortrait) -> Tensor {
    Tensor([portrait.size, portrait.size, 3], portrait.rgb).permuted(axes: [2, 0, 1]).contiguous()
  }
}
