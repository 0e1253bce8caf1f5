/// The bounds of the claims about the shipped generator in the chapter on generated faces.
///
/// Where a bound is relative to the data, the same measure is taken on as many procedural portraits of
/// the same size.
enum FaceBounds {
  /// The largest difference between generated portraits and data in the share of background pixels.
  static let backgroundShareError = 0.06
  /// The largest difference in the share of pixels of the face with eyes, brows, mouth and nose.
  static let faceShareError = 0.04
  /// The largest difference in the share of hair pixels.
  static let hairShareError = 0.08
  /// The smallest share of portraits in which hair and hat are above the face.
  static let hairAbove = 0.9
  /// The smallest share of the color variance explained by the classes, relative to that of the data.
  static let varianceExplained = 0.8
  /// The smallest mean difference of consecutive portraits; 1 is the difference of black and white.
  static let variety = 0.1
  /// The smallest shift of the face when the camera turns, relative to the shift in the data.
  static let turning = 0.7
  /// The smallest depth difference between face and hair, relative to the difference in the data.
  static let relief = 0.7
  /// The largest share of the color variance that masks without the weights of equation 10 explain, turned
  /// by 0.6 rad, relative to masks with the weights.
  static let withoutWeights = 0.5
  /// The smallest ratio of mean changes inside and outside the hair region when the hair is exchanged.
  static let edit: Double = 4
  /// The smallest share of pixels in which the final mask shows the class of the coarse mask.
  static let agreement = 0.95
  /// The largest share of a part's pixels that still show the part when it is taken away.
  static let remains = 0.02
  /// The same for the background, behind which there is nothing: 0.18 to 0.38 for five seeds.
  static let backgroundRemains = 0.5
  /// The smallest ratio of mean changes inside and outside the hair region when the hair is removed.
  static let removal: Double = 5
}
