import Foundation
import GaussianLifting
import Inspection
import Tensors

// Equations 5–7: from the maps of one part to a volume, and how to sample it without building it.
extension Chapter {
  /// The chapter on equations 5–7: the lifting of 2D part maps into a volume.
  public static var gaussianLifting: Chapter {
    Chapter(
      "gaussian-lifting", title: "Lifting the 2D maps of a part into a volume",
      equations: "Eq. 5–7", cover: "orbit",
      introduction: """
        A part generator is a 2D network. For every pixel of its map it predicts a feature, a density \
        and a depth. Equation 7 spreads each pixel along z: its weight ψ on the depth planes is a \
        bell around the depth of the pixel. Equations 5 and 6 multiply the feature and the density \
        by ψ, which fills a volume. The paper calls this operation "soft unprojection".

        This chapter has no prerequisites. In the first step, type `set alpha 0.25` and \
        `set depth 2.5` in the terminal.
        """,
      parameters: [
        Parameter(
          "alpha", 1, in: 0.05...8, unit: "1 / plane²",
          meaning: "α of equation 7; a larger α gives a narrower bell"),
        Parameter(
          "depth", 9, in: -4...20, unit: "planes", meaning: "depth d̂ of the pixel in the first step"
        ),
        Parameter(
          whole: "kernel", 0, in: 0...2,
          meaning: "the function ψ: 0 Gaussian, 1 inverse, 2 inverse square"),
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
  static let streaming = "Sources/VolumeRendering/StreamingLift.swift"
  static let face = LittleFace()

  static func lifting(_ page: Page) -> GaussianLifting {
    GaussianLifting(
      kernel: LiftingKernel.allCases[Int(page["kernel"])], alpha: page["alpha"],
      depthPlanes: LittleFace.planes)
  }

  /// The line of equation 7.
  static let equation7 = CodeExcerpt(
    source, declaration: "func weights(ofOffset",
    marking: "(-alpha * offset.squared()).exponential()")

  static let bell = Step(
    "Eq. 7", "How far along z does equation 7 spread one pixel?",
    formulas: [#"\psi_k(x,y,z) = \exp(-\alpha\,(\hat d_k(x,y) - z)^2)"#],
    symbols: [
      Symbol(#"\hat d_k"#, "absoluteDepth", shape: "[…, H, W]", unit: "planes"),
      Symbol("z", "plane index", shape: "0 ..< D", unit: "planes"),
      Symbol(#"\alpha"#, "alpha", shape: "scalar", unit: "1 / plane²"),
      Symbol(#"\psi_k"#, "weights(at:)", shape: "[…, D, H, W]", unit: "0 … 1"),
    ],
    code: [
      equation7,
      CodeExcerpt(source, declaration: "func weights(at"),
    ],
    sweep: Sweep("alpha", [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8]),
    answers: AnswerBox(
      "Eq. 7", line: equation7, doubling: "doubling α", notes: [2, 8, 22],
      proofs: [
        "Tests/GaussianLiftingTests/HandGoldenTests.swift",
        "Tests/GaussianLiftingTests/PropertyTests.swift",
        "Tests/GaussianLiftingTests/GoldenFileTests.swift", "Fixtures/GaussianLifting/gaussian",
      ], exercise: "E07")
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
      caption: "ψ of one pixel along z, for α and for 2 α")
    let psi = lifting.weights(at: Tensor([1, 1], [page["depth"]]))
    page.bars(
      "psi_planes", psi.scalars, unit: "ψ",
      caption: "ψ of the same pixel on each of the 16 depth planes")
    let nearest = Int(min(15, max(0, page["depth"].rounded())))
    let plane = min(15, nearest + 1)
    page.equality(
      Formula("\\psi(\(plane))"),
      psiByHand(lifting, depth: page["depth"], plane: plane), equals: psi.scalars[plane],
      within: 1e-12)
    let half = (log(2) / lifting.alpha).squareRoot()
    page.number("full width at half maximum, Gaussian", 2 * half, unit: "planes")
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
      The width of the bell is a compromise. If a part filled a single plane, the samples of a ray \
      could miss it, and its depth would get no gradient. If a part filled all planes, there would \
      be no depth to learn. Training computes equation 7 with this function.
      """)
  }

  /// ψ of a pixel on one plane, written out with its numbers.
  private static func psiByHand(
    _ lifting: GaussianLifting, depth: Double, plane: Int
  ) -> Arithmetic {
    let offset: Arithmetic = .number(depth) - .number(Double(plane))
    let alpha = Arithmetic.number(lifting.alpha)
    return switch lifting.kernel {
    case .gaussian: .exp(-(alpha * .power(offset, 2)))
    case .inverse: 1 / (1 + alpha * .magnitude(offset))
    case .inverseSquare: 1 / (1 + alpha * .power(offset, 2))
    }
  }

  static let kernels = Step(
    "§4.2, note 22", "Which functions can replace the Gaussian of equation 7?",
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
      caption: "three functions ψ of the distance u from the depth of the pixel")
    for (kernel, psi) in zip(LiftingKernel.allCases, curves) {
      page.holds(
        "the function \(kernel.rawValue) is symmetric, ψ(−u) = ψ(u) (largest difference)",
        (psi - psi.reversed(axis: 0)).absolute().maximum().item, atMost: 0)
    }
    let far = curves.map { $0[128].item }
    page.holds(
      "8 planes away, inverseSquare is not smaller than the Gaussian (difference of ψ)",
      far[2] - far[0], atLeast: 0)
    page.why(
      """
      The paper compares α = 1, α = 2 and two "symmetric inverse-proportional" functions, and finds \
      the same quality. It gives no formulas for the two functions; those used here are the simplest \
      that fit the description. They fall off slowly, so every part contributes a little on every \
      plane.
      """)
  }

  static let index = Step(
    "z, note 8", "Is z in equation 7 the number of a plane or a metric depth?",
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
      caption:
        "ψ with the same α, for z as the number of a plane and as a metric depth from −1 to 1")
    page.holds(
      "with z as the number of a plane, ψ vanishes at the end of the volume (ψ on plane 0)",
      index[0].item, atMost: 1e-12)
    page.holds(
      "with z as a metric depth, ψ is large in the whole volume (smallest ψ)",
      metric.minimum().item, atLeast: 0.3)
    page.why(
      """
      §3.2 says "z ∈ {0, …, 31} is the points uniformly sampled in the depth dimension". If z were a \
      metric depth, α = 1, which §4.2 uses in training, would spread every part over the whole \
      volume. This code therefore reads z as the number of a plane.
      """)
  }

  static let lift = Step(
    "Eq. 5–6", "What does a part look like after lifting?",
    formulas: [
      #"f_k^{3d}(x,y,z) = \psi_k(x,y,z)\,f_k^{2d}(x,y)"#,
      #"\sigma_k^{3d}(x,y,z) = \psi_k(x,y,z)\,\sigma_k^{2d}(x,y)"#,
    ],
    symbols: [
      Symbol("f_k^{2d}", "feature", shape: "[…, C, H, W]"),
      Symbol(#"\sigma_k^{2d}"#, "densityMap", shape: "[…, H, W]", unit: "≥ 0"),
      Symbol("f_k^{3d}", "lifted(feature:weights:)", shape: "[…, C, D, H, W]"),
      Symbol(#"\sigma_k^{3d}"#, "lifted(densityMap:weights:)", shape: "[…, D, H, W]", unit: "≥ 0"),
    ],
    code: [
      CodeExcerpt(source, declaration: "func lifted(feature"),
      CodeExcerpt(source, declaration: "func lifted(densityMap"),
      CodeExcerpt(streaming, declaration: "public func renderedFeature("),
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
      caption: "feature map f²ᵈ of the part \(LittleFace.names[part]), shown at half its brightness"
    )
    page.map(
      "\(name)_depth_absolute", depth, unit: "planes",
      caption: "absolute depth d̂, the center of the bell of each pixel; bright is near")
    page.volume(
      "\(name)_psi", psi, range: 0...1,
      caption: "weight ψ of every pixel on every plane")
    page.volume(
      "\(name)_density3d", density, unit: "per plane",
      caption: "lifted density: the density map times ψ")
    page.volume(
      "\(name)_feature3d", volume,
      caption: "lifted feature: the feature map times ψ; colors show the norm over the channels")
    page.holds(
      "the lifted density σ³ᵈ never exceeds the density map σ²ᵈ (largest excess)",
      (density - face.densityMap[part]).maximum().item,
      atMost: 0)
    let mirrored = lifting.lifted(feature: 2 * feature + feature.reversed(axis: -1), weights: psi)
    let added = 2 * volume + lifting.lifted(feature: feature.reversed(axis: -1), weights: psi)
    page.holds(
      "lifting is linear in the feature (largest difference)",
      (mirrored - added).absolute().maximum().item, atMost: 1e-6)
    page.why(
      """
      Training computes equation 6 with the function shown here. Equation 5 runs in another form: \
      `renderedFeature` adds up the same terms in another order and builds no feature volume. The \
      reason is memory: at the paper's size the feature volumes of 13 parts would take 1.63 GiB for \
      one image.
      """)
  }

  static let sides = Step(
    "Fig. 6", "What does a single lifted part look like from the side?",
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
      caption:
        "the part \(LittleFace.names[part]) alone, for yaw angles from −0.9 to 0.9 rad off the front"
    )
    let brightest = Tensor.stacked(views).maximum().item
    page.holds("the part is visible in the views (largest value)", brightest, atLeast: 0.05)
    page.holds(
      "no value of the views exceeds the largest feature, since ψ ≤ 1 and Σ w ≤ 1", brightest,
      atMost: face.feature[part].maximum().item)
    page.why(
      """
      With a small α, the part spreads toward the camera and away from it. From the side it looks \
      like a block. With a large α, the part is a thin sheet, which has gaps where the depth changes \
      steeply. Try `set alpha 0.2` and `set alpha 8`.
      """)
  }
}
