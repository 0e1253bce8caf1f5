import Camera
import Conformance
import Datasets
import Evaluation
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import ProceduralPortraits
import TensorFiles
import Tensors

extension FuzzedReader {
  /// A prepared data set: `pack.json` up to the first line break, then `pairs.bin`.
  static let pack: FuzzedReader = {
    let scratch = Scratch("pack")
    return FuzzedReader(
      "pack", refusals: [DatasetError.self, TensorFileError.self],
      seeds: {
        let folder = scratch("seed")
        _ = try PortraitPack.prepare(ProceduralSource(count: 3, seed: 5), size: 8, to: folder)
        return try [
          Data(contentsOf: folder.appendingPathComponent("pack.json"))
            + Data(contentsOf: folder.appendingPathComponent("pairs.bin"))
        ]
      },
      body: { data in
        let end = data.firstIndex(of: 0x0A).map { $0 + 1 } ?? data.endIndex
        try scratch.write(Data(data[..<end]), "pack.json")
        try scratch.write(Data(data[end...]), "pairs.bin")
        let pack = try PortraitPack.open(scratch.url, verifies: false)
        let damage = try pack.damage()
        for index in 0..<pack.count { _ = try pack.pair(index) }
        try expect(pack.training.count + pack.validation.count == pack.count, "\(pack.count)")
        if let damage = damage.first { throw damage }
      })
  }()

  /// The record of a parser, `parser.json`.
  static let parser: FuzzedReader = {
    let scratch = Scratch("parser")
    let folder = scratch("parser")
    return FuzzedReader(
      "parser", refusals: [ParserError.self, TensorFileError.self],
      seeds: {
        try? FileManager.default.removeItem(at: folder)
        try PortraitParser(untrainedOfSize: 32, seed: 3, widths: [1, 1]).write(to: folder.path)
        return [try Data(contentsOf: folder.appendingPathComponent("parser.json"))]
      },
      body: { data in
        try scratch.write(data, "parser/parser.json")
        _ = try PortraitParser(contentsOf: folder.path)
      })
  }()

  /// The settings of a conformance case, `case.json`.
  static let conformanceCase: FuzzedReader = {
    let scratch = Scratch("case")
    return FuzzedReader(
      "case", longest: 512,
      refusals: [
        ConformanceError.self, TensorFileError.self, ParameterError.self, ConfigurationError.self,
      ],
      seeds: {
        let weights = SmallestModel.generator.parameters.tensors
        let width = SmallestModel.configuration.latentWidth
        let inputs = ["z": Tensor.ones([1, width], .float32), "camera": Tensor.zeros([1, 2])]
        let named = weights.map { ("g." + $0.key, $0.value.detached()) }
        let files = [
          ("config.json", try SmallestModel.configuration.json()),
          ("rounding.json", Data("{}".utf8)),
          (
            "weights.safetensors",
            try SafetensorsFile.encode(Dictionary(uniqueKeysWithValues: named))
          ),
          ("inputs.safetensors", try SafetensorsFile.encode(inputs)),
          ("expected.safetensors", try SafetensorsFile.encode(["image": Tensor.zeros([1])])),
        ]
        for (name, data) in files { try scratch.write(data, name) }
        return [
          #"{"latent": "z", "maskWeights": "nerf", "noise": "buffers", "jitter": false}"#,
          #"{"latent": null, "maskWeights": "ones", "jitter": true}"#, "{}",
        ].map { Data($0.utf8) }
      },
      body: { data in
        try scratch.write(data, "case.json")
        _ = try ConformanceCase(scratch.url, precision: .float32)
      })
  }()

  /// The record of a procedural portrait, `portrait.json`.
  static let portraitRecord: FuzzedReader = {
    let scratch = Scratch("portrait")
    return FuzzedReader(
      "portrait", longest: 4096, refusals: [PortraitFolderError.self],
      seeds: {
        [try JSONEncoder().encode(PortraitFolder(parameters: PortraitParameters()))]
      },
      body: { data in
        try scratch.write(data, "portrait.json")
        _ = try PortraitFolder.read(scratch.url)
      })
  }()

  /// The index of a dump, which the comparison of two dumps reads.
  static let dumpIndex: FuzzedReader = {
    let scratch = Scratch("dump-index")
    return FuzzedReader(
      "dump-index", refusals: [TensorFileError.self, SmallFile.TooLong.self, DecodingError.self],
      seeds: {
        [
          Data(
            (#"[{"axes": "[H, W]", "caption": "", "colorMap": "gray", "equation": "Eq. 7", "#
              + #""file": "psi.npy", "max": 1, "mean": 0.5, "min": 0, "name": "psi", "#
              + #""notFinite": 0, "picture": "psi.png", "shape": [2, 2], "unit": ""}]"#).utf8)
        ]
      },
      body: { data in
        try? FileManager.default.createDirectory(
          at: scratch("dump"), withIntermediateDirectories: true)
        try scratch.write(data, "dump/index.json")
        _ = try DumpWriter.entries(in: scratch("dump"))
      })
  }()

  /// The record of a dump, `dump.json`; one that is accepted must survive writing and reading.
  static let dumpRecord: FuzzedReader = {
    let scratch = Scratch("dump-record")
    return FuzzedReader(
      "dump-record", refusals: [ParameterError.self],
      seeds: {
        var record = DumpRecord(
          program: "ssgan3d 1", command: ["ssgan3d", "dump", "--seed", "3"],
          weights: .init(.checkpoint, path: "/model", fingerprint: "0123456789abcdef"),
          precision: .float32)
        let least = try record.json()
        (record.seed, record.truncation, record.iteration) = (3, 0.7, 12)
        record.weights = .init(.fresh, seed: 5, fingerprint: "0123456789abcdef")
        record.pose = CameraPose(yaw: 1.6, pitch: 1.5)
        record.samples = .init(coarse: 12, importance: 24)
        (record.maskWeighting, record.names) = ("rendering", ["image", "psi"])
        record.warnings = ["Two rays meet nothing."]
        return [try record.json(), least]
      },
      body: { data in
        try scratch.write(data, DumpRecord.fileName)
        let record = try DumpRecord.read(in: scratch.url)
        try scratch.write(try record.json(), DumpRecord.fileName)
        try expect(try DumpRecord.read(in: scratch.url) == record, "\(record)")
        try expect(!record.origin.isEmpty && !record.facts.isEmpty, "no facts")
      })
  }()
}
