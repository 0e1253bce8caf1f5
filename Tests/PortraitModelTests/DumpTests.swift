import Camera
import Inspection
import ModelConfiguration
import Probes
import Tensors
import TestSupport
import Testing

@testable import PortraitModel

@Suite("Dumped tensors")
struct DumpTests {
  static let variants: [String: [String]] = [
    "tiny": [],
    "scaleShift": ["baseStyle=scaleShift"],
    "softmax": ["fusion=densitySoftmax"],
    "bowl": ["backgroundDepth=bowl", "importanceSamples=0"],
    "flat": ["rendering=flat"],
  ]

  private func recorded(
    _ variant: String, only names: Set<String>? = nil
  ) throws -> (generator: Generator, made: GeneratedPortraits?, recordings: [Recording]) {
    let model = try Configuration.tiny.setting(try #require(Self.variants[variant]))
    let parameters = ParameterPlan.generator(model).fresh(seed: 2).cast(to: .float64)
    let generator = Generator(model, parameters)
    let latents = generator.latents(seed: 1)
    let recorder = Recorder()
    let probe = names.map { recorder.probe.only($0) } ?? recorder.probe
    generator.record(latents, into: probe)
    guard model.rendering == .volume else {
      let flat = FlatGenerator(model, parameters)
      flat.record(flat(expandedLatents: latents.expanded), into: probe)
      return (generator, nil, recorder.recordings)
    }
    let poses = Tensor([1, 2], [1.4, 1.7])
    let made = generator(expandedLatents: latents.expanded, poses: poses)
    generator.record(made, into: probe)
    return (generator, made, recorder.recordings)
  }

  @Test(arguments: variants.keys.sorted())
  func everyNameIsRecordedOnceInOrder(variant: String) throws {
    let (generator, _, recordings) = try recorded(variant)
    #expect(recordings.map(\.name) == DumpNames.all(generator.configuration))
    for recording in recordings {
      let axes = recording.axes.split { !$0.isLetter && !$0.isNumber }
      #expect(axes.count == recording.tensor.rank, "\(recording.name)")
      #expect(Statistics(recording.tensor).notFinite == 0, "\(recording.name)")
      #expect(!recording.tensor.isTracked)
    }
  }

  @Test func onlyRequestedTensorsAreRecorded() throws {
    let names: Set = ["w", "part02_feature3d", "fused_feature3d", "image"]
    let (_, _, recordings) = try recorded("tiny", only: names)
    #expect(Set(recordings.map(\.name)) == names && recordings.count == names.count)
    let all = try recorded("tiny").recordings
    for recording in recordings {
      let same = try #require(all.first { $0.name == recording.name })
      expectClose(recording.tensor, same.tensor, within: .exact, recording.name)
    }
  }

  /// Dumped volumes, sampled along the rays, give what the streaming renderer computes without them.
  @Test(arguments: ["tiny", "softmax", "bowl"])
  func dumpedVolumesAgreeWithTheStreamingRenderer(variant: String) throws {
    let (generator, made, recordings) = try recorded(variant)
    let model = generator.configuration
    let view = try #require(made).view
    func volume(_ name: String) throws -> Tensor {
      try #require(recordings.first { $0.name == name }).tensor
    }
    let grid = VoxelGrid(
      box: model.volumeBox, planes: model.depthPlanes, rows: model.coarseSize,
      columns: model.coarseSize, rowAxis: model.rowAxis)
    let points = grid.coordinates(of: view.samplePoints).reshaped([-1, 3])
    let lead = view.rayDepths.shape
    let density = sampled(try volume("fused_density3d").unsqueezed(axis: 0), at: points)
    expectClose(
      density.reshaped(lead), view.sampleDensity,
      within: .relative(1e-12, because: "the same sums in another order"))
    let feature = sampled(try volume("fused_feature3d"), at: points)
    let rendered = generator.renderer().volumeWeights.rendered(
      view.ray.renderingWeights, feature.transposed().reshaped(lead + [model.featureChannels]))
    expectClose(
      rendered.transposed().reshaped(view.feature.shape), view.feature,
      within: .relative(1e-12, because: "the same sums in another order"))
  }

  /// Samples a volume `[C, D, H, W]` trilinearly at points `[P, 3]` by plain loops; returns `[C, P]`.
  private func sampled(_ volume: Tensor, at points: Tensor) -> Tensor {
    let (values, places) = (volume.scalars, points.scalars)
    let (channels, sizes) = (volume.shape[0], Array(volume.shape[1...]))
    let count = points.shape[0]
    var result = [Double](repeating: 0, count: channels * count)
    for point in 0..<count {
      // The order of coordinates is column, row, plane; points outside the grid read its border.
      let place = (0..<3).map { axis in
        min(max(places[3 * point + 2 - axis], 0), Double(sizes[axis] - 1))
      }
      let low = (0..<3).map { min(Int(place[$0]), sizes[$0] - 2) }
      for corner in 0..<8 {
        let step = [corner >> 2 & 1, corner >> 1 & 1, corner & 1]
        var (weight, index) = (1.0, 0)
        for axis in 0..<3 {
          let share = place[axis] - Double(low[axis])
          weight *= step[axis] == 1 ? share : 1 - share
          index = index * sizes[axis] + low[axis] + step[axis]
        }
        for channel in 0..<channels {
          result[channel * count + point] +=
            weight * values[channel * sizes.reduce(1, *) + index]
        }
      }
    }
    return Tensor([channels, count], result)
  }
}
