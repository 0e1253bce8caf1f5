import Camera
import CommandStatus
import Foundation
import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitClasses
import PortraitModel
import RenderedPortraits
import Probes
import TensorFiles
import Tensors

/// All that determines the dump of one portrait.
struct DumpPlan {
  /// What makes the dump, written to its folder.
  var record: DumpRecord
  /// The generator in the precision of the dump.
  let generator: Generator
  /// The latents of the portrait.
  let latents: PortraitLatents
  /// Whether volumes are also written as NRRD files.
  var writesNRRD = false

  /// The names of the tensors to write.
  private var wanted: Set<String> {
    Set(record.names ?? DumpNames.all(generator.configuration))
  }

  /// The names of all files that are written.
  var fileNames: [String] {
    volumeNames.map(DumpVolumes.fileName) + wanted.sorted().flatMap { ["\($0).npy", "\($0).png"] }
      + DumpWriter.fixedNames + [
        DumpRecord.fileName, DumpRecord.configurationName, DumpRecord.latentsName,
      ]
  }

  /// The names of the tensors that are also written as NRRD files.
  private var volumeNames: [String] {
    writesNRRD ? DumpVolumes.names(generator.configuration).filter(wanted.contains) : []
  }

  /// Throws `WrongUse` if volumes are to be written as NRRD files and there are none.
  func requireVolumes() throws(WrongUse) {
    guard writesNRRD, volumeNames.isEmpty else { return }
    throw WrongUse(
      generator.configuration.rendering == .flat
        ? "--volumes: the model is flat (rendering=flat): it has no volumes"
        : "--volumes: none of the tensors is a volume; leave --names out, or name one such as "
          + "fused_density3d")
  }

  /// Computes and writes the tensors, then the page.
  ///
  /// The record is written twice: before the tensors, and after them with warnings about them.
  mutating func write(to folder: URL) throws -> DumpWriter {
    let writer = try DumpWriter(folder: folder, origin: record.origin)
    try writeOrigin(writer)
    let wanted = wanted
    let progress = ProgressReport("tensors", of: wanted.count)
    let write = writer.probe(palette: .portrait)
    let volumes = DumpVolumes(generator.voxelGrid, only: Set(volumeNames), writer)
    let probe = Probe { recording in
      write.pass(recording)
      volumes.write(recording)
      progress.advance()
    }.only(wanted)
    if withoutGradients({ pass(to: probe) }) {
      let empty = PortraitPictures.emptyWarning(1, of: 1)
      ModelSource.warn(empty)
      record.warnings += empty
    }
    try writer.finish()
    try volumes.finish()
    try writeOrigin(writer)
    var page = DumpPage(
      title: "Every tensor of one portrait",
      introduction: "Every picture on this page is also a PNG file in this folder, and its exact "
        + "values are an NPY file of the same name.")
    page.facts =
      record.facts + [
        ("Latents", "`\(DumpRecord.latentsName)`: z, w, wplus, wplus_expanded"),
        ("Health", record.warnings.isEmpty ? "no warnings" : "see the warnings"),
      ]
    page.warnings = record.warnings
    page.configuration = String(
      decoding: try generator.configuration.json(), as: UTF8.self)
    try page.write(writer)
    return writer
  }

  /// Writes what makes the dump: the record first, then configuration and latents.
  private func writeOrigin(_ writer: DumpWriter) throws {
    try writer.writeFile(DumpRecord.fileName) { try AtomicFile.write(try record.json(), to: $0) }
    try writer.writeFile(DumpRecord.configurationName) {
      try AtomicFile.write(try generator.configuration.json(), to: $0)
    }
    try writer.writeFile(DumpRecord.latentsName) { try latents.write(to: $0, of: record) }
  }

  /// Passes every tensor of the portrait to a probe; returns whether no ray meets anything dense.
  private func pass(to probe: Probe) -> Bool {
    let model = generator.configuration
    generator.record(latents, into: probe)
    var options = Generator.Options()
    if let samples = record.samples { options.samples = (samples.coarse, samples.importance) }
    options.maskWeighting = record.maskWeighting.flatMap(MaskWeighting.init(rawValue:))
    // A flat model reads no pose.
    let pose = record.pose ?? model.camera.meanPose
    let made = generator.made(
      expandedLatents: latents.expanded, poses: pose.tensor(generator.scalarType),
      options: options)
    generator.record(made, weighting: options.maskWeighting, into: probe)
    return made.view?.ray.renderingWeights.scalars.allSatisfy { $0 == 0 } ?? false
  }
}

extension DumpPlan {
  /// Reads the plan of a dump from its folder.
  ///
  /// - Parameters:
  ///   - folder: the folder of a dump of `ssgan3d dump`.
  ///   - source: the new place of the weights, if one is named.
  /// - Throws: a one-line error if a file is missing or the weights are others.
  init(again folder: URL, _ source: ModelSource) throws {
    var record = try DumpRecord.read(in: folder)
    guard record.iteration == nil else {
      throw WrongUse(
        "--again \(folder.path): is the dump of a training iteration, which is made again by training "
          + "from the checkpoint before it; give the folder of a dump of ssgan3d dump")
    }
    let model = try GeneratorFile.configuration(
      folder.appendingPathComponent(DumpRecord.configurationName))
    guard try source.config == nil || source.configuration() == model else {
      throw WrongUse("--config: is not the configuration of the dump in \(folder.path)")
    }
    guard let precision = ScalarType(rawValue: record.precision), precision.isFloatingPoint else {
      throw WrongUse("--again \(folder.path): precision \(record.precision) is unknown")
    }
    let parameters = try source.parameters(of: model, recorded: record.weights)
    let generator = Generator(model, parameters.cast(to: precision))
    let fingerprint = generator.parameters.fingerprint()
    guard fingerprint == record.weights.fingerprint else {
      throw DumpError(
        description: "\(folder.path): was made with weights of fingerprint "
          + "\(record.weights.fingerprint), but these have \(fingerprint); name the right ones with "
          + "--checkpoint or --weights")
    }
    record.weights = try source.origin(of: generator, recorded: record.weights)
    let here = DumpRecord(
      program: SSGAN3D.configuration.version, command: Dump.command, weights: record.weights,
      precision: precision)
    self.init(
      record: record.made(like: here), generator: generator,
      latents: try PortraitLatents(
        folder.appendingPathComponent(DumpRecord.latentsName), of: generator))
  }
}

/// The comparison of a dump with one that was made again.
struct DumpComparison {
  private let folder: URL
  private let record: DumpRecord
  private let writer: DumpWriter

  init(_ folder: URL, _ record: DumpRecord, _ writer: DumpWriter) {
    (self.folder, self.record, self.writer) = (folder, record, writer)
  }

  /// Throws an error unless every tensor of the first dump has the same bytes in the second.
  func requireEqual() throws {
    let (old, new) = (try DumpWriter.entries(in: folder).map(\.file), writer.entries.map(\.file))
    guard old == new else {
      throw DumpError(description: "\(folder.path): lists other tensors than were made again")
    }
    func checksum(_ file: String, in folder: URL) -> String? {
      try? CRC32.text(of: OpenFile(reading: folder.appendingPathComponent(file)))
    }
    let different = old.filter { file in
      let first = checksum(file, in: folder)
      return first == nil || first != checksum(file, in: writer.folder)
    }
    guard let first = different.first else { return }
    let earlier = try DumpRecord.read(in: folder)
    let cause =
      earlier.kernels == record.kernels && earlier.matrixKernels == record.matrixKernels
      ? "a file was changed, or another version of the program rounds differently"
      : "the first was computed with kernels \(earlier.kernels) and OpenBLAS "
        + "\(earlier.matrixKernels), which round differently"
    throw DumpError(
      description: "\(different.count) of \(old.count) tensors differ from \(folder.path), the "
        + "first is \(first): \(cause)")
  }
}

/// A dump that cannot be made again, or that differs when it is.
private struct DumpError: Error, CustomStringConvertible {
  /// One line: what is wrong, and how to solve the problem.
  let description: String
}
