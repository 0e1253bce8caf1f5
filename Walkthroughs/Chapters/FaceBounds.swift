import Inspection

/// What the chapter on generated faces asks of the shipped generator, in one place.
///
/// Figures of the data are measured beside the generator's, on as many portraits of the same size. A
/// bound that is nil is not asked: the page shows the figure and claims nothing.
enum FaceBounds {
  /// How far the share of background may be from the data's, at most; shares of all pixels.
  static let backgroundShareError: Double? = nil
  /// The same for the face with eyes, brows, mouth and nose.
  static let faceShareError: Double? = 0.2
  /// The same for the hair.
  static let hairShareError: Double? = 0.2
  /// In how many portraits hair is above the face, at least; share of all.
  static let hairAbove: Double? = 0.75
  /// How much of the data's figure the variance of colours between classes reaches, at least.
  static let varianceExplained: Double? = nil
  /// How much neighbours differ, at least; shares of the way from black to white.
  static let variety: Double? = 0.05
  /// How far the face moves when the camera is turned, at least; over the data's.
  static let turning: Double? = nil
  /// How much nearer the face is than the hair, at least; over the data's.
  static let relief: Double? = nil
  /// How many times an edit of the hair changes a pixel of hair more than another, at least.
  static let edit: Double? = nil
  /// In how many pixels the final mask shows the class that the volume showed, at least; share of all.
  static let agreement: Double? = 0.5
  /// How many times taking the hair away changes a pixel of hair more than another, at least.
  static let removal: Double? = nil
}

extension Page {
  /// Claims that a figure reaches a bound, or shows it where none is asked.
  mutating func expect(_ text: String, _ measured: Double, atLeast bound: Double?) {
    guard let bound else { return number(text, measured) }
    holds(text, measured, atLeast: bound)
  }

  /// Claims that a figure stays within a bound, or shows it where none is asked.
  mutating func expect(_ text: String, _ measured: Double, atMost bound: Double?) {
    guard let bound else { return number(text, measured) }
    holds(text, measured, atMost: bound)
  }
}
