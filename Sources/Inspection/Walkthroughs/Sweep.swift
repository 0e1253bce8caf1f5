import Tensors

/// The slider of a step: one parameter of the chapter and the values at which the page shows the step.
///
/// A page is computed before it is read, so the step runs once for each value, and the slider turns the
/// pages of this flip-book. In a terminal, `set` gives the parameter any other value.
public struct Sweep: Sendable, Hashable {
  /// The name of the parameter.
  public let parameter: String
  /// The values, in increasing order.
  public let values: [Double]
  /// The names of the pictures that move; nil for all that change.
  ///
  /// The first is shown beside the slider. A name without the number of the part, such as `part_density2d`,
  /// stands for `part00_density2d`, `part01_density2d` and so on.
  public let views: [String]?

  /// Creates a slider.
  ///
  /// - Parameters:
  ///   - parameter: the name of a parameter of the chapter.
  ///   - values: the values in increasing order, at least two; the current value is added if it is missing.
  ///   - views: the names of the pictures that move, the most important one first; nil for all
  ///     that change. Large pictures, such as volumes, make a page heavy: leave them out.
  public init(_ parameter: String, _ values: [Double], moving views: [String]? = nil) {
    require(
      values.count >= 2 && zip(values, values.dropFirst()).allSatisfy { $0 < $1 },
      "Sweep(_:_:moving:): values of \(parameter) are \(values), expected at least two that increase"
    )
    self.parameter = parameter
    self.values = values
    self.views = views?.map { DumpName.ofAnyPart(View.fileName($0)) }
  }

  /// Returns the values with the current one among them.
  func values(including current: Double) -> [Double] {
    values.contains(current) ? values : (values + [current]).sorted()
  }
}

/// A step at one value of its slider.
public struct StepFrame: Sendable {
  /// The value of the parameter.
  public let value: Double
  /// Everything the step reported.
  public let page: Page
}

extension Chapter {
  /// Runs a step at every value of its slider.
  ///
  /// - Parameters:
  ///   - outcome: the outcome of the step at the current settings; it is one of the frames.
  ///   - settings: the current values of the parameters.
  /// - Returns: the outcome with its frames, in the order of the values; unchanged if there is no slider.
  func withFrames(_ outcome: StepOutcome, settings: [String: Double]) -> StepOutcome {
    guard let sweep = outcome.step.sweep, let current = settings[sweep.parameter] else {
      return outcome
    }
    var result = outcome
    result.frames = sweep.values(including: current).map { value in
      guard value != current else { return StepFrame(value: value, page: outcome.page) }
      let changed = settings.merging([sweep.parameter: value]) { $1 }
      // A store of its own: the shared results of the current settings stay for the next steps.
      let moved = run(step: outcome.number - 1, settings: changed, memory: Memory())
      return StepFrame(value: value, page: moved.page)
    }
    return result
  }
}

extension StepOutcome {
  /// The claims that fail at other values of the slider, with the value in their text.
  var failuresOfFrames: [Claim] {
    guard let sweep = step.sweep else { return [] }
    return frames.flatMap { frame in
      frame.page.settings == page.settings
        ? []
        : frame.page.claims.filter { !$0.holds }.map {
          Claim(
            text: "\(sweep.parameter) = \(frame.value.brief): \($0.text)",
            measurement: $0.measurement, holds: false)
        }
    }
  }
}
