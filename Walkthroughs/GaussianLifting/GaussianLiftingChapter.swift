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

        §4.2 trains with α = 1 and with α = 2 and finds the same quality. This chapter begins with 1, \
        as do the presets `small` and `mini`; the default of the code is 2 (note 36).

        This chapter has no prerequisites. In the first step, move the slider, or type \
        `set alpha 0.25` and `set depth 2.5` in the terminal.
        """,
      parameters: [
        Parameter(
          "alpha", 1, in: 0.05...8, unit: "1 / plane²",
          meaning: "α of equation 7; a larger α gives a narrower bell"),
        Parameter(
          "depth", 9, in: -4...20, unit: "planes", meaning: "depth d̂ of the pixel in the first step"
        ),
        Parameter(
          choice: "kernel", 0, of: ["Gaussian", "inverse", "inverse square"],
          meaning: "the function ψ"),
        Parameter(
          choice: "part", 1, of: LittleFace.names, meaning: "the part that is lifted"),
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

  /// The values of α that the sliders show.
  static let alphas: [Double] = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8]

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
    sweep: Sweep("alpha", alphas),
    answers: AnswerBox(
      "Eq. 7", line: equation7, doubling: "doubling α", notes: [2, 8, 22, 36],
      proofs: [
        "Tests/GaussianLiftingTests/HandGoldenTests.swift",
        "Tests/GaussianLiftingTests/PropertyTests.swift",
        "Tests/GaussianLiftingTests/GoldenFileTests.swift", "Fixtures/GaussianLifting/gaussian",
      ], golden: .bell, exercise: "E07")
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
  static func psiByHand(
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
    code: [CodeExcerpt(source, declaration: "enum LiftingKernel")],
    sweep: Sweep("alpha", alphas)
  ) { page in
    let offsets = Tensor.linspace(-8, 8, 129, .float64)
    let liftings = LiftingKernel.allCases.map { kernel in
      GaussianLifting(kernel: kernel, alpha: page["alpha"], depthPlanes: LittleFace.planes)
    }
    let curves = liftings.map { $0.weights(ofOffset: offsets) }
    page.curves(
      "psi_kernels",
      zip(liftings, curves).map { lifting, psi in
        Series(lifting.kernel.rawValue, x: offsets.scalars, y: psi.scalars)
      }, xLabel: "u, planes", yLabel: "ψ",
      caption: "three functions ψ of the distance u from the depth of the pixel")
    for (lifting, psi) in zip(liftings, curves) {
      // Plane 7 of a pixel at depth 9.
      page.equality(
        Formula("\\psi_{\\text{\(lifting.kernel.rawValue)}}(2)"),
        psiByHand(lifting, depth: 9, plane: 7),
        equals: lifting.weights(at: Tensor([1, 1], [9.0]))[7, 0, 0].item, within: 1e-15)
      page.holds(
        "the function \(lifting.kernel.rawValue) is symmetric, ψ(−u) = ψ(u) (largest difference)",
        (psi - psi.reversed(axis: 0)).absolute().maximum().item, atMost: 0)
      page.holds(
        "the function \(lifting.kernel.rawValue) falls on both sides (largest rise away from 0)",
        (psi.sliced(axis: 0, from: 65, length: 64) - psi.sliced(axis: 0, from: 64, length: 64))
          .maximum().item, atMost: 0)
    }
    let far = curves.map { $0[128].item }
    page.holds(
      "8 planes away, both other functions are above the Gaussian (smaller difference of ψ)",
      min(far[1], far[2]) - far[0], atLeast: 1e-3)
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
    formulas: [#"z \in \{0, 1, \ldots, 31\}"#],
    sweep: Sweep("alpha", alphas)
  ) { page in
    // The same 32 planes as metric depths: 31 steps from −1 to 1, the pixel in the middle.
    let metric = Tensor.linspace(-1, 1, 32, .float64)
    func both(_ alpha: Double) -> (index: Tensor, metric: Tensor) {
      let lifting = GaussianLifting(alpha: alpha, depthPlanes: 32)
      return (
        lifting.weights(at: Tensor([1, 1], [15.5]))[axis: 1, 0][axis: 1, 0],
        lifting.weights(ofOffset: metric)
      )
    }
    let (alpha, psi) = (page["alpha"], both(page["alpha"]))
    page.curves(
      "psi_index_and_metric",
      [Series("z = 0 … 31", psi.index.scalars), Series("z = −1 … 1", psi.metric.scalars)],
      xLabel: "plane, 31 is nearest to the camera", yLabel: "ψ",
      caption:
        "ψ of a pixel in the middle with the same α, for z as the number of a plane and as a metric "
        + "depth from −1 to 1")
    func wide(_ psi: Tensor) -> Double { Double(psi.scalars.count { $0 >= 0.5 }) }
    page.number("planes with ψ ≥ ½, z is the number of a plane", wide(psi.index))
    page.number("planes with ψ ≥ ½, z is a metric depth", wide(psi.metric))
    // One plane is 2/31 of the metric depth, and the offset is squared.
    let narrow = both(alpha * 15.5 * 15.5).metric
    page.holds(
      "the metric reading needs 15.5² = 240 times the α for the same bell (largest difference)",
      (psi.index - narrow).absolute().maximum().item, atMost: 1e-12)
    let paper = [1.0, 2].map(both)
    page.holds(
      "with α = 1 or 2 and plane numbers, a pixel is spread over 2 planes (planes with ψ ≥ ½)",
      paper.map { wide($0.index) }.max() ?? 0, equals: 2, within: 0)
    page.holds(
      "with α = 1 or 2 and metric depths, over more than half of the volume (planes with ψ ≥ ½)",
      paper.map { wide($0.metric) }.min() ?? 0, atLeast: 17)
    page.why(
      """
      §3.2 says "z ∈ {0, …, 31} is the points uniformly sampled in the depth dimension". If z were a \
      metric depth, the values 1 and 2 of α, with which §4.2 trains, would spread every part over \
      most of the volume. This code therefore reads z as the number of a plane.
      """)
  }
}
