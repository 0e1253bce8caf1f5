import Foundation

/// One chapter or several, as a command runs them.
///
/// ```swift
/// @main struct Lifting {
///   static func main() {
///     exit(Walkthrough(liftingChapter()).run(arguments: CommandLine.arguments))
///   }
/// }
/// ```
public struct Walkthrough: Sendable {
  /// The heading of the index.
  public let title: String
  /// What the chapters are about together.
  public let introduction: String
  /// The chapters in reading order.
  public let chapters: [Chapter]

  /// A tour through several chapters.
  public init(_ title: String, introduction: String, chapters: [Chapter]) {
    self.title = title
    self.introduction = introduction
    self.chapters = chapters
  }

  /// A single chapter.
  public init(_ chapter: Chapter) {
    self.init(chapter.title, introduction: chapter.introduction, chapters: [chapter])
  }

  /// What `--set` can change: every chapter's name with its parameters, for a program's help.
  public var parameterList: String { WalkthroughOptions.list(chapters) }

  /// Runs everything unattended into a folder and says on the console what holds.
  ///
  /// - Parameters:
  ///   - folder: where pages, numbers and pictures go.
  ///   - settings: what differs from the usual values: by the chapter's name, then by the
  ///     parameter's.
  ///   - console: where the verdicts are written.
  /// - Returns: the claims that do not hold.
  /// - Throws: an error of one line when a file cannot be written.
  @discardableResult
  public func runUnattended(
    into folder: URL, settings: [String: [String: Double]] = [:],
    console: Console = .standardOutput()
  ) throws -> [Claim] {
    try UnattendedRun(
      title: title, introduction: introduction, chapters: chapters, folder: folder,
      settings: settings, console: console
    ).run()
  }

  /// Does what the command line asks for, or what suits the terminal when it asks for nothing.
  ///
  /// - Parameters:
  ///   - arguments: the command line, the program's name first.
  ///   - input: where commands are read from.
  ///   - console: where text is written.
  /// - Returns: the exit status: 0 done, 1 a claim fails or a file cannot be written, 2 wrong use.
  public func run(
    arguments: [String], input: FileHandle = .standardInput,
    console: Console = .standardOutput()
  ) -> Int32 {
    let options: WalkthroughOptions
    do {
      options = try WalkthroughOptions(arguments.dropFirst(), chapters: chapters)
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      return 2
    }
    if options.wantsHelp {
      console.write(WalkthroughOptions.help(title: title, chapters: chapters))
      return 0
    }
    let console = options.isPlain ? Console(console, hasColor: false) : console
    do {
      if options.isUnattended || isatty(input.fileDescriptor) == 0 {
        let failures = try runUnattended(
          into: options.folder, settings: options.settings, console: console)
        return failures.isEmpty ? 0 : 1
      }
      var session = TerminalSession(
        chapters: chapters, settings: options.settings, folder: options.folder, console: console)
      return session.run(reading: input)
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      return 1
    }
  }
}
