import Testing

/// The modules in their order: a module imports only modules before it.
@Suite("Import order of modules")
struct ImportOrderTests {
  /// Every module with its folder; the equations are in the paper's order.
  static let rooms: [(module: String, folder: String)] =
    ["COpenBLAS", "CPNG", "CTurboJPEG", "CZlib", "CPlatform", "CPNGShim"].map {
      ($0, "Sources/System/\($0)")
    }
    + [
      ("KernelInterface", "Sources/Kernels/Interface"),
      ("KernelsBaseline", "Sources/Kernels/Baseline"), ("KernelsV3", "Sources/Kernels/V3"),
      ("KernelsV4", "Sources/Kernels/V4"),
    ]
    + [
      "Messages", "Tensors", "TensorFiles", "GoldenFiles", "Probes", "Inspection", "LocalServer",
      "LivePages",
    ].map { ($0, "Sources/\($0)") }
    + [
      "WPlusFactorization", "RelativeDepth", "VolumeWeights", "GaussianLifting", "PartFusion",
      "MaskSoftmax", "DepthSmoothness", "MeanDifference",
    ].map { ($0, "Sources/Equations/\($0)") }
    + [
      "Camera", "Surfaces", "PortraitClasses", "ProceduralPortraits", "Datasets",
      "VolumeRendering", "Networks", "ModelConfiguration", "PortraitModel", "Training",
      "TrainingRuns", "Conformance", "Evaluation", "RenderedPortraits", "Studio", "CommandStatus",
    ].map { ($0, "Sources/\($0)") }

  /// The libraries of Walkthroughs.
  ///
  /// Their folders hold programs as well, each a `main.swift`.
  static let walkthroughs: [(module: String, folder: String)] = [
    ("Chapters", "Walkthroughs"), ("PortraitWalkthrough", "Walkthroughs/Portrait"),
    ("Exercises", "Walkthroughs/Exercises"), ("Marking", "Walkthroughs/Marking"),
  ]

  /// The place of a file's module in the order; programs come after all modules.
  private static func place(of path: String) -> Int {
    let modules = rooms + walkthroughs
    if path.hasSuffix("/main.swift") || path.hasPrefix("Walkthroughs/Walk/") {
      return modules.count
    }
    return modules.lastIndex { path.hasPrefix($0.folder + "/") } ?? modules.count
  }

  /// The modules that come with Swift, and those of the two external packages.
  static let guests: Set = [
    "Foundation", "FoundationXML", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch",
    "ArgumentParser", "FlyingFox", "FlyingSocks",
  ]

  @Test(
    arguments: Repository.files(under: "Sources", endingIn: ".swift")
      + Repository.files(under: "Walkthroughs", endingIn: ".swift"))
  func importsOnlyWhatStandsAbove(path: String) {
    let modules = Self.rooms + Self.walkthroughs
    let place = Self.place(of: path)
    for name in Self.imports(of: path) where !Self.guests.contains(name) {
      let index = modules.firstIndex { $0.module == name }
      #expect(index != nil, "\(path) imports \(name), which is no room of the house")
      #expect((index ?? 0) < place, "\(path) imports \(name), which stands below it")
    }
  }

  /// README's table lists the folders of `Sources` in the order that is enforced here.
  @Test func readmeListsTheModulesInThisOrder() {
    let listed = Repository.text("README.md").split(separator: "\n").compactMap { line in
      line.prefixMatch(of: /\| \[?`Sources\/(\w+)`/).map { "Sources/\($0.1)" }
    }.filter { $0 != "Sources/ssgan3d" }
    var order: [String] = []
    for room in Self.rooms {
      let folder = room.folder.split(separator: "/").prefix(2).joined(separator: "/")
      if order.last != folder { order.append(folder) }
    }
    #expect(listed == order)
  }

  /// Every folder that is not in the list must be a program, which no module imports.
  @Test func everyFolderIsARoomOrAProgram() {
    let programs = Repository.folders(in: "Sources").filter { folder in
      !Self.rooms.contains { $0.folder.hasPrefix("Sources/\(folder)") }
    }
    #expect(programs.allSatisfy { $0.first?.isLowercase == true }, "\(programs)")
  }

  /// Returns the modules that a file imports.
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
