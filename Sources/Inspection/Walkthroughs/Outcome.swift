import Foundation

/// The outcome of one step.
public struct StepOutcome: Sendable {
  /// The step.
  public let step: Step
  /// The number of the step in the chapter, counted from 1.
  public let number: Int
  /// The page with everything the step reported.
  public let page: Page
  /// The pages at every value of the slider, in the order of the values; empty without a slider.
  public internal(set) var frames: [StepFrame] = []
  /// The names of the parameters that the step read, directly or through shared results.
  public let parametersRead: Set<String>
  /// The run time of the step in seconds.
  public let seconds: Double

  /// The claims of the step; a step that threw an error has an additional claim, which fails.
  public var claims: [Claim] { page.claims }
}

/// The outcome of a whole chapter.
public struct ChapterOutcome: Sendable {
  /// The chapter.
  public let chapter: Chapter
  /// The outcomes of the steps in order.
  public let steps: [StepOutcome]

  /// The claims of all steps.
  public var claims: [Claim] { steps.flatMap(\.claims) }
  /// The claims that do not hold.
  public var failures: [Claim] { claims.filter { !$0.holds } }
}

extension Chapter {
  /// Runs every step without writing files, as the tests do.
  ///
  /// - Parameter changes: values of parameters that differ from the defaults.
  /// - Returns: everything that the steps reported.
  public func run(with changes: [String: Double] = [:]) -> ChapterOutcome {
    let memory = Memory()
    let settings = defaults.merging(changes) { $1 }
    return ChapterOutcome(
      chapter: self,
      steps: steps.indices.map { run(step: $0, settings: settings, memory: memory) })
  }

  /// Runs one step and returns its outcome.
  func run(step index: Int, settings: [String: Double], memory: Memory) -> StepOutcome {
    let step = steps[index]
    var page = Page(equation: step.title, settings: settings, memory: memory)
    let start = ContinuousClock.now
    let uses = memory.uses {
      do {
        try step.work(&page)
      } catch {
        page.add(
          .claim(Claim(text: "the step runs without error", measurement: "\(error)", holds: false)))
      }
    }
    let time = start.duration(to: .now).components
    let seconds = Double(time.seconds) + Double(time.attoseconds) * 1e-18
    return StepOutcome(
      step: step, number: index + 1, page: page, parametersRead: uses, seconds: seconds)
  }

  /// Returns the name of the folder for the dumps of a step.
  static func folder(ofStep number: Int) -> String { "step\(number)" }
}
