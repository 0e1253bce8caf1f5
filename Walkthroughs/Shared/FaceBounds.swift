/// What the chapter on generated faces asks of the shipped generator, in one place.
///
/// Figures of the data are measured beside the generator's, on as many portraits of the same size.
enum FaceBounds {
  /// How far the share of background may be from the data's, at most; shares of all pixels.
  static let backgroundShareError = 0.06
  /// The same for the face with eyes, brows, mouth and nose.
  static let faceShareError = 0.04
  /// The same for the hair.
  static let hairShareError = 0.08
  /// In how many portraits hair and hat are above the face, at least; share of all.
  static let hairAbove = 0.9
  /// How much of the data's figure the variance of colours between classes reaches, at least.
  static let varianceExplained = 0.8
  /// How much neighbours differ, at least; shares of the way from black to white.
  static let variety = 0.1
  /// How far the face moves when the camera is turned, at least; over the data's.
  static let turning = 0.7
  /// How much nearer the face is than the hair, at least; over the data's.
  static let relief = 0.7
  /// How many times an edit of the hair changes a pixel of hair more than another, at least.
  static let edit: Double = 4
  /// In how many pixels the final mask shows the class that the volume showed, at least; share of all.
  static let agreement = 0.95
  /// How many times taking the hair away changes a pixel of hair more than another, at least.
  static let removal: Double = 5
}
