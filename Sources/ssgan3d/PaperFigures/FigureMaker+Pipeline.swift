import Camera
import Inspection
import PortraitClasses
import PortraitModel
import Probes
import RenderedPortraits
import Tensors

// Figures 2 and 3: what happens inside a generator, in pictures of its tensors.
extension FigureMaker {
  /// Figure 2: from the maps of the parts to the portrait and its mask.
  var pipeline: PaperFigure {
    let parts = first.own([.face, .hair, .nose, .mouth])
    let side = poses(5, first).first ?? .frontal
    let sitter = first.sitter(seed)
    guard let made = sitter.made(from: side).lifted else { return withoutMaps }
    let seen = sitter.pictures(from: side)
    let names = parts.map(\.name).joined(separator: ", ")
    func each(_ kind: String) -> [String] {
      parts.map { "\(DumpNames.part($0.rawValue))_\(kind)" }
    }
    let pictures = tiles(of: made)
    return PaperFigure(
      title: "From maps of parts to a portrait",
      text:
        "The portrait of seed \(seed), seen from the side. 2D generators make a feature, a depth and a "
        + "density for each part; the lifting makes volumes, of which the sum of all densities is "
        + "shown from three sides; the renderer makes a feature, a depth and a mask; the render net makes "
        + "the portrait and the final mask. Features show their first three principal components.",
      rows: [
        PaperFigure.Row("2D features: \(names)", pictures(each("feature2d"))),
        PaperFigure.Row("depths (near is bright)", pictures(each("depth_absolute"))),
        PaperFigure.Row("2D densities", pictures(each("density2d"))),
        PaperFigure.Row(
          "sum of all densities, from the front, the side and above", projections(made)),
        PaperFigure.Row(
          "rendered feature, Σw·t, coarse mask",
          pictures(["render_feature", "render_depth", "mask_coarse"])),
        PaperFigure.Row("portrait and final mask", [seen.image, seen.mask.colored]),
      ])
  }

  /// Figure 3: inside the 2D generator of one part.
  var partGenerator: PaperFigure {
    let part = first.own([.face]).first ?? .background
    guard let made = first.sitter(seed).made(from: .frontal).lifted else { return withoutMaps }
    let prefix = DumpNames.part(part.rawValue)
    let layers = (0..<first.configuration.layersPerPart).map { "\(prefix)_layer\($0)" }
    let pictures = tiles(of: made)
    return PaperFigure(
      title: "Inside a 2D generator",
      text:
        "The generator of the part \(part.name), seed \(seed): Fourier features of the pixels, the result "
        + "of every modulated layer, and what the three branches make of it. Features show their first "
        + "three principal components.",
      rows: [
        PaperFigure.Row("Fourier features", pictures(["\(prefix)_fourier"])),
        PaperFigure.Row("layers, the first one from the base latent", pictures(layers)),
        PaperFigure.Row(
          "ToFeature, ToDepth, ToDensity",
          pictures(["feature2d", "depth2d", "density2d"].map { "\(prefix)_\($0)" })),
      ])
  }

  /// Returns the largest density of the fused volume along each of its axes.
  private func projections(_ made: GeneratedPortraits) -> [Picture] {
    let name = "fused_density3d"
    let recorder = Recorder()
    withoutGradients { first.generator.record(made, into: recorder.probe.only([name])) }
    guard let volume = recorder.tensors[name] else { return [] }
    let largest = max(volume.maximum().item, .leastNormalMagnitude)
    // The axes are depth, rows and columns. From the side, near is on the right; from above, below.
    let maps = [
      volume.maximum(axes: [0]), volume.maximum(axes: [2]).transposed(), volume.maximum(axes: [1]),
    ]
    return maps.map { Rendering.scalarMap($0, range: 0...largest).compact }
  }

  /// What is said of a model that lifts no maps: a flat one, or one with a 3D generator per part.
  private var withoutMaps: PaperFigure {
    PaperFigure(
      title: "A model without lifted maps",
      text:
        "The model is flat (rendering=flat) or has a 3D generator per part (partSource=field): it has no "
        + "2D maps that are lifted to a volume.",
      rows: [PaperFigure.Row("portrait", [first.sitter(seed).pictures(from: .frontal).image])])
  }

  /// Returns a function that gives the pictures of tensors by their names.
  private func tiles(of made: GeneratedPortraits) -> ([String]) -> [Picture] {
    { names in
      let recorder = Recorder()
      withoutGradients {
        first.generator.record(made, into: recorder.probe.only(Set(names)))
      }
      let recordings = Dictionary(
        recorder.recordings.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
      return names.compactMap { name in
        recordings[name].map { View($0, palette: .portrait).rendering.compact }
      }
    }
  }
}
