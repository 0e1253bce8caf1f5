import Datasets
import Foundation
import Inspection
import LocalServer
import Messages
import RenderedPortraits
import TensorFiles

/// The studio over HTTP: figure 2 as a live diagram of a whole model.
///
/// | Address           | Body                                | Answer                                       |
/// |-------------------|-------------------------------------|----------------------------------------------|
/// | `GET /`           |                                     | the page, which asks only for what follows   |
/// | `POST /portrait`  | `state`, optionally `pinned`        | pictures, numbers and the command, as JSON   |
/// | `POST /ray`       | `state`, `row`, `column`, `sample`  | the ray of a pixel, as a fragment of a page  |
/// | `POST /tensor`    | `state`, `name`                     | the tensor as a dump shows it, a fragment    |
/// | `POST /thumbnail` | `state`, `name`                     | the tensor without labels, PNG               |
/// | `POST /volume`    | `state`, `name`                     | planes and an orbit of a volume, as JSON     |
/// | `POST /fit`       | `state`, `part`, `pixels`           | begins a search for a drawn mask             |
/// | `POST /invert`    | `image`, `labels`, `classes`        | begins a search for an uploaded portrait     |
/// | `POST /mesh`      | `state`                             | begins to make the mesh of the portrait      |
/// | `POST /meshing`   | nothing (`{}`)                      | how far the mesh is, as JSON                 |
/// | `GET /mesh_….ply` | `number` in the address             | a file of the finished mesh                  |
/// | `POST /progress`  | nothing (`{}`)                      | how far the search is, as JSON               |
/// | `POST /cancel`    | nothing (`{}`)                      | ends the search after its present step       |
///
/// One request is computed at a time. A newer request of the same reader for the same address replaces one
/// that waits, which is answered with status 409. What is wrong with a request is said in one line, with
/// status 400 if it is not such a request at all, and 422 if its values are impossible.
public struct Studio: Sendable {
  /// The model that answers.
  public let model: StudioModel
  /// The words of a command that name the model; empty for the shipped generator.
  private let source: [String]
  private let page: String
  private let turns = Turns()
  private let search: StudioSearch
  private let mesh: StudioMesh

  /// The largest body of a request in bytes: two pictures in base64.
  public static let bodyLimit = 32 << 20
  /// The most steps of a search.
  static let mostSteps = 2000

  /// Creates the studio of a model.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - source: the words of a command that name it, such as `--checkpoint FOLDER`.
  ///   - title: the model's name for the page, in a few words.
  ///   - folder: the folder for latents that a search finds; it is created when the first is written.
  /// - Throws: an error of the encoder if the configuration holds infinity or NaN.
  public init(_ model: StudioModel, source: [String] = [], title: String, folder: URL) throws {
    self.model = model
    self.source = source
    search = StudioSearch(model, turns: turns, folder: folder)
    mesh = StudioMesh(turns: turns)
    page = try StudioPage(model: model, title: title).html
  }

  /// Answers a request.
  public func answer(_ request: LocalServer.Request) async -> LocalServer.Response {
    switch request.path {
    case "/":
      guard request.method == "GET" else { return .line("/ answers only GET", status: 405) }
      return .html(page)
    case "/favicon.ico":
      return LocalServer.Response(status: 204, type: "image/x-icon", body: Data())
    case "/portrait": return await answer(request, Asked.Portrait.self, portrait)
    case "/ray": return await answer(request, Asked.Ray.self, ray)
    case "/tensor": return await answer(request, Asked.Named.self, tensor)
    case "/thumbnail": return await answer(request, Asked.Named.self, thumbnail)
    case "/volume": return await answer(request, Asked.Named.self, volume)
    case "/fit": return await answer(request, Asked.Fit.self, fit)
    case "/invert": return await answer(request, Asked.Invert.self, invert)
    case "/mesh": return await answer(request, Asked.Alone.self, makeMesh)
    case "/meshing": return meshing(request)
    case let path where PortraitMesh.File(rawValue: String(path.dropFirst())) != nil:
      return file(of: request)
    // These two do not compute and are answered while a computation runs.
    case "/progress": return progress(request)
    case "/cancel":
      if request.method == "POST" { search.cancel() }
      return progress(request)
    default: return .line("there is no page \(request.path.visible)", status: 404)
    }
  }

  /// Decodes a request, waits for its turn and answers it.
  private func answer<Question: Decodable & Sendable>(
    _ request: LocalServer.Request, _ type: Question.Type,
    _ make: @escaping @Sendable (Question) throws -> LocalServer.Response
  ) async -> LocalServer.Response {
    guard request.method == "POST" else {
      return .line("\(request.path) answers only POST", status: 405)
    }
    let question: Question
    do { question = try JSONText.decode(type, from: request.body) } catch {
      return .line(StudioError(decoding: error).description.visible, status: 400)
    }
    let reader = request.query["reader"] ?? ""
    let answer = await turns.take("\(reader)\(request.path)") { Result { try make(question) } }
    switch answer {
    case nil: return .line("overtaken by a newer request", status: 409)
    case .failure(let error)?: return .line("\(error)".visible, status: 422)
    case .success(let response)?: return response
    }
  }

  // MARK: - Answers

  /// What the page asks for.
  enum Asked {
    struct Portrait: Decodable, Sendable {
      let state: StudioState
      let pinned: StudioState?
    }
    struct Ray: Decodable, Sendable {
      let state: StudioState
      let row: Int
      let column: Int
      let sample: Int?
    }
    struct Fit: Decodable, Sendable {
      let state: StudioState
      let part: Int
      /// A digit 0 or 1 for every pixel, row by row.
      let pixels: String
      let steps: Int
    }
    struct Invert: Decodable, Sendable {
      /// A picture file in base64.
      let image: Data
      /// A file with its label map in base64; nil without one.
      let labels: Data?
      /// The numbering of the label map, a raw value of `LabelScheme`.
      let classes: String?
      let steps: Int
    }
    struct Alone: Decodable, Sendable {
      let state: StudioState
    }
    struct Named: Decodable, Sendable {
      let state: StudioState
      let name: String
    }
  }

  /// What the page asks of a search.
  private func fit(_ asked: Asked.Fit) throws -> LocalServer.Response {
    try search.fit(
      part: asked.part, of: asked.state, to: asked.pixels, steps: try Self.steps(asked.steps))
    return .line("a search has begun", status: 200)
  }

  private func invert(_ asked: Asked.Invert) throws -> LocalServer.Response {
    let labels = try asked.labels.map { data in
      guard let scheme = asked.classes.flatMap(LabelScheme.init(rawValue:)) else {
        throw StudioError("classes: expected \(LabelScheme.choices)")
      }
      return (data, scheme)
    }
    try search.invert(asked.image, labels: labels, steps: try Self.steps(asked.steps))
    return .line("a search has begun", status: 200)
  }

  private func makeMesh(_ asked: Asked.Alone) throws -> LocalServer.Response {
    let making = try model.mesh(of: asked.state)
    let latents = asked.state.found.map { model.found[$0].path }
    try mesh.begin(
      making,
      command: asked.state.meshCommand(of: model.configuration, source: source, latents: latents))
    return .line("a mesh has begun", status: 200)
  }

  private func meshing(_ request: LocalServer.Request) -> LocalServer.Response {
    guard request.method == "POST" else {
      return .line("\(request.path) answers only POST", status: 405)
    }
    guard let progress = mesh.progress, let answer = try? LocalServer.Response.json(progress)
    else { return .line("no mesh has begun", status: 404) }
    return answer
  }

  private func file(of request: LocalServer.Request) -> LocalServer.Response {
    guard request.method == "GET" else {
      return .line("\(request.path) answers only GET", status: 405)
    }
    let name = String(request.path.dropFirst())
    guard let number = request.query["number"].flatMap(Int.init),
      let data = mesh.file(name, of: number)
    else {
      return .line("\(name) is not there any more; make the mesh again", status: 404)
    }
    return LocalServer.Response(type: "application/octet-stream", body: data, fileName: name)
  }

  private static func steps(_ asked: Int) throws(StudioError) -> Int {
    guard (1...mostSteps).contains(asked) else {
      throw StudioError("steps is \(asked), expected 1 … \(mostSteps)")
    }
    return asked
  }

  private func progress(_ request: LocalServer.Request) -> LocalServer.Response {
    guard request.method == "POST" else {
      return .line("\(request.path) answers only POST", status: 405)
    }
    guard let progress = search.progress, let answer = try? LocalServer.Response.json(progress)
    else { return .line("no search has begun", status: 404) }
    return answer
  }

  /// A portrait for the page; pictures are PNG files in base64.
  struct Portrait: Codable {
    /// The image of the file `_image.png`.
    let image: String
    /// The mask of the file `_mask.png`.
    let mask: String
    /// The depth in colors, a pixel for each ray.
    let depth: String
    /// The depth of the file `_depth16.png`.
    let depth16: String
    /// The difference to the pinned portrait; nil without one.
    let difference: String?
    /// D_mean to the pinned portrait, equation 14.
    let meanDifference: Double?
    /// D_mean outside the parts that were changed; nil if that is not one region.
    let meanDifferenceOutside: Double?
    /// The names of these parts.
    let changedParts: [String]
    /// The share of the pixels that each part has in the mask.
    let shares: [Double]
    /// The command that writes the same portrait.
    let command: String
    /// The time of the computation.
    let milliseconds: Double
    /// What a reader should know before trusting the picture.
    let warnings: [String]
  }

  private func portrait(_ asked: Asked.Portrait) throws -> LocalServer.Response {
    let clock = ContinuousClock()
    let start = clock.now
    let made = try model.made(asked.state)
    let change = try asked.pinned.map { try model.change(from: $0, to: asked.state) }
    let changed = asked.pinned.flatMap { asked.state.changedParts(from: $0) }
    let pictures = made.pictures
    guard let depth = pictures.depthPixels, let file = try pictures.depthFile() else {
      throw StudioError("the model has no depth")
    }
    let counts = pictures.mask.indices.reduce(into: [Int: Int]()) { $0[Int($1), default: 0] += 1 }
    let files = try (
      image: PNGFile.encode(pictures.imageFile), mask: PNGFile.encode(pictures.mask),
      depth: depth.pngData(), difference: change?.pixels.pngData()
    )
    let time = (clock.now - start) / .milliseconds(1)
    let latents = asked.state.found.map { model.found[$0].path }
    return try .json(
      Portrait(
        image: files.image.base64EncodedString(), mask: files.mask.base64EncodedString(),
        depth: files.depth.base64EncodedString(), depth16: file.base64EncodedString(),
        difference: files.difference?.base64EncodedString(), meanDifference: change?.everywhere,
        meanDifferenceOutside: (changed?.isEmpty ?? true) ? nil : change?.outside,
        changedParts: (changed ?? []).map(PartName.text),
        shares: (0..<model.configuration.parts).map {
          Double(counts[$0] ?? 0) / Double(pictures.mask.indices.count)
        },
        command: asked.state.command(of: model.configuration, source: source, latents: latents),
        milliseconds: time, warnings: model.warnings(about: asked.state, made)))
  }

  private func ray(_ asked: Asked.Ray) throws -> LocalServer.Response {
    let ray = try model.ray(row: asked.row, column: asked.column, of: asked.state)
    return .html(try RayFragment(ray, pixel: (asked.row, asked.column), sample: asked.sample).html)
  }

  private func tensor(_ asked: Asked.Named) throws -> LocalServer.Response {
    .html(try PageElements.figure(try model.view(named: asked.name, of: asked.state)))
  }

  private func thumbnail(_ asked: Asked.Named) throws -> LocalServer.Response {
    .png(try model.view(named: asked.name, of: asked.state).rendering.compact.pngData())
  }

  /// The planes and the orbit of a volume for the page.
  struct Volume: Codable {
    let planes: [String]
    let orbit: [String]
    let caption: String
  }

  private func volume(_ asked: Asked.Named) throws -> LocalServer.Response {
    let recording = try model.recording(named: asked.name, of: asked.state)
    let size = model.configuration.volumeBox.extent
    guard let frames = VolumeFrames(recording, size: (z: size.z, y: size.y, x: size.x)) else {
      throw StudioError("\(asked.name) is no volume; its axes are \(recording.axes)")
    }
    let what = frames.isNorm ? "norm over the channels" : recording.unit
    return try .json(
      Volume(
        planes: frames.planes.map { try $0.pngData().base64EncodedString() },
        orbit: frames.orbit.map { try $0.pngData().base64EncodedString() },
        caption: "\(recording.meaning.caption) Colors: 0 is dark, "
          + String(format: "%.3g", frames.range.upperBound) + " is bright"
          + (what.isEmpty ? "." : " (\(what)).")))
  }
}

extension StudioModel {
  /// Returns lines about settings whose pictures look valid and mean nothing.
  func warnings(about state: StudioState, _ made: Made) -> [String] {
    let camera = configuration.camera
    var lines: [String] = []
    if !camera.usualYaws.contains(state.yaw) || !camera.usualPitches.contains(state.pitch) {
      lines.append("The camera is outside the poses of training (3 standard deviations).")
    }
    if made.pictures.isEmpty { lines.append("Every ray passes through: nothing is dense.") }
    if state.kernel != configuration.liftingKernel || state.alpha != configuration.liftingAlpha
      || state.opticalScale != configuration.opticalScale
    {
      lines.append(
        "The weights were trained with another lifting or optical scale, so this is not what a model "
          + "trained in this way would make.")
    }
    return lines
  }
}
