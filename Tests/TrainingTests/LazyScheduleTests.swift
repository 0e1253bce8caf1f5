import Foundation
import Testing
import Training

@Suite("Lazy schedule")
struct LazyScheduleTests {
  let schedule = LazySchedule()

  /// Iteration 0 makes all five updates; R1 is due at multiples of 16, path length at those of 4.
  @Test(
    arguments: [
      (0, [.discriminator, .gradientPenalty, .generator, .pathLength, .movingAverage]),
      (1, [.discriminator, .generator, .movingAverage]),
      (4, [.discriminator, .generator, .pathLength, .movingAverage]),
      (12, [.discriminator, .generator, .pathLength, .movingAverage]),
      (15, [.discriminator, .generator, .movingAverage]),
      (16, [.discriminator, .gradientPenalty, .generator, .pathLength, .movingAverage]),
    ] as [(Int, [LazySchedule.Update])])
  func updatesAreDueInOrder(iteration: Int, expected: [LazySchedule.Update]) {
    #expect(schedule.updates(at: iteration) == expected)
  }

  @Test func otherIntervalsAreFollowed() {
    let often = LazySchedule(penaltyInterval: 3, pathInterval: 2)
    let penalties = (0..<12).filter { often.updates(at: $0).contains(.gradientPenalty) }
    let paths = (0..<12).filter { often.updates(at: $0).contains(.pathLength) }
    #expect(penalties == [0, 3, 6, 9])
    #expect(paths == [0, 2, 4, 6, 8, 10])
  }

  /// Over 48 iterations, the factors of every update sum to 48, as without lazy updates.
  @Test(arguments: LazySchedule.Update.allCases)
  func factorsCompensateForSkippedUpdates(update: LazySchedule.Update) {
    let count = (0..<48).filter { schedule.updates(at: $0).contains(update) }.count
    #expect(Double(count) * schedule.factor(of: update) == 48)
  }

  /// The intervals of the reference systems.
  @Test func lazyLossesAreMultipliedByTheirIntervals() {
    #expect(schedule.factor(of: .gradientPenalty) == 16)
    #expect(schedule.factor(of: .pathLength) == 4)
    #expect(schedule.factor(of: .generator) == 1)
  }

  /// n + 1 updates with rate · n/(n + 1) move as far as n updates with the full rate.
  @Test func adamIsCorrectedForTheLazyUpdates() {
    for (adam, interval) in [
      (TrainingOptions().generatorOptimizer, schedule.pathInterval),
      (TrainingOptions().discriminatorOptimizer, schedule.penaltyInterval),
    ] {
      let updates = Double(interval + 1)
      #expect(abs(updates * adam.rate - Double(interval) * Adam().rate) < 1e-15)
      #expect(abs(pow(adam.beta2, updates) - pow(Adam().beta2, Double(interval))) < 1e-12)
    }
  }

  @Test(arguments: [(1, 1), (2, 1), (4, 2), (5, 2), (8, 4)])
  func pathLengthTakesHalfTheBatch(batch: Int, expected: Int) {
    #expect(LazySchedule.pathBatch(batch) == expected)
  }
}
