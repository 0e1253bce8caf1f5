import Camera
import Datasets
import ModelConfiguration
import PortraitModel
import Tensors
import Testing
import TrainingToys

@testable import Training

/// Pairs with known poses, of which only the poses are used.
private struct PosedSet: TrainingSet {
  let poses: [CameraPose]?
  let count: Int
  let size = 32
  let fingerprint = "posed"

  init(_ poses: [CameraPose]) { (self.poses, count) = (poses, poses.count) }

  func pair(_ index: Int) throws -> PortraitPair {
    PortraitPair(
      size: size, planes: [UInt8](repeating: 0, count: 3 * size * size),
      labels: [UInt8](repeating: 0, count: size * size))
  }
}

/// Noise with the poses of real pictures.
private struct PosedBatches: BatchSource {
  var batches: NoiseBatches
  let poses: PosePool?

  mutating func next() throws -> PortraitBatch { try batches.next() }
  var position: Int { batches.position }
}

@Suite("Training with the camera poses of real pictures")
struct RealPoseTests {
  private static let poses = (0..<5).map { CameraPose(yaw: 1.2 + 0.1 * Double($0), pitch: 1.45) }
  private static let pool = PosePool(of: PosedSet(poses), mirrors: true)

  private func trainer(_ pool: PosePool?, from: Trainer<PosedBatches>? = nil) -> Trainer<
    PosedBatches
  > {
    let batches = NoiseBatches(
      Toy.model, batch: Toy.options.batch, position: from?.batches.position ?? 0)
    var state = from?.state ?? .fresh(Toy.model, Toy.options)
    // A checkpoint does not store poses.
    state.poses = nil
    return Trainer(
      state, iteration: from?.iteration ?? 0, batches: PosedBatches(batches: batches, poses: pool))
  }

  /// Every generated portrait is seen from the pose of a picture, or from its mirrored pose.
  @Test func posesOfADrawAreThoseOfPictures() {
    var numbers = RandomNumbers(seed: 4)
    let known = Set((Self.poses + Self.poses.map(\.mirrored)).map { Float($0.yaw) })
    var seen: Set<Float> = []
    for _ in 0..<40 {
      let draw = PortraitDraw(Toy.model, count: 2, &numbers, poses: Self.pool)
      #expect(draw.poses.shape == [2, 2])
      let angles = draw.poses.floats
      seen.formUnion([angles[0], angles[2]])
      #expect(angles[1] == Float(1.45) && angles[3] == Float(1.45))
    }
    #expect(seen == known)
  }

  /// Training with poses differs from training without them, and resumes bit for bit.
  @Test func aResumedRunDrawsTheSamePoses() throws {
    var whole = trainer(Self.pool)
    for _ in 0..<4 { _ = try whole.step() }
    var first = trainer(Self.pool)
    for _ in 0..<2 { _ = try first.step() }
    var second = trainer(Self.pool, from: first)
    for _ in 0..<2 { _ = try second.step() }
    #expect(Toy.bytes(whole.state) == Toy.bytes(second.state))
    var plain = trainer(nil)
    for _ in 0..<4 { _ = try plain.step() }
    #expect(Toy.bytes(whole.state) != Toy.bytes(plain.state))
  }

  /// Without poses, the draw is that of the camera's normal distributions, number for number.
  @Test func withoutPosesNothingChanges() {
    var (a, b) = (RandomNumbers(seed: 6), RandomNumbers(seed: 6))
    let draw = PortraitDraw(Toy.model, count: 2, &a)
    _ = b.normal([2, Toy.model.latentWidth])
    _ = b.normal([2, Toy.model.latentWidth])
    _ = b.uniform([])
    _ = b.integers([2, Toy.model.parts], below: 3)
    #expect(draw.poses.floats == Toy.model.camera.drawPoses(2, &b).floats)
  }
}
