import Camera
import Inspection
import ModelConfiguration
import Networks
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
    "field": ["partSource=field"],
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
    let made = generator.made(
      expandedLatents: latents.expanded, poses: Tensor([1, 2], [1.4, 1.7]))
    generator.record(made, into: probe)
    return (generator, made.lifted, recorder.recordings)
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

  /// Every tensor says what it is, and all parts of a kind have the same scale and so the same colors.
  @Test(arguments: variants.keys.sorted())
  func partsOfAKindShareTheirScale(variant: String) throws {
    let (generator, _, recordings) = try recorded(variant)
    var scales: [String: Set<ValueScale>] = [:]
    for recording in recordings {
      #expect(!recording.meaning.caption.isEmpty, "\(recording.name)")
      guard recording.name.hasPrefix("part"), recording.name.count > 7 else { continue }
      scales[String(recording.name.dropFirst(7)), default: []].insert(recording.meaning.scale)
    }
    for (kind, found) in scales {
      // Depths of background and face are absolute, the others relative to the face.
      let isSplit = kind == "depth2d" && generator.configuration.rendering == .volume
      #expect(found.count == (isSplit ? 2 : 1), "\(kind)")
    }
    for recording in recordings {
      let values = Statistics(
        recording.tensor.rank == 4 && recording.axes.hasPrefix("[C")
          ? recording.tensor.squared().sum(axes: [0]).squareRoot() : recording.tensor)
      switch recording.meaning.scale {
      case .unsigned(let most):
        #expect(values.minimum >= 0, "\(recording.name)")
        #expect(values.maximum <= (most ?? .infinity) * (1 + 1e-12), "\(recording.name)")
      case .depth(let depth):
        let range = depth.range ?? values.range
        // The last sample lies at the end of the ray, which is exact up to rounding.
        // The rendered depth of a ray that is not opaque lies before the ray's near end.
        #expect(
          range.lowerBound <= values.minimum + 1e-9 || recording.name == "render_depth",
          "\(recording.name)")
        #expect(values.maximum <= range.upperBound + 1e-9, "\(recording.name)")
        let isDistance = ["render_depth", "ray_depths"].contains(recording.name)
        #expect(depth.near == (isDistance ? .smallest : .largest), "\(recording.name)")
      default: break
      }
    }
  }

  /// In the ablation without relative depths, no depth is called relative.
  @Test func absoluteDepthsAreCalledAbsolute() throws {
    for (mode, words) in [("relative", "relative to the face"), ("absolute", "absolute")] {
      let model = try Configuration.tiny.setting(["depthMode=\(mode)"])
      let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 2))
      let recorder = Recorder()
      generator.record(
        generator(
          expandedLatents: generator.latents(seed: 1).expanded,
          poses: Tensor([1, 2], [1.4, 1.7]).cast(to: .float32)),
        into: recorder.probe.only(["part02_depth2d"]))
      guard case .depth(let depth) = try #require(recorder.recordings.first).meaning.scale else {
        Issue.record("part02_depth2d is not shown as a depth")
        return
      }
      #expect(depth.reference.hasPrefix(words))
    }
  }

  /// The first layer of `scaleShift` takes scale · x + shift of the dumped maps.
  @Test func theMapsOfScaleShiftAreThoseOfTheModel() throws {
    let (generator, made, recordings) = try recorded("scaleShift")
    func tensor(_ name: String) throws -> Tensor {
      try #require(recordings.first { $0.name == name }, "\(name)").tensor
    }
    let model = generator.configuration
    let latents = try #require(made).maps.latents
    for part in 0..<model.parts {
      let name = DumpNames.part(part)
      let parameters = generator.parameters.scope("local_nets.\(part)")
      let x = try tensor("\(name)_fourier")
      let scaled = try tensor("\(name)_base_scale") * x + tensor("\(name)_base_shift")
      // Without base layers in `linears`, layer 0 is modulated by the row after the base.
      let layer = ModulatedLayers([parameters], "linears.0")(
        scaled.flattened(axes: 1...2).unsqueezed(axis: 0).unsqueezed(axis: 0),
        latents[0, part].sliced(axis: 0, from: model.baseLayers, length: 1).unsqueezed(axis: 0))
      expectClose(
        layer.reshaped(try tensor("\(name)_layer0").shape), try tensor("\(name)_layer0"),
        within: .relative(1e-12, because: "one part alone is multiplied in another order"))
      #expect(try Statistics(tensor("\(name)_base_scale")).range.lowerBound != 0)
    }
  }

  @Test func rowsOfLatentsHaveLabels() throws {
    let (generator, _, recordings) = try recorded("tiny")
    let model = generator.configuration
    func rows(_ name: String) throws -> [RowLabel] {
      let recording = try #require(recordings.first { $0.name == name })
      #expect(recording.meaning.rows.count == recording.tensor.shape[0], "\(name)")
      return recording.meaning.rows
    }
    #expect(
      try rows("wplus").prefix(3) == [
        RowLabel("base"), RowLabel("shape", part: 0), RowLabel("texture", part: 0),
      ])
    let expanded = try rows("wplus_expanded")
    // The background takes its shape row in place of the base.
    #expect(expanded[0] == RowLabel("shape", part: 0))
    let second = model.layersPerPart
    #expect(expanded[second] == RowLabel("base", part: 1))
    #expect(expanded[second + model.baseLayers] == RowLabel("shape", part: 1))
    #expect(expanded[2 * second - 1] == RowLabel("texture", part: 1))
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
