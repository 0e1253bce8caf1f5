import GaussianLifting
import Inspection
import ModelConfiguration
import PartFusion
import PortraitModel
import Probes
import RelativeDepth
import Tensors
import WPlusFactorization

// Figure 2: the whole generator, one arrow after the other.
extension Chapter {
  /// The chapter on figure 2: all tensors from a latent and a camera to a portrait with its mask.
  public static var pipeline: Chapter { pipeline(of: TrainedFaces.shipped) }

  /// Returns the same chapter for another generator with 13 parts.
  ///
  /// - Parameter load: returns the generator; an error that it throws becomes a failed claim.
  /// - Returns: the chapter.
  public static func pipeline(_ load: @escaping @Sendable () throws -> Generator) -> Chapter {
    pipeline(of: TrainedFaces.source(load))
  }

  private static func pipeline(of faces: @escaping TrainedFaces.Source) -> Chapter {
    let steps = PipelineSteps(faces: faces)
    return Chapter(
      "pipeline", title: "From a latent and a camera to a portrait and its mask",
      equations: "Fig. 2", cover: "portrait",
      introduction: """
        This chapter follows figure 2 of the paper from left to right. Every arrow is a named tensor; \
        `ssgan3d dump` writes these tensors under the same names. Which tensors depend on the camera? \
        Which are stored, and which are computed only where a ray needs them?

        Prerequisites: the chapters on the equations and on the part generator. The model is the trained \
        generator that ships with the project: 13 parts, maps of 32 × 32 pixels, 16 planes, 32 × 32 \
        rays of 24 samples, portraits of 64 × 64 pixels. It has no importance pass, α is 1 and the \
        optical scale s is 12 (note 41 in Docs/PaperNotes.md). It was trained on procedural portraits only.

        As in the equations, rows, columns and samples are counted from 1; only planes are counted from 0, \
        because z = 0 is the farthest. Texts name the parts; the numbers in the names of tensors are those of \
        the code, from part00 (background) to part12 (earrings).
        """,
      parameters: [
        Parameter(whole: "seed", 0, in: 0...1000, meaning: "random seed of the person"),
        Parameter(
          "truncation", 1, in: 0...1,
          meaning: "1 shows the person of the seed, 0 the mean face"),
        Parameter(choice: "part", 1, of: ClassPalette.partNames, meaning: "the part shown"),
        Parameter(
          whole: "row", 18, in: 1...32,
          meaning: "row of the ray that is looked at; 1 is at the top"),
        Parameter(
          whole: "column", 16, in: 1...32,
          meaning: "column of the ray that is looked at; 1 is at the left"),
        Parameter(
          "yaw", 0.4, in: -0.7...0.7, unit: "rad",
          meaning: "turn of the camera from the front; positive is to the left"),
        Parameter(
          choice: "muted", 7, of: ClassPalette.partNames, meaning: "the part that is taken away"),
      ]
    ) {
      steps.latents
      steps.maps
      steps.lift
      steps.fusion
      steps.rays
      steps.streaming
      steps.rendered
      steps.masks
      steps.final
      steps.muted
      steps.camera
      steps.turning
    }
  }
}

/// The steps of the chapter on figure 2.
struct PipelineSteps: Sendable {
  static let source = "Sources/PortraitModel/Generator.swift"
  static let dumps = "Sources/PortraitModel/Dumps.swift"

  let faces: TrainedFaces.Source
  /// The tensors of the frontal view, which the frames of a slider share.
  let frontal = Kept<[Double], [String: Recording]>(count: 2)

  init(faces: @escaping TrainedFaces.Source) { self.faces = faces }

  /// Returns the portrait from a camera turned by an angle, with all intermediate tensors.
  func made(_ page: Page, turned: Double = 0) throws -> GeneratedPortraits {
    try faces().portrait(seed: page["seed"], truncation: page["truncation"], turned: turned)
  }

  /// Returns the tensors of these names as a dump has them.
  func recordings(_ page: Page, _ names: [String]) throws -> [String: Recording] {
    try faces().recordings(of: try made(page), names)
  }

  /// Shows a tensor as a dump does; a tensor that was not recorded becomes a failed claim.
  func show(
    _ page: inout Page, _ name: String, _ recordings: [String: Recording], _ caption: String
  ) {
    guard let recording = recordings[name] else {
      return page.holds("\(name) was recorded", false)
    }
    page.tensor(
      name, recording.tensor, axes: recording.axes, unit: recording.unit, palette: .portrait,
      equation: recording.equation.isEmpty ? nil : recording.equation, caption: caption,
      meaning: recording.meaning)
  }

  /// Claims that a tensor has the shape that follows from the configuration.
  func expectShape(
    _ page: inout Page, _ name: String, _ recordings: [String: Recording], _ shape: [Int]
  ) {
    let found = recordings[name]?.tensor.shape ?? []
    page.holds(
      "\(name) has the shape \(shape.map(String.init).joined(separator: " × "))", found == shape)
  }

  /// Returns the name of the part shown in the names of its tensors, for example `part01`.
  func partName(_ page: Page) -> String { DumpNames.part(Int(page["part"])) }

  /// Returns the name of a part in texts.
  func name(_ part: Int) -> String { ClassPalette.portrait.name(part) }

  /// Returns the pixel with the largest density of the part shown.
  func densestPixel(_ page: Page) throws -> (row: Int, column: Int) {
    let made = try made(page)
    return (made.maps.densityMap ?? made.absoluteDepth)[0, Int(page["part"])].largestPixel
  }

  var latents: Step {
    Step(
      "Eq. 1", "Which latents is a portrait computed from?",
      formulas: [
        #"z \to w \to W^+ = W^{\text{base}} \times W_s^1 \times W_t^1 \cdots \times W_s^K \times W_t^K"#
      ],
      code: [
        CodeExcerpt(
          "Sources/PortraitModel/PortraitLatents.swift", declaration: "public func latents(seed")
      ],
      sweep: Sweep(
        "truncation", [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1],
        moving: ["portrait", "w"]
      )
    ) { page in
      let (faces, truncation) = (try faces(), page["truncation"])
      let model = faces.configuration
      let latents = faces.latents(seed: page["seed"], truncation: truncation)
      let recorder = Recorder()
      faces.generator.record(latents, into: recorder.probe)
      let found = Dictionary(
        recorder.recordings.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
      page.image(
        "portrait", try made(page).image[0], range: .signed,
        caption: "the portrait of these latents, seen from the front")
      show(&page, "z", found, "z: normally distributed random numbers")
      show(
        &page, "w", found,
        "w: the output of the mapping network for z, moved toward the mean latent by truncation")
      show(
        &page, "wplus", found,
        "W⁺: a base row, then a shape row and a texture row for each part; here all are w")
      show(
        &page, "wplus_expanded", found,
        "W⁺ expanded: one row for every layer of every part's generator")
      expectShape(&page, "wplus", found, [model.baseLayers + 2 * model.parts, model.latentWidth])
      expectShape(
        &page, "wplus_expanded", found, [model.parts * model.layersPerPart, model.latentWidth])
      let full = faces.latents(seed: page["seed"]).w[0]
      let mean = faces.meanLatent
      page.equality(
        "w_1",
        .number(mean[0].item)
          + .number(truncation) * (.number(full[0].item) - .number(mean[0].item)),
        equals: latents.w[0, 0].item, within: 1e-6)
      page.holds(
        "every row of W⁺ is w (largest difference)",
        largestDifference(latents.wplus[0], latents.w), atMost: 0)
      page.holds(
        "truncation shortens the distance from the mean latent by its factor (largest difference of "
          + "an element)",
        largestDifference(latents.w[0] - mean, (full - mean) * truncation), atMost: 1e-5)
      page.why(
        "Here every row is the same w. Rows differ when the latents of two portraits are mixed, in "
          + "training and in editing. The generators treat the rows as independent in either case.")
    }
  }

  var maps: Step {
    Step(
      "Fig. 3", "Which maps do the part generators compute?",
      code: [
        CodeExcerpt("Sources/PortraitModel/Generator.swift", declaration: "public func maps(of")
      ],
      sweep: Sweep(
        "seed", [0, 1, 2, 3, 4, 5, 6, 7, 8],
        moving: [
          "portrait_of_maps", "part_depth_absolute", "part_density2d", "part_feature2d",
        ])
    ) { page in
      let (model, name, part) = (try faces().configuration, partName(page), Int(page["part"]))
      let word = self.name(part)
      let kinds = ["depth2d", "depth_absolute", "density2d", "feature2d"]
      let found = try recordings(page, kinds.map { "\(name)_\($0)" })
      page.image(
        "portrait_of_maps", try made(page).image[0], range: .signed,
        caption: "the portrait that is made from the maps of all parts")
      // The depth of background and face is absolute: the next picture shows it.
      if part > RelativeDepth.facePart {
        show(
          &page, "\(name)_depth2d", found,
          "d: depth of the part \(word) in planes, relative to the face base; bright is near")
      }
      show(
        &page, "\(name)_depth_absolute", found,
        "d̂: absolute depth of the part \(word) in planes; bright is near")
      show(&page, "\(name)_density2d", found, "σ²ᵈ: density of the part \(word) at each pixel")
      show(
        &page, "\(name)_feature2d", found,
        "f²ᵈ: feature of the part \(word), shown as its principal components")
      let size = model.coarseSize
      expectShape(&page, "\(name)_feature2d", found, [model.featureChannels, size, size])
      expectShape(&page, "\(name)_depth2d", found, [1, size, size])
      expectShape(&page, "\(name)_density2d", found, [1, size, size])
      let density = try made(page).maps.densityMap ?? .zeros([1])
      page.holds(
        "the part's density is far from constant (smallest value / largest value)",
        density[0, part].minimum().item / density[0, part].maximum().item, atMost: 0.5)
      page.why(
        "The chapter on figure 3 shows the outputs of the layers between the Fourier features and these "
          + "maps.")
    }
  }

  var lift: Step {
    Step(
      "Eq. 5–7", "How do the 2D maps of a part become a volume?",
      formulas: [
        #"\psi_k = \exp(-\alpha\,(\hat d_k - z)^2)"#, #"\sigma_k^{3d} = \psi_k\,\sigma_k^{2d}"#,
        #"f_k^{3d} = \psi_k\,f_k^{2d}"#,
      ],
      code: [CodeExcerpt(Self.dumps, declaration: "private func recordVolumes")],
      sweep: Sweep(
        "part", PartGeneratorSteps.everyPart, moving: ["density_section", "density_of_the_pixel"])
    ) { page in
      let (model, name, part) = (try faces().configuration, partName(page), Int(page["part"]))
      let word = self.name(part)
      let own = ["psi", "density3d", "feature3d"].map { "\(name)_\($0)" }
      let every = (0..<model.parts).map { "\(DumpNames.part($0))_density3d" }
      let found = try recordings(page, own + every)
      show(
        &page, own[0], found,
        "ψ: a bell along the planes, centered at each pixel's absolute depth d̂; the last plane is "
          + "nearest to the frontal camera")
      show(&page, own[1], found, "σ³ᵈ of the part \(word): the density map times ψ")
      show(
        &page, own[2], found,
        "f³ᵈ of the part \(word): the feature map times ψ, shown as the norm over its channels")
      let pixel = try densestPixel(page)
      let made = try made(page)
      if let volume = found[own[1]]?.tensor {
        page.map(
          "density_section", volume[axis: 1, pixel.row].reversed(axis: 0), unit: "density",
          caption:
            "σ³ᵈ of the part \(word) in row \(pixel.row + 1) of its map, seen from above: right is x; the far "
            + "planes are at the top, the near ones at the bottom")
        page.curve(
          "density_of_the_pixel", volume[axis: 1, pixel.row][axis: 1, pixel.column].scalars,
          xLabel: "plane z (right is near)", yLabel: "density",
          caption:
            "σ³ᵈ along z at the pixel where the part is densest, row \(pixel.row + 1), column "
            + "\(pixel.column + 1)")
      }
      let sums = every.map { found[$0]?.tensor.sum(axes: [1, 2]).scalars ?? [] }
      let largest = sums.joined().max() ?? 0
      let shown = sums.indices.filter { (sums[$0].max() ?? 0) >= 0.05 * largest }
      page.curves(
        "density_along_z",
        shown.map { Series(self.name($0), x: sums[$0].indices.map(Double.init), y: sums[$0]) },
        xLabel: "plane z", yLabel: "Σ density",
        caption:
          "density of each part, summed over every plane; plane 0 is far, plane "
          + "\(model.depthPlanes - 1) near. \(sums.count - shown.count) parts whose peak is below 5 % "
          + "of the largest are left out")
      let depth = made.absoluteDepth[0, part, pixel.row, pixel.column].item
      let plane = min(model.depthPlanes - 1, max(0, Int(depth.rounded())))
      let psi = found[own[0]]?.tensor[plane, pixel.row, pixel.column].item ?? .nan
      let flat = made.maps.densityMap?[0, part, pixel.row, pixel.column].item ?? .nan
      page.equality(
        #"\psi"#,
        .exp(-(.number(model.liftingAlpha) * .power(.number(depth) - .number(Double(plane)), 2))),
        equals: psi, within: 1e-6)
      page.equality(
        #"\sigma^{3d}"#, .number(psi) * .number(flat),
        equals: found[own[1]]?.tensor[plane, pixel.row, pixel.column].item ?? .nan,
        within: 1e-6 * max(1, flat))
      page.why(
        "The formulas show the pixel where the part is densest, row \(pixel.row + 1), column "
          + "\(pixel.column + 1), on plane \(plane), the plane nearest to its depth.")
      let (planes, size) = (model.depthPlanes, model.coarseSize)
      expectShape(&page, own[0], found, [planes, size, size])
      expectShape(&page, own[2], found, [model.featureChannels, planes, size, size])
      let peaks = (found[own[0]]?.tensor ?? .zeros([1, size, size])).argmax(axis: 0)
        .cast(to: .float32)
      let nearest = made.absoluteDepth[0, part].clamped(0, Double(planes - 1))
      page.holds(
        "at every pixel, ψ is largest on the plane nearest to the part's depth (largest distance, planes)",
        largestDifference(peaks, nearest), atMost: 0.5 + 1e-5)
      let middles = [0, 1].map { part -> Double in
        let total = sums[part].reduce(0, +)
        return sums[part].enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } / total
      }
      page.holds(
        "the density of the face lies nearer than that of the background (difference of the mean "
          + "planes)", middles[1] - middles[0], atLeast: 1)
    }
  }

  var fusion: Step {
    Step(
      "Eq. 8", "How are the volumes of the parts combined?",
      formulas: [
        #"f_{\text{fused}}^{3d} = \sum_k f_k^{3d}"#,
        #"\sigma_{\text{fused}} = \sum_k \sigma_k^{3d}"#,
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/PartFusion/PartFusion.swift", declaration: "struct PartFusion")
      ]
    ) { page in
      let model = try faces().configuration
      let kinds = ["density3d", "feature3d"]
      let parts = kinds.map { kind in (0..<model.parts).map { "\(DumpNames.part($0))_\(kind)" } }
      let found = try recordings(page, kinds.map { "fused_\($0)" } + parts.joined())
      show(&page, "fused_density3d", found, "sum of the densities of all parts")
      show(
        &page, "fused_feature3d", found,
        "sum of the features of all parts, shown as the norm over the channels")
      for (kind, names) in zip(kinds, parts) {
        let volumes = names.compactMap { found[$0]?.tensor }
        let fused = found["fused_\(kind)"]?.tensor ?? .zeros([1])
        let reversed = volumes.reversed().dropFirst().reduce(volumes[volumes.count - 1], +)
        page.holds(
          "\(kind): adding the parts in reverse order gives the same sum (largest relative difference)",
          largestDifference(reversed, fused) / fused.absolute().maximum().item, atMost: 1e-6)
      }
      let (pixel, part) = (try densestPixel(page), Int(page["part"]))
      let depth = try made(page).absoluteDepth[0, part, pixel.row, pixel.column].item
      let plane = min(model.depthPlanes - 1, max(0, Int(depth.rounded())))
      let terms = parts[0].map { name in
        Arithmetic.number(found[name]?.tensor[plane, pixel.row, pixel.column].item ?? .nan)
      }
      page.equality(
        #"\sigma_{\text{fused}}"#, .sum(of: terms, showing: 3),
        equals: found["fused_density3d"]?.tensor[plane, pixel.row, pixel.column].item ?? .nan,
        within: 1e-5)
      let order = terms.indices.sorted { terms[$0].value > terms[$1].value }
      page.why(
        """
        The formula shows the voxel in row \(pixel.row + 1), column \(pixel.column + 1), on plane \
        \(plane): the three densest parts there, \(order.prefix(3).map(name).joined(separator: ", ")) in \
        order of density, and the sum of the rest.

        Fusion does not determine which part is in front: the fused volume contains all parts at \
        their positions. Occlusion is computed later, along the rays.
        """)
    }
  }
}
