import CommandStatus
import Datasets
import Messages

/// What is remarkable about data that can be used: one line each on standard error.
enum DataRemarks {
  /// The number of groups of equal photographs that are named.
  private static let namedGroups = 3

  /// Warns if the classes can hardly be those of portraits.
  static func warn(about input: DatasetInput) {
    if let warning = input.warning() { ProgressReport.say("warning: \(warning)") }
  }

  /// Reports the photographs that occur more than once.
  static func report(copies: [[Int]], of ids: [String]) {
    if let line = line(copies: copies, of: ids) { ProgressReport.say(line) }
  }

  /// Returns the line about photographs that occur more than once; nil if there are none.
  static func line(copies: [[Int]], of ids: [String]) -> String? {
    guard !copies.isEmpty else { return nil }
    let named = copies.prefix(namedGroups).map { group in
      group.prefix(4).map { ids[$0] }.joined(separator: " = ") + (group.count > 4 ? " = …" : "")
    }
    return
      "\(counted(copies.count, "photograph")) \(copies.count == 1 ? "occurs" : "occur") more than "
      + "once and \(copies.count == 1 ? "stays" : "stay") on one side of the held-out split: "
      + named.joined(separator: ", ") + (copies.count > namedGroups ? ", …" : "")
  }
}
