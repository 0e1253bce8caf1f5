import Foundation
import LocalServer
import Messages
import ModelConfiguration
import PortraitModel
import RenderedPortraits
import Synchronization

/// The mesh that a reader has asked for: one at a time, made in the background in steps between requests.
final class StudioMesh: Sendable {
  /// How far the making of the mesh is, for the page.
  struct Progress: Codable, Sendable {
    /// The number of this mesh, counted from 1; it is in the addresses of its files.
    var number: Int
    /// The steps that are done.
    var step = 0
    /// All steps.
    var steps = PortraitMesh.Making.steps
    /// Whether the mesh is not finished yet.
    var isRunning = true
    /// What is computed at present, or why there is no mesh; one line.
    var line: String
    /// The density of the surface, as `ssgan3d mesh` prints it; empty before it is known.
    var level = ""
    /// The counts and measures of the finished mesh; empty before.
    var counts = ""
    /// The sizes of the finished files in bytes, by name.
    var files: [String: Int] = [:]
    /// The command that writes the same files; empty if one command cannot name the portrait.
    var command = ""
  }

  private struct State: Sendable {
    var making: PortraitMesh.Making?
    var progress: Progress?
    var files: [String: Data] = [:]
  }
  private let turns: Turns
  private let state = Mutex(State())

  /// Creates a place for meshes.
  ///
  /// - Parameter turns: computes between the requests of readers.
  init(turns: Turns) { self.turns = turns }

  /// How far the present or the last mesh is; nil before the first.
  var progress: Progress? { state.withLock { $0.progress } }

  /// Returns a file of a finished mesh; nil if this mesh is not the last one, or has no such file.
  func file(_ name: String, of number: Int) -> Data? {
    state.withLock { $0.progress?.number == number ? $0.files[name] : nil }
  }

  /// Begins to make a mesh.
  ///
  /// - Parameters:
  ///   - making: the mesh, not begun.
  ///   - command: the command that writes the same files; empty if there is none.
  /// - Throws: `StudioError` in one line if a mesh is being made.
  func begin(_ making: PortraitMesh.Making, command: String) throws(StudioError) {
    let isFree = state.withLock { state in
      guard state.progress?.isRunning != true else { return false }
      let number = (state.progress?.number ?? 0) + 1
      state = State(
        making: making, progress: Progress(number: number, line: making.task, command: command))
      return true
    }
    guard isFree else { throw StudioError("a mesh is being made; wait for it") }
    Task.detached { [self] in
      while await turns.take("mesh", { self.advance() }) == true {}
    }
  }

  /// Makes one step; returns whether another one follows.
  private func advance() -> Bool {
    guard var making = state.withLock({ $0.making }) else { return false }
    do {
      try making.advance()
    } catch {
      state.withLock { state in
        state.making = nil
        state.progress?.isRunning = false
        state.progress?.line = "\(error)".visible
      }
      return false
    }
    let files = making.mesh.map { mesh in
      Dictionary(
        uniqueKeysWithValues: PortraitMesh.File.allCases.map { ($0.rawValue, mesh.data(of: $0)) })
    }
    state.withLock { state in
      state.making = making.mesh == nil ? making : nil
      state.progress?.step = making.step
      state.progress?.line = making.task
      state.progress?.level = making.level?.line ?? ""
      guard let mesh = making.mesh, let files else { return }
      state.files = files
      state.progress?.isRunning = false
      state.progress?.line = "finished"
      state.progress?.counts = "\(mesh.counts); \(mesh.measures)"
      state.progress?.files = files.mapValues(\.count)
    }
    return making.mesh == nil
  }
}

extension StudioModel {
  /// Returns the making of the mesh of a state.
  ///
  /// - Throws: `StudioError` in one line if the state is impossible.
  func mesh(of state: StudioState) throws -> PortraitMesh.Making {
    try state.check(for: configuration, found: found.count)
    guard state.muted.count < configuration.parts else {
      throw StudioError("all parts are left out; show at least one")
    }
    return PortraitMesh.Making(
      Generator(state.configuration(of: configuration), generator.parameters),
      wplus: try wplus(of: state), without: state.muted)
  }
}

// The command that writes the same mesh.
extension StudioState {
  /// Returns the command that writes the mesh of this state as one line for a shell; empty if the portrait has
  /// seeds of parts or is a blend, which the command does not name.
  func meshCommand(
    of model: Configuration, source: [String] = [], latents: String? = nil
  ) -> String {
    guard recipe.parts.allSatisfy(\.text.isEmpty), recipe.blend == nil || recipe.blend?.amount == 0
    else { return "" }
    var words = ["ssgan3d", "mesh"] + source
    words += latents.map { ["--latents", $0] } ?? ["--seed", "\(recipe.seed)"]
    if recipe.isTruncated { words += ["--truncation", "\(recipe.truncation)"] }
    if !muted.isEmpty { words += ["--without"] + muted.map(PartName.text) }
    words += rendererWords(of: model)
    return (words + ["--out", "Output/mesh"]).map(DumpRecord.shellWord).joined(separator: " ")
  }
}
