import Camera
import Inspection
import ModelConfiguration
import PortraitModel
import Tensors
import Testing

@testable import Studio

/// A small model with parts dense enough that every edit is visible.
enum Small {
  static let configuration: Configuration = {
    guard let model = try? Configuration.tiny.setting(["opticalScale=40"]) else {
      preconditionFailure("opticalScale is a field")
    }
    return model
  }()

  static func model() throws -> StudioModel {
    let plan = ParameterPlan.generator(configuration)
    return try StudioModel(Generator(configuration, plan.fresh(seed: 1)))
  }

  static var state: StudioState { StudioState(of: configuration) }

  /// A state with another value in some fields.
  static func state(_ change: (inout StudioState) -> Void) -> StudioState {
    var state = state
    change(&state)
    return state
  }

  static func tensors(_ made: StudioModel.Made) -> [[Double]] {
    let made = made.portraits
    return [
      made.image, made.mask, made.view.ray.renderingWeights, made.view.rayDepths,
      made.view.partDensities, made.view.feature, made.view.maskLogits,
    ].map(\.scalars)
  }
}

@Suite("The studio's model")
struct ModelTests {
  /// States in an order in which each finds something of the one before in the store.
  private static let walk: [StudioState] = {
    var state = Small.state
    var states = [state]
    func next(_ change: (inout StudioState) -> Void) {
      change(&state)
      states.append(state)
    }
    next { $0.yaw = 1.8 }
    next { $0.pitch = 1.4 }
    next { $0.recipe.parts = [.init(part: 2, shape: 5)] }
    next { $0.muted = [1] }
    next { $0.yaw = 1.2 }
    next { $0.muted = [] }
    next { $0.alpha = 0.5 }
    next { $0.maskWeights = .ones }
    next { $0.recipe.blend = .init(seed: 4, amount: 0.5) }
    next { $0.samples = 9 }
    states.append(states[0])
    return states
  }()

  @Test func whatIsKeptChangesNoBit() throws {
    let keeping = try Small.model()
    for (index, state) in Self.walk.enumerated() {
      let fresh = try Small.model()
      #expect(
        Small.tensors(try keeping.made(state)) == Small.tensors(try fresh.made(state)),
        "state \(index)")
    }
  }

  /// Every state of the walk looks different from the one before, so that the test above can fail.
  @Test func everyStepOfTheWalkIsVisible() throws {
    let model = try Small.model()
    for (one, other) in zip(Self.walk, Self.walk.dropFirst()) {
      let differs = Small.tensors(try model.made(one)) != Small.tensors(try model.made(other))
      #expect(differs, "\(other)")
    }
  }

  /// The studio's portrait is that of the generator with the rows exchanged by hand.
  @Test func aRecipeExchangesRows() throws {
    let model = try Small.model()
    let state = Small.state {
      $0.recipe = PortraitRecipe(
        seed: 3, parts: [.init(part: 2, shape: 5, texture: 6)],
        blend: .init(seed: 8, amount: 0.25, part: 1, aspect: .texture))
    }
    let found = withoutGradients { model.generator.mapped(model.generator.z(seed: 3))[0].scalars }
    let seeds = [5, 6, 8].map { (seed: UInt64) in
      withoutGradients { model.generator.mapped(model.generator.z(seed: seed))[0].scalars }
    }
    let wplus = try model.wplus(of: state)[0]
    // One base row, then shape and texture of parts 0, 1, 2 and 3.
    for row in 0..<9 {
      let expected: [Double] =
        switch row {
        case 4: zip(found, seeds[2]).map { 0.75 * $0 + 0.25 * $1 }
        case 5: seeds[0]
        case 6: seeds[1]
        default: found
        }
      let worst = zip(wplus[row].scalars, expected).map { abs($0 - $1) }.max() ?? 1
      #expect(worst <= (row == 4 ? 1e-6 : 0), "row \(row)")
    }
  }

  @Test func aMutedPartHasNoDensityAndTheOthersKeepTheirs() throws {
    let model = try Small.model()
    let all = try model.made(Small.state).portraits.view.partDensities
    let muted = try model.made(Small.state { $0.muted = [2] }).portraits.maps
    #expect(muted.densityMap?[0, 2].scalars.allSatisfy { $0 == 0 } == true)
    #expect(muted.feature[0, 2].scalars.allSatisfy { $0 == 0 })
    let before = try model.made(Small.state).portraits.maps
    #expect(muted.densityMap?[0, 1].scalars == before.densityMap?[0, 1].scalars)
    #expect(all[axis: 3, 2].scalars.contains { $0 > 0 })
  }

  @Test func theDifferenceIsThatOfEquationFourteen() throws {
    let model = try Small.model()
    let state = Small.state { $0.recipe.parts = [.init(part: 1, texture: 9)] }
    #expect(try model.change(from: Small.state, to: Small.state).everywhere == 0)
    let change = try model.change(from: Small.state, to: state)
    let images = try [Small.state, state].map { try model.made($0).pictures.imageFile.samples }
    let sum = zip(images[0], images[1]).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) }
    #expect(abs(change.everywhere - sum / 255 / Double(images[0].count)) < 1e-9)
    #expect(change.everywhere > 0)
  }

  @Test func theChangedPartsAreThoseOfTheEdit() {
    let (before, plain) = (
      Small.state { $0.recipe.parts = [.init(part: 1, shape: 2)] }, Small.state
    )
    #expect(plain.changedParts(from: before) == [1])
    #expect(Small.state { $0.muted = [3] }.changedParts(from: before) == [1, 3])
    #expect(Small.state { $0.yaw = 1 }.changedParts(from: plain) == [])
    #expect(Small.state { $0.recipe.seed = 1 }.changedParts(from: plain) == nil)
    let part = Small.state { $0.recipe.blend = .init(seed: 1, amount: 0.5, part: 2) }
    #expect(part.changedParts(from: plain) == [2])
    let whole = Small.state { $0.recipe.blend = .init(seed: 1, amount: 0.5) }
    #expect(whole.changedParts(from: plain) == nil)
  }

  @Test func everyTensorOfTheDiagramCanBeSeen() throws {
    let model = try Small.model()
    for tensor in StudioDiagram.stages.flatMap(\.tensors) {
      let name = tensor.name.replacing("{k}", with: "02")
      let view = try model.view(named: name, of: Small.state)
      #expect(view.name == name)
      #expect(view.rendering.picture.width > 0)
    }
    #expect(throws: StudioError("there is no tensor nose")) {
      try model.view(named: "nose", of: Small.state)
    }
  }

  @Test func aFlatModelIsRefused() throws {
    let flat = try Configuration.tiny.setting(["rendering=flat"])
    let generator = Generator(flat, ParameterPlan.generator(flat).fresh(seed: 0))
    #expect {
      try StudioModel(generator)
    } throws: {
      "\($0)".contains("the model is flat")
    }
  }
}
