import Foundation
import TestSupport
import Testing

/// A command that was killed and is run again writes the same bytes as an undisturbed run.
///
/// After every kill, each file is absent or whole. Every second kill waits until a file is being written.
/// For the number of kills see `Soak`.
@Suite("Commands killed at any moment", .serialized)
struct KilledCommandTests {
  @Test(arguments: SoakedCommand.all)
  func nothingIsHalfWritten(command: SoakedCommand) throws {
    let folder = try TemporaryFolder()
    let whole = folder("whole")
    try FileManager.default.createDirectory(at: whole, withIntermediateDirectories: true)
    let start = ContinuousClock.now
    let undisturbed = try command.run(in: whole)
    let duration = (ContinuousClock.now - start) / .microseconds(1)
    #expect(undisturbed.status == 0, "\(undisturbed.errors)")
    let files = try SoakedCommand.files(in: whole)
    #expect(!files.isEmpty && !files.keys.contains(where: SoakedCommand.isTemporary))

    var moments = Soak.Moments(state: 14)
    let kills = Soak.kills(usual: 2)
    var (killed, rounds) = (0, 0)
    while killed < kills {
      rounds += 1
      let place = folder("round\(rounds)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for number in 0..<min(4, kills - killed) {
        let process = try TrainProcess(command.arguments, in: place)
        if number.isMultiple(of: 2) {
          usleep(UInt32(moments.next(below: Int(duration))))
        } else {
          Self.waitForAWrite(place, process, after: moments.next(below: 2 * files.count))
        }
        process.send(SIGKILL)
        guard process.wait() == -SIGKILL else { break }
        killed += 1
        try command.expectNothingHalfWritten(place, like: files, "kill \(killed)")
      }
      try command.expectCompletion(place, like: files, "round \(rounds)")
      try FileManager.default.removeItem(at: place)
    }
    print("\(command.name): killed \(killed) times in \(rounds) runs")
  }

  /// Waits until a temporary file exists, after some number of other ones.
  private static func waitForAWrite(_ place: URL, _ process: TrainProcess, after writes: Int) {
    var (seen, last) = (0, "")
    while process.isRunning && seen <= writes {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: place.path)) ?? []
      let current = names.filter(SoakedCommand.isTemporary).sorted().last ?? ""
      if !current.isEmpty && current != last { seen += 1 }
      last = current
      usleep(100)
    }
  }
}
