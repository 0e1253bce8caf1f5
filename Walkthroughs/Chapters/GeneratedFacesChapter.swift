import Camera
import Inspection
import ModelConfiguration
import PortraitData
import PortraitModel
import Tensors
import WPlusFactorization

// Figures 1, 5 and 6: what a trained generator makes.
extension Chapter {
  /// Faces of the shipped generator: from the front, turning, edited, taken apart.
  public static var generatedFaces: Chapter {
    generatedFaces { try ShippedGenerator.file().read() }
  }

  /// The same with any generator of the 13 parts.
  ///
  /// - Parameter load: hands over the generator; what it throws is a claim that fails.
  /// - Returns: the chapter.
  public static func generatedFaces(
    _ load: @escaping @Sendable () throws -> Generator
  ) -> Chapter {
    let faces = GeneratedFaces(load: load)
    return Chapter(
      "generated-faces", title: "Faces that turn, and whose parts can be exchanged",
      equations: "Fig. 1",
      introduction: """
        What comes out in the end. A small generator ships with this project. It has learned from \
        procedural portraits alone, drawn from numbers, seen by nobody; it makes portraits of 64 × 64 \
        pixels, with a mask of their thirteen parts, for any camera. Nobody told it what a head is: \
        there were only pictures with masks, and a discriminator that compared.

        Nothing has to be known before. How it is done is what all other chapters explain; what it \
        learned from, and how well, is in Fixtures/Checkpoint/README.md and Docs/Training.md.
        """,
      parameters: [
        Parameter(
          whole: "seed", 0, in: 0...1000, meaning: "which portraits: this one and the next"),
        Parameter("yaw", 0.5, in: 0.1...0.7, unit: "rad", meaning: "how far the camera turns"),
        Parameter(
          whole: "part", 7, in: 0...12, meaning: "the part that is exchanged; 7 is the hair"),
      ]
    ) {
      faces.front
      faces.turning
      faces.exchange
      faces.parts
      faces.truncation
    }
  }
}

/// The steps of the chapter on the shipped generator.
struct GeneratedFaces: Sendable {
  /// Portraits that are measured together.
  static let count = 12
  /// How far the camera is turned where the turn is measured, radians.
  static let turn = 0.35
  static let source = "Sources/PortraitModel/Generator.swift"

  let load: @Sendable () throws -> Generator

  func generator(_ page: Page) throws -> Generator { try page.shared("generator", load) }

  /// W⁺ of the portraits that are measured together, `[B, rows, L]`.
  func latents(_ page: Page, from offset: UInt64 = 0) throws -> Tensor {
    let generator = try generator(page)
    let first = UInt64(page["seed"]) + offset
    return .concatenated(
      (0..<UInt64(Self.count)).map { generator.latents(seed: first + $0).wplus }, 0)
  }

  /// The portraits of W⁺, all from one camera.
  func made(_ generator: Generator, _ wplus: Tensor, turned: Double = 0) -> GeneratedPortraits {
    withoutGradients {
      generator(
        expandedLatents: generator.latents.expanded(wplus),
        poses: Self.poses([Double](repeating: turned, count: wplus.shape[0])),
        options: Self.options(generator.model))
    }
  }

  /// The portraits that are measured together.
  func group(_ page: Page, turned: Double = 0) throws -> GeneratedPortraits {
    let generator = try generator(page)
    return try page.shared("group \(turned)") {
      made(generator, try latents(page), turned: turned)
    }
  }

  /// As many portraits of the data, seen from the same side.
  func data(_ page: Page, turned: Double = 0) throws -> FaceGroup {
    let model = try generator(page).model
    return page.shared("data \(turned)") {
      FaceGroup(data: Self.count, size: model.imageSize, camera: model.camera, turned: turned)
    }
  }

  /// Cameras turned to the left, `[B, 2]`.
  static func poses(_ turned: [Double], raised: [Double]? = nil) -> Tensor {
    let angles = turned.indices.flatMap { index in
      let pose = CameraPose(turnedLeft: turned[index], raised: raised?[index] ?? 0)
      return [pose.yaw, pose.pitch]
    }
    return Tensor([turned.count, 2], angles).cast(to: .float32)
  }

  /// As many samples on a ray as the configuration takes for pictures.
  static func options(_ model: Configuration) -> Generator.Options {
    var options = Generator.Options()
    options.samples = (model.evaluationSamples, model.evaluationImportanceSamples)
    return options
  }

  var front: Step {
    Step(
      "Fig. 1", "Whom does the generator know?",
      code: [CodeExcerpt(Self.source, declaration: "public func callAsFunction")]
    ) { page in
      let (faces, data) = (FaceGroup(try group(page)), try data(page))
      page.picture(
        "faces", faces.picture(columns: 6), tensor: faces.image, axes: "[B, 3, S, S]",
        caption: "twelve portraits, none of them drawn by anybody, each above its mask")
      page.picture(
        "data", data.picture(columns: 6), tensor: data.image, axes: "[B, 3, S, S]",
        caption: "twelve procedural portraits of the kind it learned from, with their masks")
      let kinds: [(name: String, parts: [PartClass], bound: Double)] = [
        ("background", [.background], FaceBounds.backgroundShareError),
        ("face", FaceGroup.inside, FaceBounds.faceShareError),
        ("hair", [.hair], FaceBounds.hairShareError),
      ]
      page.table(
        "share of all pixels", columns: ["", "generated", "data"],
        rows: kinds.map { kind in
          [kind.name] + [faces, data].map { "\(($0.share(kind.parts) * 100).brief) %" }
        })
      for kind in kinds {
        page.holds(
          "as much \(kind.name) as in the data (share of pixels, difference)",
          abs(faces.share(kind.parts) - data.share(kind.parts)), atMost: kind.bound)
      }
      page.holds(
        "hair or hat is above the face (share of portraits)", faces.hairAbove,
        atLeast: FaceBounds.hairAbove)
      page.number("the data's variance of colours between classes", data.varianceExplained)
      page.holds(
        "masks lie where the image changes (variance of colours between classes, over the data's)",
        faces.varianceExplained / data.varianceExplained, atLeast: FaceBounds.varianceExplained)
      page.holds(
        "no two are the same (mean difference of neighbours)", faces.variety,
        atLeast: FaceBounds.variety)
      page.why(
        """
        The mask is not read off the image: both come from the same volume, and the discriminator saw \
        them together, so it can find out a face whose mask is elsewhere.
        """)
    }
  }
}
