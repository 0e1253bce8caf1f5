import Foundation
import ModelConfiguration
import PortraitModel
import Tensors

/// The time of one `paper` portrait by stage, and the rate of each stage.
///
/// The rate is also given relative to that of a large matrix product.
enum StageProfile {
  /// The caption of the table, followed by an empty line.
  static let caption = """
    *Time of one `paper` portrait by stage. The work counts the operations of the definition. The rate
    is also given relative to a matrix product of 1024×1024×1024, best of 20.*


    """

  /// Measures the stages in a separate process and returns them as a table.
  static func table(repeats: Int) throws -> String {
    let figures = try OwnProcess.figures(of: .generatorStages, repeats: repeats)
    let rate = productRate()
    let total = figures.seconds.values.reduce(0, +)
    let rows = [("parts", partsWork), ("lift and render", nil), ("render net", renderNetWork)].map {
      stage, work -> String in
      let time = figures.seconds[stage] ?? .nan
      let share = "\((100 * time / total).formatted(0)) %"
      guard let work else { return "| \(stage) | \(time.formatted(3)) s | \(share) | – | – |" }
      let reached = work / time * 1e-9
      return
        "| \(stage) | \(time.formatted(3)) s | \(share) | \((work * 1e-9).formatted(1)) GFLOP | "
        + "\(reached.formatted(0)) GFLOP/s, \((reached / rate).formatted(2)) of a matrix product |"
    }
    return
      (["| Stage | Time | Share | Work by definition | Rate |", "|---|---|---|---|---|"] + rows)
      .joined(separator: "\n")
  }

  private static let model = Configuration()

  /// The operations of all part generators: two for every weight of the layers and heads per pixel.
  private static var partsWork: Double? {
    let local = model.localChannels
    let weights =
      model.layersPerPart * local * local + local * (model.featureChannels + 2)
    return 2 * Double(model.parts * weights * model.coarseSize * model.coarseSize)
  }

  /// The operations of the render net's convolutions by definition, without the savings of Winograd.
  private static var renderNetWork: Double? {
    ParameterPlan.generator(model).entries.filter { entry in
      entry.name.hasPrefix("render_net.") && entry.name.hasSuffix("weight")
        && entry.shape.count == 4
    }.reduce(0.0) { sum, entry in
      guard let pixels = pixels(of: entry.name) else { return sum }
      return sum + 2 * Double(entry.shape.reduce(1, *) * pixels)
    }
  }

  /// Returns the number of kernel positions of a layer; an upsampling layer counts its input pixels.
  private static func pixels(of name: String) -> Int? {
    let words = name.split(separator: ".")
    guard words.count > 2, let index = Int(words[2]) else { return nil }
    let isLayer = words[1] == "convs"
    let size = model.minFeatureSize << (isLayer ? (index + 1) / 2 : index + 1)
    return size * size
  }

  /// Returns the rate of a matrix product of 1024 × 1024 × 1024 in GFLOP/s, the best of 20.
  private static func productRate() -> Double {
    var numbers = RandomNumbers(seed: 5)
    let (a, b) = (numbers.normal([1024, 1024]), numbers.normal([1024, 1024]))
    let times = withoutGradients { interleaved(rounds: 20, [{ _ = a.matmul(b) }])[0] }
    return 2 * pow(1024, 3) * 1e-9 / times.best
  }
}
