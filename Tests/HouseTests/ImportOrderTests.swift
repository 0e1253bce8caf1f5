import Testing

/// The rooms of the house from the ground up: a module imports only what stands before it.
@Suite("Imports point upwards")
struct ImportOrderTests {
  /// Every module with its folder; equations come in the paper's order.
  static let rooms: [(module: String, folder: String)] =
    ["COpenBLAS", "CPNG", "CTurboJPEG", "CPlatform", "CPNGShim"].map {
      ($0, "Sources/System/\($0)")
    }
    + [
      ("KernelInterface", "Sources/Kernels/Interface"),
      ("KernelsBaseline", "Sources/Kernels/Baseline"), ("KernelsV3", "Sources/Kernels/V3"),
      ("KernelsV4", "Sources/Kernels/V4"),
    ]
    + ["Tensors", "TensorFiles", "Inspection"].map { ($0, "Sources/\($0)") }
    + [
      "WPlusFactorization", "VolumeWeights", "GaussianLifting", "PartFusion", "MaskSoftmax",
      "DepthSmoothness", "MeanDifference",
    ].map { ($0, "Sources/Equations/\($0)") }
    + [
      "Camera", "PortraitData", "VolumeRendering", "Networks", "ModelConfiguration",
      "PortraitModel",
      "Training", "Conformance",
      "Evaluation", "CommandStatus",
    ].map { ($0, "Sources/\($0)") }
    + [
      ("Chapters", "Walkthroughs/Chapters"), ("PortraitWalkthrough", "Walkthroughs/Portrait"),
    ]

  /// What comes with Swift, and the one package.
  static let guests: Set = [
    "Foundation", "FoundationXML", "Glibc", "Synchronization", "Dispatch", "ArgumentParser",
  ]

  @Test(
    arguments: Repository.files(under: "Sources", endingIn: ".swift")
      + Repository.files(under: "Walkthroughs", endingIn: ".swift"))
  func importsOnlyWhatStandsAbove(path: String) {
    let room = Self.rooms.firstIndex { path.hasPrefix($0.folder + "/") }
    // Programs stand at the very end and may import everything.
    let place = room ?? Self.rooms.count
    for name in Self.imports(of: path) where !Self.guests.contains(name) {
      let index = Self.rooms.firstIndex { $0.module == name }
      #expect(index != nil, "\(path) imports \(name), which is no room of the house")
      #expect((index ?? 0) < place, "\(path) imports \(name), which stands below it")
    }
  }

  /// A folder that is not in the list is a program: it must not be imported, so it is a leaf.
  @Test func everyFolderIsARoomOrAProgram() {
    let programs = Repository.folders(in: "Sources").filter { folder in
      !Self.rooms.contains { $0.folder.hasPrefix("Sources/\(folder)") }
    }
    #expect(programs.allSatisfy { $0.first?.isLowercase == true }, "\(programs)")
  }

  /// The modules that a file's `import` lines name.
  static func imports(of path: String) -> [String] {
    Repository.text(path).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let at = words.firstIndex(of: "import"), at < 2, at + 1 < words.count,
        words[..<at].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "internal" })
      else { return nil }
      let kinds: Set = ["struct", "class", "enum", "func", "protocol", "typealias", "let", "var"]
      let name =
        kinds.contains(words[at + 1]) && at + 2 < words.count ? words[at + 2] : words[at + 1]
      return name.split(separator: ".").first.map(String.init)
    }
  }
}
