import PortraitClasses
import Synchronization
import Tensors

/// The maker of batches; pairs and augmentation are a function of seed and position alone.
final class BatchMaker: Sendable {
  let set: any TrainingSet
  let batch: Int
  private let seed: UInt64
  private let augmentation: Augmentation?
  /// The order of the epoch that was used last.
  private let order: Mutex<(round: Int, indices: [Int32])>

  // These streams are far from the small stream numbers that other code may use with the same seed.
  private static let orderStream: UInt64 = 1 << 62
  private static let changeStream: UInt64 = 1 << 63

  init(_ set: any TrainingSet, batch: Int, seed: UInt64, augmentation: Augmentation?) {
    self.set = set
    self.batch = batch
    self.seed = seed
    self.augmentation = augmentation
    order = Mutex((-1, []))
  }

  /// Returns the index of the pair at position `sample` of the sequence; each epoch has its own order.
  func index(_ sample: Int) -> Int {
    let (round, place) = sample.quotientAndRemainder(dividingBy: set.count)
    return order.withLock { order in
      if order.round != round {
        var numbers = RandomNumbers(seed: seed, stream: Self.orderStream | UInt64(round))
        order = (round, numbers.permutation(set.count).integers)
      }
      return Int(order.indices[place])
    }
  }

  /// Returns the batch that begins with a sample; it may extend into the next epoch.
  func make(from first: Int) throws -> PortraitBatch {
    let (size, area) = (set.size, set.size * set.size)
    let pairs = try (first..<first + batch).map { try set.pair(index($0)) }
    let changes = (first..<first + batch).map(change)
    // One pass writes both tensors, so the mask is created inside the closure that fills the image.
    var mask: Tensor?
    let image = Tensor([batch, 3, size, size], filling: Float.self) { images in
      mask = Tensor([batch, PartClass.count, size, size], filling: Float.self) { masks in
        for (place, pair) in pairs.enumerated() {
          let image = UnsafeMutableBufferPointer(
            rebasing: images[place * 3 * area..<(place + 1) * 3 * area])
          let mask = UnsafeMutableBufferPointer(
            rebasing: masks[place * PartClass.count * area..<(place + 1) * PartClass.count * area])
          if let change = changes[place] {
            pair.write(change, image: image, mask: mask)
          } else {
            pair.writeImage(to: image)
            pair.writeMask(to: mask)
          }
        }
      }
    }
    guard let mask else {
      fatalError("make(from:): the closure that fills a tensor was not called")
    }
    return PortraitBatch(image: image, mask: mask)
  }

  /// Returns the change of a sample; each sample draws its own blocks of the stream.
  private func change(_ sample: Int) -> Augmentation.Change? {
    guard let augmentation else { return nil }
    let blocks = UInt64(Augmentation.numbersPerPair / 4)
    var numbers = RandomNumbers(
      seed: seed, stream: Self.changeStream, position: UInt64(sample) * blocks)
    return augmentation.change(numbers.uniform([Augmentation.numbersPerPair]).floats)
  }
}
