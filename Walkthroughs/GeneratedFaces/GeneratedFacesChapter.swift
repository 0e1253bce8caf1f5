import Camera
import Inspection
import MaskSoftmax
import ModelConfiguration
import PortraitClasses
import PortraitModel
import Tensors
import WPlusFactorization

// Figures 1, 5 and 6: the portraits of a trained generator.
extension Chapter {
  /// The chapter on faces of the shipped generator: seen from the front, turned, edited, taken apart.
  public static var generatedFaces: Chapter {
    generatedFaces { try ShippedGenerator.file().read() }
  }

  /// Returns the same chapter for any generator with the 13 parts.
  ///
  /// - Parameter load: returns the generator; an error that it throws becomes a failed claim.
  /// - Returns: the chapter.
  public static func generatedFaces(
    _ load: @escaping @Sendable () throws -> Generator
  ) -> Chapter {
    let faces = GeneratedFaces(load: load)
    return Chapter(
      "generated-faces", title: "Generated faces: turning them and exchanging their parts",
      equations: "Fig. 1", cover: "faces",
      introduction: """
        This chapter shows the end result. A small trained generator ships with this project. It was \
        trained only on procedural portraits, which a program draws from random numbers and which show \
        no real person. For any camera, it generates a portrait of 64 × 64 pixels with a mask of 13 \
        parts. It was never given the 3D shape of a head: training had only images with masks, and a \
        discriminator that compared them with generated images and masks.

        This chapter requires no other chapter. All other chapters explain how the generator works; \
        swapping shape and texture, interpolation and truncation are in the chapters on latents. \
        Fixtures/Checkpoint/README.md and Docs/Training.md describe the training data and report how \
        well the generator learned.
        """,
      parameters: [
        Parameter(
          whole: "seed", 0, in: 0...1000,
          meaning: "random seed of the first portrait; the others have the seeds after it"),
        Parameter(
          whole: "person", 1, in: 1...12, meaning: "which of the twelve portraits is shown large"),
        Parameter(
          "yaw", 0.4, in: -0.6...0.6, unit: "rad",
          meaning: "turn of the camera to the left, as seen from the front"),
        Parameter(
          choice: "part", 7, of: ClassPalette.partNames,
          meaning: "the part to exchange or to take away"),
      ]
    ) {
      faces.front
      faces.turning
      faces.weights
      faces.exchange
      faces.parts
    }
  }
}

/// The steps of the chapter on generated faces.
struct GeneratedFaces: Sendable {
  /// The number of portraits that are measured together.
  static let count = 12
  /// The yaw to either side at which the shift of the faces is measured, in radians.
  static let turn = 0.35
  static let source = "Sources/PortraitModel/Generator.swift"

  private let load: @Sendable () throws -> Generator
  /// What the steps, and the frames of their sliders, share.
  private let loaded = Kept<Int, Generator>(count: 1)
  private let groups = Kept<[Double], GeneratedPortraits>(count: 8)
  private let groupsOfData = Kept<[Double], FaceGroup>(count: 4)
  private let people = Kept<[Double], FaceGroup>(count: 96)
  let fixedTiles = Kept<String, [Gallery.Tile]>(count: 8)
  let figures = Kept<String, Double>(count: 32)
  let changes = Kept<String, Change>(count: 4)
  let grown = Kept<Double, Tensor>(count: 1)

  init(load: @escaping @Sendable () throws -> Generator) { self.load = load }

  func generator() throws -> Generator { try loaded.value(0, load) }

  /// Returns W⁺ of the portraits that are measured together, `[B, rows, L]`.
  func latents(_ page: Page, from offset: UInt64 = 0) throws -> Tensor {
    let generator = try generator()
    let first = UInt64(page["seed"]) + offset
    return .concatenated(
      (0..<UInt64(Self.count)).map { generator.latents(seed: first + $0).wplus }, axis: 0)
  }

  /// Returns the portraits of W⁺, all seen by the same camera.
  func made(
    _ generator: Generator, _ wplus: Tensor, turned: Double = 0,
    _ weighting: MaskWeighting = .rendering
  ) -> GeneratedPortraits {
    var options = Generator.Options.evaluation(generator.configuration)
    options.maskWeighting = weighting
    return withoutGradients {
      generator(
        wplus: wplus, poses: Self.poses([Double](repeating: turned, count: wplus.shape[0])),
        options: options)
    }
  }

  /// Returns pictures for the current seed, drawn once for all frames of a slider.
  func fixed(_ page: Page, _ name: String, _ draw: () -> [Gallery.Tile]) -> [Gallery.Tile] {
    fixedTiles.value("\(name) \(page["seed"])", draw)
  }

  /// Returns a measure for the current seed, taken once for all frames of a slider.
  func measured(_ page: Page, _ name: String, _ take: () throws -> Double) rethrows -> Double {
    try figures.value("\(name) \(page["seed"])", take)
  }

  /// Returns portraits for the current seed, made once for all steps and frames; `key` is theirs alone.
  func kept(
    _ page: Page, _ key: [Double], _ make: () throws -> GeneratedPortraits
  ) rethrows -> GeneratedPortraits {
    try groups.value([page["seed"]] + key, make)
  }

  /// Returns the portraits that are measured together, computed once for all steps.
  func group(_ page: Page, turned: Double = 0) throws -> GeneratedPortraits {
    let generator = try generator()
    return try kept(page, [0, turned]) { made(generator, try latents(page), turned: turned) }
  }

  /// Returns the portraits that are measured together, each made once for all neighboring seeds.
  func faces(_ page: Page, turned: Double = 0) throws -> FaceGroup {
    let generator = try generator()
    return FaceGroup(
      joining: (0..<Self.count).map { index in
        let seed = page["seed"] + Double(index)
        return people.value([seed, turned]) {
          FaceGroup(
            made(generator, generator.latents(seed: UInt64(seed)).wplus, turned: turned))
        }
      })
  }

  /// Returns the same number of procedural portraits, seen from the same side.
  func data(_ page: Page, turned: Double = 0) throws -> FaceGroup {
    let model = try generator().configuration
    return groupsOfData.value([turned]) {
      FaceGroup(data: Self.count, size: model.imageSize, camera: model.camera, turned: turned)
    }
  }

  /// Returns the poses, yaw and pitch, of cameras turned to the left, `[B, 2]`.
  static func poses(_ turned: [Double], raised: [Double]? = nil) -> Tensor {
    let angles = turned.indices.flatMap { index in
      let pose = CameraPose(turnedLeft: turned[index], raised: raised?[index] ?? 0)
      return [pose.yaw, pose.pitch]
    }
    return Tensor([turned.count, 2], angles).cast(to: .float32)
  }

  var front: Step {
    Step(
      "Fig. 1", "Do generated portraits resemble the training data?",
      code: [CodeExcerpt(Self.source, declaration: "public func callAsFunction")],
      sweep: Sweep("person", (1...Self.count).map(Double.init), moving: ["person"])
    ) { page in
      let (faces, data, person) = (
        try faces(page), try data(page), Int(page["person"]) - 1
      )
      page.gallery(
        "person",
        [
          .image("image", faces.image[person]),
          .labels("mask", faces.labels[person], palette: .portrait),
        ], columns: 2, tensor: faces.image[person], axes: "[3, S, S]",
        caption:
          "portrait \(person + 1) of \(Self.count): the image, 64 × 64 pixels, and the mask that is "
          + "generated with it")
      page.gallery(
        "faces", fixed(page, "faces") { faces.tiles }, columns: 4, tensor: faces.image,
        axes: "[B, 3, S, S]",
        caption: "twelve generated portraits, each above its mask")
      page.gallery(
        "data", fixed(page, "data") { data.tiles }, columns: 4, tensor: data.image,
        axes: "[B, 3, S, S]",
        caption: "twelve procedural portraits like those of the training data, each above its mask")
      let kinds: [(name: String, parts: [PartClass], bound: Double)] = [
        ("background", [.background], FaceBounds.backgroundShareError),
        ("face", FaceGroup.inside, FaceBounds.faceShareError),
        ("hair", [.hair], FaceBounds.hairShareError),
      ]
      page.table(
        "Share of all pixels that belong to each class", columns: ["class", "generated", "data"],
        rows: kinds.map { kind in
          [kind.name] + [faces, data].map { "\(($0.share(kind.parts) * 100).brief) %" }
        })
      for kind in kinds {
        page.holds(
          "the share of \(kind.name) pixels is close to that in the data (difference of the shares)",
          abs(faces.share(kind.parts) - data.share(kind.parts)), atMost: kind.bound)
      }
      page.holds(
        "hair or hat is above the face in generated portraits (share of portraits)",
        faces.hairAbove,
        atLeast: FaceBounds.hairAbove)
      let explained = measured(page, "variance, data") { data.varianceExplained }
      page.number("share of the color variance that the classes explain, in the data", explained)
      page.holds(
        "generated masks fit their images (share of the color variance that the classes explain, "
          + "relative to the data)",
        measured(page, "variance") { faces.varianceExplained } / explained,
        atLeast: FaceBounds.varianceExplained)
      page.holds(
        "generated portraits differ from each other (mean difference of consecutive portraits)",
        faces.variety,
        atLeast: FaceBounds.variety)
      page.why(
        """
        The mask is not computed from the image: both come from the same volume. The discriminator \
        sees them together, so it can detect a face whose mask is in the wrong place.
        """)
    }
  }
}
