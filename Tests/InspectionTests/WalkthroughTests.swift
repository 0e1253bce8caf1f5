import Foundation
import Synchronization
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Inspection

@Suite("Walkthroughs without a terminal")
struct WalkthroughTests {
  /// Runs a walkthrough as a command with empty standard input; returns its status and its text.
  private func run(
    _ chapters: [Chapter], _ arguments: [String], folder: TemporaryFolder
  ) throws -> (status: Int32, text: String) {
    let log = folder("log.txt")
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    let status = Walkthrough("Tour", introduction: "", chapters: chapters).run(
      arguments: ["walk"] + arguments + ["--output", folder("out").path], input: .nullDevice,
      console: Console(handle, hasColor: false))
    try handle.close()
    return (status, try folder.text("log.txt"))
  }

  @Test func everythingIsWrittenAndHolds() throws {
    let folder = try TemporaryFolder()
    let (status, text) = try run([demoChapter()], ["--all"], folder: folder)
    #expect(status == 0)
    #expect(text.contains("  ✓ holds  ψ is at most 1  (1 ≤ 1)\n"))
    #expect(text.contains("All 3 claims hold.") && text.contains("out/index.html"))
    let stored = try NPYFile.read(folder("out/bell/step1/part01_psi.npy")).tensor
    expectClose(stored, bell(alpha: 2, planes: 4), within: .exact)
    let data = try Data(contentsOf: folder("out/bell/index.json"))
    let entries = try JSONDecoder().decode([DumpEntry].self, from: data)
    #expect(entries.map(\.name) == ["step1/part01_psi", "step1/psi_z"])
    #expect(entries.allSatisfy { $0.equation == "Eq. 7" })
  }

  @Test func withoutAnyInputItRunsThrough() throws {
    let folder = try TemporaryFolder()
    let (status, _) = try run([demoChapter()], [], folder: folder)
    #expect(status == 0 && FileManager.default.fileExists(atPath: folder("out/bell.html").path))
  }

  @Test func aFailedClaimIsAFailedRun() throws {
    let folder = try TemporaryFolder()
    let (status, text) = try run([demoChapter(failing: true)], ["--all"], folder: folder)
    #expect(status == 1)
    #expect(text.contains("✗ FAILS  four is enough  (4 is not in 5 … 6)"))
    #expect(text.contains("1 of 3 claims FAIL."))
  }

  /// Files of others are noticed before the first chapter, and nothing is written.
  @Test(arguments: ["index.html", "bell.html", "bell/index.json"])
  func filesOfOthersStopTheRunAtItsStart(name: String) throws {
    let folder = try TemporaryFolder()
    let foreign = folder("out/\(name)")
    try Folder.make(foreign.deletingLastPathComponent())
    try Data("mine".utf8).write(to: foreign)
    let (status, text) = try run([demoChapter()], ["--all"], folder: folder)
    #expect(status == 2 && text.isEmpty, "\(text)")
    #expect(try folder.text("out/\(name)") == "mine")
    let files = FileManager.default.enumerator(atPath: folder("out").path)?.compactMap {
      $0 as? String
    }
    #expect(files?.filter { !name.hasPrefix($0) } == [])
  }

  /// So are results of an earlier run that were changed since.
  @Test(arguments: ["bell.html", "bell/step1/psi_z.png", "bell/step1/part01_psi.npy"])
  func changedResultsStopTheRunAtItsStart(name: String) throws {
    let folder = try TemporaryFolder()
    for _ in 0..<2 {
      #expect(try run([demoChapter()], ["--all"], folder: folder).status == 0)
    }
    try Data("mine".utf8).write(to: folder("out/\(name)"))
    let (status, text) = try run([demoChapter()], ["--all"], folder: folder)
    #expect(status == 2 && text.isEmpty, "\(text)")
    #expect(try folder.text("out/\(name)") == "mine")
  }

  @Test func parametersAreTakenFromTheCommandLine() throws {
    let folder = try TemporaryFolder()
    let (status, _) = try run([demoChapter()], ["--set", "alpha=4"], folder: folder)
    #expect(status == 0)
    let stored = try NPYFile.read(folder("out/bell/step1/part01_psi.npy")).tensor
    expectClose(stored, bell(alpha: 4, planes: 4), within: .exact)
  }

  @Test(arguments: [
    ["--wibble"], ["--set", "alpha"], ["--set", "beta=1"], ["--set", "alpha=99"],
    ["--set", "planes=2.5"], ["--set"], ["--set", "alpha=nan"], ["--set", "bell.beta=1"],
    ["--set", "wibble.alpha=1"], ["--output="], ["--all=1"], ["--wib\u{1B}[2J\nble"],
  ])
  func wrongUseIsStatusTwo(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    #expect(try run([demoChapter()], arguments, folder: folder).status == 2)
    #expect(!FileManager.default.fileExists(atPath: folder("out").path))
    let error = #expect(throws: WalkthroughMistake.self) {
      try WalkthroughOptions(arguments, chapters: [demoChapter()])
    }
    #expect(error.map { !$0.description.contains { $0 == "\n" || $0 == "\u{1B}" } } == true)
  }

  @Test(arguments: [
    ("alpha=nan", "--set alpha: got nan, expected a number such as 0.25"),
    ("alpha=-INF", "--set alpha: got -INF, expected a number such as 0.25"),
    ("alpha=abc", "--set alpha: abc is not a number; write, for example, 0.25"),
    ("alpha=1=2", "--set alpha: 1=2 is not a number; write, for example, 0.25"),
    ("alpha=", "--set alpha: an empty value is not a number; write, for example, 0.25"),
    ("alpha=0x2", "--set alpha: 0x2 is not in plain decimal notation; write, for example, 0.25"),
    ("alpha=1e0", "--set alpha: 1e0 is not in plain decimal notation; write, for example, 0.25"),
    ("alpha", "--set needs NAME=VALUE, as in --set alpha=2"),
    ("alpha=99", "--set alpha: bell.alpha accepts 0.5 … 8, not 99"),
    ("planes=2.5", "--set planes: bell.planes accepts whole numbers 2 … 9, not 2.5"),
    ("wibble.alpha=1", "--set wibble.alpha: no such chapter; the chapters are bell"),
  ])
  func mistakesSayWhatIsWrong(setting: String, message: String) throws {
    let error = #expect(throws: WalkthroughMistake.self) {
      try WalkthroughOptions(["--set", setting], chapters: [demoChapter()])
    }
    #expect(error?.description == message)
  }

  /// Two chapters with a parameter of the same name but different ranges.
  private var twoChapters: [Chapter] {
    [("wide", 20), ("narrow", 5)].map { name, end in
      Chapter(
        name, title: name, equations: "", introduction: "",
        parameters: [Parameter(whole: "part", 1, in: 0...end, meaning: "a part")]
      ) {
        Step("a", "b") { page in page.holds("\(name) has \(page["part"].brief)", true) }
      }
    }
  }

  @Test(arguments: [
    (["part=11"], ["wide": ["part": 11.0]]),
    (["part=3"], ["wide": ["part": 3], "narrow": ["part": 3]]),
    (["narrow.part=4"], ["narrow": ["part": 4]]),
    (["part=3", "wide.part=11"], ["wide": ["part": 11], "narrow": ["part": 3]]),
  ])
  func settingsApplyToTheChaptersThatAcceptThem(
    given: [String], expected: [String: [String: Double]]
  ) throws {
    let options = try WalkthroughOptions(given.map { "--set=\($0)" }, chapters: twoChapters)
    #expect(options.settings == expected)
  }

  @Test func everyRangeIsNamedIfNoChapterAcceptsTheValue() throws {
    let error = #expect(throws: WalkthroughMistake.self) {
      try WalkthroughOptions(["--set", "part=21"], chapters: twoChapters)
    }
    #expect(
      error?.description == "--set part: wide.part accepts whole numbers 0 … 20, "
        + "narrow.part accepts whole numbers 0 … 5, not 21")
    #expect(throws: WalkthroughMistake.self) {
      try WalkthroughOptions(["--set", "narrow.part=11"], chapters: twoChapters)
    }
  }

  @Test func chaptersRunWithTheirOwnSettings() throws {
    let folder = try TemporaryFolder()
    let text = try run(twoChapters, ["--set", "part=11"], folder: folder).text
    #expect(text.contains("wide has 11") && text.contains("narrow has 1\n"))
  }

  /// Each chapter reads the name by its own choices.
  @Test func aNameIsSetInEachChapterByItsOwnNumber() throws {
    func chapter(_ name: String, _ choices: [String]) -> Chapter {
      Chapter(
        name, title: name, equations: "Eq. 1", introduction: "",
        parameters: [Parameter(choice: "part", 0, of: choices, meaning: "the part")]
      ) {}
    }
    let chapters = [
      chapter("little", ["face", "hair"]), chapter("whole", ["face", "nose", "hair"]),
      chapter("other", ["sum", "softmax"]),
    ]
    let options = try WalkthroughOptions(["--set", "part=Hair"], chapters: chapters)
    #expect(options.settings == ["little": ["part": 1], "whole": ["part": 2]])
    let mistake = try #require(throws: WalkthroughMistake.self) {
      try WalkthroughOptions(["--set", "whole.part=beard"], chapters: chapters)
    }
    #expect(
      mistake.description.contains("face, nose, hair") && mistake.description.contains("beard"))
  }

  @Test func outputMayBeJoinedToItsFolder() throws {
    let options = try WalkthroughOptions(["--output=a=b/c"], chapters: [])
    #expect(options.folder.path.hasSuffix("/a=b/c"))
  }

  @Test func parametersAreListedForAProgramsHelp() {
    let list = Walkthrough("Tour", introduction: "", chapters: twoChapters).parameterList
    #expect(list.contains("[wide]\n  part = 1  (0 … 20)  a part\n"))
    #expect(list.contains("[narrow]\n  part = 1  (0 … 5)  a part\n"))
  }

  @Test func helpListsTheParameters() throws {
    let folder = try TemporaryFolder()
    let (status, text) = try run([demoChapter()], ["--help"], folder: folder)
    #expect(status == 0 && text.contains("--set NAME=VALUE"))
    #expect(text.contains("alpha = 2 / plane²  (0.5 … 8)  how narrow"))
  }

  @Test func unwritableFolderIsStatusOne() throws {
    let folder = try TemporaryFolder()
    try Data("x".utf8).write(to: folder("out"))
    #expect(try run([demoChapter()], ["--all"], folder: folder).status == 1)
  }

  @Test func claimsAreAvailableToTests() {
    let good = demoChapter().run()
    #expect(good.claims.count == 3 && good.failures.isEmpty)
    #expect(good.steps.map { $0.page.views.map(\.name) } == [["part01_psi", "psi_z"], []])
    let bad = demoChapter().run(with: ["planes": 3, "alpha": 1])
    #expect(bad.claims.map(\.measurement) == ["1 ≤ 1", "", "3 is in 2 … 9"])
    #expect(demoChapter(failing: true).run().failures.map(\.text) == ["four is enough"])
  }

  @Test func aStepThatThrowsFails() {
    struct Stop: Error, CustomStringConvertible { let description = "the file is gone" }
    let chapter = Chapter("x", title: "x", equations: "", introduction: "") {
      Step("a", "b") { _ in throw Stop() }
    }
    #expect(chapter.run().failures.map(\.measurement) == ["the file is gone"])
  }

  @Test func claimsJudgeTheirNumbers() {
    let chapter = Chapter("x", title: "x", equations: "", introduction: "") {
      Step("a", "b") { page in
        page.holds("most", 2, atMost: 2)
        page.holds("most", 2.5, atMost: 2)
        page.holds("most", .nan, atMost: 2)
        page.holds("least", 2, atLeast: 2)
        page.holds("least", 1, atLeast: 2)
        page.holds("equal", 1.05, equals: 1, within: 0.1)
        page.holds("equal", 1.2, equals: 1, within: 0.1)
        page.holds("equal", .nan, equals: 1, within: 0.1)
        page.holds("equal", .infinity, equals: .infinity, within: 0)
        page.holds("range", .nan, in: 0...1)
      }
    }
    #expect(
      chapter.run().claims.map(\.holds) == [
        true, false, false, true, false, true, false, false, true, false,
      ])
  }

  /// Step 1 reads `a` before the shared closure runs, step 2 inside it, and step 3 reads only `b`.
  @Test func sharedResultsLiveWhileTheirParametersStay() {
    let made = Made()
    let chapter = Chapter(
      "c", title: "", equations: "", introduction: "",
      parameters: [
        Parameter("a", 1, in: 0...9, meaning: ""), Parameter("b", 1, in: 0...9, meaning: ""),
      ]
    ) {
      Step("1", "") { page in
        let a = page["a"]
        page.number("v", page.shared("captured") { made.note("captured", a) })
      }
      Step("2", "") { page in
        page.number("v", page.shared("inside") { made.note("inside", page["a"]) })
        page.number("v", page.shared("both") { page.shared("inside") { 0 } + page["b"] })
      }
      Step("3", "") { page in page.number("v", page.shared("b") { made.note("b", page["b"]) }) }
    }
    let memory = Memory()
    func run(_ settings: [String: Double]) -> [String] {
      made.forget()
      for index in chapter.steps.indices {
        let outcome = chapter.run(step: index, settings: settings, memory: memory)
        let read: [Set<String>] = [["a"], ["a", "b"], ["b"]]
        #expect(outcome.parametersRead == read[index])
        let first = outcome.page.entries.first
        guard case .number(let reading)? = first else { continue }
        #expect(reading.value == settings[index == 2 ? "b" : "a"])
      }
      return made.names
    }
    #expect(run(["a": 1, "b": 1]) == ["captured", "inside", "b"])
    #expect(run(["a": 1, "b": 1]).isEmpty)
    #expect(run(["a": 1, "b": 2]) == ["b"])
    #expect(run(["a": 2, "b": 2]) == ["captured", "inside"])
  }
}

/// The shared results that were made.
private final class Made: Sendable {
  private let state = Mutex([String]())

  var names: [String] { state.withLock { $0 } }

  func forget() { state.withLock { $0 = [] } }

  /// Records a name and returns the value.
  func note(_ name: String, _ value: Double) -> Double {
    state.withLock { $0.append(name) }
    return value
  }
}
