import Camera
import PortraitData
import PortraitModel
import Tensors

/// What is measured of a portrait's shape: consistency at every turn, and relief.
public struct ShapeMeasures: Sendable {
  private var turns: [ViewConsistency]
  private var relief = Relief()

  /// Nothing is measured yet.
  public init() {
    turns = Camera.evaluationTurns.map { ViewConsistency(turn: $0, classes: PartClass.count) }
  }

  /// Adds one portrait, frontal and turned by each of `Camera.evaluationTurns`.
  public mutating func add(front: SeenPortrait, turned: [SeenPortrait]) {
    require(
      turned.count == turns.count,
      "add(front:turned:): turned has \(turned.count) views, expected \(turns.count)")
    let sheet = DepthSheet(front)
    for index in turns.indices { turns[index].add(sheet, turned: turned[index]) }
    relief.add(front)
  }

  /// Adds the first `count` of some generated portraits.
  public mutating func add(_ portraits: GeneratedSample.Portraits, count: Int) {
    let camera = portraits.generator.model.camera
    let fronts = portraits.seen(from: camera.meanPose)
    let sides = Camera.evaluationTurns.map { portraits.seen(from: camera.pose(turnedBy: $0)) }
    for index in 0..<min(count, fronts.count) {
      add(front: fronts[index], turned: sides.map { $0[index] })
    }
  }

  /// Adds procedural portraits, cast from every pose: what a model without a flaw would have.
  ///
  /// - Parameters:
  ///   - portrait: who.
  ///   - camera: what a model sees with.
  ///   - size: rows and columns.
  public mutating func add(_ portrait: PortraitParameters, camera: Camera, size: Int) {
    let scene = PortraitScene(portrait)
    func view(_ pose: CameraPose) -> SeenPortrait {
      SeenPortrait(scene.render(pose: pose, camera: camera, size: size), camera: camera, pose: pose)
    }
    add(
      front: view(camera.meanPose),
      turned: Camera.evaluationTurns.map { view(camera.pose(turnedBy: $0)) })
  }

  /// What is reported.
  public struct Figures: Sendable, Codable, Equatable {
    /// One for each turn, from the image's right to its left.
    public let consistency: [ViewConsistency.Figures]
    /// How far faces stand out.
    public let relief: Relief.Figures
  }

  /// The figures of all that was added.
  public var figures: Figures {
    Figures(consistency: turns.map(\.figures), relief: relief.figures)
  }
}
