import Datasets
import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training
import TrainingRuns

/// Batches of noise, each of which depends on its number alone.
package struct NoiseBatches: BatchSource {
  package var position = 0
  package let model: Configuration
  package let batch: Int
  /// The number of the batch with infinite pixels; nil if there is none.
  package var spoiled: Int?

  package init(_ model: Configuration, batch: Int, position: Int = 0) {
    (self.model, self.batch, self.position) = (model, batch, position)
  }

  package mutating func next() throws -> PortraitBatch {
    var numbers = RandomNumbers(seed: 99, stream: UInt64(position))
    let size = model.imageSize
    var image = numbers.normal([batch, 3, size, size]).clamped(-1, 1)
    if position == spoiled { image = image * Tensor.scalar(.infinity) }
    let labels = numbers.integers([batch, 1, size, size], below: model.parts)
    let classes = Tensor.counting(to: model.parts).reshaped([1, model.parts, 1, 1])
    position += 1
    return PortraitBatch(
      image: image, mask: 2 * labels.cast(to: .float32).isEqual(to: classes) - 1)
  }
}

/// A small run: the tiny model with batches of two.
package enum Toy {
  package static let model: Configuration = {
    var model = Configuration.tiny
    model.maskWarmup = 2
    return model
  }()

  package static let options: TrainingOptions = {
    var options = TrainingOptions()
    (options.batch, options.seed, options.pathInterval, options.penaltyInterval) = (2, 5, 2, 3)
    return options
  }()

  package static var batches: NoiseBatches { NoiseBatches(model, batch: options.batch) }

  package static var trainer: Trainer<NoiseBatches> {
    Trainer(.fresh(model, options), batches: batches)
  }

  package static var record: RunRecord {
    var record = RunRecord(model: model, options: options, data: "noise")
    (record.watch.logEvery, record.watch.saveEvery, record.watch.picturesEvery) = (1, 2, 2)
    return record
  }

  /// Begins a run on noise in a folder, with fresh weights.
  package static func begin(
    _ folder: URL, _ record: RunRecord = Toy.record
  ) throws -> TrainingRun<NoiseBatches> {
    try TrainingRun(
      beginning: RunFolder(folder), record, .fresh(record.model, record.options), batches)
  }

  /// Returns everything that training changes, as bytes.
  package static func bytes(_ state: TrainingState) -> [Data] {
    [
      CheckpointFiles.tensors(of: state), state.discriminator.tensors,
      state.average.parameters.tensors,
    ]
    .map { tensors in
      var data = Data()
      for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
        data.append(contentsOf: name.utf8)
        tensor.withElements(of: Float.self) { data.append(contentsOf: UnsafeRawBufferPointer($0)) }
      }
      return data
    }
  }
}
