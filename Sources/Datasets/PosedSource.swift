import Camera
import Foundation
import Messages
import Tensors

/// A source whose pictures have known camera poses.
public struct PosedSource: PortraitSource {
  private let source: any PortraitSource
  /// The pose of every picture, in the order of the pairs.
  public let poses: [CameraPose]?

  /// Creates the source.
  ///
  /// - Parameters:
  ///   - source: the pairs.
  ///   - poses: one pose for every pair.
  init(_ source: any PortraitSource, _ poses: [CameraPose]) {
    self.source = source
    self.poses = poses
  }

  /// The summary of the pairs.
  public var summary: String { source.summary }
  /// The names of the pairs.
  public var ids: [String] { source.ids }
  /// Judges the labels as the source of the pairs does.
  public func warning(about surveys: [LabelSurvey]) -> String? { source.warning(about: surveys) }
  /// Whether the pairs are the complete CelebAMask-HQ.
  public var isWholeCelebAMaskHQ: Bool { source.isWholeCelebAMaskHQ }

  /// A fingerprint of the pairs and of their poses.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    fingerprint.add(source.fingerprint)
    for pose in poses ?? [] { fingerprint.add("\(pose.yaw) \(pose.pitch)") }
    return fingerprint.text
  }

  /// Returns the stored pair.
  public func stored(_ index: Int) throws -> SourcePair { try source.stored(index) }

  /// Returns the pair at a size.
  public func pair(_ index: Int, size: Int) throws -> PortraitPair {
    try source.pair(index, size: size)
  }
}

extension DatasetInput {
  /// Returns the data with camera poses.
  ///
  /// A pair without a pose becomes a fault. Poses without a pair are not used.
  ///
  /// - Parameter list: the poses.
  /// - Throws: `DatasetError` if the data cannot be given poses.
  /// - Returns: the data with poses.
  public func posed(by list: PoseList) throws(DatasetError) -> DatasetInput {
    guard case .source(let source, var faults) = self else {
      throw DatasetError(
        list.file, "gives poses to a pack, which keeps those it was prepared with",
        "prepare the original files again with these poses")
    }
    guard !(source is ProceduralSource) else {
      throw DatasetError(
        list.file, "gives poses to procedural portraits, which have their own",
        "leave the poses out")
    }
    let poses = source.ids.map(list.pose)
    for (id, pose) in zip(source.ids, poses) where pose == nil {
      faults.append(
        DatasetError(list.file, "has no pose for \(id)", "add it, or remove the picture"))
    }
    return .source(PosedSource(source, poses.map { $0 ?? .frontal }), faults: faults)
  }

  /// Returns the data with the camera poses of a file; without one, as they are.
  ///
  /// - Parameter file: a file of poses, see ``PoseList``; nil if they are not known.
  /// - Throws: `DatasetError` if the file cannot be read or the data cannot be given poses.
  /// - Returns: the data.
  public func posed(by file: URL?) throws(DatasetError) -> DatasetInput {
    guard let file else { return self }
    return try posed(by: PoseList(contentsOf: file))
  }

  /// The camera poses of the pairs; nil if they are not known.
  public var poses: [CameraPose]? {
    switch self {
    case .pack(let pack): pack.poses
    case .source(let source, _): source.poses
    }
  }
}

/// The camera poses of real pictures, from which training draws the poses of generated portraits.
public struct PosePool: Sendable, Equatable {
  /// The poses, at least one.
  public let poses: [CameraPose]
  /// Whether half of the draws are mirrored, as augmentation mirrors half of the real pictures.
  public let mirrors: Bool

  /// Creates a pool; nil for a set without poses.
  ///
  /// - Parameters:
  ///   - set: the training pairs.
  ///   - mirrors: whether the pairs are mirrored at random.
  public init?(of set: any TrainingSet, mirrors: Bool) {
    guard let poses = set.poses, !poses.isEmpty else { return nil }
    self.poses = poses
    self.mirrors = mirrors
  }

  /// Draws poses, each that of a random picture.
  ///
  /// - Parameters:
  ///   - count: the number of poses, B.
  ///   - numbers: the source of the random numbers.
  ///   - type: the precision of the result.
  /// - Returns: yaw and pitch in radians, `[B, 2]`.
  public func drawPoses(
    _ count: Int, _ numbers: inout RandomNumbers, _ type: ScalarType = .float32
  ) -> Tensor {
    let chosen = numbers.integers([count], below: poses.count).integers.map { poses[Int($0)] }
    let coins = mirrors ? numbers.uniform([count]).floats : []
    let drawn = chosen.enumerated().map { index, pose in
      mirrors && Double(coins[index]) < Augmentation().flipChance ? pose.mirrored : pose
    }
    return Tensor([count, 2], drawn.flatMap { [$0.yaw, $0.pitch] }).cast(to: type)
  }

  /// A hash of the poses and of whether they are mirrored.
  var fingerprint: String {
    var fingerprint = Fingerprint()
    for pose in poses { fingerprint.add("\(pose.yaw) \(pose.pitch)") }
    fingerprint.add("\(mirrors)")
    return fingerprint.text
  }
}

extension CameraPose {
  /// The pose from which a mirrored picture shows a mirrored head: yaw becomes π − yaw.
  public var mirrored: CameraPose { CameraPose(yaw: .pi - yaw, pitch: pitch) }
}

/// The distribution of camera poses, for reports.
public struct PoseSummary: Sendable, Equatable {
  /// The number of poses.
  public let count: Int
  /// The mean, the standard deviation, the least and the largest yaw and pitch, in radians.
  public let yaw, pitch: [Double]
  /// The number of poses that lie more than three standard deviations from a camera's mean pose.
  public let outlying: Int

  /// Summarizes poses, at least one, beside the distribution of a camera.
  public init(_ poses: [CameraPose], _ camera: Camera = Camera()) {
    count = poses.count
    yaw = Self.figures(poses.map(\.yaw))
    pitch = Self.figures(poses.map(\.pitch))
    outlying = poses.count { pose in
      (pose.yaw - camera.yawMean).magnitude > 3 * camera.yawDeviation
        || (pose.pitch - camera.pitchMean).magnitude > 3 * camera.pitchDeviation
    }
  }

  private static func figures(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    let square =
      values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(max(1, values.count))
    return [mean, square.squareRoot(), values.min() ?? mean, values.max() ?? mean]
  }

  /// Yaw and pitch in one line.
  public var line: String {
    func text(_ name: String, _ figures: [Double]) -> String {
      String(
        format: "\(name) %.3f ± %.3f (%.3f … %.3f)", figures[0], figures[1], figures[2], figures[3])
    }
    return "camera poses in radians: \(text("yaw", yaw)), \(text("pitch", pitch))"
  }

  /// A warning if many poses are unusual, which suggests another convention; nil if there are few.
  public var warning: String? {
    guard 10 * outlying > count else { return nil }
    return
      "\(outlying) of \(counted(count, "camera pose")) lie more than three standard deviations "
      + "from the mean pose of the model; check that the angles are radians and that π/2 is frontal"
  }
}
