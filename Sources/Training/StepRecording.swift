import MaskSoftmax
import Networks
import PortraitModel
import Probes
import Tensors

/// The names under which an iteration passes tensors to a probe.
package enum StepRecording {
  /// The folder of the first generated portrait's tensors, those of figure 2.
  package static let portrait = "generator/portrait"

  /// Returns the prefix of the names of an update's gradients; the name of the parameter follows.
  package static func gradients(_ update: LazySchedule.Update) -> String {
    "\(update.rawValue)/gradient/"
  }

  /// Returns the prefix of the names of what an update computed of its whole batch.
  package static func batch(_ update: LazySchedule.Update) -> String {
    "\(update.rawValue)/batch/"
  }

  /// Returns the prefix of the names of a network's weights before an update.
  package static func weights(_ update: LazySchedule.Update) -> String {
    "\(update.rawValue)/weights/"
  }
}

extension Probe {
  /// Passes on what an update computed of its whole batch.
  func record(_ tensors: [(name: String, tensor: Tensor)], of update: LazySchedule.Update) {
    guard isInstalled else { return }
    for (name, tensor) in tensors {
      record(StepRecording.batch(update) + name, axes: "", tensor)
    }
  }

  /// Passes on the weights of the network that an update is about to change.
  func record(weights: Parameters, before update: LazySchedule.Update) {
    guard isInstalled else { return }
    for (name, tensor) in weights.tensors.sorted(by: { $0.key < $1.key }) {
      record(StepRecording.weights(update) + name, axes: "", tensor)
    }
  }

  /// Passes on the random numbers and the latents of a batch.
  func record(_ draw: PortraitDraw, of generator: Generator, in update: LazySchedule.Update) {
    guard isInstalled else { return }
    let latents = withoutGradients { draw.latents(of: generator) }
    record(
      [
        ("z", latents.z), ("w", latents.w), ("wplus", latents.wplus),
        ("wplus_expanded", latents.expanded),
      ], of: update)
    // A flat model has neither camera nor samples; these numbers are drawn, but nothing reads them.
    if generator.configuration.kind != .flat {
      record(
        [
          ("poses", draw.poses), ("jitter_coarse", draw.jitter.coarse),
          ("jitter_importance", draw.jitter.importance),
        ], of: update)
    }
    if let choices = draw.choices {
      let w = withoutGradients { generator.mapped(draw.z.second) }
      record(
        [("z_mixed", draw.z.second), ("w_mixed", w), ("mixing_choices", choices)], of: update)
    }
    record((draw.noise ?? []).enumerated().map { ("noise\($0)", $1) }, of: update)
  }

  /// Passes on figure 2 of the first portrait of the generator's update, from its latents to its mask.
  func record(
    firstOf fake: MadePortraits, _ draw: PortraitDraw, _ weighting: MaskWeighting,
    of generator: Generator
  ) {
    guard isInstalled else { return }
    let probe = inside(StepRecording.portrait)
    let latents = withoutGradients { draw.latents(of: generator) }
    generator.record(latents, into: probe)
    if draw.choices != nil {
      let caption = "The second latent of style mixing: some parts take their rows from it."
      probe.record(
        "z_mixed", axes: "[L]", meaning: TensorMeaning(caption), draw.z.second[0])
      probe.record(
        "w_mixed", axes: "[L]", meaning: TensorMeaning(caption),
        withoutGradients { generator.mapped(draw.z.second) }[0])
    }
    generator.record(fake, weighting: weighting, into: probe)
    for (index, map) in (draw.noise ?? []).enumerated() {
      probe.record(
        "noise\(index)", axes: "[1, H, W]",
        meaning: TensorMeaning(
          "The noise that 3×3 layer \(index) of the render net adds.", scale: .signed(reach: nil)),
        map[0])
    }
  }
}
