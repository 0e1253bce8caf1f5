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
        parts stay the same.

        In the second step, type `set mute 5` in the terminal: without the nose, the face under it \
        becomes visible.
        """,
      parameters: [
        Parameter(
          whole: "mute", 6, in: 0...6, meaning: "the part that is left out; 6 leaves out none"),
        Parameter(
          "yaw", 0.6, in: -1.2...1.2, unit: "rad", meaning: "angle of the camera from the front"),
        Parameter(
          whole: "softmax", 0, in: 0...1, meaning: "fusion rule: 0 sum (Eq. 8), 1 density softmax"),
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

  static func fusion(_ page: Page) -> Fusion { page["softmax"] == 1 ? .densitySoftmax : .sum }

  /// Returns the lifted volumes of all parts: features `[K, C, D, H, W]` and densities `[K, D, H, W]`.
  static func volumes(_ stack: PartStack) -> (features: Tensor, densities: Tensor) {
    let psi = lifting.weights(at: stack.absoluteDepth)
    return (
      lifting.lifted(feature: stack.feature, weights: psi)[0],
      lifting.lifted(densityMap: stack.densityMap, weights: psi)[0]
    )
  }

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
      CodeExcerpt(source, declaration: "func fused(features"),
      CodeExcerpt(source, declaration: "func fused(densities"),
      CodeExcerpt(streaming, declaration: "public func rendered("),
    ]
  ) { page in
    let renderer = LittleFace.renderer(lifting, fusion(page))
    let rows = [0, page["yaw"]].map { turned in
      (1...6).map { count in
        let stack = face.stack(muted: Set(count..<6))
        return LittleFace.view(of: stack, renderer, turned: turned).feature[0]
      }
    }
    page.picture(
      "progressive", .column(rows.map { imagePictures($0) }, gap: 4),
      tensor: .stacked(rows.flatMap(\.self)), axes: "[view, 3, n, n]",
      caption:
        "parts added one at a time: background, face, eyes, brows, mouth and nose; upper row from the "
        + "front, lower row from the camera turned by yaw")
    let (features, densities) = volumes(face.stack())
    let fused = PartFusion(fusion(page)).fused(features: features, densities: densities)
    let density = PartFusion(fusion(page)).fused(densities: densities)
    page.volume(
      "fused_density3d", density, unit: "per plane",
      caption: "fused density: the sum of the densities of all parts")
    page.volume(
      "fused_feature3d", fused,
      caption: "fused feature of all parts; colors show the norm over the channels")
    page.holds(
      "the fused density is at least that of the densest part in every voxel (largest shortfall)",
      (densities.maximum(axes: [0]) - density).maximum().item, atMost: 1e-6)
    page.why(
      """
      Training fuses the densities with the function shown here, `fused(densities:partAxis:)`; the \
      sum is taken over sampled densities. The features run in another form: \
      `rendered(_:feature:liftedDensity:renderingWeights:)` adds up the same terms in another order \
      and builds no feature volume. The reason is memory: at the paper's size the feature volumes of \
      13 parts would take 1.63 GiB for one image.
      """)
  }

  static let mute = Step(
    "Eq. 8, edit", "What becomes visible where a part is left out?",
    code: [CodeExcerpt(source, declaration: "enum Fusion")]
  ) { page in
    let renderer = LittleFace.renderer(lifting, fusion(page))
    let muted = Int(page["mute"])
    let (all, rest) = (face.stack(), face.stack(muted: [muted]))
    let views = [all, rest].map {
      LittleFace.view(of: $0, renderer, turned: page["yaw"]).feature[0]
    }
    page.picture(
      "muted", imagePictures(views, factor: 4), tensor: .stacked(views), axes: "[view, 3, n, n]",
      caption: muted < 6
        ? "with and without part \(muted), \(LittleFace.names[muted])"
        : "all parts in both pictures; set mute to a number from 0 to 5 to leave out a part")
    let (before, after) = (volumes(all), volumes(rest))
    let rule = PartFusion(.sum)
    let change =
      rule.fused(features: before.features, densities: before.densities)
      - rule.fused(features: after.features, densities: after.densities)
    let own = muted < 6 ? before.features[muted] : change * 0
    page.holds(
      "leaving out a part removes its own volume from the sum, nothing else (largest difference)",
      (change - own).absolute().maximum().item, atMost: 1e-6)
    page.why(
      """
      There is a face under the nose because every part is lifted separately. In a sum, no part \
      depends on another. The disentanglement of the parts in the paper builds on this property.
      """)
  }

  static let order = Step(
    "Eq. 8, order", "Does the order of the parts matter in the sum?",
    code: [CodeExcerpt(source, declaration: "func fused(features")]
  ) { page in
    let (features, densities) = volumes(face.stack())
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
    code: [CodeExcerpt(source, declaration: "func shares")]
  ) { page in
    // One voxel, three parts: density σ, 1 and 0, feature 1 each.
    let densities = Tensor([3, 1, 1, 1], [page["sigma"], 1, 0])
    let features = Tensor.ones([3, 1, 1, 1, 1], .float64)
    let (sum, softmax) = (PartFusion(.sum), PartFusion(.densitySoftmax))
    let shares = softmax.shares(densities, partAxis: 0)
    page.bars(
      "shares", shares.scalars, labels: ["σ", "1", "0"], unit: "share",
      caption: "softmax shares of three parts with the densities σ, 1 and 0")
    page.number(
      "feature fused by the sum", sum.fused(features: features, densities: densities).item)
    page.number(
      "feature fused by the density softmax",
      softmax.fused(features: features, densities: densities).item)
    page.holds("the softmax shares add up to 1", shares.sum().item, equals: 1, within: 1e-15)
    page.holds(
      "even a part without density gets a share above 0", shares[2].item, atLeast: 1e-6)
    page.holds(
      "the sum of three parts with the feature 1 is 3, more than any of them",
      sum.fused(features: features, densities: densities).item, equals: 3, within: 0)
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
        "Sources/VolumeRendering/StreamingFusion.swift", declaration: "func sampled(")
    ]
  ) { page in
    let stack = face.stack()
    let (features, densities) = volumes(stack)
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
    let kept = Double(features.count + densities.count)
    page.number("numbers in the explicit volumes", kept)
    page.number("numbers in ψ, which the streaming form builds", Double(lift.psi.count))
    page.holds(
      "ψ has at most a quarter of the numbers of the explicit volumes (ratio)",
      Double(lift.psi.count) / kept, atMost: 0.25)
    page.why(
      """
      With C = 3 channels, the volumes of features and densities are four times as large as ψ. With \
      the paper's C = 256 they are 257 times as large: 1.63 GiB for one image compared with 6.5 MiB. \
      Training goes one step further than this function: it adds up whole rays, without the features \
      of single samples (see the first step).
      """)
  }
}
