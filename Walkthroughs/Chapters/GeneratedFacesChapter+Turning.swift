import Camera
import Foundation
import Inspection
import ModelConfiguration
import PortraitData
import PortraitModel
import Tensors
import VolumeWeights

// One person from many sides.
extension GeneratedFaces {
  /// Frames of a turn of the film.
  static let frames = 24

  var turning: Step {
    Step(
      "Fig. 6", "Is there a head behind the picture?",
      code: [
        CodeExcerpt(Self.source, declaration: "public func portraits("),
        CodeExcerpt("Sources/Camera/CameraPose.swift", declaration: "public init(turnedLeft"),
      ]
    ) { page in
      let generator = try generator(page)
      let wplus = try latents(page).sliced(0, from: 0, length: 1)
      let maps = withoutGradients { generator.maps(of: generator.latents.expanded(wplus)) }
      func view(_ turned: Double, raised: Double = 0) -> GeneratedPortraits {
        withoutGradients {
          generator.portraits(
            of: maps, from: Self.poses([turned], raised: [raised]),
            options: Self.options(generator.model))
        }
      }
      let reach = page["yaw"]
      // The film goes around an ellipse: to the sides as far as asked for, up and down as in training.
      let film = (0..<Self.frames).map { frame in
        let angle = 2 * Double.pi * Double(frame) / Double(Self.frames)
        let raised = -generator.model.camera.pitchDeviation * cos(angle)
        return tiles(generator, view(reach * sin(angle), raised: raised), side: 128)
      }
      page.film(
        "turning_film", film, secondsPerFrame: 0.125,
        caption: "one person; the camera goes around: image, mask, and how far away what is seen is"
      )
      let turns = [1, 0.5, 0, -0.5, -1].map { $0 * reach }
      let columns = turns.map { tiles(generator, view($0), side: 128, isUpright: true) }
      page.picture(
        "turning", .row(columns, gap: 4),
        caption:
          "the same as stills, the camera to the left of the face (yaw \(reach.brief)) first; "
          + "the distance is dark where it is near, magenta where nothing stops the light")
      func shift(_ group: (Double) throws -> FaceGroup) rethrows -> Double {
        let columns = try [Self.turn, -Self.turn].map {
          try group($0).middleColumn(FaceGroup.inside)
        }
        return columns[0] - columns[1]
      }
      let truth = try shift { try data(page, turned: $0) }
      page.number("the data's faces move, from one side to the other", truth, unit: "pixels")
      page.holds(
        "generated faces move the same way: to the right when the camera goes to the left (pixels, "
          + "over the data's)", try shift { FaceGroup(try group(page, turned: $0)) } / truth,
        atLeast: FaceBounds.turning)
      let relief = try data(page).relief
      page.number("the data's faces are nearer than their hair", relief, unit: "world")
      page.holds(
        "generated faces are nearer than their hair (distance, over the data's)",
        FaceGroup(try group(page)).relief / relief, atLeast: FaceBounds.relief)
      page.why(
        """
        The person is made once, as flat maps of each part; the camera enters only where rays are \
        cast through what the maps were lifted to. What is nearer than the middle of the head, as the \
        nose is, moves to the right when the camera goes to the left, and what is behind it moves to \
        the left. A picture on a board would only become narrower.
        """)
    }
  }

  /// Image, mask and distance in squares, side by side or below each other.
  func tiles(
    _ generator: Generator, _ made: GeneratedPortraits, side: Int, isUpright: Bool = false
  ) -> Picture {
    let faces = FaceGroup(made)
    let (model, size) = (generator.model, generator.model.coarseSize)
    let distance = VolumeWeights().normalizedDepth(
      made.view.ray.renderingWeights.at(0, 0), at: made.view.rayDepths.at(0, 0)
    ).reshaped([size, size])
    let (radius, box) = (model.camera.radius, model.volumeBox)
    let pictures = [
      Picture.image(faces.image.at(0, 0), range: .unit),
      Rendering.labels(faces.labels.at(0, 0)).compact,
      Rendering.scalarMap(distance, range: radius - box.max.z...radius - box.min.z).compact,
    ].map { $0.enlarged(toFill: side) }
    return isUpright ? .column(pictures, gap: 4) : .row(pictures, gap: 4)
  }
}
