/// What a user says about data because their files do not say it.
public struct DataReading: Sendable, Equatable {
  /// The numbering of label maps; required for `images/` with `labels/`.
  public var scheme: LabelScheme?
  /// The number in label maps that means "not labeled"; its pixels become background.
  ///
  /// In a colored map, it is the gray whose three channels have this value.
  public var ignored: UInt8?
  /// The least value, 1 … 255, that counts as the part in the masks of CelebAMask-HQ's layout.
  ///
  /// Without it, masks hold 0 and 255 only, and any other value is a fault.
  public var maskThreshold: UInt8?
  /// The names of the pairs to use; nil for all.
  public var subset: [String]?

  /// Creates a reading; without arguments, nothing is said.
  public init(
    scheme: LabelScheme? = nil, ignored: UInt8? = nil, maskThreshold: UInt8? = nil,
    subset: [String]? = nil
  ) {
    self.scheme = scheme
    self.ignored = ignored
    self.maskThreshold = maskThreshold
    self.subset = subset
  }

  /// The version of the rules by which files become pairs.
  ///
  /// It is part of every fingerprint, so that a pack in the cache is not used after a rule has changed.
  static let rules = "rules 2"

  /// A text that differs between readings of the same files; the names of a subset are not part of it.
  var identity: String {
    [
      Self.rules, scheme?.rawValue, ignored.map { "ignored \($0)" },
      maskThreshold.map { "threshold \($0)" },
    ].compactMap(\.self).joined(separator: ", ")
  }
}
