import PortraitClasses
import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Probes
import Tensors

// Figure 2: the whole generator, arrow by arrow.
extension Chapter {
  /// From a latent and a camera to a portrait and its mask, with every tensor on the way.
  public static var pipeline: Chapter {
    Chapter(
      "pipeline", title: "From a latent and a camera to a portrait and its mask",
      equations: "Fig. 2",
      introduction: """
        Figure 2 of the paper from left to right. Every arrow is a tensor with a name, the same name \
        that `ssgan3d dump` writes; every picture here is one of them. Which of them know of the \
        camera? And what is stored, what only streams by?

        Needs: the chapters of the equations, and of the part generator. The model is the preset \
        `tiny` with fresh weights: four parts, 8 planes, 16 × 16 rays. ToDensity's weights are \
        multiplied by 100, so that rays end inside the volume. The portrait is noise; the flow is the \
        trained model's.
        """,
      parameters: [
        Parameter(whole: "seed", 5, in: 1...20, meaning: "which weights and which z are drawn"),
        Parameter(whole: "part", 1, in: 0...3, meaning: "the part that is followed; 1 is the face"),
        Parameter("yaw", 0.4, in: 0.1...0.8, unit: "rad", meaning: "how far the camera is turned"),
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

  /// Everything that a portrait from a camera turned by an angle is made of.
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

  /// Every named tensor of that portrait.
  static func seen(_ page: Page, turned: Double = 0) -> [String: Recording] {
    page.shared("seen \(turned)") {
      let (generator, recorder) = (model(page).generator, Recorder())
      generator.record(generator.latents(seed: UInt64(page["seed"])), into: recorder.probe)
      generator.record(made(page, turned: turned), into: recorder.probe)
      return Dictionary(recorder.recordings.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }
  }

  /// Shows a tensor as a dump does; one that was not handed over is a claim that fails.
  static func show(_ page: inout Page, _ name: String, _ caption: String) {
    guard let recording = seen(page)[name] else { return page.holds("\(name) is there", false) }
    page.tensor(
      name, recording.tensor, axes: recording.axes, unit: recording.unit, palette: .portrait,
      equation: recording.equation.isEmpty ? nil : recording.equation, caption: caption)
  }

  /// Claims that a tensor has the shape that the sizes of the model ask for.
  static func expectShape(_ page: inout Page, _ name: String, _ shape: [Int]) {
    let found = seen(page)[name]?.tensor.shape ?? []
    page.holds("\(name) is \(shape.map(String.init).joined(separator: " × "))", found == shape)
  }

  static func partName(_ page: Page) -> String { DumpNames.part(Int(page["part"])) }

  static let latents = Step(
    "Eq. 1", "What does a portrait begin with?",
    formulas: [
      #"z \to w \to W^+ = W^{\text{base}} \times W_s^1 \times W_t^1 \cdots \times W_s^K \times W_t^K"#
    ],
    code: [
      CodeExcerpt(
        "Sources/PortraitModel/PortraitLatents.swift", declaration: "public func latents(seed")
    ]
  ) { page in
    let model = model(page).configuration
    show(&page, "z", "random numbers, normally distributed")
    show(&page, "w", "what the mapping network makes of them")
    show(
      &page, "wplus", "a row for the base, then shape and texture of each part: fresh, all are w")
    show(&page, "wplus_expanded", "a row for every layer of every part's generator")
    expectShape(&page, "wplus", [model.baseLayers + 2 * model.parts, model.latentWidth])
    expectShape(&page, "wplus_expanded", [model.parts * model.layersPerPart, model.latentWidth])
    page.why(
      "Here every row is the same w. Rows differ where two portraits are mixed, in training and in "
        + "editing; the generators treat them as independent anyway.")
  }

  static let maps = Step(
    "Fig. 3", "What do the part generators hand over?",
    code: [
      CodeExcerpt("Sources/PortraitModel/Generator.swift", declaration: "public func maps(of")
    ]
  ) { page in
    let (model, name) = (model(page).configuration, partName(page))
    show(&page, "\(name)_fourier", "where each pixel is, projected to the generator's width")
    for layer in 0..<model.layersPerPart {
      show(&page, "\(name)_layer\(layer)", "the generator after modulated layer \(layer)")
    }
    show(&page, "\(name)_depth2d", "d, planes; on the face it counts from the face")
    show(&page, "\(name)_depth_absolute", "d̂, planes: where each pixel will stand")
    show(&page, "\(name)_density2d", "σ²ᵈ: how dense the part is at each pixel")
    show(&page, "\(name)_feature2d", "f²ᵈ: what it looks like, in principal components")
    let size = model.coarseSize
    expectShape(&page, "\(name)_feature2d", [model.featureChannels, size, size])
    expectShape(&page, "\(name)_depth2d", [1, size, size])
    expectShape(&page, "\(name)_density2d", [1, size, size])
  }

  static let lift = Step(
    "Eq. 5–7", "How does the part get a third dimension?",
    formulas: [
      #"\psi_k = \exp(-\alpha\,(\hat d_k - z)^2)"#, #"\sigma_k^{3d} = \psi_k\,\sigma_k^{2d}"#,
      #"f_k^{3d} = \psi_k\,f_k^{2d}"#,
    ],
    code: [CodeExcerpt(dumps, declaration: "private func recordVolumes")]
  ) { page in
    let (model, name) = (model(page).configuration, partName(page))
    show(&page, "\(name)_psi", "the bell along the planes, around each pixel's depth")
    show(&page, "\(name)_density3d", "the density map times the bell")
    show(&page, "\(name)_feature3d", "the feature times the bell: the length over its channels")
    let tensors = LittleModel.names.indices.compactMap {
      seen(page)["\(DumpNames.part($0))_density3d"]?.tensor.sum(axes: [1, 2]).scalars
    }
    page.curves(
      "density_along_z",
      zip(LittleModel.names, tensors).map { Series($0, $1) }, xLabel: "plane",
      yLabel: "Σ density", caption: "where the parts sit along depth: plane 7 is nearest the camera"
    )
    let (planes, size) = (model.depthPlanes, model.coarseSize)
    expectShape(&page, "\(name)_psi", [planes, size, size])
    expectShape(&page, "\(name)_feature3d", [model.featureChannels, planes, size, size])
    let psi = seen(page)["\(name)_psi"]?.tensor ?? .zeros([1])
    page.holds("no bell is higher than 1", psi.maximum().item, atMost: 1)
    page.holds("and none is negative", psi.minimum().item, atLeast: 0)
  }

  static let fusion = Step(
    "Eq. 8", "How do the parts become one volume?",
    formulas: [#"f_{\text{fused}}^{3d} = \sum_k f_k^{3d}"#],
    code: [
      CodeExcerpt("Sources/Equations/PartFusion/PartFusion.swift", declaration: "struct PartFusion")
    ]
  ) { page in
    let model = model(page).configuration
    show(&page, "fused_density3d", "all parts' densities, added")
    show(&page, "fused_feature3d", "all parts' features, added: the length over the channels")
    for kind in ["density3d", "feature3d"] {
      let parts = (0..<model.parts).compactMap {
        seen(page)["\(DumpNames.part($0))_\(kind)"]?.tensor
      }
      let fused = seen(page)["fused_\(kind)"]?.tensor ?? .zeros([1])
      let reversed = parts.reversed().dropFirst().reduce(parts[parts.count - 1], +)
      page.holds(
        "\(kind): the parts added from the last to the first give the same (largest difference)",
        largestDifference(reversed, fused), atMost: 1e-4)
    }
    page.why(
      "Nothing decides here who is in front; the fused volume is fog in which every part has its "
        + "place. What hides what is settled along the rays.")
  }
}
