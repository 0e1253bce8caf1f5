import GaussianLifting
import Inspection
import PartFusion
import Tensors
import VolumeRendering

// Equation 8: all parts in one volume.
extension Chapter {
  /// How many parts become one portrait.
  public static var partFusion: Chapter {
    Chapter(
      "part-fusion", title: "How many parts become one portrait", equations: "Eq. 8",
      introduction: """
        Each part has been lifted into a volume of its own (Eq. 5–7). Equation 8 adds them. That is \
        all, and it is why a part can be exchanged or left out without asking the others.

        In the second step, type `set mute 5` in the terminal: the face goes on under the nose.
        """,
      parameters: [
        Parameter(whole: "mute", 6, in: 0...6, meaning: "the part that is left out; 6 is none"),
        Parameter("yaw", 0.6, in: -1.2...1.2, unit: "rad", meaning: "how far the camera is turned"),
        Parameter(whole: "softmax", 0, in: 0...1, meaning: "1 fuses by the density softmax"),
        Parameter(
          "sigma", 4, in: 0...12, unit: "per plane", meaning: "density of part 1 at a voxel"),
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
  static let lifting = GaussianLifting(alpha: 1, depthPlanes: LittleFace.planes)
  static let face = LittleFace()

  static func fusion(_ page: Page) -> Fusion { page["softmax"] == 1 ? .densitySoftmax : .sum }

  /// The lifted volumes of all parts: features `[K, C, D, H, W]` and densities `[K, D, H, W]`.
  static func volumes(_ stack: PartStack) -> (features: Tensor, densities: Tensor) {
    let psi = lifting.weights(at: stack.absoluteDepth)
    return (
      lifting.lifted(feature: stack.feature, weights: psi)[0],
      lifting.lifted(densityMap: stack.densityMap, weights: psi)[0]
    )
  }

  static let oneByOne = Step(
    "Eq. 8, Fig. 8", "What does each part add?",
    formulas: [#"f_{\text{fused}}^{3d}(x,y,z) = \sum_{k=1}^{K} f_k^{3d}(x,y,z)"#],
    symbols: [
      Symbol("f_k^{3d}", "features", shape: "[…, K, C, D, H, W]"),
      Symbol(#"f_{\text{fused}}^{3d}"#, "fused(features:densities:)", shape: "[…, C, D, H, W]"),
      Symbol(
        #"\sigma_{\text{fused}}^{3d}"#, "fused(densities:)", shape: "[…, D, H, W]", unit: "≥ 0"),
    ],
    code: [
      CodeExcerpt(source, declaration: "func fused(features"),
      CodeExcerpt(source, declaration: "func fused(densities"),
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
      caption: "background, then face, eyes, brows, mouth and nose; from the front and turned")
    let (features, densities) = volumes(face.stack())
    let fused = PartFusion(fusion(page)).fused(features: features, densities: densities)
    let density = PartFusion(fusion(page)).fused(densities: densities)
    page.volume(
      "fused_density3d", density, unit: "per plane", caption: "the parts' densities added up")
    page.volume(
      "fused_feature3d", fused,
      caption: "the parts' features added up; colours show the length of each voxel's channels")
    page.holds(
      "no voxel is thinner than its densest part (largest shortfall)",
      (densities.maximum(axes: [0]) - density).maximum().item, atMost: 1e-6)
  }

  static let mute = Step(
    "Eq. 8, edit", "What happens where a part is taken away?",
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
        ? "with and without part \(muted), \(LittleFace.names[muted])" : "all parts")
    let (before, after) = (volumes(all), volumes(rest))
    let rule = PartFusion(.sum)
    let change =
      rule.fused(features: before.features, densities: before.densities)
      - rule.fused(features: after.features, densities: after.densities)
    let own = muted < 6 ? before.features[muted] : change * 0
    page.holds(
      "the sum loses the part's own volume and nothing else (largest difference)",
      (change - own).absolute().maximum().item, atMost: 1e-6)
    page.why(
      """
      There is a face under the nose because the parts were lifted one by one. A sum cannot make one \
      part depend on another, and that is the disentanglement of the paper.
      """)
  }

  static let order = Step(
    "Eq. 8, order", "Does it matter which part comes first?",
    code: [CodeExcerpt(source, declaration: "func fused(features")]
  ) { page in
    let (features, densities) = volumes(face.stack())
    for fusion in Fusion.allCases {
      let rule = PartFusion(fusion)
      let forwards = rule.fused(features: features, densities: densities)
      let backwards = rule.fused(
        features: features.reversed(axis: 0), densities: densities.reversed(axis: 0))
      page.holds(
        "\(fusion.rawValue): the reverse order gives the same (largest difference)",
        (forwards - backwards).absolute().maximum().item, atMost: 1e-6)
    }
    page.number("parts", Double(features.shape[0]))
  }

  static let shares = Step(
    "softmax, note 21", "Two parts in one voxel: should they be added, or share it?",
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
      caption: "the softmax's share of three parts with these densities")
    page.number("fused by the sum", sum.fused(features: features, densities: densities).item)
    page.number(
      "fused by the softmax", softmax.fused(features: features, densities: densities).item)
    page.holds("shares add up to 1", shares.sum().item, equals: 1, within: 1e-15)
    page.holds(
      "even a part without density takes a share", shares[2].item, atLeast: 1e-6)
    page.holds(
      "the sum is not bounded by its parts",
      sum.fused(features: features, densities: densities).item, equals: 3, within: 0)
    page.why(
      """
      What looks like the paper's development code lets parts share a voxel by a softmax; the paper \
      adds them. The sum keeps parts apart: nothing changes for a part when another one comes. Under \
      the softmax even an empty part takes e⁰ of every voxel.
      """)
  }

  static let stream = Step(
    "Eq. 8 in Eq. 11", "Must 13 volumes be in memory to be added?",
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
        "\(fusion.rawValue): samples of the maps equal those of the volume (largest difference)",
        (streamed[0] - volume.sampled(at: points[0])).absolute().maximum().item,
        atMost: 2e-6)
    }
    let kept = Double(features.count + densities.count)
    page.number("numbers in the explicit volumes", kept)
    page.number("numbers that the stream lays out", Double(lift.psi.count))
    page.holds("the stream lays out a quarter of it", Double(lift.psi.count) / kept, atMost: 0.25)
    page.why(
      """
      With C = 3 colours the volumes are four times as large as ψ. With the paper's C = 256 they are \
      257 times as large: 1.63 GiB for one image against 6.5 MiB.
      """)
  }
}
