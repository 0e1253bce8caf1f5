import Camera
import Dispatch
import PortraitClasses
import ProceduralPortraits
import Synchronization
import Tensors

/// Procedural scenes one of whose parts is exchanged: what a perfect model of these scenes would reach.
///
/// Nothing but the part is exchanged, so a change elsewhere is a shadow, or an edge that other parts
/// share with it.
public struct EditedScenes: Sendable {
  private let count: Int
  private let seed: UInt64
  private let camera: Camera
  private let size: Int
  private let poses: [CameraPose]

  /// Draws scenes, cameras and donors.
  ///
  /// - Parameters:
  ///   - count: the number of scenes, 1 or more.
  ///   - seed: the random seed.
  ///   - camera: the camera, whose poses are drawn as for ``EditedPortraits``.
  ///   - size: the side of the images in pixels.
  public init(count: Int, seed: UInt64, camera: Camera, size: Int) {
    require(count > 0, "EditedScenes: count is \(count), expected 1 or more")
    (self.count, self.seed, self.camera, self.size) = (count, seed, camera, size)
    var numbers = RandomNumbers(seed: seed, stream: EvaluationStream.poses)
    let angles = camera.drawPoses(count, &numbers).scalars
    poses = (0..<count).map { CameraPose(yaw: angles[2 * $0], pitch: angles[2 * $0 + 1]) }
  }

  /// Edits every scene once for each of the parts.
  ///
  /// - Parameters:
  ///   - parts: the parts to exchange; each must be one of those that every scene has.
  ///   - progress: called with the number of scenes that have been edited since the last call.
  /// - Returns: the measures in the order of the parts.
  public func measures(
    of parts: [PartClass], progress: @Sendable (Int) -> Void = { _ in }
  ) -> [EditMeasures] {
    let results = Mutex([[PortraitChange]?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let found = changes(of: index, parts)
      results.withLock { $0[index] = found }
      progress(1)
    }
    let all = results.withLock { $0.compactMap(\.self) }
    return parts.indices.map { index in
      EditMeasures(part: parts[index].rawValue, all.map { $0[index] })
    }
  }

  private func changes(of index: Int, _ parts: [PartClass]) -> [PortraitChange] {
    // Neighboring seeds: portrait and donor of an index, then those of the next one.
    let first = seed &+ 2 &* UInt64(index)
    let (own, donor) = (
      PortraitParameters.random(seed: first), PortraitParameters.random(seed: first &+ 1)
    )
    let before = seen(own, index)
    return parts.map { part in
      PortraitChange(
        from: before, to: seen(own.taking(part, from: donor), index), part: part.rawValue,
        of: PartClass.count)
    }
  }

  private func seen(_ portrait: PortraitParameters, _ index: Int) -> LabeledImage {
    let picture = PortraitScene(portrait).render(pose: poses[index], camera: camera, size: size)
    return LabeledImage(
      signed: picture.imageTensor,
      labels: Tensor([size, size], picture.labels.map(Int32.init)))
  }
}
