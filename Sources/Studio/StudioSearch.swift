import Camera
import Datasets
import Foundation
import LocalServer
import Messages
import ModelConfiguration
import PortraitModel
import RenderedPortraits
import Synchronization
import TensorFiles
import Tensors
import Training

/// The search in the background: one at a time, step by step between the requests of readers.
///
/// It finds either the latents of an uploaded portrait (`Inversion`), or those of one part whose mask was drawn
/// (`PartFitting`). What it has found is written to a file and added to the model's found portraits.
final class StudioSearch: Sendable {
  /// How far a search is.
  struct Progress: Codable, Sendable {
    var isRunning = true
    var step = 0
    var steps: Int
    /// The loss before each step made so far.
    var losses: [Double] = []
    /// The number of the found portrait, once the search has ended.
    var found: Int?
    /// The state of the found portrait.
    var state: StudioState?
    /// What a reader should know of the result, one line; the reason if the search failed.
    var line = ""
  }

  private enum Work: Sendable {
    case part(PartFitting, before: StudioState, part: Int)
    case portrait(Inversion)
  }

  private struct Running: Sendable {
    var work: Work?
    var progress: Progress?
    var isCancelled = false
  }

  private let model: StudioModel
  private let turns: Turns
  private let folder: URL
  private let running = Mutex(Running())
  private let space = Mutex<LatentSpace?>(nil)
  private let deviation = Mutex<Tensor?>(nil)

  /// Creates a place for searches.
  ///
  /// - Parameters:
  ///   - model: the model that is searched.
  ///   - turns: computes between the requests of readers.
  ///   - folder: the folder of the files with found latents.
  init(_ model: StudioModel, turns: Turns, folder: URL) {
    (self.model, self.turns, self.folder) = (model, turns, folder)
  }

  /// How far the present or the last search is; nil before the first.
  var progress: Progress? { running.withLock { $0.progress } }

  /// Ends the search after its present step; what it has found so far counts.
  func cancel() { running.withLock { $0.isCancelled = true } }

  /// Begins to search the latents of a part whose mask was drawn.
  ///
  /// - Parameters:
  ///   - part: the part, 0 ..< K.
  ///   - state: the portrait before.
  ///   - pixels: 0 or 1 for every pixel of the mask, row by row.
  ///   - steps: the number of steps.
  /// - Throws: `StudioError` in one line if the mask is no such mask, or another search is running.
  func fit(part: Int, of state: StudioState, to pixels: String, steps: Int) throws {
    let size = model.configuration.imageSize
    guard (0..<model.configuration.parts).contains(part) else {
      throw StudioError("part is \(part), expected 0 … \(model.configuration.parts - 1)")
    }
    let bits = Array(pixels.utf8)
    guard bits.count == size * size, bits.allSatisfy({ $0 == 48 || $0 == 49 }) else {
      throw StudioError("pixels: expected \(size * size) digits 0 or 1, row by row")
    }
    guard bits.contains(49) else {
      throw StudioError("the drawn mask is empty; draw where the part is to be")
    }
    guard !state.muted.contains(part) else {
      throw StudioError("the part is left out of the portrait; show it first")
    }
    let made = try model.made(state)
    var options = PartFitting.Options()
    options.iterations = steps
    let fitting = PartFitting(
      made.generator, wplus: try model.wplus(of: state), part: part,
      drawn: Tensor([size, size], bits.map { Double($0 - 48) }), pose: state.pose,
      deviation: latentDeviation(), options)
    try begin(.part(fitting, before: state, part: part), steps: steps)
  }

  /// Begins to search the latents and the pose of a portrait.
  ///
  /// - Parameters:
  ///   - image: a square JPEG or PNG file.
  ///   - labels: its label map, a PNG file, and the numbering of its classes; nil without one.
  ///   - steps: the number of steps.
  /// - Throws: `StudioError` in one line if a file cannot be read, or another search is running.
  func invert(_ image: Data, labels: (Data, LabelScheme)?, steps: Int) throws {
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("ssgan3d-studio-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    let (picture, map) = (
      place.appendingPathComponent("picture"), place.appendingPathComponent("labels")
    )
    do {
      try image.write(to: picture)
      var known: LabelMap?
      if let (data, scheme) = labels {
        guard model.configuration.parts == 13 else {
          throw StudioError("labels have 13 parts, the model \(model.configuration.parts)")
        }
        try data.write(to: map)
        known = try LabelMap(map, scheme)
      }
      let pair = try PortraitPair(
        photograph: picture, labels: known, size: model.configuration.imageSize)
      var options = Inversion.Options()
      options.iterations = steps
      try begin(
        .portrait(
          Inversion(
            in: latentSpace(), image: pair.image, mask: known == nil ? nil : pair.mask, options)),
        steps: steps)
    } catch {
      // The reader knows the files by what they are, not by their places here.
      throw StudioError(
        "\(error)".replacing(picture.path, with: "the picture")
          .replacing(map.path, with: "the label map"))
    }
  }

  private func latentDeviation() -> Tensor {
    if let known = deviation.withLock({ $0 }) { return known }
    let computed = model.generator.latentDeviation(around: model.generator.meanLatent())
    deviation.withLock { $0 = computed }
    return computed
  }

  private func latentSpace() -> LatentSpace {
    if let known = space.withLock({ $0 }) { return known }
    let computed = LatentSpace(model.generator)
    space.withLock { $0 = computed }
    return computed
  }

  private func begin(_ work: Work, steps: Int) throws {
    let isFree = running.withLock { running in
      guard running.progress?.isRunning != true else { return false }
      running = Running(work: work, progress: Progress(steps: steps))
      return true
    }
    guard isFree else { throw StudioError("a search is running; wait for it or cancel it") }
    Task.detached { [self] in
      while await turns.take("search", { self.step() }) == true {}
    }
  }

  /// Makes one step; returns whether another one follows.
  private func step() -> Bool {
    let (work, isCancelled) = running.withLock { ($0.work, $0.isCancelled) }
    guard let work else { return false }
    do {
      let (next, losses, steps) = try Self.stepped(work)
      let isLast = isCancelled || losses.count >= steps
      running.withLock { running in
        running.work = next
        running.progress?.step = losses.count
        running.progress?.losses = losses
      }
      if isLast { try finish(next) }
      return !isLast
    } catch {
      running.withLock { running in
        running.progress?.isRunning = false
        running.progress?.line = "\(error)".visible
        running.work = nil
      }
      return false
    }
  }

  private static func stepped(_ work: Work) throws -> (Work, losses: [Double], steps: Int) {
    switch work {
    case .part(var fitting, let before, let part):
      try fitting.step()
      return (
        .part(fitting, before: before, part: part), fitting.losses.map(\.total),
        fitting.options.iterations
      )
    case .portrait(var search):
      try search.step()
      return (.portrait(search), search.losses.map(\.total), search.options.iterations)
    }
  }

  /// Writes what was found and adds it to the model.
  private func finish(_ work: Work) throws {
    let number = model.found.count
    let wplus: Tensor
    var state: StudioState
    switch work {
    case .part(let fitting, let before, _): (wplus, state) = (fitting.wplus, before)
    case .portrait(let search):
      wplus = search.wplus
      state = StudioState(of: model.configuration)
      (state.yaw, state.pitch) = (search.pose.yaw, search.pose.pitch)
    }
    let files = try ResultFolder(folder)
    // Latents that an earlier studio found stay.
    let name =
      (1...).lazy.map { "found-\($0).safetensors" }.first {
        OwnPlace.kind(files($0)) == .nothing
      } ?? "found.safetensors"
    try files.write(name) { try LatentFile.write(wplus, of: model.generator, to: $0) }
    model.add(.init(name: String(name.dropLast(12)), wplus: wplus, path: files(name).path))
    state.found = number
    state.recipe = PortraitRecipe()
    let line = try line(about: work, state)
    running.withLock { running in
      running.progress?.isRunning = false
      running.progress?.found = number
      running.progress?.state = state
      running.progress?.line = line
      running.work = nil
    }
  }

  private func line(about work: Work, _ state: StudioState) throws -> String {
    switch work {
    case .part(let fitting, let before, let part):
      let change = PartChange(
        from: try model.made(before).pictures, to: try model.made(state).pictures, parts: [part])
      let (first, least) = (fitting.losses.first, fitting.losses.min { $0.total < $1.total })
      func text(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "–" }
      return "mask term \(text(first?.mask)) → \(text(least?.mask)), loss \(text(first?.total)) → "
        + "\(text(least?.total)); D_mean inside the old and the new \(PartName.text(part)) "
        + "\(text(change.inside)), outside \(text(change.outside))"
    case .portrait(let search):
      let losses = search.losses.map(\.total)
      return String(
        format: "loss %.4f → %.4f, yaw %.2f and pitch %.2f radians", losses.first ?? .nan,
        losses.min() ?? .nan, state.yaw, state.pitch)
    }
  }
}
