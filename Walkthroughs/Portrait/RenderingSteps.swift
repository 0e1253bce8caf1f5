import Camera
import Chapters
import Evaluation
import Foundation
import Inspection
import Tensors

// From the fused volume to images: equations 2–4.
extension PortraitChapter {
  /// The yaw angles of the turned views, in radians.
  static let turns = [-0.6, -0.35, 0, 0.35, 0.6]

  var rayStep: Step {
    Step(
      "Eq. 2–3", "What happens to the light along a ray?",
      formulas: [
        #"w_i = T_i\,(1 - \exp(-\sigma_i \delta_i))"#,
        #"T_i = \exp(-\sum_{j=1}^{i-1} \sigma_j \delta_j)"#,
      ],
      symbols: [
        Symbol(#"\sigma_i"#, "density", shape: "[…, N]", unit: "≥ 0"),
        Symbol("T_i", "transmittance", shape: "[…, N]", unit: "0 … 1"),
        Symbol("w_i", "renderingWeights", shape: "[…, N]", unit: "0 … 1"),
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/VolumeWeights/VolumeWeights.swift",
          declaration: "func ray(density: Tensor, spacing")
      ]
    ) { page in
      let portrait = lifted(page)
      let rendered = view(page, turned: 0).rendered
      // The ray through the middle of the picture, near the nose.
      let ray = rendered.size / 2 * rendered.size + rendered.size / 2
      func along(_ tensor: Tensor) -> [Double] { tensor[0, ray].scalars }
      let depths = along(rendered.rayDepths)
      let peak = along(rendered.sampleDensity).max() ?? 1
      page.curves(
        "ray_middle",
        [
          Series(
            "density / \(peak.formatted)", x: depths,
            y: along(rendered.sampleDensity).map { $0 / peak }),
          Series("transmittance", x: depths, y: along(rendered.ray.transmittance)),
          Series("weight", x: depths, y: along(rendered.ray.renderingWeights)),
        ], xLabel: "t, world units from the camera",
        caption:
          "the ray through the middle of the picture: its transmittance falls where the density is high"
      )
      let spacing = portrait.renderer.volumeWeights.spacing(rendered.rayDepths)
      let optical =
        (rendered.sampleDensity * spacing * portrait.renderer.volumeWeights.opticalScale).sum(
          axes: [-1])
      let expected = -(-optical).exponentialMinusOne()
      let total = rendered.ray.renderingWeights.sum(axes: [-1])
      page.map(
        "ray_weights_sum", total.reshaped([rendered.size, rendered.size]), range: 0...1,
        caption: "Σw: the share of each ray's light that the volume stops")
      page.holds(
        "Σw = 1 − exp(−Σσδ) on every ray (largest error)",
        (total - expected).absolute().maximum().item, atMost: 1e-5)
      let transmittance = rendered.ray.transmittance
      let count = transmittance.shape[2]
      let rises =
        transmittance.sliced(axis: 2, from: 1, length: count - 1)
        - transmittance.sliced(axis: 2, from: 0, length: count - 1)
      page.holds(
        "transmittance never increases along a ray (largest increase)", rises.maximum().item,
        atMost: 0)
    }
  }

  var frontalStep: Step {
    Step(
      "Eq. 4", "Does the frontal view reproduce the portrait?",
      formulas: [#"f_{render}(r) = \sum_{i=1}^{N} w_i f_i^{3d}"#],
      code: [
        CodeExcerpt(
          "Sources/Equations/VolumeWeights/VolumeWeights.swift", declaration: "func rendered"),
        CodeExcerpt(
          "Sources/VolumeRendering/VolumeRenderer.swift", declaration: "public func view"),
      ]
    ) { page in
      let view = view(page, turned: 0)
      page.features("render_feature", view.rendered.feature[0], by: .norm)
      page.image(
        "rendered_front", view.image, range: .unit,
        caption: "the frontal view, rendered from the volume")
      page.distanceMap(
        "render_depth", view.rendered.expectedDepth[0], unit: "world units",
        caption: "expected depth Σ w t of every ray; bright is near")
      let front = frontAtViewSize
      page.image(
        "front_small", front, range: .unit, caption: "the original portrait at the same size")
      page.holds(
        "the frontal rendering resembles the portrait (PSNR, dB)",
        peakSignalToNoise(view.image, front),
        atLeast: 18)
    }
  }

  /// The picture of the portrait, resampled to the size of the views.
  private var frontAtViewSize: Tensor {
    let size = input.image.shape[1]
    let places = Tensor.linspace(0, Double(size - 1), 64)
    let x = places.broadcast(to: [64, 64]).flattened().unsqueezed(axis: 1)
    let y = places.unsqueezed(axis: 1).broadcast(to: [64, 64]).flattened().unsqueezed(axis: 1)
    return input.image.sampled(at: .concatenated([x, y], axis: 1)).transposed().reshaped([
      3, 64, 64,
    ])
  }

  var turningStep: Step {
    Step("Fig. 6", "Is the lifted portrait a 3D head or a flat picture?") { page in
      let views = Self.turns.map { view(page, turned: $0).image }
      let truths = Self.turns.compactMap { truth(page, turned: $0)?.image }
      let rows =
        truths.isEmpty
        ? [imagePictures(views, factor: 2)]
        : [imagePictures(views, factor: 2), imagePictures(truths, factor: 2)]
      page.picture(
        "turned", .column(rows, gap: 4), tensor: .stacked(views), axes: "[view, 3, n, n]",
        caption: truths.isEmpty
          ? "views from yaw −0.6 to 0.6 rad"
          : "views from yaw −0.6 to 0.6 rad; above: rendered from the volume; below: ray-cast from "
            + "the true scene")
      let chosen = page["yaw"]
      page.image(
        "turned_by_yaw", view(page, turned: chosen).image, range: .unit,
        caption: "the portrait seen by a camera turned by \(chosen.formatted) rad")
      for angle in [-0.35, 0.35] {
        guard let truth = truth(page, turned: angle)?.image,
          let front = truth2D(page)
        else { continue }
        let turned = peakSignalToNoise(view(page, turned: angle).image, truth)
        // A flat picture would look the same from every side, so the unturned portrait is the baseline.
        let billboard = peakSignalToNoise(front, truth)
        page.number("PSNR of the turned view at yaw \(angle.formatted) rad", turned, unit: "dB")
        page.number(
          "PSNR of the unturned portrait at yaw \(angle.formatted) rad", billboard, unit: "dB")
        page.holds(
          "at yaw \(angle.formatted) rad, the turned view is nearer to the ground truth than the "
            + "unturned portrait (gain in PSNR, dB)",
          turned - billboard, atLeast: 2)
      }
      page.why(
        """
        Where a surface is steep as seen from the front, the bells of neighboring pixels lie many \
        planes apart, and the outline of a turned head becomes ragged. This is a limitation of lifting \
        2D maps. A trained model has the same limitation and hides it with its render net.
        """)
    }
  }

  private func truth2D(_ page: Page) -> Tensor? { truth(page, turned: 0)?.image }
}

extension Double {
  /// The number as text, with at most three significant digits.
  var formatted: String { String(format: "%.3g", self) }
}
