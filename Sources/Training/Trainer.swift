import Datasets
import ModelConfiguration
import Networks
import PortraitModel
import Probes
import Tensors

/// The training loop: one iteration after the other on real batches.
///
/// A run consists of three things: the state, the number of the next iteration, and the position in the
/// data.
public struct Trainer<Batches: BatchSource> {
  /// Networks, optimizers and the moving average.
  public private(set) var state: TrainingState
  /// The number of the next iteration, which is also the number of iterations done.
  public private(set) var iteration: Int
  /// The source of real pairs.
  public private(set) var batches: Batches

  /// Creates a loop that continues from a state.
  ///
  /// - Parameters:
  ///   - state: fresh networks, or those of a checkpoint.
  ///   - iteration: the number of iterations done before.
  ///   - batches: the source of real pairs, positioned at the batch of the next iteration.
  public init(_ state: TrainingState, iteration: Int = 0, batches: Batches) {
    self.state = state
    self.iteration = iteration
    self.batches = batches
    // The poses belong to the data, so no checkpoint stores them.
    self.state.poses = batches.poses
  }

  /// Makes one iteration, with subnormal numbers flushed to 0 (`Parallel.withoutSubnormals`).
  ///
  /// - Parameter probe: the receiver of gradients and of the tensors of one portrait, for a dump.
  /// - Throws: `TrainingError` that names the first tensor that is not finite, or an error of the data;
  ///   the state is then that before the iteration.
  /// - Returns: the inputs and results of the iteration.
  public mutating func step(_ probe: Probe = .none) throws -> IterationReport {
    let real = try batches.next()
    let before = state
    do {
      let report = try Parallel.withoutSubnormals {
        try state.iterate(iteration, on: real, probe: probe)
      }
      try requireFinite()
      iteration += 1
      return report
    } catch let flaw as NotFinite {
      state = before
      throw TrainingError(culprit(flaw, real))
    } catch {
      state = before
      throw error
    }
  }

  // MARK: - Values that are not finite

  /// Checks the weights after the iteration; a gradient that is not finite makes them not finite.
  private func requireFinite() throws {
    for (network, parameters) in [
      ("generator", state.generator), ("discriminator", state.discriminator),
    ] {
      for (name, tensor) in parameters.tensors.sorted(by: { $0.key < $1.key })
      where !tensor.isFinite {
        throw NotFinite(place: "\(network) \(name)")
      }
    }
  }

  /// Repeats the iteration under `FiniteCheck` and names the first operation whose result was not
  /// finite.
  ///
  /// The check costs a pass over every result, so it is normally off. The random numbers are the same,
  /// so the error happens again.
  private func culprit(_ flaw: NotFinite, _ real: PortraitBatch) -> String {
    var again = state
    let finding = FiniteCheck.finding {
      _ = try? Parallel.withoutSubnormals { try again.iterate(iteration, on: real) }
    }
    let first = finding.map { "; the first non-finite value came from \($0)" } ?? ""
    return "iteration \(iteration): \(flaw)\(first); "
      + "start a new run with --start-from this one, with a lower rate or another penalty weight"
  }
}
