import GaussianLifting
import Inspection
import PartFusion
import Tensors
import VolumeRendering

// Equation 8: fusion of all parts in one volume.
extension Chapter {
  /// The chapter on equation 8: the fusion of all part volumes.
  public static var partFusion: Chapter {
    Chapter(
      "part-fusion", title: "Fusing the volumes of all parts into one", equations: "Eq. 8",
      cover: "progressive",
      introduction: """
        Each part has been lifted into a volume of its own (Eq. 5–7). Equation 8 adds these volumes. \
        Because it is a plain sum, a part can be exchanged or left out, and the volumes of the other \
        parts stay the same. The little face of this chapter is drawn by formulas, not generated. Its \
        bell has α = 1, as in the presets `small` and `mini`; the default of the code is 2 (note 36).

        In the second step, move the slider, or type `set mute nose` in the terminal: without the nose, \
        the face under it becomes visible.
        """,
      parameters: [
        Parameter(
          choice: "mute", 5,
          of: LittleFace.names + [
            "eyes and brows", "all four parts on the face", "the face with these four parts",
          ], meaning: "what is left out"),
        Parameter(
          "yaw", 0.6, in: -1.2...1.2, unit: "rad", meaning: "angle of the camera from the front"),
        Parameter(
          choice: "softmax", 0, of: ["sum (Eq. 8)", "density softmax"], meaning: "fusion rule"),
        Parameter(
          "sigma", 4, in: 0...12, unit: "per plane",
          meaning: "density of the first of three parts at a voxel"),
      ]
    ) {
      PartFusionSteps.oneByOne
      PartFusionSteps.mute
      PartFusionSteps.order
      PartFusionSteps.shares
      PartFusionSteps.stream
    }
  }
}

/// The steps of the chapter on equation 8.
private enum PartFusionSteps {
  static let source = "Sources/Equations/PartFusion/PartFusion.swift"
  static let streaming = "Sources/VolumeRendering/StreamingFusion.swift"
  static let lifting = GaussianLifting(alpha: 1, depthPlanes: LittleFace.planes)
  static let face = LittleFace()
  /// The volumes of all parts of the face.
  static let whole = volumes(face.stack())
  /// What each value of `mute` leaves out.
  static let groups: [(name: String, parts: Set<Int>)] = {
    let single = LittleFace.names.enumerated().map { (name: "the part \($1)", parts: Set([$0])) }
    return single + [
      (name: "eyes and brows", parts: [2, 3]),
      (name: "eyes, brows, mouth and nose", parts: [2, 3, 4, 5]),
      (name: "the face with all parts on it", parts: [1, 2, 3, 4, 5]),
    ]
  }()

  static func fusion(_ page: Page) -> Fusion { page["softmax"] == 1 ? .densitySoftmax : .sum }

  /// Returns the lifted volumes of all parts: features `[K, C, D, H, W]` and densities `[K, D, H, W]`.
  static func volumes(_ stack: PartStack) -> (features: Tensor, densities: Tensor) {
    let psi = lifting.weights(at: stack.absoluteDepth)
    return (
      lifting.lifted(feature: stack.feature, weights: psi)[0],
      lifting.lifted(densityMap: stack.densityMap, weights: psi)[0]
    )
  }

  static func largest(_ difference: Tensor) -> Double { difference.absolute().maximum().item }

  /// The line of equation 8.
  static let equation8 = CodeExcerpt(
    source, declaration: "public func fused(features",
    marking: "case .sum: return features.sum(axes: [-5])")

  static let oneByOne = Step(
    "Eq. 8, Fig. 8", "What does each part add to the portrait?",
    formulas: [#"f_{\text{fused}}^{3d}(x,y,z) = \sum_{k=1}^{K} f_k^{3d}(x,y,z)"#],
    symbols: [
      Symbol("f_k^{3d}", "features", shape: "[…, K, C, D, H, W]"),
      Symbol(#"f_{\text{fused}}^{3d}"#, "fused(features:densities:)", shape: "[…, C, D, H, W]"),
      Symbol(
        #"\sigma_{\text{fused}}^{3d}"#, "fused(densities:partAxis:)", shape: "[…, D, H, W]",
        unit: "≥ 0"),
    ],
    code: [
      equation8,
      CodeExcerpt(source, declaration: "public func fused(densities"),
      CodeExcerpt(streaming, declaration: "public func rendered("),
    ],
    sweep: Sweep(
      "yaw", [-1.2, -0.9, -0.6, -0.3, 0, 0.3, 0.6, 0.9, 1.2], moving: ["progressive"]),
    answers: AnswerBox(
      "Eq. 8", line: equation8, doubling: "doubling one part", notes: [7, 15, 21, 48],
      proofs: [
        "Tests/PartFusionTests/HandGoldenTests.swift", "Tests/PartFusionTests/PropertyTests.swift",
        "Tests/PartFusionTests/GoldenFileTests.swift", "Fixtures/PartFusion/sum",
        "Fixtures/PartFusion/density_softmax",
      ], exercise: "E08")
  ) { page in
    let (rule, renderer) = (PartFusion(fusion(page)), LittleFace.renderer(lifting, fusion(page)))
    let views = (1...6).map { count in
      let stack = face.stack(muted: Set(count..<6))
      // Six views of 32 × 32 rays, the size of the maps, take as long as three of the usual size.
      return LittleFace.view(of: stack, renderer, turned: page["yaw"], size: LittleFace.side)
        .feature[0]
    }
    page.gallery(
      "progressive", zip(LittleFace.names, views).map { .image("+ \($0)", $1) }, columns: 2,
      tensor: .stacked(views), axes: "[view, 3, n, n]",
      caption:
        "parts added one at a time, from a camera turned by \(page["yaw"].brief) rad")
    let (features, densities) = whole
    let fused = rule.fused(features: features, densities: densities)
    let density = rule.fused(densities: densities)
    // The voxel in the middle of the nose, on the plane of its depth.
    let (row, column) = (17, 16)
    let plane = Int(face.absoluteDepth[5, row, column].item.rounded())
    let shares = PartFusion(.densitySoftmax).shares(densities, partAxis: 0)
    page.equality(
      #"\sigma_{\text{fused}}"#,
      LongSum.of((0..<6).map { .number(densities[$0, plane, row, column].item) }),
      equals: density[plane, row, column].item, within: 2e-6, unit: "per plane")
    page.equality(
      #"f_{\text{fused, red}}"#,
      LongSum.of(
        (0..<6).map { part in
          let own = Arithmetic.number(features[part, 0, plane, row, column].item)
          return rule.fusion == .sum
            ? own : .number(shares[part, plane, row, column].item) * own
        }), equals: fused[0, plane, row, column].item, within: 2e-6)
    page.volume(
      "fused_feature3d", fused,
      caption: "fused feature of all parts; colors show the norm over the channels")
    let one = Tensor([6, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1]).cast(to: .float32)
    let twice = PartFusion(.sum).fused(features: features * (1 + one), densities: densities)
    let once = PartFusion(.sum).fused(features: features, densities: densities)
    page.holds(
      "doubling one part, the nose, adds its volume once more and changes nothing else (largest "
        + "difference)", largest(twice - once - features[5]), atMost: 1e-6)
    page.holds(
      "the fused density is at least that of the densest part in every voxel (largest shortfall)",
      (densities.maximum(axes: [0]) - density).maximum().item, atMost: 1e-6)
    page.why(
      """
      The formulas with numbers show the voxel in the middle of the nose, on the plane nearest to the \
      depth of the nose; the last term adds up the parts that contribute least.

      Training fuses the densities with the function shown here, `fused(densities:partAxis:)`; the \
      sum is taken over sampled densities. The features run in another form: \
      `rendered(_:feature:liftedDensity:renderingWeights:)` adds up the same terms in another order \
      and builds no feature volume. The reason is memory: at the paper's size the feature volumes of \
      13 parts would take 1.63 GiB for one image.
      """)
  }

  static let mute = Step(
    "Eq. 8, edit", "What becomes visible where a part is left out?",
    code: [CodeExcerpt(source, declaration: "enum Fusion")],
    sweep: Sweep("mute", (0...8).map(Double.init))
  ) { page in
    let renderer = LittleFace.renderer(lifting, fusion(page))
    let muted = groups[Int(page["mute"])]
    let (all, rest) = (face.stack(), face.stack(muted: muted.parts))
    let views = [all, rest].map {
      LittleFace.view(of: $0, renderer, turned: page["yaw"]).feature[0]
    }
    page.gallery(
      "muted", zip(["all parts", "without \(muted.name)"], views).map { .image($0, $1) },
      columns: 2,
      tensor: .stacked(views), axes: "[view, 3, n, n]",
      caption: "with all parts, and without \(muted.name)")
    let seen = (views[0] - views[1]).absolute().maximum(axes: [0])
    let pixels = Double(seen.scalars.count { $0 > 0.02 })
    page.number("pixels that change", pixels)
    page.holds("the picture shows the difference (pixels that change)", pixels, atLeast: 20)
    let after = volumes(rest)
    let change =
      PartFusion(.sum).fused(features: whole.features, densities: whole.densities)
      - PartFusion(.sum).fused(features: after.features, densities: after.densities)
    let isMuted = (0..<6).map { muted.parts.contains($0) ? 1.0 : 0 }
    let own = (whole.features * Tensor([6, 1, 1, 1, 1], isMuted).cast(to: .float32)).sum(axes: [0])
    page.holds(
      "with the sum, exactly the volume of what is left out disappears (largest difference)",
      largest(change - own), atMost: 1e-6)
    // The features of the other parts alone, fused before and after.
    let softmax = PartFusion(.densitySoftmax)
    let others = softmax.fused(features: after.features, densities: whole.densities)
    page.holds(
      "with the density softmax, the volumes of the other parts change as well (largest change)",
      largest(softmax.fused(features: after.features, densities: after.densities) - others),
      atLeast: 1e-5)
    page.why(
      """
      There is a face under the nose because every part is lifted separately. In a sum, no part \
      depends on another. The disentanglement of the parts in the paper builds on this property.
      """)
  }

  static let order = Step(
    "Eq. 8, order", "Does the order of the parts matter in the sum?",
    code: [equation8]
  ) { page in
    let (features, densities) = whole
    for fusion in Fusion.allCases {
      let rule = PartFusion(fusion)
      let forwards = rule.fused(features: features, densities: densities)
      let backwards = rule.fused(
        features: features.reversed(axis: 0), densities: densities.reversed(axis: 0))
      page.holds(
        "rule \(fusion.rawValue): the order of the parts does not matter (largest difference)",
        (forwards - backwards).absolute().maximum().item, atMost: 1e-6)
    }
    page.number("number of parts", Double(features.shape[0]))
  }

  static let shares = Step(
    "softmax, note 21", "If several parts lie in one voxel, are they added, or do they share it?",
    formulas: [#"s_k = \frac{\exp(\sigma_k^{3d})}{\sum_{j=1}^{K} \exp(\sigma_j^{3d})}"#],
    symbols: [Symbol("s_k", "shares(_:partAxis:)", shape: "[…, K, D, H, W]", unit: "0 … 1")],
    code: [CodeExcerpt(source, declaration: "func shares")],
    sweep: Sweep("sigma", [0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12])
  ) { page in
    // One voxel, three parts: density σ, 1 and 0, feature 1 each.
    let sigma = [page["sigma"], 1, 0]
    let densities = Tensor([3, 1, 1, 1], sigma)
    let features = Tensor.ones([3, 1, 1, 1, 1], .float64)
    let (sum, softmax) = (PartFusion(.sum), PartFusion(.densitySoftmax))
    let shares = softmax.shares(densities, partAxis: 0)
    page.bars(
      "shares", shares.scalars,
      labels: zip(["first", "second", "third"], sigma).map { "\($0) part, σ = \($1.brief)" },
      caption: "softmax shares of three parts that lie in one voxel")
    let powers = sigma.map { Arithmetic.exp(.number($0)) }
    for (index, symbol) in [(0, Formula("s_1")), (2, Formula("s_3"))] {
      page.equality(
        symbol, powers[index] / .sum(powers), equals: shares.scalars[index], within: 1e-12)
    }
    let added = sum.fused(features: features, densities: densities).item
    page.number("feature fused by the sum; each part has the feature 1", added)
    page.number(
      "feature fused by the density softmax",
      softmax.fused(features: features, densities: densities).item)
    page.holds(
      "with the softmax, three parts with the feature 1 give 1",
      softmax.fused(features: features, densities: densities).item, equals: 1, within: 1e-15)
    page.holds("with the sum, they give 3", added, equals: 3, within: 0)
    let alone = softmax.shares(Tensor([2, 1, 1, 1], [page["sigma"], 1]), partAxis: 0)
    page.holds(
      "a third part without density takes from the share of the first (share lost)",
      alone[0].item - shares[0].item, atLeast: 1e-6)
    page.why(
      """
      The paper adds the parts. A public repository that looks like the paper's development code \
      lets the parts share a voxel by a softmax instead. With the sum, the contribution of a part \
      stays the same when another part is added. With the softmax, even an empty part adds e⁰ to the \
      denominator in every voxel.
      """)
  }

  static let stream = Step(
    "Eq. 8 in Eq. 11", "Can the parts be fused without 13 volumes in memory?",
    code: [
      CodeExcerpt(
        streaming, declaration: "public func sampled(")
    ]
  ) { page in
    let stack = face.stack()
    let (features, densities) = whole
    var numbers = RandomNumbers(seed: 8)
    let points = numbers.uniform([1, 500, 3]) * Tensor([3], [33.0, 33, 17]).cast(to: .float32) - 1
    let lift = StreamingLift(lifting, absoluteDepth: stack.absoluteDepth, at: points)
    for fusion in Fusion.allCases {
      let rule = PartFusion(fusion)
      let streamed = rule.sampled(lift, feature: stack.feature, densityMap: stack.densityMap)
      let volume = rule.fused(features: features, densities: densities)
      page.holds(
        "rule \(fusion.rawValue): samples read from the maps equal samples of the fused volume "
          + "(largest difference)",
        (streamed[0] - volume.sampled(at: points[0])).absolute().maximum().item,
        atMost: 2e-6)
    }
    let sampled = Fusion.allCases.map {
      PartFusion($0).sampled(lift, feature: stack.feature, densityMap: stack.densityMap)
    }
    page.holds(
      "the compared samples reach the matter (largest sample, relative to the largest value of the fused "
        + "volume)",
      sampled[0].absolute().maximum().item
        / PartFusion(.sum).fused(features: features, densities: densities).maximum().item,
      atLeast: 0.5)
    page.holds(
      "the two rules give different samples, so the comparison tells them apart (largest difference)",
      largest(sampled[0] - sampled[1]), atLeast: 0.05)
    let kept = Double(features.count + densities.count)
    page.number("numbers in the explicit volumes", kept)
    page.number("numbers in ψ, which the streaming form builds", Double(lift.psi.count))
    page.holds(
      "the explicit volumes have C + 1 = 4 numbers for each number of ψ: C channels and the density",
      kept / Double(lift.psi.count), equals: 4, within: 0)
    page.why(
      """
      With C = 3 channels, the volumes of features and densities are four times as large as ψ. With \
      the paper's C = 256 they are 257 times as large: 1.63 GiB for one image compared with 6.5 MiB. \
      Training goes one step further than this function: it adds up whole rays, without the features \
      of single samples (see the first step).
      """)
  }
}
