import Foundation

/// What one step gave with certain parameters.
public struct StepOutcome: Sendable {
  /// The step.
  public let step: Step
  /// Its number in the chapter, counted from 1.
  public let number: Int
  /// What it reported.
  public let page: Page
  /// How long its code ran, in seconds.
  public let seconds: Double

  /// The claims it made; a step that stopped with an error has one more, which fails.
  public var claims: [Claim] { page.claims }
}

/// What a whole chapter gave.
public struct ChapterOutcome: Sendable {
  /// The chapter.
  public let chapter: Chapter
  /// Its steps' outcomes in order.
  public let steps: [StepOutcome]

  /// Every claim of every step.
  public var claims: [Claim] { steps.flatMap(\.claims) }
  /// The claims that do not hold.
  public var failures: [Claim] { claims.filter { !$0.holds } }
}

extension Chapter {
  /// Runs every step in memory: what tests look at.
  ///
  /// - Parameter changes: parameters that differ from their usual values.
  /// - Returns: everything the steps reported.
  public func run(with changes: [String: Double] = [:]) -> ChapterOutcome {
    let memory = Memory()
    let settings = defaults.merging(changes) { $1 }
    return ChapterOutcome(
      chapter: self,
      steps: steps.indices.map { run(step: $0, settings: settings, memory: memory) })
  }

  /// Runs one step.
  func run(step index: Int, settings: [String: Double], memory: Memory) -> StepOutcome {
    let step = steps[index]
    var page = Page(equation: step.title, settings: settings, memory: memory)
    let start = ContinuousClock.now
    do {
      try step.work(&page)
    } catch {
      page.add(
        .claim(Claim(text: "the step runs to its end", measurement: "\(error)", holds: false)))
    }
    let time = start.duration(to: .now).components
    let seconds = Double(time.seconds) + Double(time.attoseconds) * 1e-18
    return StepOutcome(step: step, number: index + 1, page: page, seconds: seconds)
  }

  /// The name of the folder a step's dumps go to.
  static func folder(ofStep number: Int) -> String { "step\(number)" }
}
