import Camera
import Inspection
import PortraitData
import Tensors

/// The main walkthrough: one portrait through equations 2–11 and 14 at the paper's size.
public struct PortraitChapter: Sendable {
  let input: PortraitInput
  let source: String

  /// A walk with a portrait.
  ///
  /// - Parameters:
  ///   - input: the portrait.
  ///   - source: a sentence that says where its maps come from.
  public init(_ input: PortraitInput, source: String) {
    self.input = input
    self.source = source
  }

  /// The steps, from the maps on the left of the paper's figure 2 to the views on its right.
  public var chapter: Chapter {
    Chapter(
      "portrait", title: "A portrait, lifted and seen from the side", equations: "Eq. 2–11, 14",
      introduction: """
        The part generators of the paper make three maps for each of 13 parts: features, depths and \
        densities. Here a portrait takes their place: its colours are the features, its part masks \
        the densities. Everything after that is the model's own code at the paper's size, \
        \(input.grid.rows) × \(input.grid.columns) × \(input.grid.planes) voxels and 13 parts.

        Two things stand for what is trained: a feature has four channels, the colours times the \
        density and the density itself, and their quotient after rendering takes the place of the \
        render net; and what lies in front is made denser than what it hides, as equation 9 needs it. \
        Densities count per plane, rays take evenly spaced samples without an importance pass.

        \(source)
        """,
      parameters: [
        Parameter("alpha", 2, in: 0.1...20, unit: "1/plane²", meaning: "width of the bell, Eq. 7"),
        Parameter("yaw", 0.35, in: -0.7...0.7, unit: "rad", meaning: "how far the camera turns"),
        Parameter(whole: "samples", 64, in: 12...256, meaning: "samples on a ray, N"),
        Parameter(whole: "part", 7, in: 0...12, meaning: "the part that is looked at and edited"),
      ]
    ) {
      inputStep
      depthStep
      bellStep
      liftStep
      fusionStep
      rayStep
      frontalStep
      turningStep
      maskStep
      relativeDepthStep
      editStep
    }
  }

  /// The portrait lifted with the chapter's parameters, once for all steps.
  func lifted(_ page: Page) -> LiftedPortrait {
    page.shared("lifted") {
      LiftedPortrait(input, alpha: page["alpha"], samples: Int(page["samples"]))
    }
  }

  /// The part that the reader looks at.
  func part(_ page: Page) -> PartClass { PartClass(rawValue: Int(page["part"])) ?? .hair }

  /// A view of the unchanged portrait, rendered once however many steps show it.
  func view(_ page: Page, turned angle: Double) -> PortraitView {
    page.shared("view \(angle)") { lifted(page).view(from: CameraPose(turnedLeft: angle)) }
  }

  /// The ray-cast truth from the same side: colours `[3, n, n]` and classes `[n, n]`.
  func truth(_ page: Page, turned angle: Double) -> (image: Tensor, labels: Tensor)? {
    guard let scene = input.truth else { return nil }
    let cast = page.shared("truth \(angle)") {
      scene.render(pose: CameraPose(turnedLeft: angle), camera: input.camera, size: 64)
    }
    return (
      Tensor([64, 64, 3], cast.rgb).permuted([2, 0, 1]),
      Tensor([64, 64], cast.labels.map { Int32($0) })
    )
  }
}

/// Pictures side by side, each enlarged by the same factor.
func strip(_ images: [Tensor], factor: Int = 2) -> Picture {
  .row(images.map { Picture.image($0, range: .unit).enlarged(by: factor) }, gap: 4)
}

/// Label maps side by side in the mask palette.
func labelStrip(_ labels: [Tensor], factor: Int = 2) -> Picture {
  .row(
    labels.map { map in
      let (rows, columns) = (map.shape[0], map.shape[1])
      let ids = map.integers
      return Picture(width: columns, height: rows) { row, column in
        MaskPalette.color(Int(ids[row * columns + column]))
      }.enlarged(by: factor)
    }, gap: 4)
}
