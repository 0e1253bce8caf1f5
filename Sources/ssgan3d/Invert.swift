import ArgumentParser
import Camera
import CommandStatus
import Datasets
import Foundation
import ModelConfiguration
import PortraitClasses
import PortraitModel
import RenderedPortraits
import Training

/// The command `ssgan3d invert`, which finds the latents and the pose of a given portrait.
struct Invert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds latents and a camera pose with which a generator reproduces your portrait.",
    discussion: """
      Crop the portrait around the head like the images that the generator was trained on \
      (Docs/Data.md). The command writes latents.safetensors, which generate and transfer accept as \
      --latents; target_image.png; found_image.png, found_mask.png and found_depth16.png (as \
      'generate' writes it, with found_depth16.json); sheet.png \
      (the target above the found portrait, from its own pose and turned); loss.png; and \
      inversion.json (how well the two agree). A generator can reproduce only portraits like those \
      it was trained on. The shipped generator was trained on procedural portraits, so for a \
      photograph it finds a similar procedural head. To reproduce photographs, train a \
      generator on photographs.

      With --data in place of --image the command inverts every pair of a data set, each into its own \
      folder portraits/NAME; summary.csv lists the figures and sheet.png shows the first \
      \(InvertedSet.sheetLimit) portraits. A pair that cannot be read is reported and passed over. \
      Ctrl-C stops after the current step, and the same call continues with the portraits that are \
      missing.

      With --tune the generator's weights are then fine-tuned on the portrait. The folder tuned is a \
      checkpoint with that generator, and its latents.safetensors belongs to it. Examples:

        ssgan3d invert --image Fixtures/Portrait/front.png --labels Fixtures/Portrait/labels.png \
      --classes 13 --out Output/inverted
        ssgan3d generate --latents Output/inverted/latents.safetensors --orbit 24 --out Output/turning
        ssgan3d invert --data my-faces --classes 19 --out Output/all-inverted
        ssgan3d generate --checkpoint Output/inverted/tuned \
      --latents Output/inverted/tuned/latents.safetensors --out Output/tuned
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(help: "The portrait, a square PNG or JPEG file; transparency is ignored.")
  var image: String?

  @Option(
    help: """
      The part labels, a square PNG, read as --classes and --ignore say; without them only the image \
      is compared.
      """
  )
  var labels: String?

  @Option(
    help: """
      A data set whose pairs are all inverted, in place of --image: a data folder, a pack or \
      procedural:COUNT[,SEED], see 'ssgan3d dataset --help'.
      """)
  var data: String?

  @OptionGroup(title: "Reading of data")
  var reading: DataReadingOptions

  @Option(parsing: .unconditional, help: "The number of optimizer steps.")
  var iterations = Inversion.Options().iterations

  @Option(
    parsing: .unconditional,
    help: "The largest learning rate, in standard deviations of the latents.")
  var rate = Inversion.Options().rate

  @OptionGroup(title: "Tuning")
  var tuning: TuneOptions

  @Option(
    parsing: .unconditional,
    help: """
      The known yaw in radians, π/2 is frontal. Without --yaw and --pitch, the pose is \
      searched for; if only one of them is given, the other is π/2.
      """)
  var yaw: Double?

  @Option(parsing: .unconditional, help: "The known pitch in radians, π/2 is level; see --yaw.")
  var pitch: Double?

  @Option(
    help: """
      A JSON file with the known camera pose of every portrait of --data (Docs/Data.md); a pack may \
      have its own.
      """)
  var poses: String?

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([
      ("--image", image), ("--labels", labels), ("--data", data), ("--poses", poses),
      ("--out", out),
    ])
    guard (image == nil) != (data == nil) else {
      throw ValidationError(
        image == nil
          ? "--image is missing; name a portrait, or a data set by --data"
          : "--image and --data name two inputs; give only one")
    }
    if data != nil && labels != nil {
      throw ValidationError("--labels belong to --image; the pairs of --data have their own")
    }
    if poses != nil && (data == nil || yaw != nil || pitch != nil) {
      throw ValidationError(
        data == nil
          ? "--poses belong to --data; use --yaw and --pitch with --image"
          : "--poses and --yaw or --pitch give two poses; give only one")
    }
    if data == nil && (labels == nil) != (reading.classes == nil) {
      throw ValidationError(
        labels == nil
          ? "--classes describes --labels; give both or neither"
          : "--labels need --classes \(LabelScheme.choices)")
    }
    if data == nil && labels == nil && reading.ignore != nil {
      throw ValidationError("--ignore describes --labels; give both or leave --ignore out")
    }
    let ofSets = reading.given.filter { ["--mask-threshold", "--subset"].contains($0.0) }
    if data == nil, let (name, _) = ofSets.first(where: \.1) {
      throw ValidationError("\(name) belongs to --data; leave it out with --image")
    }
    if !(1...100_000).contains(iterations) {
      throw ValidationError("--iterations is \(iterations), expected 1 … 100000")
    }
    if !(rate > 0 && rate <= 10) {
      throw ValidationError("--rate is \(rate), expected a number above 0, at most 10")
    }
    try PortraitOptions.requireAngles(yaw: yaw, pitch: pitch)
  }

  func run() throws {
    let model = try source.configuration()
    guard model.rendering == .volume else {
      throw WrongUse(
        "the model is flat (rendering=flat): it has no camera pose to find; name a volumetric model"
      )
    }
    guard model.kind == .lifted else {
      throw WrongUse(
        "the model has a 3D generator per part (partSource=field): invert searches only models that "
          + "lift maps (partSource=lifted)")
    }
    guard (labels == nil && data == nil) || model.parts == PartClass.count else {
      throw WrongUse(
        "the model has \(model.parts) parts, the labels \(PartClass.count); leave --labels and --classes "
          + "out, or name a model with \(PartClass.count) parts")
    }
    if let image { try invert(image, model) }
    if let data { try invertAll(data, model) }
  }

  /// Inverts one portrait into the output folder itself.
  private func invert(_ image: String, _ model: Configuration) throws {
    let map = try labels.flatMap { path in
      try reading.classes.map {
        try LabelMap(URL(fileURLWithPath: path), $0, ignored: reading.ignored)
      }
    }
    if let warning = map?.warning { ProgressReport.say("warning: \(warning)") }
    let target = try PortraitPair(
      photograph: URL(fileURLWithPath: image), labels: map, size: model.imageSize)
    let generator = try source.generator()
    let folder = try FoundPictures.folder(
      out, sparing: [image] + (labels.map { [$0] } ?? []), tunes: tuning.options != nil)
    let search = search(generator)
    try source.announce(from: [search.options.pose ?? model.camera.meanPose])
    let progress = ProgressReport("steps", of: search.steps)
    let (inverted, tuned) = try search.found(target, hasLabels: map != nil) { progress.advance() }
    let found = FoundPictures(inverted, target, hasLabels: map != nil)
    try found.write(to: folder)
    ModelSource.warn(PortraitPictures.emptyWarning(found.isEmpty ? 1 : 0, of: 1))
    print("\(found.figures.line); images and latents written to \(out)")
    if let depth = found.depthLine { print("found_depth16.png: \(depth)") }
    if let tuned {
      let pictures = FoundPictures(tuned, target, hasLabels: map != nil)
      try pictures.writeTuned(to: folder)
      print("\(pictures.figures.line) after tuning; the generator is in \(folder("tuned").path)")
    }
  }

  /// Inverts every pair of a data set.
  private func invertAll(_ data: String, _ model: Configuration) throws {
    let reading = try reading.reading()
    let name = try TrainedData.named(data, reading)
    let input = try DatasetInput(data, reading, camera: model.camera)
    if case .pack(let pack) = input, pack.size != model.imageSize {
      throw WrongUse(
        "--data \(data): is a pack of \(pack.size) × \(pack.size), but the model generates "
          + "\(model.imageSize) × \(model.imageSize); prepare one of that size")
    }
    let generator = try source.generator()
    let request = InversionRequest(
      data: name, reading: reading,
      poses: poses.map { URL(fileURLWithPath: $0).standardizedFileURL.path },
      generator: generator.parameters.fingerprint(), iterations: iterations, rate: rate, yaw: yaw,
      pitch: pitch, tuning: tuning.options)
    let list = try poses.map { try PoseList(contentsOf: URL(fileURLWithPath: $0)) }
    if let list { PosesOption.report(list, pictures: input.ids.count) }
    DataRemarks.warn(about: input)
    let set = try InvertedSet(out, input, request, list, size: model.imageSize)
    let search = search(generator)
    try source.announce(from: [search.options.pose ?? model.camera.meanPose])
    StopRequest.listen()
    try set.invert(by: search)
  }

  private func search(_ generator: Generator) -> PortraitSearch {
    var options = Inversion.Options()
    (options.iterations, options.rate) = (iterations, rate)
    if yaw != nil || pitch != nil {
      options.pose = CameraPose(yaw: yaw ?? .pi / 2, pitch: pitch ?? .pi / 2)
    }
    return PortraitSearch(
      space: LatentSpace(generator), options: options, tuning: tuning.options)
  }
}

/// The options for fine-tuning the generator after the inversion.
struct TuneOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      The number of steps by which the generator's weights are fine-tuned on the found portrait; 0 \
      leaves the weights as they are.
      """)
  var tune = 0

  @Option(
    parsing: .unconditional,
    help: "The largest learning rate of the tuning (default: \(PivotalTuning.Options().rate)).")
  var tuneRate: Double?

  @Option(
    parsing: .unconditional,
    help: """
      The weight of the term that keeps other portraits as they are while the weights are tuned; \
      0 (default) leaves it out, any other value doubles the time of a step.
      """)
  var locality: Double?

  /// The settings of the tuning; nil without `--tune`.
  var options: PivotalTuning.Options? {
    guard tune > 0 else { return nil }
    var options = PivotalTuning.Options()
    options.iterations = tune
    options.rate = tuneRate ?? options.rate
    options.localityWeight = locality ?? options.localityWeight
    return options
  }

  func validate() throws {
    if !(0...100_000).contains(tune) {
      throw ValidationError("--tune is \(tune), expected 0 … 100000")
    }
    for (name, isGiven) in [("tune-rate", tuneRate != nil), ("locality", locality != nil)]
    where isGiven && tune == 0 {
      throw ValidationError("--\(name) needs --tune with a number of steps")
    }
    if let tuneRate, !(tuneRate > 0 && tuneRate <= 1) {
      throw ValidationError("--tune-rate is \(tuneRate), expected a number above 0, at most 1")
    }
    if let locality, !(0...1000).contains(locality) {
      throw ValidationError("--locality is \(locality), expected 0 … 1000")
    }
  }
}
