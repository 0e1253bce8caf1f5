import Testing

/// Checks that the error output of a process that ended contains all given parts.
///
/// - Parameters:
///   - result: the result of `#expect(processExitsWith: .failure, observing:
///     [\.standardErrorContent])`.
///   - parts: the expected parts: function, argument, actual and expected value.
///   - location: where a miss is reported; the caller's line by default.
/// - Throws: when the process did not end as it was expected to.
public func expectMessage(
  _ result: ExitTest.Result?, mentions parts: [String],
  at location: SourceLocation = #_sourceLocation
) throws {
  let output = try #require(result, sourceLocation: location).standardErrorContent
  let text = String(decoding: output, as: UTF8.self)
  for part in parts {
    #expect(text.contains(part), "said: \(text)", sourceLocation: location)
  }
}
