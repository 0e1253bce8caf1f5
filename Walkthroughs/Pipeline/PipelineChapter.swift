import PortraitClasses
import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Probes
import Tensors

// Figure 2: the whole generator, one arrow after the other.
extension Chapter {
  /// The chapter on figure 2: all tensors from a latent and a camera to a portrait with its mask.
  public static var pipeline: Chapter {
    Chapter(
      "pipeline", title: "From a latent and a camera to a portrait and its mask",
      equations: "Fig. 2", cover: "image_turning",
      introduction: """
        This chapter follows figure 2 of the paper from left to right. Every arrow is a named tensor, \
        and every picture shows one of these tensors; `ssgan3d dump` writes them under the same \
        names. Which tensors depend on the camera? Which are stored, and which are computed only where \
        a ray needs them?

        Prerequisites: the chapters on the equations and on the part generator. The model is the \
        preset `tiny` with fresh weights: four parts, 8 planes, 16 × 16 rays. ToDensity's weights are \
        multiplied by 100, so that rays end inside the volume. The portrait is noise, but the \
        computation is the same as in a trained model.
        """,
      parameters: [
        Parameter(whole: "seed", 5, in: 1...20, meaning: "random seed of the weights and of z"),
        Parameter(whole: "part", 1, in: 0...3, meaning: "the part shown; 1 is the face"),
        Parameter("yaw", 0.4, in: 0.1...0.8, unit: "rad", meaning: "turn of the camera in step 9"),
      ]
    ) {
      PipelineSteps.latents
      PipelineSteps.maps
      PipelineSteps.lift
      PipelineSteps.fusion
      PipelineSteps.rays
      PipelineSteps.streaming
      PipelineSteps.rendered
      PipelineSteps.final
      PipelineSteps.camera
    }
  }
}

/// The steps of the chapter on figure 2.
enum PipelineSteps {
  static let source = "Sources/PortraitModel/Generator.swift"
  static let dumps = "Sources/PortraitModel/Dumps.swift"

  static func model(_ page: Page) -> LittleModel {
    page.shared("model") { LittleModel(seed: UInt64(page["seed"])) }
  }

  /// Returns a portrait from a camera turned by an angle, with all intermediate tensors.
  static func made(_ page: Page, turned: Double) -> GeneratedPortraits {
    page.shared("made \(turned)") {
      let model = model(page)
      return withoutGradients {
        model.generator(
          expandedLatents: model.latents(from: UInt64(page["seed"])),
          poses: model.poses(turned: [turned]))
      }
    }
  }

  /// Returns every named tensor of the portrait from a camera turned by an angle.
  static func seen(_ page: Page, turned: Double = 0) -> [String: Recording] {
    page.shared("seen \(turned)") {
      let (generator, recorder) = (model(page).generator, Recorder())
      generator.record(generator.latents(seed: UInt64(page["seed"])), into: recorder.probe)
      generator.record(made(page, turned: turned), into: recorder.probe)
      return Dictionary(recorder.recordings.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }
  }

  /// Shows a tensor as a dump does; a tensor that was not recorded becomes a failed claim.
  static func show(_ page: inout Page, _ name: String, _ caption: String) {
    guard let recording = seen(page)[name] else { return page.holds("\(name) was recorded", false) }
    page.tensor(
      name, recording.tensor, axes: recording.axes, unit: recording.unit, palette: .portrait,
      equation: recording.equation.isEmpty ? nil : recording.equation, caption: caption,
      meaning: recording.meaning)
  }

  /// Claims that a tensor has the shape that follows from the configuration.
  static func expectShape(_ page: inout Page, _ name: String, _ shape: [Int]) {
    let found = seen(page)[name]?.tensor.shape ?? []
    page.holds(
      "\(name) has the shape \(shape.map(String.init).joined(separator: " × "))", found == shape)
  }

  static func partName(_ page: Page) -> String { DumpNames.part(Int(page["part"])) }

  static let latents = Step(
    "Eq. 1", "Which latents is a portrait computed from?",
    formulas: [
      #"z \to w \to W^+ = W^{\text{base}} \times W_s^1 \times W_t^1 \cdots \times W_s^K \times W_t^K"#
    ],
    code: [
      CodeExcerpt(
        "Sources/PortraitModel/PortraitLatents.swift", declaration: "public func latents(seed")
    ]
  ) { page in
    let model = model(page).configuration
    show(&page, "z", "z: normally distributed random numbers")
    show(&page, "w", "w: the output of the mapping network for z")
    show(
      &page, "wplus",
      "W⁺: a base row, then a shape row and a texture row for each part; here all are w")
    show(
      &page, "wplus_expanded", "W⁺ expanded: one row for every layer of every part's generator")
    expectShape(&page, "wplus", [model.baseLayers + 2 * model.parts, model.latentWidth])
    expectShape(&page, "wplus_expanded", [model.parts * model.layersPerPart, model.latentWidth])
    page.why(
      "Here every row is the same w. Rows differ when the latents of two portraits are mixed, in "
        + "training and in editing. The generators treat the rows as independent in either case.")
  }

  static let maps = Step(
    "Fig. 3", "Which maps do the part generators compute?",
    code: [
      CodeExcerpt("Sources/PortraitModel/Generator.swift", declaration: "public func maps(of")
    ]
  ) { page in
    let (model, name) = (model(page).configuration, partName(page))
    show(
      &page, "\(name)_fourier",
      "Fourier features of the pixel positions, projected to the generator's width")
    for layer in 0..<model.layersPerPart {
      show(&page, "\(name)_layer\(layer)", "output of modulated layer \(layer)")
    }
    show(
      &page, "\(name)_depth2d",
      "d: predicted depth in planes; for parts 2 and 3 it is relative to the face")
    show(&page, "\(name)_depth_absolute", "d̂: absolute depth of each pixel, in planes")
    show(&page, "\(name)_density2d", "σ²ᵈ: density of the part at each pixel")
    show(&page, "\(name)_feature2d", "f²ᵈ: feature of the part, shown as its principal components")
    let size = model.coarseSize
    expectShape(&page, "\(name)_feature2d", [model.featureChannels, size, size])
    expectShape(&page, "\(name)_depth2d", [1, size, size])
    expectShape(&page, "\(name)_density2d", [1, size, size])
  }

  static let lift = Step(
    "Eq. 5–7", "How do the 2D maps of a part become a volume?",
    formulas: [
      #"\psi_k = \exp(-\alpha\,(\hat d_k - z)^2)"#, #"\sigma_k^{3d} = \psi_k\,\sigma_k^{2d}"#,
      #"f_k^{3d} = \psi_k\,f_k^{2d}"#,
    ],
    code: [CodeExcerpt(dumps, declaration: "private func recordVolumes")]
  ) { page in
    let (model, name) = (model(page).configuration, partName(page))
    show(&page, "\(name)_psi", "ψ: a bell along the planes, centered at each pixel's depth d̂")
    show(&page, "\(name)_density3d", "σ³ᵈ: the density map times ψ")
    show(
      &page, "\(name)_feature3d",
      "f³ᵈ: the feature map times ψ, shown as the norm over its channels")
    let tensors = LittleModel.names.indices.compactMap {
      seen(page)["\(DumpNames.part($0))_density3d"]?.tensor.sum(axes: [1, 2]).scalars
    }
    page.curves(
      "density_along_z",
      zip(LittleModel.names, tensors).map { Series($0, $1) }, xLabel: "plane",
      yLabel: "Σ density",
      caption: "density of each part, summed over every plane; plane 7 is nearest to the camera"
    )
    let (planes, size) = (model.depthPlanes, model.coarseSize)
    expectShape(&page, "\(name)_psi", [planes, size, size])
    expectShape(&page, "\(name)_feature3d", [model.featureChannels, planes, size, size])
    let psi = seen(page)["\(name)_psi"]?.tensor ?? .zeros([1])
    page.holds("ψ is at most 1 (largest value)", psi.maximum().item, atMost: 1)
    page.holds("ψ is not negative (smallest value)", psi.minimum().item, atLeast: 0)
  }

  static let fusion = Step(
    "Eq. 8", "How are the volumes of the parts combined?",
    formulas: [#"f_{\text{fused}}^{3d} = \sum_k f_k^{3d}"#],
    code: [
      CodeExcerpt("Sources/Equations/PartFusion/PartFusion.swift", declaration: "struct PartFusion")
    ]
  ) { page in
    let model = model(page).configuration
    show(&page, "fused_density3d", "sum of the densities of all parts")
    show(
      &page, "fused_feature3d",
      "sum of the features of all parts, shown as the norm over the channels")
    for kind in ["density3d", "feature3d"] {
      let parts = (0..<model.parts).compactMap {
        seen(page)["\(DumpNames.part($0))_\(kind)"]?.tensor
      }
      let fused = seen(page)["fused_\(kind)"]?.tensor ?? .zeros([1])
      let reversed = parts.reversed().dropFirst().reduce(parts[parts.count - 1], +)
      page.holds(
        "\(kind): adding the parts in reverse order gives the same sum (largest difference)",
        largestDifference(reversed, fused), atMost: 1e-4)
    }
    page.why(
      "Fusion does not determine which part is in front: the fused volume contains all parts at "
        + "their positions. Occlusion is computed later, along the rays.")
  }
}
