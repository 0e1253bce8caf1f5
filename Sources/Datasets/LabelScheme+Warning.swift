import Messages

extension LabelScheme {
  /// Returns a warning if label maps read in this scheme can hardly show portraits.
  ///
  /// - Parameters:
  ///   - surveys: the labels of the maps as they are in the files.
  ///   - isNamed: whether the user named this scheme and could name another.
  /// - Returns: one line that names the objections and, if there is one, a likelier explanation; nil if
  ///   nothing speaks against this scheme.
  func warning(about surveys: [LabelSurvey], isNamed: Bool = true) -> String? {
    if isNamed, let mixture = mixture(in: surveys) { return mixture }
    let objections = PortraitPlausibility(surveys, self).objections
    guard !objections.isEmpty else { return nil }
    let named = objections.prefix(3).joined(separator: ", ")
    let more = objections.count > 3 ? " and \(objections.count - 3) more" : ""
    return "the classes look unlikely for portraits"
      + (isNamed ? " with --classes \(rawValue)" : "") + ": \(named)\(more); "
      + advice(surveys, objections.count, isNamed: isNamed)
  }

  private static let look = "look at overlay.png of ssgan3d dataset check"

  /// Returns what explains the objections to maps best: another scheme, or maps upside down.
  private func advice(_ surveys: [LabelSurvey], _ count: Int, isNamed: Bool) -> String {
    let likelier = isNamed ? likelier(for: surveys, than: count) : nil
    let turned = PortraitPlausibility(surveys.map(\.upsideDown), self).objections.count
    if turned < likelier?.objections ?? count { return "the maps look upside down: \(Self.look)" }
    return likelier.map { "--classes \($0.scheme.rawValue) is likelier" }
      ?? (isNamed ? "check --classes, and " : "") + Self.look
  }

  /// The schemes that the same files could have.
  private var others: [LabelScheme] {
    Self.allCases.filter { $0 != self && $0.hasColors == hasColors }
  }

  /// Returns the scheme with the fewest objections; nil if none has fewer than `count`.
  private func likelier(
    for surveys: [LabelSurvey], than count: Int
  ) -> (scheme: LabelScheme, objections: Int)? {
    others.compactMap { other in
      guard let read = surveys.map({ other.reading($0, of: self) }) as? [LabelSurvey] else {
        return nil
      }
      return (other, PortraitPlausibility(read, other).objections.count)
    }.filter { $0.objections < count }.min { $0.objections < $1.objections }
  }

  /// Returns a warning if another scheme explains some maps, and this one at least as many others.
  private func mixture(in surveys: [LabelSurvey]) -> String? {
    let unlikely = surveys.filter { !PortraitPlausibility([$0], self).objections.isEmpty }
    let found = others.map { other in
      (scheme: other, maps: unlikely.filter { other.explains($0, of: self) })
    }.max { $0.maps.count < $1.maps.count }
    guard let found, !found.maps.isEmpty, found.maps.count <= surveys.count - unlikely.count else {
      return nil
    }
    let names = found.maps.prefix(3).map(\.name).joined(separator: ", ")
    let more = found.maps.count > 3 ? " and \(found.maps.count - 3) more" : ""
    return "\(counted(found.maps.count, "pair")) of \(surveys.count) (\(names)\(more)) "
      + "\(found.maps.count == 1 ? "looks" : "look") like --classes \(found.scheme.rawValue), not "
      + "--classes \(rawValue); keep label maps of one kind in a folder"
  }

  /// Whether nothing speaks against a map of another scheme in this one.
  private func explains(_ survey: LabelSurvey, of other: LabelScheme) -> Bool {
    reading(survey, of: other).map { PortraitPlausibility([$0], self).objections.isEmpty } ?? false
  }

  /// Returns a survey as this scheme would make it of the same file; nil if it lacks a label.
  private func reading(_ survey: LabelSurvey, of other: LabelScheme) -> LabelSurvey? {
    guard let mine = colorTable, let theirs = other.colorTable else {
      return survey.regions.keys.allSatisfy { Int($0) < partOfLabel.count } ? survey : nil
    }
    // The labels of a colored map are positions in its table: only the colors are in the file.
    return survey.relabeled { label in
      label == 0 ? 0 : theirs.color(of: label).flatMap(mine.label)
    }
  }
}
