import GaussianLifting
import Inspection
import Tensors
import VolumeRendering

// Reading the lifted volume without building it, and what a sample teaches the depth.
extension GaussianLiftingSteps {
  static let stream = Step(
    "Eq. 5–7, 11", "Do the volumes have to exist?",
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
      "500 samples of the maps equal those of the volume (largest difference)",
      (streamed - sampled).absolute().maximum().item, atMost: 1e-13)
    // Numbers of 4 bytes; 2^20 bytes are one MiB.
    let (voxels, mebibyte) = (Double(64 * 64 * 32), Double(1 << 20))
    page.number("one part's f³ᵈ at paper size", voxels * 256 * 4 / mebibyte, unit: "MiB")
    page.number("all 13 parts'", 13 * voxels * 256 * 4 / mebibyte, unit: "MiB")
    page.number("ψ of all 13 parts, which is laid out", 13 * voxels * 4 / mebibyte, unit: "MiB")
    page.holds(
      "here ψ has one number for every voxel and part", Double(lift.psi.count),
      equals: Double(6 * LittleFace.planes * 32 * 32), within: 0)
    page.why(
      """
      A trilinear sample is a sum over 8 voxels, 2 planes over each of 4 pixels. f²ᵈ is the same on \
      both planes of a pixel, so it can be taken out of the sum over planes. The brackets are sums \
      of single numbers, and the features are read from the maps.
      """)
  }

  static let push = Step(
    "∂f/∂d̂", "How does a sample move the depth?",
    code: [
      CodeExcerpt(
        "Sources/VolumeRendering/StreamingLift.swift", declaration: "func density(")
    ]
  ) { page in
    let lifting = lifting(page)
    // One sample in front of the middle of a flat part, one behind a pixel further right.
    let depth = Tensor(repeating: 7.3, [1, 1, 9, 9], .float64).tracked(as: "depth")
    let points = Tensor([1, 2, 3], [2.5, 4, 8, 6.5, 4, 6.6])
    let lift = StreamingLift(lifting, absoluteDepth: depth, at: points)
    let density = lift.density(.ones([1, 1, 9, 9], .float64))
    let gradient = try gradient(of: density.sum(), withRespectTo: depth)[0, 0]
    page.signedMap(
      "depth_gradient", gradient, unit: "∂σ/∂d̂",
      caption: "samples at plane 8 (left) and plane 6.6 (right) of a part at depth 7.3")
    page.holds(
      "a sample in front pulls the depth forward", gradient[4, 2].item, atLeast: 1e-12)
    page.holds(
      "a sample behind pulls it back", gradient[4, 7].item, atMost: -1e-12)
    page.holds(
      "pixels that no sample touches get nothing",
      gradient.sliced(axis: 0, from: 0, length: 3).absolute().maximum().item, atMost: 0)
    page.why(
      """
      This is how depth is learned from pictures alone: a sample that should have been denser draws \
      the surface towards it, from up to a few planes away. Beyond the bell there is no pull.
      """)
  }
}
