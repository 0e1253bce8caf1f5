import ArgumentParser
import Foundation

extension ParsableCommand {
  /// Runs the command as a program, with the exit status of this project's commands: 0 done, 1 the
  /// work failed, 2 wrong use.
  ///
  /// The parser's own status for wrong use is 64, which scripts do not expect.
  public static func runAsMain() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as WrongUse {
      FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
      Foundation.exit(2)
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
      Foundation.exit(2)
    }
  }
}
