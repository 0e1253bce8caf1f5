import Messages
import Synchronization

/// The chapters of a tour as pages whose steps run when the reader moves a parameter.
///
/// The sections are those of the static pages, made from the same step records. Where a static page has a
/// slider that turns stored frames, a live page has a control for every parameter that the step reads.
public final class LiveTour: Sendable {
  private let walkthrough: Walkthrough
  /// The values at which the pages begin: by chapter, then by parameter.
  private let settings: [String: [String: Double]]
  private let memories: [String: Memory]
  /// The parameters that a step has read so far, by chapter and step.
  private let uses = Mutex<[String: [Int: Set<String>]]>([:])

  /// Creates the pages of a tour.
  ///
  /// - Parameters:
  ///   - walkthrough: the chapters.
  ///   - settings: values of parameters that differ from the defaults, each as `NAME=VALUE` or
  ///     `CHAPTER.NAME=VALUE`.
  /// - Throws: an error of one line if a parameter is unknown or a value is not allowed.
  public init(_ walkthrough: Walkthrough, settings: [String] = []) throws {
    self.walkthrough = walkthrough
    self.settings = try WalkthroughOptions(
      settings.flatMap { ["--set", $0] }, chapters: walkthrough.chapters
    ).settings
    memories = Dictionary(
      walkthrough.chapters.map { ($0.name, Memory()) }, uniquingKeysWith: { first, _ in first })
  }

  /// What a live page has besides its chapter.
  public struct Dressing: Sendable {
    /// Rules in addition to the style of all pages.
    public let style: String
    /// HTML between the introduction and the list of the steps.
    public let notice: String
    /// A `script` element that is well-formed XML as well as HTML.
    public let script: String

    /// Creates what a page needs to live.
    public init(style: String, notice: String, script: String) {
      self.style = style
      self.notice = notice
      self.script = script
    }
  }

  /// An error in a request: one line that says what is wrong and how to mend it.
  public struct Mistake: Error, CustomStringConvertible {
    /// The line.
    public let description: String
  }

  /// A step that has run.
  public struct Section: Sendable {
    /// The parameters that the step reads, in the order of the chapter.
    public let parameters: [Parameter]
    /// The controls of the parameters that the step reads, as HTML.
    public let controls: String
    /// The findings, as HTML: the section of the static page without its heading.
    public let outcome: String
  }

  /// The names of the chapters with the number of their steps, in reading order.
  public var contents: [(chapter: String, steps: Int)] {
    walkthrough.chapters.map { ($0.name, $0.steps.count) }
  }

  /// The page with the map and the links to the chapters.
  public var index: String {
    get throws {
      IndexPage(
        title: walkthrough.title, introduction: walkthrough.introduction,
        chapters: try walkthrough.chapters.map {
          try ChapterSummary(chapter: $0, claims: [], html: "", cover: nil)
        }, map: walkthrough.map, isLive: true
      ).html
    }
  }

  /// Returns the page of a chapter, whose sections are empty until they are asked for.
  ///
  /// - Parameters:
  ///   - name: the name of the chapter.
  ///   - dressing: the style, notice and script of the page.
  /// - Returns: the page, or nil if there is no such chapter.
  public func page(_ name: String, _ dressing: Dressing) -> String? {
    let chapters = walkthrough.chapters
    guard let index = chapters.firstIndex(where: { $0.name == name }) else { return nil }
    return LivePage(
      chapter: chapters[index], previous: index > 0 ? chapters[index - 1] : nil,
      next: index + 1 < chapters.count ? chapters[index + 1] : nil, dressing: dressing
    ).html
  }

  /// Runs a step and returns its section.
  ///
  /// Only one call at a time is allowed for each chapter.
  ///
  /// - Parameters:
  ///   - name: the name of the chapter.
  ///   - step: the number of the step, counted from 1.
  ///   - values: values of parameters as text; those that are missing have their usual values.
  /// - Returns: the controls of the step and its findings.
  /// - Throws: `Mistake` if the chapter, the step or a parameter is unknown or a value is not allowed, and
  ///   an error of one line if a picture cannot be encoded.
  public func section(chapter name: String, step: Int, values: [String: String]) throws -> Section {
    guard let chapter = walkthrough.chapters.first(where: { $0.name == name }),
      let memory = memories[name]
    else { throw Mistake(description: "there is no chapter \(name.visible)") }
    guard chapter.steps.indices.contains(step - 1) else {
      throw Mistake(
        description: "\(chapter.name) has the steps 1 … \(chapter.steps.count), not \(step)")
    }
    let settings = try self.settings(of: chapter, values)
    let outcome = chapter.run(step: step - 1, settings: settings, memory: memory)
    let read = uses.withLock { uses -> Set<String> in
      // One branch of a step can read a parameter that another does not: controls stay.
      let all = (uses[name]?[step] ?? []).union(outcome.parametersRead)
      uses[name, default: [:]][step] = all
      return all
    }
    let section = try StepSection(
      outcome, parameters: chapter.parameters, links: PackageLinks(from: nil),
      shown: Set(chapter.steps[..<(step - 1)].flatMap(\.code)))
    let parameters = chapter.parameters.filter { read.contains($0.name) }
    let controls = parameters.map { parameter in
      ParameterControl(
        parameter: parameter, value: settings[parameter.name] ?? parameter.value,
        id: "step\(step)-\(escaped(parameter.name))"
      ).html
    }
    return Section(
      parameters: parameters, controls: controls.joined(separator: "\n"), outcome: section.content)
  }

  private func settings(
    of chapter: Chapter, _ values: [String: String]
  ) throws(Mistake) -> [String: Double] {
    var settings = chapter.settings(changedBy: self.settings)
    for (name, text) in values.sorted(by: { $0.key < $1.key }) {
      guard let parameter = chapter.parameters.first(where: { $0.name == name }) else {
        throw Mistake(description: "\(chapter.name) has no parameter \(name.visible)")
      }
      do { settings[name] = try parameter.value(of: text) } catch {
        throw Mistake(description: "\(error)")
      }
    }
    return settings
  }
}
