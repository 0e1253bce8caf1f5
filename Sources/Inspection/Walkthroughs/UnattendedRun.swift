import Foundation
import TensorFiles

/// An unattended run of several chapters that writes numbers, pictures and pages to a folder.
struct UnattendedRun {
  var title: String
  var introduction: String
  var chapters: [Chapter]
  var folder: URL
  /// The values that differ from the defaults: by chapter, then by parameter.
  var settings: [String: [String: Double]]
  var console: Console
  /// The map of the index page.
  var map: TourMap?

  /// Runs all chapters and returns the claims that do not hold.
  ///
  /// - Throws: `WalkthroughMistake` before the first chapter if the folder holds files that this program
  ///   did not write, and an error of one line if a file cannot be written.
  func run() throws -> [Claim] {
    let pages = try ResultFolder(folder)
    try requireFree(pages)
    var failures: [Claim] = []
    var summaries: [ChapterSummary] = []
    for (index, chapter) in chapters.enumerated() {
      let summary = try run(
        chapter, pages, previous: index > 0 ? chapters[index - 1] : nil,
        next: index + 1 < chapters.count ? chapters[index + 1] : nil)
      summaries.append(summary)
      failures += summary.claims.filter { !$0.holds }
    }
    let index = IndexPage(title: title, introduction: introduction, chapters: summaries, map: map)
    try pages.write(Data(index.html.utf8), Self.indexName)
    let count = summaries.reduce(0) { $0 + $1.claims.count }
    console.line()
    console.line(
      failures.isEmpty
        ? console.styled("All \(count) claims hold.", .good)
        : console.styled("\(failures.count) of \(count) claims FAIL.", .bad))
    console.line("Open \(pages(Self.indexName).path)")
    return failures
  }

  private static let indexName = "index.html"

  private static func name(ofPage chapter: Chapter) -> String { "\(chapter.name).html" }

  private func dumpFolder(_ chapter: Chapter) -> URL { folder.appendingPathComponent(chapter.name) }

  /// Throws an error, before the long work, if a file that will be written here is somebody else's.
  private func requireFree(_ pages: ResultFolder) throws {
    do {
      try pages.requireFree([Self.indexName] + chapters.map(Self.name(ofPage:)))
      for chapter in chapters { try DumpWriter.requireFree(dumpFolder(chapter)) }
    } catch let error as TensorFileError {
      throw WalkthroughMistake("--output \(folder.path): \(error)")
    }
  }

  private func run(
    _ chapter: Chapter, _ pages: ResultFolder,
    previous: Chapter?, next: Chapter?
  ) throws -> ChapterSummary {
    console.line(console.styled("\(chapter.equations)  \(chapter.title)", .bold))
    let dump = try DumpWriter(
      folder: dumpFolder(chapter), origin: "walkthrough, chapter \(chapter.name)")
    var page = ChapterPage(
      chapter: chapter, settings: chapter.settings(changedBy: settings),
      folder: folder, previous: previous, next: next, hasIndex: true)
    let memory = Memory()
    var claims: [Claim] = []
    var cover: View?
    for index in chapter.steps.indices {
      // One step at a time: its tensors are written and freed before the next step runs.
      let outcome = chapter.withFrames(
        chapter.run(step: index, settings: page.settings, memory: memory), settings: page.settings)
      try dump.write(step: outcome)
      try page.add(outcome)
      let verdicts = outcome.claims + outcome.failuresOfFrames
      verdicts.forEach(console.line)
      claims += verdicts
      if cover == nil {
        cover = outcome.page.views.first {
          DumpName.ofAnyPart($0.name) == chapter.cover.map(DumpName.ofAnyPart)
        }
      }
    }
    let html = page.html
    try pages.write(Data(html.utf8), Self.name(ofPage: chapter))
    return try ChapterSummary(chapter: chapter, claims: claims, html: html, cover: cover)
  }
}

extension DumpWriter {
  /// Writes the views of a step to a folder named after the number of the step.
  func write(step outcome: StepOutcome) throws {
    for view in outcome.page.views {
      var view = view
      view.name = "\(Chapter.folder(ofStep: outcome.number))/\(view.name)"
      try write(view)
    }
  }
}
