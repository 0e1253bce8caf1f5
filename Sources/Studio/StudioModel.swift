import Camera
import Foundation
import Inspection
import ModelConfiguration
import PortraitClasses
import PortraitModel
import Probes
import RenderedPortraits
import Synchronization
import Tensors

/// A model whose weights are loaded once, and which answers a state with everything that figure 2 shows.
///
/// The maps of the part generators and rendered views are kept for the states that were used last: a move of
/// the camera renders again, but does not run a part generator. What is kept never changes a bit of an
/// answer.
public final class StudioModel: Sendable {
  /// The generator with the settings of its checkpoint.
  public let generator: Generator
  /// The configuration of the model.
  public var configuration: Configuration { generator.configuration }

  private let computeMean: @Sendable () throws -> Tensor
  private let mean = Mutex<Tensor?>(nil)
  private let foundPortraits = Mutex<[FoundLatents]>([])
  // The present portrait, the pinned one and those of the last edits.
  private let sitters = Recent<SitterKey, Sitter>(6)
  private let made = Recent<StudioState, Made>(4)

  private struct SitterKey: Hashable {
    let recipe: PortraitRecipe
    let found: Int?
  }

  /// A portrait given by its latents.
  public struct FoundLatents: Sendable {
    /// The name in the studio's menu.
    public let name: String
    /// W⁺, `[1, rows, L]`, not truncated.
    public let wplus: Tensor
    /// The file that holds the latents.
    public let path: String

    /// Describes a portrait given by its latents.
    public init(name: String, wplus: Tensor, path: String) {
      (self.name, self.wplus, self.path) = (name, wplus, path)
    }
  }

  /// A rendered portrait with its intermediate results.
  public struct Made: Sendable {
    /// The generator with the settings of the state.
    public let generator: Generator
    /// The output of the generator.
    public let portraits: GeneratedPortraits
    /// The image, mask and depth for files.
    public let pictures: PortraitPictures
  }

  /// Prepares a model.
  ///
  /// - Parameters:
  ///   - generator: a generator of the volume model.
  ///   - mean: returns the mean latent, `[L]`; called at most once, when a portrait is truncated.
  /// - Throws: `StudioError` if the model is flat, or has a 3D generator per part.
  public init(
    _ generator: Generator, mean: (@Sendable () throws -> Tensor)? = nil
  ) throws(StudioError) {
    switch generator.configuration.kind {
    case .lifted: break
    case .field:
      throw StudioError(
        "the model has a 3D generator per part (partSource=field): it has no maps to show")
    case .flat:
      throw StudioError("the model is flat (rendering=flat): it has neither camera nor rays")
    }
    self.generator = generator
    computeMean = mean ?? { generator.meanLatent() }
  }

  /// The portraits that are given by their latents.
  public var found: [FoundLatents] { foundPortraits.withLock { $0 } }

  /// Adds a portrait that is given by its latents; returns its number.
  @discardableResult
  public func add(_ latents: FoundLatents) -> Int {
    foundPortraits.withLock { found in
      found.append(latents)
      return found.count - 1
    }
  }

  /// Returns the portrait of a state with its intermediate results.
  ///
  /// - Throws: `StudioError` in one line if the state is impossible.
  public func made(_ state: StudioState) throws -> Made {
    try state.check(for: configuration, found: found.count)
    return try made.value(state) {
      let sitter = try sitter(of: state).rendered(with: state.configuration(of: configuration))
      let made = sitter.made(
        from: state.pose, parts: state.shownParts(of: configuration), weighting: state.maskWeights)
      guard let portraits = made.lifted else {
        preconditionFailure("made(_:): models without lifted maps were refused before")
      }
      return Made(
        generator: sitter.generator, portraits: portraits,
        pictures: PortraitPictures(made, of: sitter.generator, from: state.pose))
    }
  }

  /// Returns the maps of a state's portrait, with all parts.
  private func sitter(of state: StudioState) throws -> Sitter {
    var recipe = state.recipe
    // The seed of a found portrait is not used.
    if state.found != nil { recipe.seed = 0 }
    return try sitters.value(SitterKey(recipe: recipe, found: state.found)) {
      Sitter(generator, wplus: try wplus(of: state))
    }
  }

  /// Returns the W⁺ of a state, `[1, rows, L]`.
  public func wplus(of state: StudioState) throws -> Tensor {
    let mean = state.recipe.isTruncated ? try meanLatent() : nil
    return withoutGradients {
      let given = state.found.map { number in
        let wplus = found[number].wplus
        guard let mean else { return wplus }
        return generator.factorization.truncated(
          wplus, towards: mean.cast(to: wplus.scalarType), psi: state.recipe.truncation)
      }
      return generator.wplus(state.recipe, from: given, mean: mean)
    }
  }

  private func meanLatent() throws -> Tensor {
    if let known = mean.withLock({ $0 }) { return known }
    let computed = try computeMean()
    mean.withLock { $0 = computed }
    return computed
  }

  /// Forgets everything that was computed, as tests do.
  func forget() {
    sitters.clear()
    made.clear()
  }

  /// Returns the difference between two states' images.
  public func change(from pinned: StudioState, to state: StudioState) throws -> PartChange {
    PartChange(
      from: try made(pinned).pictures, to: try made(state).pictures,
      parts: state.changedParts(from: pinned) ?? [])
  }

  // MARK: - Tensors

  /// The names of the tensors that can be looked at.
  public var tensorNames: [String] {
    DumpNames.all(configuration).filter { !["z", "w"].contains($0) }
  }

  /// Returns a tensor as the probes of a dump receive it.
  ///
  /// - Parameters:
  ///   - name: one of `tensorNames`.
  ///   - state: the state of the portrait.
  /// - Throws: `StudioError` if there is no such tensor.
  /// - Returns: the tensor with its meaning.
  public func recording(named name: String, of state: StudioState) throws -> Recording {
    guard tensorNames.contains(name) else { throw StudioError("there is no tensor \(name)") }
    let recorder = Recorder()
    let probe = recorder.probe.only([name])
    if name.hasPrefix("wplus") {
      let wplus = try wplus(of: state)
      let none = wplus[axis: 1, 0]
      generator.record(
        PortraitLatents(
          z: none, w: none, wplus: wplus, expanded: generator.expandedLatents(wplus: wplus)),
        into: probe)
    } else {
      let made = try made(state)
      withoutGradients {
        made.generator.record(made.portraits, weighting: state.maskWeights, into: probe)
      }
    }
    guard let recording = recorder.recordings.first else {
      throw StudioError("the model has no tensor \(name)")
    }
    return recording
  }

  /// Returns a tensor as a dump shows it.
  public func view(named name: String, of state: StudioState) throws -> View {
    View(try recording(named: name, of: state), palette: .portrait)
  }
}
