import Foundation
import PortraitModel
import TensorFiles
import TestSupport
import Testing
import TrainingRuns

@Suite("The command train")
struct TrainTests {
  /// Arguments for the tiny model with all parts and batches of two: fifteen iterations a second.
  static let small = [
    "--data", "procedural:20,7", "--preset", "tiny", "--set", "parts=13", "--batch", "2",
  ]

  @Test func trainsAndResumes() throws {
    let folder = try TemporaryFolder()
    let begun = try TrainProcess.train(
      Self.small + ["--images", "3", "--log-every", "1", "--out", folder("a").path])
    #expect(begun.status == 0, "\(begun.errors)")
    #expect(begun.output == "2 iterations in \(folder("a").path); see report.html\n")
    #expect(begun.errors.contains("4 of 4 images"))
    let again = try TrainProcess.train(
      ["--resume", "--iterations", "5", "--keep", "1", "--out", folder("a").path])
    #expect(again.status == 0, "\(again.errors)")
    #expect(RunFolder(folder("a")).metrics.lines().map(\.iteration) == [1, 2, 3, 4, 5])
    #expect(RunFolder(folder("a")).checkpoints.iterations == [5])
    let version = try Command.run("--version").output.trimmingCharacters(in: .newlines)
    #expect(try RunFolder(folder("a")).record().program == version)
    // A checkpoint of a run can be used as a generator.
    let faces = try Command.run(
      "generate", "--checkpoint", folder("a/checkpoints/iteration-00000005").path, "--out",
      folder("f").path)
    #expect(faces.status == 0, "\(faces.errors)")
    let twice = try TrainProcess.train(
      Self.small + ["--iterations", "9", "--out", folder("a").path])
    #expect(twice.status == 2 && twice.errors.contains("--resume"), "\(twice.errors)")
  }

  @Test func oneThreadOrTwoWriteTheSameWeights() throws {
    let folder = try TemporaryFolder()
    for threads in ["1", "2"] {
      let process = try TrainProcess(
        ["train"] + Self.small + ["--iterations", "3", "--out", folder(threads).path],
        environment: ["SSGAN3D_THREADS": threads])
      #expect(process.wait() == 0, "\(process.errors)")
    }
    try expectSameWeights(folder("1"), folder("2"), iteration: 3)
  }

  static let wrong: [(arguments: [String], word: String)] = [
    (["--iterations", "1", "--out", "x"], "--data"),
    (["--data", "procedural:2", "--out", "x"], "--iterations"),
    (["--data", "procedural:2", "--images", "1", "--iterations", "1", "--out", "x"], "--images"),
    (["--data", "procedural:0", "--iterations", "1", "--out", "x"], "procedural:COUNT"),
    (["--data", "procedural:2,x", "--iterations", "1", "--out", "x"], "procedural:COUNT"),
    (
      ["--data", "procedural:2", "--classes", "13", "--iterations", "1", "--out", "x"],
      "leave --classes out"
    ),
    (
      ["--data", "procedural:2", "--preset", "tiny", "--iterations", "1", "--out", "x"], "parts=13"
    ),
    (["--data", "procedural:2", "--batch", "6", "--iterations", "1", "--out", "x"], "batch"),
    (["--data", "procedural:2", "--option", "rate=1", "--iterations", "1", "--out", "x"], "rate"),
    (["--data", "procedural:2", "--keep", "0", "--iterations", "1", "--out", "x"], "keep"),
    (
      ["--data", "procedural:2", "--log-every", "0", "--iterations", "1", "--out", "x"],
      "--log-every"
    ),
    (["--data", "procedural:2", "--batch", "4100", "--iterations", "1", "--out", "x"], "4096"),
    (
      [
        "--data", "procedural:2", "--preset", "paper", "--batch", "4096", "--images", "1", "--out",
        "x",
      ],
      "GiB"
    ),
    (
      [
        "--data", "procedural:2", "--option", "pathInterval=1.5", "--iterations", "1", "--out", "x",
      ],
      "--option: pathInterval is 1.5, expected a whole number"
    ),
    (
      ["--data", "procedural:2", "--iterations", "9223372036854775807", "--out", "x"],
      "--iterations"
    ),
    (["--data", "procedural:2", "--images", "9223372036854775807", "--out", "x"], "--images"),
    (
      ["--data", "procedural:2", "--iterations", "2", "--dump-step", "2", "--out", "x"],
      "--dump-step"
    ),
    (["--data", "", "--iterations", "1", "--out", "x"], "--data is empty"),
    (
      ["--data", "procedural:2", "--config", "", "--images", "1", "--out", "x"], "--config is empty"
    ),
    (
      small + ["--set", "imageSize=48", "--set", "coarseSize=24", "--set", "minFeatureSize=6"]
        + ["--iterations", "1", "--out", "x"],
      "imageSize is 48, expected a power of two"
    ),
    (
      small + ["--set", "imageSize=2048", "--set", "channelBase=2048", "--iterations", "1"]
        + ["--out", "x"],
      "imageSize is 2048"
    ),
    (small + ["--option", "batch=4", "--iterations", "1", "--out", "x"], "--batch and --option"),
    (small + ["--option", "noise=null", "--iterations", "1", "--out", "x"], "noise is null"),
    (small + ["--option", "seed=abc", "--iterations", "1", "--out", "x"], "a whole number, 0"),
    (["--resume", "--classes", "13", "--iterations", "1", "--out", "x"], "--classes needs --data"),
    (["--resume", "--batch", "4", "--iterations", "1", "--out", "x"], "--batch"),
    (["--resume", "--iterations", "-1", "--out", "x"], "--iterations"),
  ]

  @Test(arguments: wrong.indices)
  func wrongUseEndsWithTwo(index: Int) throws {
    let use = Self.wrong[index]
    let outcome = try TrainProcess.train(use.arguments)
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    let line = outcome.errorLines.first { $0.hasPrefix("Error: ") }
    #expect(line?.contains(use.word) == true, "\(outcome.errors)")
  }

  @Test func environmentErrorsAreOneLine() throws {
    let folder = try TemporaryFolder()
    let missing = try TrainProcess.train(
      ["--resume", "--iterations", "1", "--out", folder("a").path])
    #expect(missing.status == 1 && missing.errorLines.count == 1, "\(missing.errors)")
    #expect(missing.errors.contains(folder("a").path))
    let arguments = Self.small + ["--iterations", "0", "--out", folder("b").path]
    #expect(try TrainProcess.train(arguments).status == 0)
    let weights = folder("b/checkpoints/iteration-00000000/training.safetensors")
    var bytes = try Data(contentsOf: weights)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: weights)
    let damaged = try TrainProcess.train(
      ["--resume", "--iterations", "1", "--out", folder("b").path])
    #expect(damaged.status == 1 && damaged.errorLines.count == 1, "\(damaged.errors)")
    #expect(damaged.errors.contains("\(weights.path): is damaged"))
  }

  /// All commands that read a checkpoint of a run verify its checksums, as the run itself does.
  @Test func damagedWeightsAreRefusedByEveryCommand() throws {
    let folder = try TemporaryFolder()
    let begun = try TrainProcess.train(
      Self.small + ["--iterations", "0", "--out", folder("a").path])
    #expect(begun.status == 0, "\(begun.errors)")
    let checkpoint = folder("a/checkpoints/iteration-00000000")
    let whole = try Command.run("generate", "--checkpoint", folder("a").path, "--out", "x")
    #expect(whole.status == 1 && whole.errors.contains("is the folder of a run; give one of its"))
    #expect(whole.errors.contains(checkpoint.path), "\(whole.errors)")
    let weights = checkpoint.appendingPathComponent(GeneratorFile.weightsName)
    var bytes = try Data(contentsOf: weights)
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: weights)
    let outcomes = [
      try Command.run("generate", "--checkpoint", checkpoint.path, "--out", folder("b").path),
      try Command.run("dump", "--checkpoint", checkpoint.path, "--out", folder("c").path),
      try Command.run("export", "--checkpoint", checkpoint.path, "--out", folder("d").path),
      try TrainProcess.train(
        Self.small
          + ["--start-from", folder("a").path, "--iterations", "1", "--out", folder("e").path]),
    ]
    for outcome in outcomes {
      #expect(outcome.status == 1, "\(outcome.errors)")
      let last = outcome.errorLines.last ?? ""
      #expect(last.contains("\(weights.path): is damaged"), "\(outcome.errors)")
    }
  }

  @Test func aFinishedRunReportsItsIteration() throws {
    let folder = try TemporaryFolder()
    let arguments = ["--iterations", "1", "--log-every", "1", "--out", folder("a").path]
    #expect(try TrainProcess.train(Self.small + arguments).status == 0)
    let again = try TrainProcess.train(
      ["--resume", "--iterations", "1", "--out", folder("a").path])
    let late = try TrainProcess.train(
      ["--resume", "--images", "6", "--dump-step", "0", "--out", folder("a").path])
    #expect(late.status == 2 && late.errors.contains("1 … 2"), "\(late.errors)")
    #expect(
      again.status == 0 && again.errors.contains("already reached iteration 1"), "\(again.errors)"
    )
    let report = try String(contentsOf: RunFolder(folder("a")).report, encoding: .utf8)
    #expect(report.contains("train --resume") && report.contains("a/checkpoints/…"))
  }

  @Test(arguments: [
    ("SSGAN3D_THREADS", "0"), ("SSGAN3D_THREADS", "two"), ("SSGAN3D_KERNELS", "x86-64-v9"),
  ])
  func unknownValuesOfVariablesAreRefused(variable: String, value: String) throws {
    let folder = try TemporaryFolder()
    let process = try TrainProcess(
      ["train"] + Self.small + ["--iterations", "1", "--out", folder("a").path],
      environment: [variable: value])
    #expect(process.wait() == 2)
    let line = process.errors.split(separator: "\n").last ?? ""
    #expect(line.hasPrefix("Error: \(variable) is \(value), "), "\(process.errors)")
  }

  /// A limit on file sizes simulates a full disk: the error is one line, and the run can be resumed.
  @Test func aFullDiskLosesNothing() throws {
    let folder = try TemporaryFolder()
    let program = try TrainProcess.program().path
    let options = ["--save-every", "1", "--keep", "9", "--out", folder("a").path]
    let begun = try TrainProcess.train(Self.small + ["--iterations", "1"] + options)
    #expect(begun.status == 0, "\(begun.errors)")
    let before = try folder.files("a/checkpoints")
    // 512 blocks are less than the weights need; the signal XFSZ is ignored so that the write fails.
    let limited = try TrainProcess(
      ["-c", "trap '' XFSZ; ulimit -f 512; exec \"$0\" \"$@\"", program, "train", "--resume"]
        + ["--iterations", "3"] + options, program: URL(fileURLWithPath: "/bin/sh"))
    #expect(limited.wait() == 1)
    let lines = limited.errors.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("Error: ") } == 1, "\(limited.errors)")
    #expect(lines.last?.contains("cannot be written") == true, "\(limited.errors)")
    #expect(try folder.files("a/checkpoints") == before)
    let again = try TrainProcess.train(
      ["--resume", "--iterations", "3", "--out", folder("a").path])
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test func aRunStartsFromTheWeightsOfAnother() throws {
    let folder = try TemporaryFolder()
    let first = try TrainProcess.train(
      Self.small + ["--iterations", "1", "--out", folder("a").path])
    #expect(first.status == 0, "\(first.errors)")
    let second = try TrainProcess.train(
      Self.small
        + [
          "--set", "imageSize=64", "--set", "coarseSize=32", "--start-from", folder("a").path,
          "--iterations", "0", "--out", folder("b").path,
        ])
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errors.contains("tensors of the generator are taken from \(folder("a").path)"))
    let weights = try ["a/checkpoints/iteration-00000001", "b/checkpoints/iteration-00000000"].map {
      try GeneratorFile(folder($0)).read().parameters["local_nets.5.to_feat.conv.weight"].floats
    }
    #expect(weights[0] == weights[1])
  }

  /// If no model is named, a run uses the model and training options of the run it starts from.
  @Test func modelAndOptionsOfAnotherRunAreUsed() throws {
    let folder = try TemporaryFolder()
    let first = try TrainProcess.train(
      Self.small + [
        "--option", "maskPenaltyWeight=70", "--iterations", "1", "--out", folder("a").path,
      ])
    #expect(first.status == 0, "\(first.errors)")
    let record = try RunFolder(folder("a")).record()
    let second = try TrainProcess.train([
      "--data", "procedural:20,7", "--start-from", folder("a").path, "--option",
      "imagePenaltyWeight=3", "--set", "maskWarmup=7", "--iterations", "0", "--out",
      folder("b").path,
    ])
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errors.contains("the training options are taken from \(folder("a").path)"))
    var (model, options) = (record.model, record.options)
    (model.maskWarmup, options.imagePenaltyWeight) = (7, 3)
    let taken = try RunFolder(folder("b")).record()
    #expect(taken.model == model && taken.options == options && options.maskPenaltyWeight == 70)
    let named = try TrainProcess.train(
      Self.small
        + ["--start-from", folder("a").path, "--iterations", "0", "--out", folder("c").path])
    #expect(named.status == 0, "\(named.errors)")
    #expect(try RunFolder(folder("c")).record().options.maskPenaltyWeight == 50)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aStopRequestSavesACheckpoint(number: Int32) throws {
    let folder = try TemporaryFolder()
    let process = try TrainProcess(
      ["train"] + Self.small + ["--iterations", "1000000", "--log-every", "1", "--out"]
        + [folder("a").path])
    let run = RunFolder(folder("a"))
    while run.metrics.lines().count < 2 && process.isRunning { usleep(20_000) }
    process.send(number)
    #expect(process.wait() == 0, "\(process.errors)")
    #expect(process.output.hasPrefix("stopped and saved (continue with --resume): "))
    let saved = try #require(run.checkpoints.iterations.last)
    #expect(saved >= 2 && saved == run.metrics.lines().last?.iteration)
  }
}

/// Expects that the checkpoints of two runs at an iteration are identical.
func expectSameWeights(_ a: URL, _ b: URL, iteration: Int) throws {
  for name in [
    GeneratorFile.weightsName, GeneratorFile.discriminatorName, "training.safetensors",
  ] {
    let files = [a, b].map {
      RunFolder($0).checkpoints.place(of: iteration).appendingPathComponent(name)
    }
    #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]), "\(name)")
  }
}
