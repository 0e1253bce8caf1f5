import ArgumentParser
import Foundation
import Messages

extension ParsableCommand {
  /// Runs the command as a program with this project's exit statuses.
  ///
  /// The statuses are 0 for success, 1 for failure and 2 for a usage error, also for an output whose
  /// place is taken by a file that the program did not write (`UsageError`). The argument parser itself
  /// would use 64 for a usage error, which scripts do not expect.
  public static func runAsMain() {
    StandardError.openClosedStreams()
    ProcessLimits.prepare()
    MainStack.run { runOnMainStack() }
  }

  private static func runOnMainStack() {
    if let flaw = CommandWords.flaw() { fail("Error: \(flaw)", status: 2) }
    do {
      var command = try parseAsRoot()
      try command.run()
      flushOutput()
    } catch let error as any UsageError where error.isWrongUse {
      fail("Error: \(error)", status: 2)
    } catch {
      if exitCode(for: error) == .validationFailure {
        let words = Array(CommandLine.arguments.dropFirst())
        let line = CommandWords.explained(message(for: error).oneLine, words)
        fail("Error: \(line); see \(help(for: error))", status: 2)
      }
      if let line = ErrorLine.describing(error) { fail("Error: \(line)", status: 1) }
      let (status, line) = (exitCode(for: error), message(for: error))
      // A request for help, the version or a completion script.
      guard status != .success else {
        let text = fullMessage(for: error)
        if !text.isEmpty { print(text) }
        flushOutput()
        Foundation.exit(0)
      }
      // Bare exit statuses are the argument parser's; all other texts are ours.
      if status == .failure && !line.isEmpty { fail("Error: \(line)", status: 1) }
      exit(withError: error)
    }
  }

  /// Ends the program with status 1 if standard output cannot be written.
  ///
  /// The output of `print` may still be buffered; a full disk is noticed only when it is flushed.
  private static func flushOutput() {
    guard fflush(nil) != 0 else { return }
    let reason = String(cString: strerror(errno)).lowercased()
    fail("Error: standard output cannot be written: \(reason); free some space", status: 1)
  }

  /// Returns the command line that prints the help of the misused command or subcommand.
  private static func help(for error: any Error) -> String {
    // Only the end of the argument parser's long message names the subcommand.
    let lines = fullMessage(for: error).split(separator: "\n")
    guard let line = lines.last(where: { $0.contains("See '") }),
      let request = line.split(separator: "'").dropFirst().first
    else { return "\(configuration.commandName ?? _commandName) --help" }
    return String(request)
  }

  private static func fail(_ line: String, status: Int32) -> Never {
    StandardError.say(line)
    Foundation.exit(status)
  }
}

/// File errors of Foundation as one readable line.
enum ErrorLine {
  /// Returns the path, the reason and a remedy for an error of Foundation; nil for every other error.
  static func describing(_ error: any Error) -> String? {
    guard let error = (error as? CocoaError).map({ $0 as NSError }) ?? posix(error) else {
      return nil
    }
    let path =
      error.userInfo[NSFilePathErrorKey] as? String
      ?? (error.userInfo[NSURLErrorKey] as? URL)?.path
    let (what, mend) = reason(error)
    return "\(path.map { "\($0.oneLine): " } ?? "")\(what); \(mend)"
  }

  private static func posix(_ error: any Error) -> NSError? {
    if let error = error as? POSIXError { return error as NSError }
    return type(of: error) is NSError.Type ? error as NSError : nil
  }

  private static func reason(_ error: NSError) -> (what: String, mend: String) {
    let isCocoa = error.domain == NSCocoaErrorDomain
    switch isCocoa ? CocoaError.Code(rawValue: error.code) : nil {
    case .fileNoSuchFile, .fileReadNoSuchFile:
      return ("there is no such file or folder", "check the path")
    case .fileReadNoPermission: return ("reading is not permitted", "check its permissions")
    case .fileWriteNoPermission, .fileWriteVolumeReadOnly:
      return ("writing is not permitted", "choose another folder or check the permissions")
    case .fileWriteFileExists:
      return ("a file of this name already exists", "choose another name or remove it")
    case .fileWriteOutOfSpace: return ("the disk is full", "free some space or choose another disk")
    case .fileReadCorruptFile, .fileReadUnknownStringEncoding, .fileReadInapplicableStringEncoding:
      return ("its contents cannot be read", "check that it is the right file")
    default:
      let cause =
        (error.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError } ?? error
      let what: String
      switch (cause.domain, error.code) {
      case (NSPOSIXErrorDomain, _):
        what = String(cString: strerror(Int32(truncatingIfNeeded: cause.code)))
      case (_, CocoaError.fileWriteUnknown.rawValue): what = "it cannot be written"
      case (_, CocoaError.fileReadUnknown.rawValue): what = "it cannot be read"
      default: what = error.localizedDescription.oneLine
      }
      return (what, "check that every part of the path exists and is accessible")
    }
  }
}

extension String {
  /// The text on one line: each run of whitespace is one space, and a final period is removed.
  var oneLine: String {
    let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.hasSuffix(".") ? String(line.dropLast()) : line
  }
}
