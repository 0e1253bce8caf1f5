import Testing

/// A key that is there twice is an error in every JSON file, see `JSONText`.
@Suite("Readers of JSON")
struct JSONReaderTests {
  /// Files that decode JSON which no person edits.
  private static let own: Set = [
    "Sources/TensorFiles/JSONText.swift",
    // Says what is wrong with a text that was refused.
    "Sources/ModelConfiguration/ConfigurationError.swift",
    // Lines that only `train` appends.
    "Sources/TrainingRuns/MetricsLine.swift",
    // Requests that the scripts of the program's own pages have written.
    "Sources/LocalServer/LocalServer+Messages.swift",
    // The output of processes that the benchmark has started.
    "Sources/bench/OwnProcess.swift", "Sources/bench/PeerComparison.swift",
  ]

  private static let decoders = ["JSONDecoder()", "JSONSerialization.jsonObject("]
  private static let checks = ["JSONText.decode(", "JSONText.repeatedKey", "ListFile.requireKeys("]

  @Test func everyReaderLooksForKeysThatAreThereTwice() {
    let readers =
      (Repository.files(under: "Sources", endingIn: ".swift")
      + Repository.files(under: "Walkthroughs", endingIn: ".swift"))
      .filter { path in Self.decoders.contains { Repository.text(path).contains($0) } }
    #expect(Self.own.isSubset(of: readers), "\(Self.own.subtracting(readers))")
    for path in readers where !Self.own.contains(path) {
      let text = Repository.text(path)
      #expect(
        Self.checks.contains { text.contains($0) },
        "\(path) decodes JSON, use JSONText.decode or JSONText.repeatedKey before it")
    }
  }
}
