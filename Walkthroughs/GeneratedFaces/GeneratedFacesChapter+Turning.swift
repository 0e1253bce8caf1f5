import PortraitClasses
import Camera
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import Tensors
import VolumeWeights

// One generated person seen from many sides.
extension GeneratedFaces {
  /// The number of frames in one turn of the film.
  static let frames = 24

  var turning: Step {
    Step(
      "Fig. 6", "Does a generated face turn like a 3D head?",
      code: [
        CodeExcerpt(Self.source, declaration: "public func portraits("),
        CodeExcerpt("Sources/Camera/CameraPose.swift", declaration: "public init(turnedLeft"),
      ]
    ) { page in
      let generator = try generator(page)
      let wplus = try latents(page).sliced(axis: 0, from: 0, length: 1)
      let maps = withoutGradients { generator.maps(of: generator.expandedLatents(wplus: wplus)) }
      func view(_ turned: Double, raised: Double = 0) -> GeneratedPortraits {
        withoutGradients {
          generator.portraits(
            of: maps, from: Self.poses([turned], raised: [raised]),
            options: Self.options(generator.configuration))
        }
      }
      let reach = page["yaw"]
      // The camera follows an ellipse: up to the chosen yaw to the sides, up and down by one standard
      // deviation of the pitch in training.
      let film = (0..<Self.frames).map { frame in
        let angle = 2 * Double.pi * Double(frame) / Double(Self.frames)
        let raised = -generator.configuration.camera.pitchDeviation * cos(angle)
        return tiles(generator, view(reach * sin(angle), raised: raised), side: 128)
      }
      page.film(
        "turning_film", film, secondsPerFrame: 0.125,
        caption: "one person seen by a moving camera: image, mask and distance from the camera"
      )
      let turns = [1, 0.5, 0, -0.5, -1].map { $0 * reach }
      let columns = turns.map { tiles(generator, view($0), side: 128, isUpright: true) }
      page.picture(
        "turning", .row(columns, gap: 4),
        caption:
          "five stills of the same person, from the camera farthest left (yaw \(reach.brief)) to the "
          + "farthest right; in the distance maps, bright is near and magenta marks rays that meet nothing"
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
          + "that in the data)", try shift { FaceGroup(try group(page, turned: $0)) } / truth,
        atLeast: FaceBounds.turning)
      let relief = try data(page).relief
      page.number(
        "how much nearer the face is than the hair, in the data", relief, unit: "world units")
      page.holds(
        "generated faces are nearer to the camera than their hair (difference relative to the data)",
        FaceGroup(try group(page)).relief / relief, atLeast: FaceBounds.relief)
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

  /// Returns image, mask and distance as squares, in a row or in a column.
  func tiles(
    _ generator: Generator, _ made: GeneratedPortraits, side: Int, isUpright: Bool = false
  ) -> Picture {
    let faces = FaceGroup(made)
    let (model, size) = (generator.configuration, generator.configuration.coarseSize)
    let distance = VolumeWeights().normalizedDepth(
      made.view.ray.renderingWeights[0], at: made.view.rayDepths[0]
    ).reshaped([size, size])
    let (radius, box) = (model.camera.radius, model.volumeBox)
    let pictures = [
      Picture.image(faces.image[0], range: .unit),
      Rendering.labels(faces.labels[0], palette: .portrait).compact,
      Rendering.distanceMap(distance, range: radius - box.max.z...radius - box.min.z).compact,
    ].map { $0.enlarged(toFill: side) }
    return isUpright ? .column(pictures, gap: 4) : .row(pictures, gap: 4)
  }
}
