import GaussianLifting
import Inspection
import Tensors
import VolumeRendering

// Sampling the lifted volume without building it, and the gradient of a sample with respect to depth.
extension GaussianLiftingSteps {
  static let stream = Step(
    "Eq. 5–7, 11", "Can the lifted volumes be sampled without building them?",
    formulas: [
      #"f(X) = \sum_{c=1}^{4} \left(\sum_{z=1}^{2} a_{cz}\,\psi(c,z)\right) f^{2d}(c)"#
    ],
    symbols: [
      Symbol("X", "points", shape: "[B, P, 3]", unit: "column, row, plane"),
      Symbol("a_{cz}", "corners.weights", shape: "[B·P, 8]", unit: "0 … 1, sums to 1"),
    ],
    code: [
      CodeExcerpt(
        "Sources/VolumeRendering/StreamingLift.swift",
        declaration: "public func renderedFeature(")
    ]
  ) { page in
    let lifting = lifting(page)
    let depth = face.absoluteDepth.cast(to: .float64)
    let feature = face.feature.cast(to: .float64)
    var numbers = RandomNumbers(seed: 7)
    let points = numbers.uniform([1, 500, 3], .float64) * Tensor([3], [33.0, 33, 17]) - 1
    let lift = StreamingLift(lifting, absoluteDepth: depth.unsqueezed(axis: 0), at: points)
    let streamed = lift.feature(feature.unsqueezed(axis: 0))[0]
    let volume = lifting.lifted(feature: feature, weights: lifting.weights(at: depth)).sum(axes: [0]
    )
    let sampled = volume.sampled(at: points[0])
    page.holds(
      "500 samples read from the maps equal samples of the volume (largest difference)",
      (streamed - sampled).absolute().maximum().item, atMost: 1e-13)
    // Numbers of 4 bytes; 2^20 bytes are one MiB.
    let (voxels, mebibyte) = (Double(64 * 64 * 32), Double(1 << 20))
    page.number(
      "feature volume f³ᵈ of one part at the paper's size", voxels * 256 * 4 / mebibyte, unit: "MiB"
    )
    page.number("feature volumes of all 13 parts", 13 * voxels * 256 * 4 / mebibyte, unit: "MiB")
    page.number(
      "ψ of all 13 parts, which the code does build", 13 * voxels * 4 / mebibyte, unit: "MiB")
    page.holds(
      "ψ of the six parts in this chapter has one number for every voxel and part",
      Double(lift.psi.count),
      equals: Double(6 * LittleFace.planes * 32 * 32), within: 0)
    page.why(
      """
      A trilinear sample is a weighted sum over 8 voxels: 2 planes at each of 4 pixels. The feature \
      f²ᵈ is the same on both planes of a pixel, so it can be taken out of the sum over planes. Each \
      bracket is a sum of single numbers. The features are read from the maps. Training uses this \
      function, `renderedFeature`, because the feature volumes would take too much memory.
      """)
  }

  static let push = Step(
    "∂σ/∂d̂", "How does the density of a sample depend on the depth of the part?",
    code: [
      CodeExcerpt(
        "Sources/VolumeRendering/StreamingLift.swift", declaration: "func density(")
    ],
    sweep: Sweep("alpha", alphas)
  ) { page in
    let lifting = lifting(page)
    // One sample in front of the left half of a flat part, one behind its right half.
    let depth = Tensor(repeating: 7.3, [1, 1, 9, 9], .float64).tracked(as: "depth")
    let points = Tensor([1, 2, 3], [2.5, 4, 8, 6.5, 4, 6.6])
    let lift = StreamingLift(lifting, absoluteDepth: depth, at: points)
    let density = lift.density(.ones([1, 1, 9, 9], .float64))
    let gradient = try gradient(of: density.sum(), withRespectTo: depth)[0, 0]
    page.signedMap(
      "depth_gradient", gradient, unit: "∂σ/∂d̂",
      caption:
        "gradient of two sampled densities, at plane 8 (left) and at plane 6.6 (right), with respect "
        + "to the depth of a part at 7.3 planes; a higher plane is nearer to the camera")
    if lifting.kernel == .gaussian {
      // The sample lies on plane 8, halfway between two pixels: ∂/∂d̂ of ½ exp(−α (d̂ − 8)²).
      let (alpha, offset) = (Arithmetic.number(lifting.alpha), Arithmetic.number(8 - 7.3))
      page.equality(
        #"\frac{\partial \sigma}{\partial \hat d}"#,
        0.5 * 2 * alpha * offset * .exp(-(alpha * .power(offset, 2))), equals: gradient[4, 2].item,
        within: 1e-12)
    }
    page.holds(
      "in front of the part, the density of a sample rises if the depth moves forward (gradient)",
      gradient[4, 2].item, atLeast: 0.01)
    page.holds(
      "behind the part, the density of a sample falls if the depth moves forward (gradient)",
      gradient[4, 7].item, atMost: -0.01)
    page.holds(
      "pixels that no sample reads get no gradient (largest absolute gradient)",
      gradient.sliced(axis: 0, from: 0, length: 3).absolute().maximum().item, atMost: 0)
    page.why(
      """
      This gradient makes it possible to learn depth without depth maps as labels. If a sample \
      should have been denser, the gradient moves the surface toward the sample. This works at \
      distances of up to a few planes. Outside the bell the gradient vanishes. The formula with \
      numbers is the gradient with respect to one of the two pixels between which the left sample lies.
      """)
  }
}
