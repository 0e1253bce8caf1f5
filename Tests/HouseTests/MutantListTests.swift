import Foundation
import Testing

/// The lists of mutants fit the sources and the tests, so that they cannot become outdated.
@Suite("Lists of mutants")
struct MutantListTests {
  @Test func thereIsAListForEveryArea() {
    for name in ["equations", "model", "training", "command", "data", "engine"] {
      #expect(Mutant.lists.contains(name), "\(name)")
    }
  }

  @Test(arguments: Mutant.lists)
  func everyMutantIsComplete(list: String) throws {
    let mutants = try Mutant.list(list)
    #expect(!mutants.isEmpty)
    for mutant in mutants { #expect(mutant.gap == nil) }
  }

  @Test func namesAreUnique() throws {
    let names = try Mutant.lists.flatMap { try Mutant.list($0).map(\.name) }
    #expect(Set(names).count == names.count)
    for name in names { #expect(name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(name)") }
  }

  /// Every original text occurs exactly once in its file, and none overlaps another.
  @Test func everyMutantApplies() throws {
    let mutants = try Mutant.lists.flatMap { try Mutant.list($0) }
    for (file, own) in Dictionary(grouping: mutants, by: \.file).sorted(by: { $0.key < $1.key }) {
      #expect(Repository.exists(file), "\(file)")
      #expect(throws: Never.self) { _ = try Mutant.applied(own, to: Repository.text(file)) }
    }
  }

  /// Every test is a function of its suite, in a file of its target.
  @Test(arguments: Mutant.lists)
  func everyTestExists(list: String) throws {
    for mutant in try Mutant.list(list) {
      for test in mutant.tests {
        let parts = try #require(test.wholeMatch(of: /(\w+)\.(\w+)\/(\w+)/), "\(test)")
        let files = Repository.files(under: "Tests/\(parts.1)", endingIn: ".swift")
        #expect(
          files.contains { path in
            let text = Repository.text(path)
            return text.contains("struct \(parts.2) ") && text.contains("func \(parts.3)(")
          }, "\(mutant.name): there is no test \(test)")
      }
    }
  }

  @Test(arguments: Repository.folders(in: "Sources/Equations"))
  func everyEquationHasAMutant(module: String) throws {
    let files = try Mutant.list("equations").map(\.file)
    #expect(files.contains { $0.hasPrefix("Sources/Equations/\(module)/") })
  }

  private static let example = """
    # a comment
    [half]
    The factor ½ is left out.
    in   Sources/A/B.swift
    from w / 2
    to   w
    test ATests.B/halves

    [sign]
    The sign is lost.
    in   Sources/A/B.swift
    from -x
    to   x
    test ATests.B/signs
    test ATests.C/others
    """

  @Test func aListIsRead() throws {
    let mutants = try Mutant.parsed(Self.example, name: "example")
    #expect(mutants.map(\.name) == ["half", "sign"] && mutants.allSatisfy { $0.gap == nil })
    #expect(mutants[0].flaw == "The factor ½ is left out." && mutants[0].original == "w / 2")
    #expect(mutants[1].tests == ["ATests.B/signs", "ATests.C/others"])
    #expect(throws: Mutant.Fault.self) { try Mutant.parsed("in   x", name: "example") }
    #expect(throws: Mutant.Fault.self) {
      try Mutant.parsed(Self.example + "\nfrom y", name: "example")
    }
  }

  /// Both flaws are in one text, and each depends on its own name.
  @Test func mutantsOfAFileAreSwitches() throws {
    let mutants = try Mutant.parsed(Self.example, name: "example")
    #expect(
      try Mutant.applied(mutants, to: "f(-x) * (w / 2) + 1") == """
        f((isActive(mutant: "sign") ? (x) : (-x))) * ((isActive(mutant: "half") ? (w) : (w / 2))) + 1
        """)
    for text in ["f(x) * (w / 2)", "-x - -x + w / 2"] {
      #expect(throws: Mutant.Fault.self) { try Mutant.applied(mutants, to: text) }
    }
    var other = mutants[0]
    (other.name, other.original) = ("other", "/ 2 *")
    #expect(throws: Mutant.Fault.self) {
      try Mutant.applied([mutants[0], other], to: "w / 2 * -x")
    }
  }

  @Test func flawsInCAreSwitchesToo() throws {
    let mutant = Mutant(name: "c", flaw: "f", file: "a.c", original: "x == 1", changed: "0")
    let text = try Mutant.applied([mutant], to: "if (x == 1) y();\n")
    #expect(
      text == Mutant.switchInC + "if ((is_active_mutant(\"c\") ? (0) : (x == 1))) y();\n")
    #expect(text.contains("getenv(\"\(Mutant.variable)\")"))
  }

  @Test func kernelsAreCompiledThreeTimes() {
    #expect(Mutant.targets(of: "Sources/Kernels/Baseline/RowLoops.swift").count == 3)
    #expect(
      Mutant.targets(of: "Sources/Equations/PartFusion/PartFusion.swift") == [
        "Sources/Equations/PartFusion"
      ])
    #expect(
      Mutant.targets(of: "Sources/Tensors/Core/Tensor.swift") == ["Sources/Tensors"])
  }
}
