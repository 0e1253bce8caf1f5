import Camera
import Inspection
import MaskSoftmax
import PortraitClasses
import PortraitModel
import Probes
import Tensors
import VolumeRendering

// What the camera changes.
extension PipelineSteps {
  var camera: Step {
    Step(
      "Camera", "Which tensors change when the camera is turned?",
      code: [CodeExcerpt("Sources/Camera/RayBundle.swift", declaration: "public init")],
      sweep: Sweep(
        "yaw", [-0.6, -0.4, -0.3, -0.2, -0.1, 0.1, 0.2, 0.3, 0.4, 0.6], moving: ["change_by_camera"]
      )
    ) { page in
      let (faces, latents) = (
        try faces(), try faces().latents(seed: page["seed"], truncation: page["truncation"])
      )
      // From the front if the camera stands elsewhere, and else from the left.
      let turned = abs(page["yaw"]) < 0.05 ? 0.4 : page["yaw"]
      let names = DumpNames.all(faces.configuration).filter { name in
        !name.hasPrefix("w") && name != "z"
          && (!name.hasPrefix("part") || name.hasPrefix(partName(page)))
      }
      func seen(_ turned: Double) -> [String: Recording] {
        let made = withoutGradients {
          faces.generator(
            expandedLatents: latents.expanded, poses: faces.poses([turned]), options: faces.options)
        }
        return faces.recordings(of: made, names)
      }
      let key = [page["seed"], page["truncation"], page["part"]]
      let (front, side) = (frontal.value(key) { seen(0) }, seen(turned))
      let start = names.firstIndex(of: "ray_points") ?? 0
      let changes = names.map { name -> Double in
        guard let a = front[name]?.tensor, let b = side[name]?.tensor else { return .infinity }
        return largestDifference(a, b) / max(a.absolute().maximum().item, 1e-30)
      }
      page.bars(
        "change_by_camera", changes, labels: names,
        caption:
          "change of each tensor when the camera is turned by \(turned.brief) rad: the largest difference "
          + "of an element, relative to the largest element; 0 is no change, to the bit")
      page.holds(
        "turning the camera does not change maps and volumes, to the bit (largest relative change)",
        changes[..<start].max() ?? 1, atMost: 0)
      let fixed: Set = ["ray_depths"]
      page.holds(
        "turning the camera does not change the distances of the samples (largest relative change)",
        zip(names, changes).first { fixed.contains($0.0) }?.1 ?? 1, atMost: 0)
      page.holds(
        "turning the camera changes the sample points and all tensors after them (smallest relative "
          + "change)",
        zip(names, changes).dropFirst(start).filter { !fixed.contains($0.0) }.map(\.1).min() ?? 0,
        atLeast: 1e-3)
      page.number(
        "change of the sample points", zip(names, changes).first { $0.0 == "ray_points" }?.1 ?? .nan
      )
      page.number("change of the image", zip(names, changes).first { $0.0 == "image" }?.1 ?? .nan)
      page.why(
        "No computation before the rays uses the camera. Features, depths and densities are computed "
          + "once for all views. Their consistency between views is built in, not learned.")
    }
  }

  var turning: Step {
    Step(
      "Camera, w", "Do image, mask and depth turn together?",
      formulas: [
        #"m_k^{\text{init}} = \sum_i w_i \sigma_k^i"#,
        #"m_k^{\text{init}} = \sum_i \sigma_k^i \quad \text{without } w_i"#,
      ],
      code: [CodeExcerpt(Self.source, declaration: "public func portraits(")],
      sweep: Sweep(
        "yaw", [-0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        moving: ["turned"])
    ) { page in
      let (model, yaw) = (try faces().configuration, page["yaw"])
      let (front, made) = (try made(page), try made(page, turned: yaw))
      let ones = MaskSoftmax(.ones)
      let view = made.view
      let unweighted = ones.maskProbabilities(
        ones.maskLogits(
          partDensities: view.partDensities, renderingWeights: view.ray.renderingWeights)
      ).transposed().reshaped(view.maskProbabilities.shape)
      page.gallery(
        "turned",
        [
          .face("portrait", made.image[0]),
          .picture("distance, bright is near", made.distancePicture(model)),
          .mask("coarse mask with w", view.maskProbabilities[0]),
          .mask("coarse mask without w", unweighted[0]),
        ], columns: 2, tensor: made.image, axes: "[1, 3, S, S]",
        caption:
          "the person seen from yaw \(yaw.brief) rad: portrait, mean distance of each ray, and the most "
          + "probable part of the coarse mask with the weights w of equation 2 and with 1 in their place"
      )
      let final = made.mask.argmax(axis: 1).cast(to: .float32)
      func agreement(_ masks: Tensor) -> Double {
        MaskSoftmax.coarseMask(masks).upsampledTwice().argmax(axis: 1).cast(to: .float32)
          .isEqual(to: final).mean().item
      }
      let (with, without) = (agreement(view.maskProbabilities), agreement(unweighted))
      page.number(
        "share of pixels in which the coarse mask with w shows the part of the final mask", with)
      page.number("the same share without w", without)
      page.holds(
        "with w, the coarse mask agrees with the final mask in more pixels than without (difference "
          + "of the shares)", with - without, atLeast: 0.1)
      func column(_ made: GeneratedPortraits, _ parts: [PartClass]) -> Double {
        FaceGroup(made).middleColumn(parts)
      }
      let shift = column(made, FaceGroup.inside) - column(front, FaceGroup.inside)
      page.number("shift of the face from its place in the frontal view", shift, unit: "pixels")
      page.holds(
        "when the camera moves to the left, the face moves to the right, and the reverse (shift in the "
          + "direction of the turn, pixels)", yaw < 0 ? -shift : shift, atLeast: 5 * abs(yaw))
      page.why(
        """
        The face is nearer than the middle of the volume, so it moves against the camera, as in a real \
        scene. Portrait, distance and mask come from the same rays and turn together.

        Without w, a part counts with all its density along the ray, hidden or not. From the side, \
        hidden parts then show through (Fig. 9 of the paper).
        """)
    }
  }
}
