import Camera
import Foundation
import Inspection
import MaskSoftmax
import Networks
import PortraitModel
import Tensors

// One generated person seen from many sides.
extension GeneratedFaces {
  /// The number of frames in one turn of the film.
  static let frames = 12
  /// The largest turn of the camera in the film, radians.
  static let reach = 0.5

  var turning: Step {
    Step(
      "Fig. 6", "Does a generated face turn like a 3D head?",
      code: [
        CodeExcerpt(Self.source, declaration: "public func portraits("),
        CodeExcerpt("Sources/Camera/CameraPose.swift", declaration: "public init(turnedLeft"),
      ]
    ) { page in
      let generator = try generator()
      let maps = try firstMaps(page)
      // The camera follows an ellipse: to the sides, and up and down by one standard deviation of the
      // pitch in training.
      let film = (0..<Self.frames).map { frame in
        let angle = 2 * Double.pi * Double(frame) / Double(Self.frames)
        let raised = -generator.configuration.camera.pitchDeviation * cos(angle)
        return tiles(
          generator, view(generator, maps, turned: Self.reach * sin(angle), raised: raised))
      }
      page.film(
        "turning_film", film, secondsPerFrame: 0.25, palette: .portrait,
        caption:
          "the first portrait seen by a moving camera, up to 0.5 rad to the sides: image on the left, mask on "
          + "the right, and below the distance from the camera, where bright is near and magenta marks rays "
          + "that meet nothing"
      )
      func shift(_ group: (Double) throws -> FaceGroup) rethrows -> Double {
        let columns = try [Self.turn, -Self.turn].map {
          try group($0).middleColumn(FaceGroup.inside)
        }
        return columns[0] - columns[1]
      }
      let truth = try shift { try data(page, turned: $0) }
      page.number("shift of the face between the two sides, in the data", truth, unit: "pixels")
      page.holds(
        "when the camera moves to the left, generated faces shift to the right (shift relative to "
          + "that in the data)", try shift { try faces(page, turned: $0) } / truth,
        atLeast: FaceBounds.turning)
      let relief = try data(page).relief
      page.number(
        "how much nearer the face is than the hair, in the data", relief, unit: "world units")
      page.holds(
        "generated faces are nearer to the camera than their hair (difference relative to the data)",
        try faces(page).relief / relief, atLeast: FaceBounds.relief)
      page.why(
        """
        The generator computes the person once, as 2D maps of each part. The camera matters only \
        later, when rays are cast through the volume to which the maps are lifted. When the camera \
        moves to the left, everything nearer than the middle of the head, such as the nose, moves to \
        the right, and everything behind the middle moves to the left. A flat picture would only \
        become narrower.
        """)
    }
  }

  /// Returns the 2D maps of the first portrait, which do not depend on the camera.
  func firstMaps(_ page: Page) throws -> GeneratedMaps {
    let generator = try generator()
    let wplus = try latents(page).sliced(axis: 0, from: 0, length: 1)
    return withoutGradients { generator.maps(of: generator.expandedLatents(wplus: wplus)) }
  }

  /// Returns a view of maps from a camera that is turned to the left and raised.
  func view(
    _ generator: Generator, _ maps: GeneratedMaps, turned: Double, raised: Double = 0,
    _ weighting: MaskWeighting = .rendering
  ) -> GeneratedPortraits {
    var options = Generator.Options.evaluation(generator.configuration)
    options.maskWeighting = weighting
    return withoutGradients {
      generator.portraits(of: maps, from: Self.poses([turned], raised: [raised]), options: options)
    }
  }

  /// Returns image, mask and, below them, distance as squares of one size.
  private func tiles(_ generator: Generator, _ made: GeneratedPortraits) -> Picture {
    let tiles: [Gallery.Tile] = [.face("", made.image[0]), .mask("", made.mask[0])]
    let pair = tiles.map { $0.pictures[0] }
    let distance = made.distancePicture(generator.configuration)
    return .column(
      [.row(pair, gap: 1), distance.enlarged(toFill: pair[0].width)], gap: 1)
  }

  /// The yaw to either side at which the masks with and without weights are compared, in radians.
  private static let farTurn = 0.6
  /// The number of portraits whose masks are compared.
  private static let compared = 6

  var weights: Step {
    Step(
      "Fig. 9, turning", "What happens to the mask when equation 10 does without its weights?",
      formulas: [#"m_k^{\text{init}}(u,v) = \sum_i w_i(u,v)\,\sigma_k^i(u,v)"#],
      code: [
        CodeExcerpt(
          "Sources/Equations/MaskSoftmax/MaskSoftmax.swift", declaration: "func maskLogits(")
      ],
      sweep: Sweep(
        "yaw", [-0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        moving: ["turned"])
    ) { page in
      let (generator, maps, yaw) = (try generator(), try firstMaps(page), page["yaw"])
      let with = view(generator, maps, turned: yaw)
      let without = view(generator, maps, turned: yaw, .ones)
      page.gallery(
        "turned",
        [
          .face("image", with.image[0]),
          .picture("distance", with.distancePicture(generator.configuration)),
          .mask("mask with w", with.mask[0]),
          .mask("mask with w = 1", without.mask[0]),
        ], columns: 2, tensor: with.image, axes: "[1, 3, S, S]",
        caption:
          "the first portrait, camera turned by \(yaw.brief) rad to the left: image; distance from the "
          + "camera, bright is near; mask with the weights of equation 2; mask with all weights 1")
      let labels = [with, without].map { $0.mask.argmax(axis: 1).cast(to: .float32) }
      page.number(
        "pixels that show another part without the weights",
        100 * (1 - labels[0].isEqual(to: labels[1]).mean().item), unit: "%")
      page.holds(
        "the image does not depend on the weights of equation 10 (largest difference)",
        largestDifference(with.image, without.image), atMost: 0)
      let latents = try latents(page).sliced(axis: 0, from: 0, length: Self.compared)
      /// Masks of several portraits with and without the weights: how well they explain the colors.
      func fit(_ turned: Double, _ weighting: MaskWeighting) -> Double {
        measured(page, "fit \(turned) \(weighting)") {
          FaceGroup(made(generator, latents, turned: turned, weighting)).varianceExplained
        }
      }
      let fits = [0, Self.farTurn].map { [fit($0, .rendering), fit($0, .ones)] }
      page.table(
        "share of the color variance that the masks of \(Self.compared) portraits explain",
        columns: ["camera", "with w", "with w = 1"],
        rows: zip(["from the front", "turned by \(Self.farTurn.brief) rad"], fits).map {
          [$0] + $1.map { "\((100 * $0).brief) %" }
        })
      page.holds(
        "turned by 0.6 rad, masks without the weights fit the image worse (share of the color variance "
          + "that they explain, relative to masks with weights)", fits[1][1] / fits[1][0],
        atMost: FaceBounds.withoutWeights)
      page.why(
        """
        The weight w_i says how much of the light of a ray comes from sample i. With w_i = 1, a part \
        that is hidden behind another counts as much as the part in front of it. The image stays the \
        same, because it is rendered with the weights in any case (note 49). In the paper's figure 9 \
        the model may have been trained without the weights; here a model that was trained with them \
        is only rendered without them. Such a model fails from every side, although less from the \
        front: its densities were never trained to be right where other parts hide them.
        """)
    }
  }
}
