import Camera
import Inspection
import PortraitClasses
import ProceduralPortraits
import Tensors

/// The main walkthrough: one portrait taken through equations 2–11 and 14 at the paper's size.
public struct PortraitChapter: Sendable {
  let input: PortraitInput
  let source: String
  private let views = PortraitViews()

  /// Creates the walkthrough of a portrait.
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
      "portrait", title: "A portrait lifted to 3D and seen from the side",
      equations: "Eq. 2–11, 14", cover: "turned",
      introduction: """
        In the paper, part generators produce three maps for each of 13 parts: features, depths and \
        densities. Here, one portrait supplies these maps: its colors become the features, and its part \
        masks become the densities. Everything after that is the code of the model at the paper's size: \
        13 parts and \(input.grid.rows) × \(input.grid.columns) × \(input.grid.planes) voxels.

        Two substitutes replace what a model learns. First, a feature has four channels: the three \
        colors times the density, and the density itself. Their quotient after rendering replaces the \
        render net. Second, each part is made denser than the parts that it hides, because equation 9 \
        compares densities only. The unit of densities is 1 per plane. Rays have evenly spaced samples and \
        no importance pass. Pixels, rows, columns and samples are counted from 1; planes are numbered \
        from 0, the farthest from the frontal camera, to \(input.grid.planes - 1), the nearest.

        \(source)
        """,
      parameters: [
        Parameter(
          "alpha", 2, in: 0.1...20, unit: "1 / plane²",
          meaning: "α of Eq. 7, 2 as the paper's default; a larger α gives a narrower bell"),
        Parameter(
          "yaw", 0.35, in: -0.7...0.7, unit: "rad", meaning: "how far the camera turns to the left"),
        Parameter(whole: "samples", 64, in: 12...256, meaning: "number of samples on a ray, N"),
        Parameter(
          choice: "part", 7, of: PartClass.allCases.map(\.name),
          meaning: "the part to show and to edit"),
        Parameter(
          "move", 3, in: 0...6, unit: "planes",
          meaning: "how much nearer the face base moves in the step on Fig. 7"),
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

  /// Returns the portrait lifted with the chapter's parameters, computed once for all steps.
  func lifted(_ page: Page) -> LiftedPortrait {
    page.shared("lifted") {
      LiftedPortrait(input, alpha: page["alpha"], samples: Int(page["samples"]))
    }
  }

  /// Returns the part that the reader has chosen.
  func part(_ page: Page) -> PartClass { PartClass(rawValue: Int(page["part"])) ?? .hair }

  /// Returns a view of the unchanged portrait with the samples of all rays.
  func view(_ page: Page, turned angle: Double) -> PortraitView {
    page.shared("view \(angle)") { lifted(page).view(from: CameraPose(turnedLeft: angle)) }
  }

  /// Returns what the pages show of a view of the unchanged portrait.
  func seen(_ page: Page, turned angle: Double) -> SeenPortrait {
    let key = PortraitViews.Key(
      alpha: page["alpha"], samples: Int(page["samples"]), turned: angle)
    return views.view(key) {
      // Several steps need all samples of the frontal view, so that one is shared with them.
      SeenPortrait(
        angle == 0
          ? view(page, turned: 0) : lifted(page).view(from: CameraPose(turnedLeft: angle)))
    }
  }

  /// Returns what the pages show of a view with a given number of samples on each ray.
  func seen(_ page: Page, turned angle: Double, samples: Int) -> SeenPortrait {
    views.view(PortraitViews.Key(alpha: page["alpha"], samples: samples, turned: angle)) {
      SeenPortrait(
        LiftedPortrait(input, alpha: page["alpha"], samples: samples).view(
          from: CameraPose(turnedLeft: angle)))
    }
  }

  /// Returns the ray-cast ground truth from the same side: image `[3, n, n]` and classes `[n, n]`.
  ///
  /// nil if the scene is unknown.
  func truth(turned angle: Double) -> (image: Tensor, labels: Tensor)? {
    guard let scene = input.truth else { return nil }
    let cast = views.truth(turned: angle) {
      scene.render(pose: CameraPose(turnedLeft: angle), camera: input.camera, size: 64)
    }
    return (
      Tensor([64, 64, 3], cast.rgb).permuted(axes: [2, 0, 1]),
      Tensor([64, 64], cast.labels.map { Int32($0) })
    )
  }
}
