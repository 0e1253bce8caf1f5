import Camera
import Inspection
import ModelConfiguration
import PortraitModel
import Probes
import Synchronization
import Tensors
import VolumeWeights

/// The trained generator of the chapters on the networks, with results that several pages share.
///
/// The sliders run a step many times. What does not depend on the slider is computed once: the file is
/// read once, and the latest portraits are kept.
struct TrainedFaces: Sendable {
  /// Returns the faces of a chapter; it throws if there is no generator.
  typealias Source = @Sendable () throws -> TrainedFaces

  /// The generator.
  let generator: Generator
  /// The mean latent, toward which truncation moves a latent, `[L]`.
  let meanLatent: Tensor
  private let portraits = Kept<[Double], GeneratedPortraits>(count: 6)

  /// Wraps a generator.
  init(_ generator: Generator) {
    self.generator = generator
    meanLatent = generator.meanLatent()
  }

  /// Returns the faces of the generator that ships with the project.
  static let shipped: Source = { try read.get() }
  private static let read = Result { TrainedFaces(try ShippedGenerator.file().read()) }

  /// Returns a source of faces that reads a generator each time.
  static func source(_ load: @escaping @Sendable () throws -> Generator) -> Source {
    { TrainedFaces(try load()) }
  }

  /// The configuration of the generator.
  var configuration: Configuration { generator.configuration }

  /// Options with the numbers of samples on a ray that the configuration uses after training.
  var options: Generator.Options { .evaluation(configuration) }

  /// Returns the latents of a person; a truncation of 0 gives those of the mean face.
  func latents(seed: Double, truncation: Double = 1) -> PortraitLatents {
    withoutGradients {
      generator.latents(seed: UInt64(seed), truncation: truncation, mean: meanLatent)
    }
  }

  /// Returns the portrait of a person seen by a camera turned to the left by an angle in radians.
  func portrait(seed: Double, truncation: Double = 1, turned: Double = 0) -> GeneratedPortraits {
    portraits.value([seed, truncation, turned]) {
      withoutGradients {
        // Another view of the same person needs no new maps.
        let maps =
          turned == 0
          ? generator.maps(
            of: latents(seed: seed, truncation: truncation).expanded, keepingLayers: true)
          : portrait(seed: seed, truncation: truncation).maps
        return generator.portraits(of: maps, from: poses([turned]), options: options)
      }
    }
  }

  /// Returns the portraits of W⁺, `[B, rows, L]`, seen from the front.
  func portraits(wplus: Tensor) -> GeneratedPortraits {
    withoutGradients {
      generator(
        wplus: wplus, poses: poses([Double](repeating: 0, count: wplus.shape[0])), options: options)
    }
  }

  /// Returns the frontal portraits of several persons, `[B, …]`.
  func group(seeds: [Double], truncation: Double = 1) -> GeneratedPortraits {
    portraits.value([-1, truncation] + seeds) {
      portraits(
        wplus: .concatenated(
          seeds.map { latents(seed: $0, truncation: truncation).wplus }, axis: 0))
    }
  }

  /// Returns the poses of cameras turned to the left from the front, `[B, 2]`.
  func poses(_ turned: [Double]) -> Tensor { GeneratedFaces.poses(turned) }

  /// Returns the recordings of these names of a portrait, as a dump has them.
  func recordings(of made: GeneratedPortraits, _ names: [String]) -> [String: Recording] {
    let recorder = Recorder()
    withoutGradients { generator.record(made, into: recorder.probe.only(Set(names))) }
    return Dictionary(recorder.recordings.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }
}

/// The most recent results of a computation by their inputs.
final class Kept<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let count: Int
  private let entries = Mutex<[(key: Key, value: Value)]>([])

  /// Creates a store of at most `count` results.
  init(count: Int) { self.count = count }

  /// Returns the result for a key, computed if it is not kept.
  func value(_ key: Key, _ make: () throws -> Value) rethrows -> Value {
    if let kept = entries.withLock({ $0.first { $0.key == key }?.value }) { return kept }
    // Computed outside the lock, because the computation may ask for other results.
    let value = try make()
    entries.withLock { entries in
      entries.append((key, value))
      if entries.count > count { entries.removeFirst() }
    }
    return value
  }
}

extension GeneratedPortraits {
  /// Returns the mean distance Σ w t / Σ w of the matter on every ray of an image, `[H, W]`.
  func distance(_ image: Int = 0) -> Tensor {
    VolumeWeights().normalizedDepth(view.ray.renderingWeights[image], at: view.rayDepths[image])
      .reshaped([view.size, view.size])
  }

  /// Returns a picture of the distances of an image, one pixel for each ray; bright is near.
  func distancePicture(_ configuration: Configuration, _ image: Int = 0) -> Picture {
    let (radius, box) = (configuration.camera.radius, configuration.volumeBox)
    return Rendering.distanceMap(
      distance(image), range: radius - box.max.z...radius - box.min.z
    ).compact
  }
}

extension Arithmetic {
  /// Returns a sum that shows its largest terms and the rest as one number.
  ///
  /// - Parameters:
  ///   - terms: the terms, each with the calculation to print.
  ///   - shown: the number of terms to print.
  /// - Returns: the sum in the order of the terms, the rest last.
  static func sum(of terms: [Arithmetic], showing shown: Int) -> Arithmetic {
    let order = terms.indices.sorted { abs(terms[$0].value) > abs(terms[$1].value) }
    let largest = order.prefix(shown).sorted()
    let rest = order.dropFirst(shown).reduce(0) { $0 + terms[$1].value }
    return .sum(largest.map { terms[$0] } + [.number(rest)])
  }
}
