import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite("Installation")
struct InstallTests {
  private static let script = ShippedModelTests.clone.appendingPathComponent(".ci/install")

  private func install(_ arguments: String...) throws -> Command.Outcome {
    try Command.run(arguments, program: Self.script)
  }

  private static var programs: String { Command.program.deletingLastPathComponent().path }

  /// Installed programs work from `/`, read the installed generator, and are removed without a trace.
  @Test func installedProgramsWorkFromAnyFolder() throws {
    let folder = try TemporaryFolder()
    let prefix = folder("a prefix").path
    let installed = try install(Self.programs, prefix)
    #expect(installed.status == 0, "\(installed.errors)")
    let program = folder("a prefix/bin/ssgan3d")
    let outcome = try Command.run(
      ["generate", "--seed", "3", "--out", folder("out").path], program: program,
      in: URL(fileURLWithPath: "/"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("\(prefix)/share/ssgan3d/Fixtures/Checkpoint"), "\(outcome.errors)")
    let here = try Command.run("generate", "--seed", "3", "--out", folder("here").path)
    #expect(here.status == 0, "\(here.errors)")
    #expect(
      try Data(contentsOf: folder("out/seed0003_image.png"))
        == Data(contentsOf: folder("here/seed0003_image.png")))
    // A truncated portrait needs the mean latent, which the program keeps beside the generator.
    let truncated = try Command.run(
      ["generate", "--truncation", "0.5", "--out", folder("mean").path], program: program)
    #expect(truncated.status == 0, "\(truncated.errors)")

    let walk = try Command.run(
      ["--all", "--output", folder("walk").path],
      program: folder("a prefix/bin/ssgan3d-walk"), in: URL(fileURLWithPath: "/"))
    #expect(walk.status == 0, "\(walk.errors)")

    for (file, word) in [
      ("bash-completion/completions/ssgan3d", "complete"),
      ("zsh/site-functions/_ssgan3d", "#compdef"),
      ("fish/vendor_completions.d/ssgan3d.fish", "complete -c"),
    ] {
      let text = try String(contentsOf: folder("a prefix/share/\(file)"), encoding: .utf8)
      #expect(text.contains(word) && text.contains("evaluate"), "\(file)")
    }

    // A second installation replaces the first, and files of others stay.
    #expect(try install(Self.programs, prefix).status == 0)
    try Data("mine".utf8).write(to: folder("a prefix/share/ssgan3d/mine.txt"))
    let removed = try install("--remove", prefix)
    #expect(removed.status == 0, "\(removed.errors)")
    let left = try folder.files("a prefix").filter { path in
      !Folder.exists(folder("a prefix/\(path)"))
    }
    #expect(left == ["share/ssgan3d/mine.txt"])
    #expect(!FileManager.default.fileExists(atPath: folder("a prefix/share/ssgan3d/Sources").path))
    let again = try install("--remove", prefix)
    #expect(again.status == 1 && again.errors.contains("nothing is installed"), "\(again.errors)")
  }

  /// With DESTDIR, everything lies below it, and nothing else is written.
  @Test func destdirIsRespected() throws {
    let folder = try TemporaryFolder()
    let prefix = folder("never").path
    let outcome = try install(Self.programs, prefix, folder("stage").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: prefix))
    let staged = "\(folder("stage").path)\(prefix)"
    #expect(FileManager.default.isExecutableFile(atPath: "\(staged)/bin/ssgan3d"))
    let removed = try install("--remove", prefix, folder("stage").path)
    #expect(removed.status == 0 && !FileManager.default.fileExists(atPath: "\(staged)/bin/ssgan3d"))
  }

  /// A list with a path outside the prefix removes nothing.
  @Test func aForeignListRemovesNothing() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder("p/share/ssgan3d"))
    try Data("precious".utf8).write(to: folder("precious.txt"))
    try Data("share/../../precious.txt\n".utf8)
      .write(to: folder("p/share/ssgan3d/installed-files.txt"))
    let outcome = try install("--remove", folder("p").path)
    #expect(outcome.status == 1 && outcome.errors.contains("outside"), "\(outcome.errors)")
    #expect(FileManager.default.fileExists(atPath: folder("precious.txt").path))
  }

  @Test func wrongUseIsOneLine() throws {
    let folder = try TemporaryFolder()
    let relative = try install(Self.programs, "usr")
    #expect(relative.status == 2 && relative.errors.contains("PREFIX is 'usr'"))
    let unbuilt = try install(folder.url.path, folder("p").path)
    #expect(unbuilt.status == 1 && unbuilt.errors.contains("run make build first"))
    #expect(relative.errorLines.count == 1 && unbuilt.errorLines.count == 1)
    #expect(try folder.files(".").isEmpty)
  }
}
