import Camera
import Foundation
import MaskSoftmax
import ModelConfiguration
import TensorFiles
import Tensors

/// What made a dump, stored in its folder as `dump.json`.
///
/// With the configuration in `config.json`, the latents in `latents.safetensors` and the weights whose
/// fingerprint is given here, the record determines every tensor of the dump of a portrait.
public struct DumpRecord: Codable, Sendable, Equatable {
  /// The number of the format, which increases when the meaning of a field changes.
  public private(set) var format = 1
  /// The program that wrote the dump, with its version.
  public var program: String
  /// The command as it was given, word by word, beginning with the name of the program.
  public var command: [String]
  /// The weights with which the portrait was made.
  public var weights: Weights
  /// The seed of the portrait, or of the training run.
  public var seed: UInt64?
  /// The truncation of w towards the mean latent: 1 for none.
  public var truncation: Double?
  /// The pose of the camera; nil for a flat model.
  public var pose: CameraPose?
  /// The precision of the computation, `float32` or `float64`.
  public var precision: String
  /// The numbers of coarse and importance samples on a ray; nil for a flat model.
  public var samples: Samples?
  /// What equation 10 summed, `rendering` or `ones`; nil for a flat model.
  public var maskWeighting: String?
  /// The source of the render net's noise: the maps stored with the weights, or drawn maps.
  public var noise = "stored"
  /// The names of the tensors that were asked for; nil for all.
  public var names: [String]?
  /// The iteration of training, counted from 0; nil if the dump is not of training.
  public var iteration: Int?
  /// The set of vector kernels, see `Parallel.vectorKernels`; other sets round differently.
  public private(set) var kernels = Parallel.vectorKernels
  /// The name of OpenBLAS's kernels.
  public private(set) var matrixKernels = MatrixKernels.name
  /// What a reader should know before trusting the tensors, in whole sentences; usually empty.
  public var warnings: [String] = []

  /// The origin of the weights.
  public struct Weights: Codable, Sendable, Equatable {
    /// The place where weights come from.
    public enum Source: String, Codable, Sendable {
      /// The generator that ships with the project.
      case shipped
      /// A folder with configuration and weights.
      case checkpoint
      /// A file of weights.
      case file
      /// Untrained weights of a seed.
      case fresh
      /// The state of a training run.
      case training
    }

    /// The place where the weights come from.
    public var source: Source
    /// The absolute path of the checkpoint or the file; nil for fresh weights.
    public var path: String?
    /// The seed of fresh weights.
    public var seed: UInt64?
    /// The hash of all weights, see `Parameters.fingerprint(under:)`.
    public var fingerprint: String

    /// Describes the origin of weights.
    public init(_ source: Source, path: String? = nil, seed: UInt64? = nil, fingerprint: String) {
      self.source = source
      self.path = path
      self.seed = seed
      self.fingerprint = fingerprint
    }
  }

  /// The numbers of samples on a ray.
  public struct Samples: Codable, Sendable, Equatable {
    /// The number of evenly spaced samples.
    public var coarse: Int
    /// The number of samples of the importance pass.
    public var importance: Int

    /// Creates the numbers of both passes.
    public init(coarse: Int, importance: Int) {
      self.coarse = coarse
      self.importance = importance
    }
  }

  /// Creates a record; the other fields are set one by one.
  public init(program: String, command: [String], weights: Weights, precision: ScalarType) {
    self.program = program
    self.command = command
    self.weights = weights
    self.precision = "\(precision)"
  }

  /// The name of the record's file in the folder of a dump.
  public static let fileName = "dump.json"
  /// The name of the configuration's file in the folder of a dump.
  public static let configurationName = GeneratorFile.configurationName
  /// The name of the latents' file in the folder of a dump.
  public static let latentsName = "latents.safetensors"

  /// Returns the record of the same portrait, made by another command, program or machine.
  ///
  /// - Parameter other: a record of that command.
  /// - Returns: this record with the program, the command, the weights and the kernels of the other.
  public func made(like other: DumpRecord) -> DumpRecord {
    var result = self
    (result.program, result.command, result.weights) = (other.program, other.command, other.weights)
    (result.kernels, result.matrixKernels) = (other.kernels, other.matrixKernels)
    return result
  }

  /// Returns the record as JSON, one field per line.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads a record.
  ///
  /// - Parameter folder: the folder of a dump.
  /// - Throws: `ParameterError` in one line if the folder holds no readable record.
  /// - Returns: the record.
  public static func read(in folder: URL) throws -> DumpRecord {
    let file = folder.appendingPathComponent(fileName)
    let data: Data
    do { data = try SmallFile.data(file) } catch let error as SmallFile.TooLong {
      throw ParameterError(description: "\(error)")
    } catch {
      throw ParameterError(
        description: "\(file.path): cannot be read; is \(folder.path) the folder of a dump?")
    }
    if let key = JSONText.repeatedKey(in: data) {
      throw ParameterError(
        description: "\(file.path): has the key \(key) twice; keep the right one")
    }
    let record: DumpRecord
    do { record = try JSONDecoder().decode(DumpRecord.self, from: data) } catch {
      throw ParameterError(
        description: "\(file.path): is not the record of a dump; write the dump anew")
    }
    guard record.format == 1 else {
      throw ParameterError(
        description: "\(file.path): has format \(record.format), expected 1; use the program that "
          + "wrote it (\(record.program))")
    }
    return record
  }

  /// The record as names and values for a page; text between backticks is code.
  public var facts: [(name: String, value: String)] {
    portraitFacts + [
      ("Weights", weights.text), ("Fingerprint of the weights", "`\(weights.fingerprint)`"),
      ("Computed in", "\(precision), kernels \(kernels) and OpenBLAS \(matrixKernels)"),
      ("Program", program),
      ("Command", "`\(command.map(Self.shellWord).joined(separator: " "))`"),
    ]
  }

  /// What determines the tensors, on one line, for the pictures of the dump.
  ///
  /// The same portrait has the same line, whatever command and program version dumped it and wherever
  /// the weights are; `dump.json` has them.
  public var origin: String {
    let facts =
      portraitFacts + [
        ("Fingerprint of the weights", weights.fingerprint), ("Precision", precision),
      ]
    return "ssgan3d; \(facts.map { "\($0.name): \($0.value)" }.joined(separator: "; "))"
  }

  /// How the portrait was made, apart from its weights.
  private var portraitFacts: [(name: String, value: String)] {
    var all: [(String, String)] = []
    if let iteration { all.append(("Iteration of training, counted from 0", "\(iteration)")) }
    if let seed {
      all.append((iteration == nil ? "Seed of the portrait" : "Seed of the run", "\(seed)"))
    }
    if let truncation {
      all.append(("Truncation of w", truncation == 1 ? "1 (none)" : "\(truncation)"))
    }
    if let pose { all.append(("Camera", Self.text(pose))) }
    if let samples {
      all.append(
        ("Samples on a ray", "\(samples.coarse) coarse, \(samples.importance) by importance"))
    }
    if let weighting = maskWeighting.flatMap(MaskWeighting.init(rawValue:)) {
      all.append(("Masks", weighting.explanation))
    }
    all.append(("Noise of the render net", noise))
    return all
  }

  private static func text(_ pose: CameraPose) -> String {
    func degrees(_ angle: Double) -> String {
      String(format: "%+.1f°", (angle - .pi / 2) * 180 / .pi)
    }
    let isFrontal = pose == .frontal
    return "yaw \(pose.yaw), pitch \(pose.pitch) radians; "
      + (isFrontal
        ? "frontal and level"
        : "\(degrees(pose.yaw)) to the left of the image and \(degrees(pose.pitch)) downwards from "
          + "the frontal pose")
  }

  /// Returns a word of a command as a shell needs it: in quotation marks unless it is plain.
  public static func shellWord(_ word: String) -> String {
    let isPlain = word.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_./,:=+".contains($0))
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}

extension DumpRecord.Weights {
  /// The origin in words.
  var text: String {
    let place = path.map { "`\($0)`" } ?? ""
    switch source {
    case .shipped: return "the shipped generator, \(place)"
    case .checkpoint: return "the checkpoint \(place)"
    case .file: return "the file \(place)"
    case .fresh: return "fresh (untrained), seed \(seed ?? 0)"
    case .training: return "the generator in training, before its update in this iteration"
    }
  }
}
