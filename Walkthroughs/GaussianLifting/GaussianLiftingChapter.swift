import Foundation
import GaussianLifting
import Inspection
import Tensors

// Equations 5–7: from the maps of one part to a volume, and how to read it without building it.
extension Chapter {
  /// How a flat part gets depth.
  public static var gaussianLifting: Chapter {
    Chapter(
      "gaussian-lifting", title: "How a flat part gets depth", equations: "Eq. 5–7",
      introduction: """
        A part generator is a 2D network: it hands over a feature, a density and a depth for every \
        pixel of a map. Equation 7 spreads each pixel along z as a bell around its depth, and \
        equations 5 and 6 fill a volume with it. "Soft unprojection", the paper calls it.

        Nothing has to be known before. In the first step, type `set alpha 0.25` and `set depth 2.5` \
        in the terminal.
        """,
      parameters: [
        Parameter("alpha", 1, in: 0.05...8, unit: "1 / plane²", meaning: "α, larger is narrower"),
        Parameter("depth", 9, in: -4...20, unit: "planes", meaning: "d̂ of the pixel looked at"),
        Parameter(
          whole: "kernel", 0, in: 0...2, meaning: "0 Gaussian, 1 inverse, 2 inverse square"),
        Parameter(whole: "part", 1, in: 0...5, meaning: "the part that is lifted; 1 is the face"),
      ]
    ) {
      GaussianLiftingSteps.bell
      GaussianLiftingSteps.kernels
      GaussianLiftingSteps.index
      GaussianLiftingSteps.lift
      GaussianLiftingSteps.sides
      GaussianLiftingSteps.stream
      GaussianLiftingSteps.push
    }
  }
}

/// The steps of the chapter on equations 5–7.
enum GaussianLiftingSteps {
  static let source = "Sources/Equations/GaussianLifting/GaussianLifting.swift"
  static let face = LittleFace()

  static func lifting(_ page: Page) -> GaussianLifting {
    GaussianLifting(
      kernel: LiftingKernel.allCases[Int(page["kernel"])], alpha: page["alpha"],
      depthPlanes: LittleFace.planes)
  }

  static let bell = Step(
    "Eq. 7", "How far along z does one pixel spread?",
    formulas: [#"\psi_k(x,y,z) = \exp(-\alpha\,(\hat d_k(x,y) - z)^2)"#],
    symbols: [
      Symbol(#"\hat d_k"#, "absoluteDepth", shape: "[…, H, W]", unit: "planes"),
      Symbol("z", "plane index", shape: "0 ..< D", unit: "planes"),
      Symbol(#"\alpha"#, "alpha", shape: "scalar", unit: "1 / plane²"),
      Symbol(#"\psi_k"#, "weights(at:)", shape: "[…, D, H, W]", unit: "0 … 1"),
    ],
    code: [
      CodeExcerpt(source, declaration: "func weights(ofOffset"),
      CodeExcerpt(source, declaration: "func weights(at"),
    ]
  ) { page in
    let lifting = lifting(page)
    var narrow = lifting
    narrow.alpha = 2 * lifting.alpha
    let along = Tensor.linspace(0, 15, 301, .float64)
    let wide = lifting.weights(ofOffset: page["depth"] - along)
    let twice = narrow.weights(ofOffset: page["depth"] - along)
    page.curves(
      "psi_of_a_pixel",
      [
        Series("α", x: along.scalars, y: wide.scalars),
        Series("2 α", x: along.scalars, y: twice.scalars),
      ], xLabel: "z, planes", yLabel: "ψ",
      caption: "one pixel along z, for α and for twice as much")
    let psi = lifting.weights(at: Tensor([1, 1], [page["depth"]]))
    page.bars("psi_planes", psi.scalars, unit: "ψ", caption: "what the 16 planes get of it")
    let half = (log(2) / lifting.alpha).squareRoot()
    page.number("width at half the height, Gaussian", 2 * half, unit: "planes")
    page.holds(
      "ψ is 1 where z = d̂", lifting.weights(ofOffset: .zeros([1], .float64)).item, equals: 1,
      within: 0)
    let offsets = Tensor.linspace(-4, 4, 33, .float64)
    let (a, b) = (lifting.weights(ofOffset: offsets), narrow.weights(ofOffset: offsets))
    if lifting.kernel == .gaussian {
      page.holds(
        "doubling α squares ψ (largest difference)", (b - a.squared()).absolute().maximum().item,
        atMost: 1e-15)
    } else {
      let excess = (b.reciprocal() - 1) / 2 - (a.reciprocal() - 1)
      page.holds(
        "doubling α doubles 1/ψ − 1 (largest difference)", excess.absolute().maximum().item,
        atMost: 1e-12)
    }
    page.why(
      """
      The bell is a compromise. A part that stood on one plane only would vanish between the samples \
      of a ray, and its depth would get no gradient; one that filled the whole depth would have none \
      to learn.
      """)
  }

  static let kernels = Step(
    "§4.2, note 22", "Does it have to be a Gaussian?",
    formulas: [
      #"\frac{1}{1 + \alpha |u|}"#, #"\frac{1}{1 + \alpha u^2}"#, #"u = \hat d_k(x,y) - z"#,
    ],
    code: [CodeExcerpt(source, declaration: "enum LiftingKernel")]
  ) { page in
    let offsets = Tensor.linspace(-8, 8, 129, .float64)
    let curves = LiftingKernel.allCases.map { kernel in
      GaussianLifting(kernel: kernel, alpha: page["alpha"]).weights(ofOffset: offsets)
    }
    page.curves(
      "psi_kernels",
      zip(LiftingKernel.allCases, curves).map { kernel, psi in
        Series(kernel.rawValue, x: offsets.scalars, y: psi.scalars)
      }, xLabel: "u, planes", yLabel: "ψ",
      caption: "three ways to fall off with the distance u from the pixel's depth")
    for (kernel, psi) in zip(LiftingKernel.allCases, curves) {
      page.holds(
        "\(kernel.rawValue) is the same on both sides",
        (psi - psi.reversed(axis: 0)).absolute().maximum().item, atMost: 0)
    }
    let far = curves.map { $0[128].item }
    page.holds("8 planes away inverse square is above the Gaussian", far[2] - far[0], atLeast: 0)
    page.why(
      """
      The paper trained with α = 1 and 2 and with two "symmetric inverse-proportional" functions and \
      found the same quality. It does not write the two down; these are the simplest that fit. Their \
      tails never end: every part is a little everywhere.
      """)
  }

  static let index = Step(
    "z, note 8", "Is z the number of a plane, or a depth between −1 and 1?",
    formulas: [#"z \in \{0, 1, \ldots, 31\}"#]
  ) { page in
    let lifting = GaussianLifting(alpha: 1, depthPlanes: 32)
    let index = lifting.weights(at: Tensor([1, 1], [15.5]))
    // The same planes as metric depths: 31 steps from −1 to 1, the pixel in the middle.
    let metric = lifting.weights(ofOffset: .linspace(-1, 1, 32, .float64))
    page.curves(
      "psi_index_and_metric",
      [Series("z = 0 … 31", index.scalars), Series("z = −1 … 1", metric.scalars)],
      xLabel: "plane", yLabel: "ψ for α = 1",
      caption: "the same α with z as a plane's number and as a length")
    page.holds("as a number, ψ has died out at the ends", index[0].item, atMost: 1e-12)
    page.holds("as a metric depth, it spans everything", metric.minimum().item, atLeast: 0.3)
    page.why(
      """
      §3.2 says "z ∈ {0, …, 31} is the points uniformly sampled in the depth dimension". Were it \
      metric, α = 1, which §4.2 trains with, would smear every part over the whole volume.
      """)
  }

  static let lift = Step(
    "Eq. 5–6", "What does a lifted part look like?",
    formulas: [
      #"f_k^{3d}(x,y,z) = \psi_k(x,y,z)\,f_k^{2d}(x,y)"#,
      #"\sigma_k^{3d}(x,y,z) = \psi_k(x,y,z)\,\sigma_k^{2d}(x,y)"#,
    ],
    symbols: [
      Symbol("f_k^{2d}", "feature", shape: "[…, C, H, W]"),
      Symbol(#"\sigma_k^{2d}"#, "densityMap", shape: "[…, H, W]", unit: "≥ 0"),
      Symbol("f_k^{3d}", "lifted(feature:at:)", shape: "[…, C, D, H, W]"),
      Symbol(#"\sigma_k^{3d}"#, "lifted(densityMap:at:)", shape: "[…, D, H, W]", unit: "≥ 0"),
    ],
    code: [
      CodeExcerpt(source, declaration: "func lifted(feature"),
      CodeExcerpt(source, declaration: "func lifted(densityMap"),
    ]
  ) { page in
    let (lifting, part) = (lifting(page), Int(page["part"]))
    let name = "part0\(part)"
    let (depth, feature) = (face.absoluteDepth[part], face.feature[part])
    let psi = lifting.weights(at: depth)
    let density = lifting.lifted(densityMap: face.densityMap[part], weights: psi)
    let volume = lifting.lifted(feature: feature, weights: psi)
    page.image(
      "\(name)_feature2d", 0.5 * feature, range: .unit,
      caption: "\(LittleFace.names[part]), shown at half its brightness")
    page.map(
      "\(name)_depth_absolute", depth, unit: "planes", caption: "d̂: where each pixel is centred")
    page.volume(
      "\(name)_psi", psi, range: 0...1,
      caption: "ψ of every pixel on every plane")
    page.volume("\(name)_density3d", density, unit: "per plane", caption: "the density map times ψ")
    page.volume(
      "\(name)_feature3d", volume,
      caption: "the feature times ψ; colours show the length of each voxel's channels")
    page.holds(
      "σ³ᵈ is nowhere above σ²ᵈ", (density - face.densityMap[part]).maximum().item,
      atMost: 0)
    let mirrored = lifting.lifted(feature: 2 * feature + feature.reversed(axis: -1), weights: psi)
    let added = 2 * volume + lifting.lifted(feature: feature.reversed(axis: -1), weights: psi)
    page.holds(
      "lifting is linear in the feature (largest difference)",
      (mirrored - added).absolute().maximum().item, atMost: 1e-6)
  }

  static let sides = Step(
    "Fig. 6", "And from the side?",
    code: [
      CodeExcerpt(
        "Sources/VolumeRendering/VolumeRenderer.swift", declaration: "public func view(")
    ]
  ) { page in
    let (part, renderer) = (Int(page["part"]), LittleFace.renderer(lifting(page)))
    let stack = face.stack(muted: Set(0..<6).subtracting([part]))
    let turns = [-0.9, -0.6, -0.3, 0, 0.3, 0.6, 0.9]
    let views = turns.map { LittleFace.view(of: stack, renderer, turned: $0).feature[0] }
    page.picture(
      "orbit", imagePictures(views), tensor: .stacked(views), axes: "[view, 3, n, n]",
      caption: "\(LittleFace.names[part]) alone, yaw −0.9 … 0.9 rad from the front")
    let brightest = Tensor.stacked(views).maximum().item
    page.holds("something is seen", brightest, atLeast: 0.05)
    page.holds(
      "as ψ and Σ w are at most 1, nothing is brighter than the feature", brightest,
      atMost: face.feature[part].maximum().item)
    page.why(
      """
      A small α smears the part towards the camera and away from it: from the side it is a block. A \
      large one leaves a thin sheet with gaps where the depth is steep. Try 0.2 and 8.
      """)
  }
}
