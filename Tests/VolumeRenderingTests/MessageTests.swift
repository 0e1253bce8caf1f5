import Tensors
import TestSupport
import Testing
import VolumeRendering

/// One part with density 0 everywhere, in single precision.
private let onePart = PartStack(
  feature: .zeros([1, 1, 2, 3, 3]), densityMap: .zeros([1, 1, 3, 3]),
  absoluteDepth: .zeros([1, 1, 3, 3]))
private let frontal = Tensor.ones([1, 2])

/// Wrong arguments stop the program with function, argument, value and expectation.
@Suite("Volume rendering, messages")
struct VolumeRenderingMessageTests {
  @Test func aSingleSampleIsRefused() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let renderer = VolumeRenderer(samples: 1, importanceSamples: 0)
      _ = renderer.view(of: onePart, from: frontal, size: 2)
    }
    try expectMessage(
      result,
      mentions: ["view(of:from:size:jitter:rayDepths:)", "samples is 1", "expected 2 or more"])
  }

  @Test func tooFewSamplesForAnImportancePassAreRefused() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let renderer = VolumeRenderer(samples: 2, importanceSamples: 4)
      _ = renderer.view(of: onePart, from: frontal, size: 2)
    }
    try expectMessage(result, mentions: ["samples is 2", "expected 3 or more"])
  }

  @Test func jitterOfTheWrongShapeIsRefused() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let renderer = VolumeRenderer(samples: 5, importanceSamples: 3)
      let jitter = VolumeRenderer.Jitter(coarse: .zeros([1, 4, 6]), importance: .zeros([1, 4, 3]))
      _ = renderer.view(of: onePart, from: frontal, size: 2, jitter: jitter)
    }
    try expectMessage(
      result, mentions: ["jitter.coarse", "[1, 4, 6]", "[B, R, samples]", "[1, 4, 5]"])
  }

  @Test func depthsOfTheWrongShapeAreRefused() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = VolumeRenderer().view(of: onePart, from: frontal, size: 2, rayDepths: .ones([1, 3, 5]))
    }
    try expectMessage(
      result, mentions: ["rayDepths", "[1, 3, 5]", "[B, R, N]", "[1, 4, any]"])
  }

  @Test func importanceJitterOfTheWrongShapeIsRefused() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let renderer = VolumeRenderer(samples: 5, importanceSamples: 3)
      let jitter = VolumeRenderer.Jitter(coarse: .zeros([1, 4, 5]), importance: .zeros([1, 4, 2]))
      _ = renderer.view(of: onePart, from: frontal, size: 2, jitter: jitter)
    }
    try expectMessage(result, mentions: ["jitter.importance", "[1, 4, 2]", "[1, 4, 3]"])
  }
}
