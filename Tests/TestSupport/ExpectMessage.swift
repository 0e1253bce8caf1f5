import Testing

/// Checks that what a process said on its way out contains all of these.
///
/// - Parameters:
///   - result: of `#expect(processExitsWith: .failure, observing: [\.standardErrorContent])`.
///   - parts: function, argument, got and expected.
///   - location: where the test stands.
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
