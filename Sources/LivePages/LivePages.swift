import Foundation
import Inspection
import LocalServer
import Messages

/// Live pages over HTTP: the addresses `/`, `/CHAPTER.html`, `/section` and `/alive`.
///
/// All that is served is made in memory; no request names a file.
public struct LivePages: Sendable {
  private let tour: LiveTour
  private let turns = Turns()

  /// Creates the live pages of a tour.
  public init(_ tour: LiveTour) { self.tour = tour }

  /// Answers a request.
  ///
  /// `/section?chapter=NAME&step=N&reader=ID&set.PARAMETER=VALUE` runs a step. One step runs at a time. A
  /// request that a newer one of the same reader for the same step overtakes before its turn is answered
  /// with status 409, and an unknown name or a value out of range with status 422 and one line.
  ///
  /// - Parameter request: the request.
  /// - Returns: a page, a section, or one line that says what is wrong.
  public func answer(_ request: LocalServer.Request) async -> LocalServer.Response {
    guard request.method == "GET" else { return .line("only GET is answered here", status: 405) }
    switch request.path {
    case "/", "/index.html":
      do { return .html(try tour.index) } catch { return .line("\(error)", status: 500) }
    case "/section": return await section(request)
    case "/alive": return .line("alive", status: 200)
    case let path:
      let name = path.dropFirst()
      guard name.hasSuffix(".html"), let page = tour.page(String(name.dropLast(5)), Self.dressing)
      else { return .line("there is no page \(path.visible)", status: 404) }
      return .html(page)
    }
  }

  private func section(_ request: LocalServer.Request) async -> LocalServer.Response {
    guard let chapter = request.query["chapter"], let step = request.query["step"].flatMap(Int.init)
    else { return .line("/section needs chapter=NAME and step=NUMBER", status: 400) }
    let values = Dictionary(
      uniqueKeysWithValues: request.query.compactMap { name, value in
        name.hasPrefix("set.") ? (String(name.dropFirst(4)), value) : nil
      })
    let reader = request.query["reader"] ?? ""
    let answer = await turns.take("\(reader)/\(chapter)/\(step)") { [tour] in
      Result { try tour.section(chapter: chapter, step: step, values: values) }
    }
    switch answer {
    case nil: return .line("overtaken by a newer request", status: 409)
    case .failure(let error)?: return .line("\(error)".visible, status: 422)
    case .success(let section)?:
      return .html(
        "<form class=\"controls\">\(section.controls)</form>"
          + "<div class=\"outcome\">\(section.outcome)</div>")
    }
  }

  private static let dressing = LiveTour.Dressing(
    style: LiveStyle.text,
    notice: """
      <p>Every control runs the step again with the code of the project. A number that changes shows \
      what it was before.</p>
      <p class="gone" role="alert" hidden="hidden">The program behind this page has ended. Start it \
      again with <code>make live</code>; this page then goes on where it was.</p>
      <noscript><p>Live pages need scripts. <code>make walkthrough</code> writes pages that can be read \
      without them.</p></noscript>
      """,
    script: LiveScript.element)
}
