import Camera
import Chapters
import Evaluation
import Foundation
import Inspection
import Tensors
import VolumeWeights

// From the fused volume to images: equations 2–4.
extension PortraitChapter {
  /// The yaw angles of the sliders, in radians; the charts over yaw have a point at each.
  static let turns = [-0.6, -0.5, -0.35, -0.2, -0.1, 0, 0.1, 0.2, 0.35, 0.5, 0.6]
  /// The yaw angles that are shown together, in radians.
  static let overview = [-0.6, -0.35, 0, 0.35, 0.6]
  static let overviewNames = "−0.6, −0.35, 0, 0.35 and 0.6"
  /// The numbers of samples of the sliders.
  static let sampleCounts: [Double] = [12, 14, 16, 18, 20, 24, 28, 32, 64]

  var rayStep: Step {
    Step(
      "Eq. 2–3", "What happens to the light along a ray?",
      formulas: [
        #"w_i = T_i\,(1 - \exp(-\sigma_i \delta_i))"#,
        #"T_i = \exp(-\sum_{j=1}^{i-1} \sigma_j \delta_j)"#,
      ],
      symbols: [
        Symbol(#"\sigma_i"#, "density", shape: "[…, N]", unit: "1 / plane"),
        Symbol(#"\delta_i"#, "spacing", shape: "[…, N]", unit: "times opticalScale: planes"),
        Symbol("T_i", "transmittance", shape: "[…, N]", unit: "0 … 1"),
        Symbol("w_i", "renderingWeights", shape: "[…, N]", unit: "0 … 1"),
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/VolumeWeights/VolumeWeights.swift",
          declaration: "func ray(density: Tensor, spacing",
          marking: "transmittance = (-before).exponential()")
      ],
      sweep: Sweep("samples", Self.sampleCounts, moving: ["ray_middle"])
    ) { page in
      let weights = lifted(page).renderer.volumeWeights
      let rendered = view(page, turned: 0).rendered
      // The ray through the middle of the picture, near the nose.
      let ray = rendered.size / 2 * rendered.size + rendered.size / 2
      func along(_ tensor: Tensor) -> [Double] { tensor[0, ray].scalars }
      let depths = along(rendered.rayDepths)
      let density = along(rendered.sampleDensity)
      let peak = density.max() ?? 1
      page.curves(
        "ray_middle",
        [
          Series("density / \(peak.formatted)", x: depths, y: density.map { $0 / peak }),
          Series("transmittance", x: depths, y: along(rendered.ray.transmittance)),
          Series("weight", x: depths, y: along(rendered.ray.renderingWeights)),
        ], xLabel: "t, world units from the camera (left is near)",
        caption:
          "the ray through the middle of the picture: its transmittance falls where the density is high"
      )
      let spacing = weights.spacing(rendered.rayDepths)
      oneSample(
        &page, density: density, spacing: along(spacing * weights.opticalScale),
        transmittance: along(rendered.ray.transmittance),
        weights: along(rendered.ray.renderingWeights))
      let optical = (rendered.sampleDensity * spacing * weights.opticalScale).sum(axes: [-1])
      let expected = -(-optical).exponentialMinusOne()
      let total = rendered.ray.renderingWeights.sum(axes: [-1])
      page.holds(
        "Σw = 1 − exp(−Σσδ) on every ray (largest error)",
        (total - expected).absolute().maximum().item, atMost: 1e-6)
      let twice = weights.ray(density: 2 * rendered.sampleDensity, at: rendered.rayDepths)
      page.holds(
        "doubling every density squares the transmittance (largest difference)",
        (twice.transmittance - rendered.ray.transmittance.squared()).absolute().maximum().item,
        atMost: 1e-6)
    }
  }

  /// Shows equations 2 and 3 with the numbers of the sample that has the greatest weight.
  private func oneSample(
    _ page: inout Page, density: [Double], spacing: [Double], transmittance: [Double],
    weights: [Double]
  ) {
    let best = weights.indices.max { weights[$0] < weights[$1] } ?? 0
    let before = (0..<best).map { Arithmetic.number(density[$0]) * .number(spacing[$0]) }
    page.number("i, the sample with the greatest weight, counted from 1", Double(best + 1))
    page.equality(
      "T_i", .exp(-.sum(of: before, showing: 1)), equals: transmittance[best],
      within: 1e-6 * transmittance[best])
    page.equality(
      "w_i",
      .number(transmittance[best])
        * (1 - .exp(-(.number(density[best]) * .number(spacing[best])))),
      equals: weights[best], within: 1e-6 * weights[best])
  }

  var frontalStep: Step {
    Step(
      "Eq. 4", "Does the frontal view reproduce the portrait?",
      formulas: [#"f_{render}(r) = \sum_{i=1}^{N} w_i f_i^{3d}"#],
      code: [
        CodeExcerpt(
          "Sources/Equations/VolumeWeights/VolumeWeights.swift", declaration: "func rendered",
          marking: ".matmul(features)")
      ],
      sweep: Sweep("samples", Self.sampleCounts, moving: ["rendered_front", "render_depth"])
    ) { page in
      let view = seen(page, turned: 0)
      let front = frontAtViewSize
      page.gallery(
        "rendered_front", [.image("rendered", view.image), .image("portrait", front)], columns: 2,
        tensor: view.image, axes: "[3, n, n]", unit: "0 … 1",
        caption:
          "left: the frontal view, rendered from the volume with \(Int(page["samples"])) samples on "
          + "each ray; right: the portrait at the same size")
      page.distanceMap(
        "render_depth", view.expectedDepth, unit: "world units",
        caption:
          "expected depth Σ w t of every ray; bright is near. It is the distance from the camera where "
          + "the ray is stopped (Σ w = 1); rays that let light pass seem too near")
      page.number("PSNR of the frontal view", peakSignalToNoise(view.image, front), unit: "dB")
      if input.truth == nil {
        if page["samples"] >= 32 {
          page.holds(
            "with 32 samples or more, the frontal rendering resembles the portrait (PSNR, dB)",
            peakSignalToNoise(view.image, front), atLeast: 18)
        }
      } else {
        if page["samples"] >= 14 && page["alpha"] == 2 {
          page.holds(
            "with α = 2 and 14 samples or more, the frontal rendering resembles the portrait (PSNR, dB)",
            peakSignalToNoise(view.image, front), atLeast: 23)
        }
        let (few, enough) = (frontal(page, samples: 12), frontal(page, samples: 24))
        let gain = peakSignalToNoise(enough, front) - peakSignalToNoise(few, front)
        page.number("gain of PSNR by 24 samples in place of 12", gain, unit: "dB")
        if page["alpha"] == 2 {
          page.holds(
            "with α = 2, 12 samples are too few: with 24, the rendering resembles the portrait better (gain "
              + "of PSNR, dB)", gain, atLeast: 4)
        }
      }
      page.why(
        """
        With few samples, the distance between two of them exceeds the width of a bell. Rays then \
        step over surfaces, and bands appear where surfaces lie between two samples. Training uses 12 \
        samples (§3.4), moves them at random, and adds 12 more where the first ones found matter.
        """)
    }
  }

  /// Returns the frontal view with another number of samples.
  private func frontal(_ page: Page, samples: Int) -> Tensor {
    samples == Int(page["samples"])
      ? seen(page, turned: 0).image : seen(page, turned: 0, samples: samples).image
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
    Step(
      "Fig. 6", "Is the lifted portrait a 3D head or a flat picture?",
      sweep: Sweep("yaw", Self.turns, moving: ["turned_by_yaw"])
    ) { page in
      let chosen = page["yaw"]
      let truth = truth(turned: chosen)?.image
      page.gallery(
        "turned_by_yaw",
        zip(["rendered", "truth"], [seen(page, turned: chosen).image, truth])
          .compactMap { name, image in image.map { .image(name, $0) } }, columns: 2,
        tensor: seen(page, turned: chosen).image, axes: "[3, n, n]",
        unit: "0 … 1",
        caption:
          "the portrait seen by a camera turned by \(chosen.formatted) rad, rendered from the volume"
          + (truth == nil ? "" : "; right: the true scene from the same side, ray-cast"))
      let views = Self.overview.map { seen(page, turned: $0).image }
      let truths = Self.overview.compactMap { self.truth(turned: $0)?.image }
      page.gallery(
        "turned",
        Self.overview.indices.map { index in
          let title = "yaw \(Self.overview[index].formatted)"
          let own = Gallery.Tile.image(title, views[index])
          return truths.isEmpty ? own : own.above(.image(title, truths[index]))
        }, columns: 4, tensor: .stacked(views), axes: "[view, 3, n, n]",
        caption: "five sides at once, yaw \(Self.overviewNames) rad"
          + (truths.isEmpty
            ? "" : "; above: rendered from the volume; below: ray-cast from the true scene"))
      compareWithFlatPicture(&page)
      page.why(
        """
        Where a surface is steep as seen from the front, the bells of neighboring pixels lie many \
        planes apart, and the outline of a turned head becomes ragged. This is a limitation of lifting \
        2D maps. A trained model has the same limitation and hides it with its render net.
        """)
    }
  }

  /// Compares turned views with a flat picture, which would look the same from every side.
  private func compareWithFlatPicture(_ page: inout Page) {
    guard input.truth != nil else { return }
    let flat = seen(page, turned: 0).image
    func quality(_ image: Tensor, _ angle: Double) -> Double {
      truth(turned: angle).map { peakSignalToNoise(image, $0.image) } ?? .nan
    }
    let turned = Self.turns.map { quality(seen(page, turned: $0).image, $0) }
    let unturned = Self.turns.map { quality(flat, $0) }
    page.curves(
      "quality_over_yaw",
      [
        Series("turned with the camera", x: Self.turns, y: turned),
        Series("flat: the frontal view", x: Self.turns, y: unturned),
      ], xLabel: "yaw, rad", yLabel: "PSNR, dB",
      caption:
        "similarity to the true scene from every side: of the lifted portrait, and of the frontal "
        + "view shown unturned, as a flat picture would be")
    for angle in [-0.35, 0.35] {
      page.holds(
        "at yaw \(angle.formatted) rad, the turned view is nearer to the ground truth than the "
          + "unturned portrait (gain in PSNR, dB)",
        quality(seen(page, turned: angle).image, angle) - quality(flat, angle), atLeast: 2)
    }
    page.number(
      "PSNR at the chosen yaw, turned with the camera",
      quality(seen(page, turned: page["yaw"]).image, page["yaw"]), unit: "dB")
    page.number("PSNR at the chosen yaw, flat", quality(flat, page["yaw"]), unit: "dB")
  }
}

extension Double {
  /// The number as text, with at most three significant digits.
  var formatted: String { String(format: "%.3g", self).replacing("-", with: "−") }
}
