import Camera
import PortraitClasses
import PortraitModel
import ProceduralPortraits
import Tensors

/// The measurements of the shape of portraits: consistency at every turn, and relief.
public struct ShapeMeasures: Sendable {
  private var turns: [ViewConsistency]
  private var relief = Relief()

  /// Creates measurements without portraits.
  public init() {
    turns = Camera.evaluationTurns.map { ViewConsistency(turn: $0, classes: PartClass.count) }
  }

  /// Adds one portrait: its frontal view, and its views turned by each of `Camera.evaluationTurns`.
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
    let camera = portraits.subject.generator.configuration.camera
    let fronts = portraits.seen(from: camera.meanPose)
    let sides = Camera.evaluationTurns.map { portraits.seen(from: camera.pose(turnedBy: $0)) }
    for index in 0..<min(count, fronts.count) {
      add(front: fronts[index], turned: sides.map { $0[index] })
    }
  }

  /// Adds a procedural portrait, cast from every pose; its figures are those of a perfect model.
  ///
  /// - Parameters:
  ///   - portrait: the parameters of the portrait.
  ///   - camera: the camera of the model.
  ///   - size: the number of rows and columns.
  public mutating func add(_ portrait: PortraitParameters, camera: Camera, size: Int) {
    let scene = PortraitScene(portrait)
    func view(_ pose: CameraPose) -> SeenPortrait {
      SeenPortrait(scene.render(pose: pose, camera: camera, size: size), camera: camera, pose: pose)
    }
    add(
      front: view(camera.meanPose),
      turned: Camera.evaluationTurns.map { view(camera.pose(turnedBy: $0)) })
  }

  /// The reported figures.
  public struct Figures: Sendable, Codable, Equatable {
    /// The consistency at each turn, from the right of the image to the left.
    public let consistency: [ViewConsistency.Figures]
    /// The relief of faces.
    public let relief: Relief.Figures
  }

  /// The figures of all portraits that were added.
  public var figures: Figures {
    Figures(consistency: turns.map(\.figures), relief: relief.figures)
  }
}
