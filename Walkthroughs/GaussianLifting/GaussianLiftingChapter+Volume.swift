import GaussianLifting
import Inspection
import PortraitClasses
import Probes
import Tensors
import VolumeRendering

// The lifted volume of one part: its planes, a cut through it, and its view from the side.
extension GaussianLiftingSteps {
  /// The line of equation 5.
  private static let equation5 = CodeExcerpt(
    source, declaration: "func lifted(feature",
    marking: "weights.unsqueezed(axis: -4) * feature.unsqueezed(axis: -3)")

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
      equation5,
      CodeExcerpt(source, declaration: "func lifted(densityMap"),
      CodeExcerpt(streaming, declaration: "public func renderedFeature("),
    ],
    sweep: Sweep(
      "alpha", alphas,
      moving: ["density_cut"]
        + LittleFace.names.indices.flatMap { ["part0\($0)_density3d", "part0\($0)_feature3d"] }),
    answers: AnswerBox(
      "Eq. 5–6", line: equation5, doubling: "doubling the maps", notes: [15, 19, 45],
      proofs: [
        "Tests/GaussianLiftingTests/HandGoldenTests.swift",
        "Tests/GaussianLiftingTests/PropertyTests.swift",
        "Tests/VolumeRenderingTests/StreamingLiftTests.swift", "Fixtures/GaussianLifting/gaussian",
        "Fixtures/GaussianLifting/stream_gaussian",
      ], exercise: "E07")
  ) { page in
    let (lifting, part) = (lifting(page), Int(page["part"]))
    let (name, word) = ("part0\(part)", LittleFace.names[part])
    let (depth, feature) = (face.absoluteDepth[part], face.feature[part])
    let densityMap = face.densityMap[part]
    let psi = lifting.weights(at: depth)
    let density = lifting.lifted(densityMap: densityMap, weights: psi)
    let volume = lifting.lifted(feature: feature, weights: psi)
    // The row of the map that has the most density, and the densest pixel in it.
    let row = Int(densityMap.sum(axes: [1]).argmax(axis: 0).item)
    let column = Int(densityMap[row].argmax(axis: 0).item)
    let cut = density[axis: 1, row]
    page.add(
      .view(
        View(
          name: "density_cut",
          caption:
            "the lifted density of the part \(word) in row \(row) of the maps, seen from above: "
            + "x to the right, planes downwards, with the nearest plane at the bottom",
          tensor: cut, axes: "[D, W]", unit: "per plane", equation: page.equation,
          rendering: .scalarMap(cut, unit: "per plane"))))
    let near = min(LittleFace.planes - 1, max(0, Int(depth[row, column].item.rounded()) + 1))
    let bell = psiByHand(lifting, depth: depth[row, column].item, plane: near)
    page.equality(
      Formula("\\sigma^{3d}(\(column), \(row), \(near))"),
      bell * .number(densityMap[row, column].item),
      equals: density[near, row, column].item, within: 2e-6)
    page.equality(
      Formula("f^{3d}_{\\text{red}}(\(column), \(row), \(near))"),
      bell * .number(feature[0, row, column].item),
      equals: volume[0, near, row, column].item, within: 2e-6)
    page.image(
      "\(name)_feature2d", 0.5 * feature, range: .unit,
      caption:
        "feature map f²ᵈ of the part \(word), which is drawn by formulas, at half its brightness")
    page.tensor(
      "\(name)_depth_absolute", depth, axes: "[H, W]", unit: "planes", palette: .portrait,
      caption:
        "absolute depth d̂ in the volume, the center of the bell of each pixel; bright is near",
      meaning: TensorMeaning(scale: .depth(DepthScale(near: .largest, reference: ""))))
    page.volume(
      "\(name)_density3d", density, unit: "per plane",
      caption: "lifted density of the part \(word): the density map times ψ, plane by plane")
    page.volume(
      "\(name)_feature3d", volume,
      caption: "lifted feature: the feature map times ψ; colors show the norm over the channels")
    // Numbers below 1.2e-38 are rounded to a multiple of 1.4e-45, so that twice one may not be one.
    page.holds(
      "doubling the maps f²ᵈ and σ²ᵈ doubles the volumes, and the bell stays (largest difference)",
      max(
        (lifting.lifted(densityMap: 2 * densityMap, weights: psi) - 2 * density)
          .absolute().maximum().item,
        (lifting.lifted(feature: 2 * feature, weights: psi) - 2 * volume)
          .absolute().maximum().item), atMost: 1e-38)
    page.holds(
      "the lifted density σ³ᵈ never exceeds the density map σ²ᵈ (largest excess)",
      (density - densityMap).maximum().item, atMost: 0)
    let mirrored = lifting.lifted(feature: feature + feature.reversed(axis: -1), weights: psi)
    let added = volume + lifting.lifted(feature: feature.reversed(axis: -1), weights: psi)
    page.holds(
      "the volume of a sum of two features is the sum of their volumes (largest difference)",
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
    ],
    sweep: Sweep("alpha", [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8])
  ) { page in
    let (part, renderer) = (Int(page["part"]), LittleFace.renderer(lifting(page)))
    let stack = face.stack(muted: Set(0..<6).subtracting([part]))
    let turns = [0, 0.3, 0.6, 0.9]
    let views = turns.map { LittleFace.view(of: stack, renderer, turned: $0) }
    let features = views.map { $0.feature[0] }
    page.gallery(
      "orbit", zip(turns, features).map { .image("turned by \($0.brief) rad", $1) }, columns: 2,
      tensor: .stacked(features), axes: "[view, 3, n, n]",
      caption:
        "the part \(LittleFace.names[part]) alone, from the front and turned by 0.3, 0.6 and "
        + "0.9 rad, in reading order")
    let brightest = Tensor.stacked(features).maximum().item
    page.holds("the part is visible in the views (largest value)", brightest, atLeast: 0.05)
    page.holds(
      "no value of the views exceeds the largest feature, since ψ ≤ 1 and Σ w ≤ 1", brightest,
      atMost: face.feature[part].maximum().item)
    page.why(
      """
      With a small α, the part spreads toward the camera and away from it. From the side it looks \
      like a block. With a large α, the part is a thin sheet, which has gaps where the depth changes \
      steeply.
      """)
  }
}
