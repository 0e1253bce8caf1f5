import ArgumentParser
import CommandStatus
import Datasets
import Foundation
import Messages

extension FaceAligner.Border: ExpressibleByArgument {}

/// The command `ssgan3d align`, which crops photographs around faces.
struct Align: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Crops photographs around faces by five landmarks, as CelebAMask-HQ does.",
    discussion: """
      The landmarks are the centers of both eyes, the tip of the nose and both corners of the mouth, in \
      pixels of the photograph, from a file in the form of CelebA's list_landmarks_align_celeba.txt, \
      the same with commas, or {"landmarks": [[name, [[x, y], …]], …]}. Each photograph is turned \
      upright, cropped to the square of Docs/Data.md and reduced with antialiasing; its label map, if \
      there is one, is cropped in the same way by the nearest pixel. The results are --out/images and \
      --out/labels, a data set for 'ssgan3d dataset'. A picture that cannot be cropped is reported and \
      passed over; the exit status is then 1. Example:

        ssgan3d align --images photos --landmarks landmarks.txt --size 256 --out Output/faces
      """)

  @Option(help: "The folder of the photographs, JPEG or PNG.")
  var images: String

  @Option(help: "The file of the landmarks.")
  var landmarks: String

  @Option(
    help: """
      The folder of the label maps, PNG files with the base names of the photographs, in numbers or in \
      colors; both stay as they are.
      """)
  var labels: String?

  @Option(
    parsing: .unconditional,
    help: "The width and height of the results in pixels, 2 … \(PortraitPack.largestSize).")
  var size: Int

  @Option(
    help: """
      What is done if the square reaches beyond the photograph: reflect (mirror the photograph at its \
      border) or refuse (report and pass over).
      """)
  var border = FaceAligner.Border.reflect

  @Option(help: "The folder to write; it must be new or empty.")
  var out: String

  func validate() throws {
    try requirePaths([
      ("--images", images), ("--landmarks", landmarks), ("--labels", labels), ("--out", out),
    ])
    if !(2...PortraitPack.largestSize).contains(size) {
      throw ValidationError("--size is \(size), expected 2 … \(PortraitPack.largestSize)")
    }
  }

  func run() throws {
    if let held = try? FileManager.default.contentsOfDirectory(atPath: out), !held.isEmpty {
      throw WrongUse("--out \(out): is not empty; choose another folder or remove this one")
    }
    let aligner = try FaceAligner(
      images: URL(fileURLWithPath: images), labels: labels.map { URL(fileURLWithPath: $0) },
      landmarks: LandmarkList(contentsOf: URL(fileURLWithPath: landmarks)), size: size,
      border: border)
    StopRequest.listen()
    let progress = ProgressReport("pictures", of: aligner.ids.count)
    let (overhangs, problems) = try aligner.write(
      to: URL(fileURLWithPath: out), progress: { progress.advance() },
      shouldStop: { StopRequest.came })
    let failures = aligner.faults.map(\.description) + problems
    for line in failures { ProgressReport.say(line) }
    let padded = overhangs.count { $0 > 0 }
    let isStopped = overhangs.count + problems.count < aligner.ids.count
    print(
      "\(isStopped ? "stopped: " : "")\(counted(overhangs.count, "picture")) of \(size) × \(size) in "
        + "\(out), \(padded) of them padded by reflection; \(counted(failures.count, "failure"))")
    if !failures.isEmpty { throw ExitCode.failure }
  }
}
