import Foundation
import Messages
import Tensors

/// A program that runs one or more chapters.
///
/// ```swift
/// @main struct Lifting {
///   static func main() {
///     exit(Walkthrough(liftingChapter()).run(arguments: CommandLine.arguments))
///   }
/// }
/// ```
public struct Walkthrough: Sendable {
  /// The title of the index page.
  public let title: String
  /// The introduction to the chapters.
  public let introduction: String
  /// The chapters in reading order.
  public let chapters: [Chapter]
  /// The map of the index page; nil if it lists only the chapters.
  public let map: TourMap?

  /// Creates a tour of several chapters.
  ///
  /// - Parameters:
  ///   - title: the title of the index page.
  ///   - introduction: the introduction to the chapters; a blank line separates paragraphs.
  ///   - chapters: the chapters in reading order.
  ///   - map: the map of the index page, whose links lead to these chapters and their steps.
  public init(_ title: String, introduction: String, chapters: [Chapter], map: TourMap? = nil) {
    for target in map?.targets ?? [] {
      require(
        target.address(among: chapters) != nil,
        "Walkthrough(_:…): the map links to \(target.chapter), step \"\(target.step ?? "")\", "
          + "expected one of the chapters and the title of a step")
    }
    self.title = title
    self.introduction = introduction
    self.chapters = chapters
    self.map = map
  }

  /// Creates a walkthrough of a single chapter.
  public init(_ chapter: Chapter) {
    self.init(chapter.title, introduction: chapter.introduction, chapters: [chapter])
  }

  /// The parameters of every chapter that `--set` can change, for the help of a program.
  public var parameterList: String { WalkthroughOptions.list(chapters) }

  /// Runs all chapters unattended, writes a folder, and prints the verdicts on the console.
  ///
  /// - Parameters:
  ///   - folder: the folder for pages, numbers and pictures.
  ///   - settings: the values that differ from the defaults: by the name of the chapter, then by that
  ///     of the parameter.
  ///   - console: the console for the verdicts.
  /// - Returns: the claims that do not hold.
  /// - Throws: an error of one line if a file cannot be written, or, before the first chapter, if the
  ///   folder holds files that this program did not write.
  @discardableResult
  public func runUnattended(
    into folder: URL, settings: [String: [String: Double]] = [:],
    console: Console = .standardOutput()
  ) throws -> [Claim] {
    try UnattendedRun(
      title: title, introduction: introduction, chapters: chapters, folder: folder,
      settings: settings, console: console, map: map
    ).run()
  }

  /// Runs the program: unattended with `--all`, otherwise by commands from a terminal, a pipe or a file.
  ///
  /// If standard input is closed or `/dev/null`, nobody can give commands, so the program runs unattended
  /// and nothing waits.
  ///
  /// - Parameters:
  ///   - arguments: the command line, beginning with the name of the program.
  ///   - input: the source of the commands.
  ///   - console: the console for the text.
  /// - Returns: the exit status: 0 success, 1 a claim fails or a file cannot be written, 2 a usage error,
  ///   a piped command that is wrong, or files of others in the folder.
  public func run(
    arguments: [String], input: FileHandle = .standardInput,
    console: Console = .standardOutput()
  ) -> Int32 {
    StandardError.openClosedStreams()
    ProcessLimits.prepare()
    return MainStack.run { runOnMainStack(arguments: arguments, input: input, console: console) }
  }

  private func runOnMainStack(
    arguments: [String], input: FileHandle, console: Console
  ) -> Int32 {
    do {
      let options = try WalkthroughOptions(arguments.dropFirst(), chapters: chapters)
      if options.wantsHelp {
        console.write(WalkthroughOptions.help(title: title, chapters: chapters))
        return 0
      }
      let console = options.isPlain ? Console(console, hasColor: false) : console
      if options.isUnattended || !Self.canGiveCommands(input.fileDescriptor) {
        let failures = try runUnattended(
          into: options.folder, settings: options.settings, console: console)
        return failures.isEmpty ? 0 : 1
      }
      var session = TerminalSession(
        chapters: chapters, settings: options.settings, folder: options.folder, console: console)
      return session.run(reading: input)
    } catch {
      StandardError.say("Error: \(error)")
      return error is WalkthroughMistake ? 2 : 1
    }
  }

  /// Returns whether commands may come from a descriptor: it must be open, and not `/dev/null`.
  static func canGiveCommands(_ descriptor: Int32) -> Bool {
    var (file, null) = (stat(), stat())
    guard fstat(descriptor, &file) == 0 else { return false }
    guard file.st_mode & S_IFMT == S_IFCHR, stat("/dev/null", &null) == 0 else { return true }
    return file.st_rdev != null.st_rdev
  }
}
