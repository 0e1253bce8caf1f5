import Foundation
import FoundationXML
import Inspection
import LivePages
import LocalServer
import Synchronization
import Testing

@Suite("Live pages")
struct LivePagesTests {
  private let pages: LivePages
  private let runs = Runs()

  init() throws {
    let runs = runs
    pages = LivePages(
      try LiveTour(
        Walkthrough(
          "Tour", introduction: "",
          chapters: [
            Chapter(
              "bell", title: "A bell", equations: "Eq. 7", introduction: "",
              parameters: [
                Parameter("alpha", 2, in: 0.5...8, unit: "1/plane²", meaning: "how narrow"),
                Parameter(
                  choice: "kernel", 0, of: ["Gaussian", "inverse", "a, b"],
                  meaning: "the function"),
                Parameter(whole: "wide", 0, in: 0...1, meaning: "1 is twice as wide"),
                Parameter(whole: "unused", 0, in: 0...1, meaning: "of no step"),
              ]
            ) {
              Step("Eq. 7", "How wide?") { page in
                let width = page.shared("width") { page["alpha"] * 3 }
                page.number("width", width)
                page.holds("small", width, atMost: 25)
              }
              Step("Other", "Which?") { page in
                page.number("kernel", page["kernel"] + page["wide"])
                page.number("width", page.shared("width") { page["alpha"] * 3 })
              }
              Step("Slow", "How long?") { page in
                runs.add(page["alpha"])
                runs.gate.wait()
                page.number("alpha", page["alpha"])
              }
            }
          ]), settings: ["bell.alpha=4"]))
  }

  private func get(_ path: String, _ query: [String: String] = [:]) async -> (Int, String) {
    let response = await pages.answer(LocalServer.Request(path: path, query: query))
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  private func section(
    _ step: Int, _ values: [String: String] = [:], reader: String = "r"
  ) async -> (Int, String) {
    await get(
      "/section",
      ["chapter": "bell", "step": "\(step)", "reader": reader].merging(
        values.map { ("set.\($0)", $1) }, uniquingKeysWith: { $1 }))
  }

  @Test func servesIndexAndChapters() async throws {
    let index = await get("/").1
    #expect(index.contains("href=\"bell.html\"") && !index.contains("no claims"))
    let (status, page) = await get("/bell.html")
    #expect(status == 200 && page.contains("data-step=\"3\""))
    // Static pages are well-formed XML, and so are these.
    let second = await section(2).1
    for text in [page, index, "<div>\(second)</div>"] {
      let parser = XMLParser(data: Data(text.utf8))
      #expect(parser.parse(), "line \(parser.lineNumber): \(text)")
    }
  }

  @Test func aMovedParameterRunsTheStep() async {
    #expect(await section(1).1.contains("<dd>12</dd>"))
    #expect(await section(1, ["alpha": "2.5"]).1.contains("<dd>7.5</dd>"))
    #expect(await section(1, ["alpha": "8"]).1.contains("✓ holds"))
    let narrow = await section(1, ["alpha": "8.0"])
    #expect(narrow.0 == 200 && narrow.1.contains("<dd>24</dd>"))
  }

  /// A step has controls for the parameters that it reads, also through shared results.
  @Test func controlsAreThoseThatTheStepReads() async {
    let first = await section(1).1
    #expect(first.contains("name=\"alpha\"") && !first.contains("name=\"kernel\""))
    #expect(first.contains("min=\"0.5\" max=\"8\" step=\"0.05\" value=\"4\""))
    let second = await section(2).1
    for name in ["alpha", "kernel", "wide"] { #expect(second.contains("name=\"\(name)\"")) }
    #expect(!second.contains("name=\"unused\""))
    #expect(
      second.contains("<option value=\"1\">inverse</option><option value=\"2\">a, b</option>"))
    #expect(second.contains("role=\"switch\""))
  }

  @Test(arguments: [
    ("alpha", "9", "alpha accepts 0.5 … 8, not 9"),
    ("alpha", "nan", "expected a number"), ("alpha", "1e400", "plain decimal"),
    ("alpha", "", "an empty value is not a number"), ("beta", "1", "bell has no parameter beta"),
    ("kernel", "0.5", "or their numbers 0 … 2"), ("kernel", "-1", "or their numbers 0 … 2"),
    ("kernel", "gauss", "kernel accepts Gaussian, inverse"),
    ("alpha", "0x1p2", "plain decimal"), ("alpha", "1\u{1B}[31m\n2", "is not a number"),
    ("alpha", "<script>", "is not a number"),
    ("a\u{202E}b", "1", "has no parameter"),
  ])
  func aValueThatIsNotAllowedIsOneLine(name: String, value: String, message: String) async {
    let (status, text) = await section(1, [name: value])
    #expect(status == 422 && text.contains(message), "\(text)")
    #expect(text.filter { $0 == "\n" }.count == 1 && !text.contains("\u{1B}"))
    // The next request is answered as before.
    #expect(await section(1).0 == 200)
  }

  /// Waits for the slow step to begin with a value, which is the last of the values with which it began.
  private func begun(_ value: Double) async throws {
    while runs.values.last != value { try await Task.sleep(for: .milliseconds(2)) }
  }

  /// While a step runs, only the newest of many moves of the same reader waits; another reader's waits too.
  @Test(.timeLimit(.minutes(20))) func staleRequestsAreDropped() async throws {
    async let first = section(3, ["alpha": "1"])
    try await begun(1)
    async let other = section(3, ["alpha": "7"], reader: "other")
    let dropped = Runs()
    async let moves = withTaskGroup(of: Int.self) { group in
      for index in 0..<100 {
        group.addTask {
          let status = await section(3, ["alpha": "\(2 + 0.01 * Double(index))"]).0
          if status == 409 { dropped.add(0) }
          return status
        }
      }
      return await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
    }
    // The first run is still at the gate when all moves but one have been answered.
    while dropped.values.count < 99 { try await Task.sleep(for: .milliseconds(2)) }
    #expect(runs.values == [1])
    for _ in 0..<3 { runs.gate.signal() }
    #expect(await first.1.contains("<dd>1</dd>"))
    #expect(await other.1.contains("<dd>7</dd>"))
    #expect(await moves == [409: 99, 200: 1])
    #expect(runs.values.count == 3)
  }

  @Test(arguments: [
    "/../Package.swift", "/../../etc/passwd", "/bell", "/bell.html/", "/section", "/etc/passwd",
    "/nothing.html", "/../bell.html", "/.html", "", "/bell.html.html",
  ])
  func nothingElseIsServed(path: String) async {
    let (status, text) = await get(path)
    #expect(status == 404 || status == 400, "\(text)")
    #expect(text.filter { $0 == "\n" }.count == 1)
  }

  @Test func unknownStepsAndChaptersAreOneLine() async {
    #expect(await section(4) == (422, "bell has the steps 1 … 3, not 4\n"))
    #expect(await section(0) == (422, "bell has the steps 1 … 3, not 0\n"))
    let answer = await get("/section", ["chapter": "x", "step": "1"])
    #expect(answer == (422, "there is no chapter x\n"))
    let huge = await get("/section", ["chapter": "bell", "step": "99999999999999999999"])
    #expect(huge.0 == 400)
  }

  @Test func onlyGETIsAnswered() async {
    let response = await pages.answer(LocalServer.Request(method: "POST", path: "/"))
    #expect(response.status == 405)
  }

  @Test func aWrongInitialValueIsAnError() {
    #expect {
      try LiveTour(Walkthrough("T", introduction: "", chapters: []), settings: ["alpha=1"])
    } throws: { "\($0)".contains("no such parameter") }
  }
}

/// The values with which the slow step ran, and the gate at which it waits.
private final class Runs: Sendable {
  private let state = Mutex([Double]())
  let gate = DispatchSemaphore(value: 0)

  var values: [Double] { state.withLock { $0 } }

  func add(_ value: Double) { state.withLock { $0.append(value) } }
}
