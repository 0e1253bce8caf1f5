import CFuzzer
import Foundation
import FuzzedReaders

// The program `fuzz`, which exists only in builds of `make fuzz` (see `.ci/fuzz`):
//
//     fuzz list                      prints the names of all readers
//     fuzz longest READER            prints the largest number of bytes of an input
//     fuzz unpack READER FOLDER      writes the reader's seeds and stored inputs, and FOLDER.dict
//     fuzz pack READER FOLDER        replaces the stored corpus by the inputs in a folder
//     SSGAN3D_READER=… fuzz -…       runs libFuzzer with its own options and folders
//
// libFuzzer starts itself again with its options, so the reader is named by a variable.

let words = CommandLine.arguments.dropFirst()
let corpus = StoredCorpus(URL(fileURLWithPath: "Fixtures"))

do {
  switch (words.first, words.count) {
  case ("list", 1): for reader in FuzzedReader.all { print(reader.name) }
  case ("longest", 2): print(try reader(words[2]).longest)
  case ("unpack", 3): try unpack(try reader(words[2]), URL(fileURLWithPath: words[3]))
  case ("pack", 3):
    let folder = URL(fileURLWithPath: words[3])
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    try corpus.replace(try files.map { try Data(contentsOf: $0) }, of: words[2])
  default: try Fuzzing.run(try reader(ProcessInfo.processInfo.environment["SSGAN3D_READER"] ?? ""))
  }
} catch {
  FileHandle.standardError.write(Data("fuzz: \(error)\n".utf8))
  exit(1)
}

func reader(_ name: String) throws -> FuzzedReader {
  guard let reader = FuzzedReader.all.first(where: { $0.name == name }) else {
    throw Stop("there is no reader \"\(name)\"; `fuzz list` prints their names")
  }
  return reader
}

struct Stop: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Writes the inputs that the fuzzer starts from, and the words that it inserts.
func unpack(_ reader: FuzzedReader, _ folder: URL) throws {
  let seeds = try reader.seeds()
  if let first = seeds.first, case .refused(let line) = try reader.read(first) {
    throw Stop("\(reader.name) refuses its first seed: \(line)")
  }
  for (number, input) in (seeds + (try corpus.inputs(of: reader.name))).enumerated() {
    try input.write(to: folder.appendingPathComponent("\(number)"))
  }
  let words = Set(seeds.flatMap(words)).sorted().map { "\"\($0)\"\n" }
  try Data(words.joined().utf8).write(to: folder.appendingPathExtension("dict"))
}

/// Returns the words of three letters or more in an input: keys, names of chunks and of types.
func words(in input: Data) -> [String] {
  input.split { byte in
    !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte != UInt8(ascii: "_")
  }
  .filter { (3...40).contains($0.count) }.map { String(decoding: $0, as: UTF8.self) }
}
