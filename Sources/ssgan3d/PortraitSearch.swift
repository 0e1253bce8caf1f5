import Camera
import Datasets
import PortraitModel
import Tensors
import Training

/// A portrait that a search has found: the generator that makes it, its latents and its pose.
struct FoundResult {
  let generator: Generator
  let wplus: Tensor
  let pose: CameraPose
  let losses: [Inversion.Loss]
}

/// The search for portraits with the settings of one call of `invert`.
struct PortraitSearch {
  /// The error with which a search ends that the user has stopped.
  struct Stopped: Error {}

  let space: LatentSpace
  let options: Inversion.Options
  /// The settings of the tuning; nil to leave the weights as they are.
  let tuning: PivotalTuning.Options?

  /// The number of steps of one portrait.
  var steps: Int { options.iterations + (tuning?.iterations ?? 0) }

  /// Finds one portrait.
  ///
  /// - Parameters:
  ///   - target: the portrait at the model's size.
  ///   - hasLabels: whether its labels are known.
  ///   - pose: its pose if it is known; nil to search for it, unless the options have a pose.
  ///   - proceed: called after every step; an error ends the search.
  /// - Throws: `TrainingError` if the loss is not finite, and the error of the closure.
  /// - Returns: what inversion found and, if requested, the result of the tuning.
  func found(
    _ target: PortraitPair, hasLabels: Bool, pose: CameraPose? = nil, proceed: () throws -> Void
  ) throws -> (inverted: FoundResult, tuned: FoundResult?) {
    var options = options
    options.pose = options.pose ?? pose
    let (image, mask) = (target.image, hasLabels ? target.mask : nil)
    var search = Inversion(in: space, image: image, mask: mask, options)
    for _ in 0..<options.iterations {
      try search.step()
      try proceed()
    }
    let inverted = FoundResult(
      generator: search.generator, wplus: search.wplus, pose: search.pose, losses: search.losses)
    guard let tuning else { return (inverted, nil) }
    var tuned = PivotalTuning(
      space.generator, wplus: inverted.wplus, pose: inverted.pose, image: image, mask: mask, tuning)
    for _ in 0..<tuning.iterations {
      try tuned.step()
      try proceed()
    }
    let result = FoundResult(
      generator: tuned.generator, wplus: inverted.wplus, pose: inverted.pose, losses: tuned.losses)
    return (inverted, result)
  }
}
