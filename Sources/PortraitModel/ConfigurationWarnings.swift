import Camera
import Foundation
import ModelConfiguration
import RelativeDepth

/// One-line warnings about settings that are valid, but whose results look like portraits and mean
/// nothing.
extension Configuration {
  /// Returns the warnings about the samples on the rays and about the initial depths.
  ///
  /// - Parameters:
  ///   - poses: the poses to render from; by default, the mean pose of training.
  ///   - isTraining: whether rays have the samples of training, or those of evaluation.
  ///   - isFresh: whether the weights are untrained; only then do initial depths matter.
  /// - Returns: one line each; empty for a flat model.
  public func warnings(
    from poses: [CameraPose]? = nil, isTraining: Bool = false, isFresh: Bool
  ) -> [String] {
    guard rendering == .volume else { return [] }
    let count = isTraining ? samples : evaluationSamples
    return [
      sampleWarning(count, from: poses ?? [camera.meanPose]),
      isFresh && kind == .lifted ? initialDepthWarning : nil,
    ].compactMap(\.self)
  }

  /// A ray whose samples all lie outside sees only the border values of the volume, and all of its
  /// weight falls on one sample.
  private func sampleWarning(_ count: Int, from poses: [CameraPose]) -> String? {
    func misses(_ pose: CameraPose) -> Bool {
      camera.shareOfSamples(count, inside: volumeBox, from: pose, size: coarseSize) == 0
    }
    guard let pose = poses.first(where: misses) else { return nil }
    let box = camera.distances(of: volumeBox, from: pose)
    let seen =
      kind == .lifted ? "only the border of the volume" : "nothing of the space that is trained"
    return "no sample of any ray lies inside volumeBox: the samples reach from camera.near "
      + "\(camera.near) to camera.far \(camera.far), the box from \(Self.brief(box.lowerBound)) to "
      + "\(Self.brief(box.upperBound)), so the result shows \(seen); set "
      + "camera.near and camera.far"
  }

  /// A part far outside the planes is invisible and has no gradient.
  private var initialDepthWarning: String? {
    let depths = initialDepths
    let face = RelativeDepth.facePart
    let placed = depths.indices.map { part in
      depthMode == .relative && part > face ? depths[part] + depths[face] : depths[part]
    }
    let last = Double(depthPlanes - 1)
    // The bell of equation 7 still reaches the volume from a depth up to a plane away.
    let outside = placed.indices.filter {
      predictsDepth(of: $0) && !(-1...last + 1).contains(placed[$0])
    }
    guard let first = outside.first else { return nil }
    let which =
      outside.count == 1 ? "part \(first)" : "\(outside.count) parts, the first is \(first),"
    return "initialDepth places \(which) at plane \(Self.brief(placed[first])), outside the planes "
      + "0 … \(depthPlanes - 1): nothing of it is visible (Σw = 0 without other parts), and it hardly "
      + "learns; choose a depth inside"
  }

  /// Returns the fields that differ from those of the training and change what trained weights mean.
  ///
  /// Fields of the camera and of the samples are not among them: they only change how a volume is seen.
  ///
  /// - Parameter trained: the configuration of the training.
  /// - Returns: texts such as `depthMode=absolute (trained with relative)`.
  public func changedMeaning(since trained: Configuration) -> [String] {
    func changed<T: Equatable>(_ field: String, _ path: KeyPath<Configuration, T>) -> String? {
      let (now, before) = (self[keyPath: path], trained[keyPath: path])
      return now == before ? nil : "\(field)=\(now) (trained with \(before))"
    }
    return [
      changed("depthMode", \.depthMode), changed("depthPlanes", \.depthPlanes),
      changed("backgroundDepth", \.backgroundDepth), changed("liftingKernel", \.liftingKernel),
      changed("fusion", \.fusion), changed("densityActivation", \.densityActivation),
      changed("lastSpacing", \.lastSpacing), changed("rowAxis", \.rowAxis),
      changed("rendering", \.rendering), changed("partSource", \.partSource),
    ].compactMap(\.self)
  }

  private static func brief(_ value: Double) -> String {
    let text = String(format: "%.3f", value)
    var digits = text[...]
    while digits.hasSuffix("0") { digits = digits.dropLast() }
    return String(digits.hasSuffix(".") ? digits.dropLast() : digits)
  }
}

extension Camera {
  /// Returns how far away a box begins and ends, along the direction in which the camera looks.
  fileprivate func distances(of box: VolumeBox, from pose: CameraPose) -> ClosedRange<Double> {
    let frame = frame(at: pose)
    let corners = (0..<8).map { corner -> Double in
      let point = Vector(
        corner & 1 == 0 ? box.min.x : box.max.x, corner & 2 == 0 ? box.min.y : box.max.y,
        corner & 4 == 0 ? box.min.z : box.max.z)
      return (frame.position - point).dot(frame.backward)
    }
    return (corners.min() ?? 0)...(corners.max() ?? 0)
  }
}
