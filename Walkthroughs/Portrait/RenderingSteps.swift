import Camera
import Evaluation
import Foundation
import Inspection
import PortraitData
import Tensors

// From the fused volume to pictures: equations 2–4.
extension PortraitChapter {
  /// Yaw angles of the turned views, radians.
  static let turns = [-0.6, -0.35, 0, 0.35, 0.6]

  var rayStep: Step {
    Step(
      "Eq. 2–3", "What does a ray meet on its way?",
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
      // A ray through the middle of the picture: in front of the nose.
      let ray = rendered.size / 2 * rendered.size + rendered.size / 2
      func along(_ tensor: Tensor) -> [Double] { tensor.at(0, 0).at(0, ray).scalars }
      let depths = along(rendered.rayDepths)
      let peak = along(rendered.density).max() ?? 1
      page.curves(
        "ray_middle",
        [
          Series(
            "density / \(peak.formatted)", x: depths, y: along(rendered.density).map { $0 / peak }),
          Series("transmittance", x: depths, y: along(rendered.ray.transmittance)),
          Series("weight", x: depths, y: along(rendered.ray.renderingWeights)),
        ], xLabel: "t, world units from the camera",
        caption: "the light is used up where the density rises")
      let spacing = portrait.renderer.volumeWeights.spacing(rendered.rayDepths)
      let optical =
        (rendered.density * spacing * portrait.renderer.volumeWeights.opticalScale).sum([-1])
      let expected = -(-optical).exponentialMinusOne()
      let total = rendered.ray.renderingWeights.sum([-1])
      page.map(
        "ray_weights_sum", total.reshaped([rendered.size, rendered.size]), range: 0...1,
        caption: "Σw: how much of each ray's light is stopped")
      page.holds(
        "Σw = 1 − exp(−Σσδ) on every ray (largest error)",
        (total - expected).absolute().maximum().item, atMost: 1e-5)
      let transmittance = rendered.ray.transmittance
      let count = transmittance.shape[2]
      let rises =
        transmittance.sliced(2, from: 1, length: count - 1)
        - transmittance.sliced(2, from: 0, length: count - 1)
      page.holds("light never comes back (largest rise of T)", rises.maximum().item, atMost: 0)
    }
  }

  var frontalStep: Step {
    Step(
      "Eq. 4", "Does the frontal camera see the portrait again?",
      formulas: [#"f_{render}(r) = \sum_{i=1}^{N} w_i f_i^{3d}"#],
      code: [
        CodeExcerpt(
          "Sources/Equations/VolumeWeights/VolumeWeights.swift", declaration: "func rendered"),
        CodeExcerpt(
          "Sources/VolumeRendering/VolumeRenderer.swift", declaration: "public func view"),
      ]
    ) { page in
      let view = view(page, turned: 0)
      page.features("render_feature", view.rendered.feature.at(0, 0), by: .norm)
      page.image("rendered_front", view.image, range: .unit, caption: "rendered from the volume")
      page.map(
        "render_depth", view.rendered.depth.at(0, 0), unit: "world units",
        caption: "Σ w t: how far away what is seen stands")
      let front = frontAtViewSize
      page.image("front_small", front, range: .unit, caption: "the portrait at the same size")
      page.holds(
        "the rendering resembles the portrait (PSNR, dB)", peakSignalToNoise(view.image, front),
        atLeast: 18)
    }
  }

  /// The portrait's picture at the size of the views.
  private var frontAtViewSize: Tensor {
    let size = input.image.shape[1]
    let places = Tensor.linspace(0, Double(size - 1), 64)
    let x = places.broadcast(to: [64, 64]).flattened().expanded(1)
    let y = places.expanded(1).broadcast(to: [64, 64]).flattened().expanded(1)
    return input.image.sampled(at: .concatenated([x, y], 1)).transposed().reshaped([3, 64, 64])
  }

  var turningStep: Step {
    Step("Fig. 6", "Is it a head, or a picture of one?") { page in
      let views = Self.turns.map { view(page, turned: $0).image }
      let truths = Self.turns.compactMap { truth(page, turned: $0)?.image }
      let rows = truths.isEmpty ? [strip(views)] : [strip(views), strip(truths)]
      page.picture(
        "turned", .column(rows, gap: 4), tensor: .stacked(views), axes: "[view, 3, n, n]",
        caption: truths.isEmpty
          ? "yaw −0.6 … 0.6 rad"
          : "yaw −0.6 … 0.6 rad; above from the volume, below ray-cast from the true scene")
      let chosen = page["yaw"]
      page.image(
        "turned_by_yaw", view(page, turned: chosen).image, range: .unit,
        caption: "turned by \(chosen.formatted) rad")
      for angle in [-0.35, 0.35] {
        guard let truth = truth(page, turned: angle)?.image,
          let front = truth2D(page)
        else { continue }
        let turned = peakSignalToNoise(view(page, turned: angle).image, truth)
        // A billboard would look the same from everywhere: what does turning gain over not turning?
        let billboard = peakSignalToNoise(front, truth)
        page.number("PSNR at yaw \(angle.formatted)", turned, unit: "dB")
        page.number("PSNR of the unturned portrait there", billboard, unit: "dB")
        page.holds(
          "at yaw \(angle.formatted) the turned view beats the unturned portrait (dB)",
          turned - billboard, atLeast: 2)
      }
      page.why(
        """
        Where a surface runs steeply away from the front, neighbouring pixels' bells lie many planes \
        apart, and the outline of a turned head frays: the price of lifting maps, which a trained \
        model pays too and hides with its render net.
        """)
    }
  }

  private func truth2D(_ page: Page) -> Tensor? { truth(page, turned: 0)?.image }
}

extension Double {
  /// At most three decimals.
  var formatted: String { String(format: "%.3g", self) }
}
