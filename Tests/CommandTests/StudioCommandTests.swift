import Foundation
import GaussianLifting
import LocalServer
import ModelConfiguration
import PortraitModel
import RenderedPortraits
import Studio
import TensorFiles
import TestSupport
import Testing

/// The command that the studio shows writes the portrait that the studio shows, bit for bit.
@Suite("The command studio")
struct StudioCommandTests {
  /// States that together use every option.
  static func states(_ model: Configuration) -> [StudioState] {
    func state(_ change: (inout StudioState) -> Void) -> StudioState {
      var state = StudioState(of: model)
      change(&state)
      return state
    }
    return [
      state { $0.recipe.seed = 3 },
      state {
        $0.recipe = PortraitRecipe(
          seed: 5, truncation: 0.7, parts: [.init(part: 3, shape: 12, texture: 8)])
        ($0.yaw, $0.pitch) = (1.7345, 1.4)
      },
      state {
        $0.recipe = PortraitRecipe(
          seed: 6, parts: [.init(part: 1, texture: 2)],
          blend: .init(seed: 9, amount: 1.0 / 3, part: 2, aspect: .shape))
        $0.muted = [3]
        $0.maskWeights = .ones
      },
      state {
        $0.recipe.blend = .init(seed: 4, amount: 0.55)
        ($0.kernel, $0.alpha) = (LiftingKernel.inverseSquare, 0.7)
        $0.opticalScale *= 1.15
        ($0.samples, $0.importanceSamples) = (9, 5)
        $0.yaw = 1.3
      },
    ]
  }

  /// Runs the words of a state and compares the files with the pictures of a model.
  private func expectSame(
    _ state: StudioState, _ studio: StudioModel, source: [String], latents: String? = nil
  ) throws {
    let folder = try TemporaryFolder()
    let words = state.words(
      of: studio.configuration, source: source, latents: latents, to: folder("a").path)
    let outcome = try Command.run(Array(words.dropFirst()))
    #expect(outcome.status == 0, "\(words): \(outcome.errors)")
    let number = "\(state.recipe.seed)"
    let name =
      latents == nil
      ? "seed" + String(repeating: "0", count: max(0, 4 - number.count)) + number : "found"
    let pictures = try studio.made(state).pictures
    let image = try PNGFile.read(folder("a/\(name)_image.png"), alpha: .keep)
    #expect(image.samples == pictures.imageFile.samples, "image: \(words)")
    let mask = try PNGFile.readIndexed(folder("a/\(name)_mask.png"))
    #expect(mask.indices == pictures.mask.indices, "mask: \(words)")
    let depth = try Data(contentsOf: folder("a/\(name)_depth16.png"))
    #expect(depth == (try pictures.depthFile()), "depth: \(words)")
  }

  @Test(arguments: 0..<4)
  func theCommandWritesTheSameBits(index: Int) throws {
    let source = ["--preset", "tiny", "--weight-seed", "2", "--set", "opticalScale=40"]
    let model = try Configuration.tiny.setting(["opticalScale=40"])
    let studio = try StudioModel(
      Generator(model, ParameterPlan.generator(model).fresh(seed: 2)))
    try expectSame(Self.states(model)[index], studio, source: source)
  }

  /// The same with the generator that ships, whose commands name no model.
  @Test(arguments: 1..<3)
  func theShippedGeneratorToo(index: Int) throws {
    let generator = try ShippedGenerator.file().read()
    let studio = try StudioModel(generator)
    try expectSame(Self.states(generator.configuration)[index], studio, source: [])
  }

  @Test func aFoundPortraitToo() throws {
    let folder = try TemporaryFolder()
    let generator = try ShippedGenerator.file().read()
    let studio = try StudioModel(generator)
    let (file, wplus) = (folder("found.safetensors"), generator.latents(seed: 77).wplus)
    try LatentFile.write(wplus, of: generator, to: file)
    var state = StudioState(of: generator.configuration)
    state.found = studio.add(.init(name: "found", wplus: wplus, path: file.path))
    state.recipe.truncation = 0.8
    state.recipe.parts = [.init(part: 7, shape: 3)]
    state.yaw = 1.4
    try expectSame(state, studio, source: [], latents: file.path)
    // It is another portrait than that of the seed.
    var plain = state
    plain.found = nil
    let both = try [state, plain].map { try studio.made($0).pictures.imageFile.samples }
    #expect(both[0] != both[1])
  }

  /// The studio's mesh and that of the command which it shows: the same lines, the same bytes.
  @Test(.timeLimit(.minutes(2)))
  func theMeshOfTheStudioIsThatOfTheCommand() async throws {
    struct Progress: Decodable {
      let number: Int
      let isRunning: Bool
      let level: String
      let counts: String
      let command: String
    }
    let generator = try ShippedGenerator.file().read()
    let folder = try TemporaryFolder()
    let studio = try Studio(
      StudioModel(generator), title: "The shipped generator", folder: folder("studio"))
    var state = StudioState(of: generator.configuration)
    state.recipe.seed = 3
    state.muted = [0]
    func post(_ path: String, _ body: String) async -> LocalServer.Response {
      await studio.answer(LocalServer.Request(method: "POST", path: path, body: Data(body.utf8)))
    }
    let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
    #expect(await post("/mesh", "{\"state\":\(text)}").status == 200)
    var progress: Progress
    repeat {
      try await Task.sleep(for: .milliseconds(10))
      progress = try JSONDecoder().decode(Progress.self, from: await post("/meshing", "{}").body)
    } while progress.isRunning
    let words = progress.command.split(separator: " ").map(String.init)
    #expect(words.suffix(2) == ["--out", "Output/mesh"])
    let outcome = try Command.run(Array(words.dropFirst().dropLast()) + [folder("m").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(progress.level), "\(outcome.output)")
    for piece in progress.counts.split(separator: ";") {
      #expect(outcome.output.contains(piece), "\(outcome.output) \(progress.counts)")
    }
    for file in PortraitMesh.File.allCases {
      let answer = await studio.answer(
        LocalServer.Request(
          path: "/\(file.rawValue)", query: ["number": "\(progress.number)"]))
      #expect(answer.body == (try Data(contentsOf: folder("m/\(file.rawValue)"))))
    }
  }

  @Test(arguments: [
    (["--part", "hair:shape=1"], "--part: the model has no part hair"),
    (["--part", "face"], "expected a part and its seeds, such as hair:shape=12,texture=3"),
    (["--part", "face:shape=1", "--part", "face:texture=2"], "--part names face twice"),
    (["--blend", "seed=1,amount=2"], "amount is 2, expected 0 … 1"),
    (["--blend", "seed=1,amount=1,part=hair"], "--blend: the model has no part hair"),
    (["--mute", "hair"], "--mute: there is no part hair"), (["--mute", ","], "--mute is empty"),
    (["--mask-weights", "none"], "none"),
    (["--set", "rendering=flat", "--mute", "face"], "--mute: the model is flat"),
  ])
  func wrongEditsAreOneLine(arguments: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["generate", "--preset", "tiny"] + arguments + ["--out", folder("a").path])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder("a").path))
  }

  @Test func wrongCallsOfTheStudioEndAtOnce() throws {
    let flat = try Command.run("studio", "--preset", "tiny", "--set", "rendering=flat")
    #expect(flat.status == 2 && flat.errors.contains("the model is flat"))
    let port = try Command.run("studio", "--preset", "tiny", "--port", "70000")
    #expect(port.status == 2 && port.errors.contains("70000"))
    let missing = try Command.run("studio", "--preset", "tiny", "--latents", "none.npy")
    #expect(missing.status != 0 && missing.errors.contains("none.npy"))
  }
}
