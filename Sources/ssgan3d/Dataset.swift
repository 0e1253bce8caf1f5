import ArgumentParser

/// `ssgan3d dataset`: portraits with their classes, looked over and prepared.
struct Dataset: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks portraits with their classes, and prepares them for training.",
    discussion: """
      DATA is one of these, told apart by what is in the folder:

        a folder with CelebA-HQ-img and CelebAMask-HQ-mask-anno, as CelebAMask-HQ is distributed
        a folder with images (JPEG, PNG) and labels (PNG) of the same names; say --classes 19, bisenet or 13
        a pack that 'dataset prepare' wrote
        procedural:COUNT or procedural:COUNT,SEED, portraits made from numbers
      """,
    subcommands: [DatasetCheckCommand.self, DatasetPrepare.self])
}
