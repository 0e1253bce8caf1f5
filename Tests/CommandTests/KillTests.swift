import Datasets
import Foundation
import TensorFiles
import TestSupport
import Testing
import TrainingRuns

/// A run that is killed repeatedly ends with the same bits as an undisturbed run.
///
/// Every second kill waits until a checkpoint is being written, so that saves are interrupted too. For the
/// number of kills see `Soak`.
@Suite("Runs killed at any moment", .serialized)
struct KillTests {
  private static let iterations = 14
  private static let arguments =
    TrainTests.small
    + ["--iterations", "\(iterations)", "--save-every", "1", "--keep", "2", "--log-every", "2"]
    + ["--pictures-every", "5"]

  private static let kills = Soak.kills(usual: 5)

  @Test func nothingIsLost() throws {
    let folder = try TemporaryFolder()
    let whole = try TrainProcess.train(Self.arguments + ["--out", folder("whole").path])
    #expect(whole.status == 0, "\(whole.errors)")
    // The moments are the same on every call, so that a failure can be reproduced.
    var moments = Soak.Moments(state: 2026)
    var (killed, round) = (0, 0)
    while killed < Self.kills {
      round += 1
      let place = folder("round\(round)")
      killed += try killRepeatedly(place, upTo: min(5, Self.kills - killed), &moments)
      try finish(place, like: folder("whole"))
      try FileManager.default.removeItem(at: place)
    }
    print("train: killed \(killed) times in \(round) runs")
  }

  /// Starts and kills one run; returns how often it was killed before it finished.
  private func killRepeatedly(
    _ place: URL, upTo count: Int, _ moments: inout Soak.Moments
  ) throws -> Int {
    let shelf = RunFolder(place).checkpoints
    var killed = 0
    for number in 0..<count {
      let before = shelf.iterations.last
      let process = try start(place)
      if number.isMultiple(of: 2) {
        usleep(UInt32(moments.next(below: 900_000)))
      } else {
        waitForASave(shelf, process, after: moments.next(below: 6))
      }
      process.send(SIGKILL)
      let end = process.wait()
      guard end == -SIGKILL else {
        #expect(end == 0, "\(process.errors)")
        return killed
      }
      killed += 1
      // The newest checkpoint is complete, and not older than the newest one before.
      guard let newest = shelf.newest else { continue }
      _ = try Checkpoint<BatchLoader.Position>.read(newest)
      #expect(shelf.iterations.last ?? -1 >= before ?? -1)
    }
    return killed
  }

  private func start(_ place: URL) throws -> TrainProcess {
    guard RunFolder(place).holdsRun else {
      return try TrainProcess(["train"] + Self.arguments + ["--out", place.path])
    }
    return try TrainProcess(
      ["train", "--resume", "--iterations", "\(Self.iterations)", "--out", place.path])
  }

  /// Waits until a checkpoint is partly written, after `saves` other checkpoints.
  private func waitForASave(_ shelf: CheckpointShelf, _ process: TrainProcess, after saves: Int) {
    var (seen, wasSaving) = (0, false)
    while process.isRunning && seen <= saves {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: shelf.folder.path)) ?? []
      let isSaving = names.contains { $0.hasSuffix(".tmp") }
      if isSaving && !wasSaving { seen += 1 }
      wasSaving = isSaving
      usleep(500)
    }
  }

  private func finish(_ place: URL, like whole: URL) throws {
    let process = try start(place)
    #expect(process.wait() == 0, "\(process.errors)")
    try expectSameWeights(place, whole, iteration: Self.iterations)
    let lines = [place, whole].map { folder in
      RunFolder(folder).metrics.lines().map { ($0.iteration, $0.means, $0.health) }
    }
    #expect(lines[0].count == Self.iterations / 2 && lines[0].count == lines[1].count)
    for (a, b) in zip(lines[0], lines[1]) { #expect(a == b) }
    let left = try FileManager.default.contentsOfDirectory(
      atPath: RunFolder(place).checkpoints.folder.path)
    #expect(left.count == 2, "\(left)")
  }
}
