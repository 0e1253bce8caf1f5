import Dispatch
import Foundation
import Synchronization
import Testing

/// What `SSGAN3D_MUTANTS` asks for: `all`, or names of mutants or lists; nil if it is not set.
private let wantedMutants = ProcessInfo.processInfo.environment["SSGAN3D_MUTANTS"]

/// Every mutant against the tests that must notice it; `make mutants` runs it.
///
/// All mutants are compiled at once into a copy of the repository, in which an environment variable
/// switches one of them on. Each one is therefore alone when its tests run, although there is only one
/// build. The original must pass the same tests.
@Suite("Mutation run", .enabled(if: wantedMutants != nil, "make mutants runs it"))
struct MutationRun {
  @Test func everyMutantIsNoticed() throws {
    let lists = try Mutant.lists.map { (name: $0, mutants: try Mutant.list($0)) }
    let all = lists.flatMap(\.mutants)
    let names = (wantedMutants ?? "all").split { " ,".contains($0) }.map(String.init)
    let chosen = try names.flatMap { name -> [Mutant] in
      if name == "all" { return all }
      if let list = lists.first(where: { $0.name == name }) { return list.mutants }
      let found = all.filter { $0.name == name }
      try #require(!found.isEmpty, "there is no mutant or list \(name)")
      return found
    }
    let start = ContinuousClock.now
    let tree = MutatedTree()
    try tree.update(all)
    Self.say("compiling \(all.count) mutants in \(tree.folder.path)")
    try tree.build()
    Self.say("compiled after \(Self.seconds(since: start)) s")

    for test in Set(chosen.flatMap(\.tests)).sorted() {
      let outcome = try tree.run([test], with: nil, seconds: 900)
      #expect(
        outcome.passed,
        "\(test) \(outcome.foundNothing ? "does not exist" : "fails without a mutant")")
    }
    Self.say("the original passes all tests after \(Self.seconds(since: start)) s")
    let survivors = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: chosen.count) { index in
      let mutant = chosen[index]
      for test in mutant.tests {
        let from = ContinuousClock.now
        let outcome = try? tree.run([test], with: mutant.name, seconds: 900)
        let isNoticed = outcome.map { !$0.passed && !$0.foundNothing } ?? false
        let how = outcome?.status == nil ? "by a test that does not end" : "by \(test)"
        Self.say(
          isNoticed
            ? "\(mutant.name): noticed \(how), \(Self.seconds(since: from)) s"
            : "\(mutant.name): NOT NOTICED by \(test) (\(mutant.flaw))")
        if !isNoticed { survivors.withLock { $0.append("\(mutant.name) by \(test)") } }
      }
    }
    let missed = survivors.withLock { $0.sorted() }
    Self.say(
      "\(chosen.count) mutants, \(missed.count) not noticed, \(Self.seconds(since: start)) s in all"
    )
    #expect(missed.isEmpty)
  }

  private static func seconds(since start: ContinuousClock.Instant) -> String {
    String(format: "%.1f", (ContinuousClock.now - start) / .seconds(1))
  }

  private static func say(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
