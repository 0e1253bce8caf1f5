// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A library target, in the order of the map in README.md: a target imports only targets above it.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", swiftSettings: strict)
}

/// The test target of a room, or of the whole package; all tests may read tensors and their files.
func proof(_ name: String, _ dependencies: [String] = [], isOfARoom: Bool = true) -> Target {
  let ground = Set(["TestSupport", "Tensors", "TensorFiles"] + (isOfARoom ? [name] : []))
  return .testTarget(
    name: "\(name)Tests", dependencies: asDependencies(ground.sorted() + dependencies),
    path: "Tests/\(name)Tests", swiftSettings: strict)
}

func asDependencies(_ names: [String]) -> [Target.Dependency] {
  names.map { .init(stringLiteral: $0) }
}

// MARK: - System libraries

let system: [Target] = [
  .systemLibrary(
    name: "COpenBLAS", path: "Sources/System/COpenBLAS", pkgConfig: "openblas",
    providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
  .systemLibrary(
    name: "CPNG", path: "Sources/System/CPNG", pkgConfig: "libpng",
    providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
  .systemLibrary(
    name: "CTurboJPEG", path: "Sources/System/CTurboJPEG", pkgConfig: "libturbojpeg",
    providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
  // zlib comes with libpng, which needs it.
  .systemLibrary(name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib"),
  .target(name: "CPlatform", path: "Sources/System/CPlatform"),
  .target(
    name: "CPNGShim", dependencies: ["CPNG"], path: "Sources/System/CPNGShim",
    linkerSettings: [.linkedLibrary("z")]),
]

// MARK: - Kernels

// One source compiled three times: for the portable baseline, for x86-64-v3 (AVX2 and FMA) and for
// x86-64-v4 (AVX-512). `Tensors` asks the processor which of them to call. The files in
// Sources/Kernels/V3 and V4 are symbolic links to those in Sources/Kernels/Baseline, because SwiftPM
// wants a folder of its own for every target.
func kernels(_ name: String, for level: String, _ conditions: [String], _ flags: [String] = [])
  -> Target
{
  var settings = strict
  #if arch(x86_64)
    settings += conditions.map { .define($0) }
    // Cross-module optimization would copy these functions into callers built for the baseline.
    settings += [.unsafeFlags(["-Xcc", "-march=\(level)", "-disable-cmo"] + flags)]
  #endif
  return .target(
    name: name, dependencies: ["KernelInterface"],
    path: "Sources/Kernels/\(name.dropFirst("Kernels".count))", swiftSettings: settings)
}

let everyKernel = ["KernelsBaseline", "KernelsV3", "KernelsV4"]

let kernelTargets: [Target] = [
  room("KernelInterface", path: "Sources/Kernels/Interface"),
  room("KernelsBaseline", ["KernelInterface"], path: "Sources/Kernels/Baseline"),
  kernels("KernelsV3", for: "x86-64-v3", ["KERNELS_V3"]),
  // Compilers keep to half of AVX-512's registers unless they are told.
  kernels(
    "KernelsV4", for: "x86-64-v4", ["KERNELS_V3", "KERNELS_V4"],
    ["-Xcc", "-mprefer-vector-width=512"]),
]

// MARK: - The engine, the paper, the model

let equations = [
  "WPlusFactorization", "RelativeDepth", "VolumeWeights", "GaussianLifting", "PartFusion",
  "MaskSoftmax", "DepthSmoothness", "MeanDifference",
]
let everyEquation = asDependencies(equations)

let engine: [Target] = [
  room("Messages", ["CPlatform"]),
  room(
    "Tensors",
    asDependencies(["COpenBLAS", "CPlatform", "KernelInterface", "Messages"] + everyKernel)),
  room("TensorFiles", ["Tensors", "Messages", "CPNGShim", "CTurboJPEG", "CZlib"]),
  room("GoldenFiles", ["Tensors", "TensorFiles"]),
  room("Probes", ["Tensors"]),
  room("Inspection", ["Tensors", "TensorFiles", "Probes", "Messages"]),
  room("LocalServer", ["Messages", .product(name: "FlyingFox", package: "FlyingFox")]),
  room("LivePages", ["Inspection", "LocalServer", "Messages"]),
]

let model: [Target] =
  equations.map { room($0, ["Tensors"], path: "Sources/Equations/\($0)") } + [
    room("Camera", ["Tensors", "TensorFiles"]),
    room("Surfaces", ["Tensors", "TensorFiles", "Messages"]),
    room("PortraitClasses", ["TensorFiles", "Inspection"]),
    room("ProceduralPortraits", ["Tensors", "TensorFiles", "Camera", "PortraitClasses"]),
    room(
      "Datasets",
      [
        "Tensors", "TensorFiles", "Messages", "Inspection", "Camera", "PortraitClasses",
        "ProceduralPortraits",
      ]),
    room(
      "VolumeRendering",
      ["Tensors", "Camera", "VolumeWeights", "GaussianLifting", "PartFusion", "MaskSoftmax"]),
    room("Networks", ["Tensors", "MaskSoftmax"]),
    room(
      "ModelConfiguration",
      [
        "TensorFiles", "Camera", "RelativeDepth", "GaussianLifting", "PartFusion", "MaskSoftmax",
        "Networks",
      ]),
    room(
      "PortraitModel",
      [
        "Tensors", "TensorFiles", "Probes", "Camera", "VolumeRendering", "Networks",
        "ModelConfiguration", "WPlusFactorization", "RelativeDepth", "VolumeWeights",
        "GaussianLifting", "PartFusion", "MaskSoftmax",
      ]),
    room(
      "Training",
      [
        "Tensors", "Probes", "Camera", "Datasets", "VolumeRendering", "Networks",
        "ModelConfiguration", "PortraitModel", "MaskSoftmax", "DepthSmoothness",
      ]),
    room(
      "TrainingRuns",
      [
        "Tensors", "TensorFiles", "Messages", "Probes", "Inspection", "Camera", "PortraitClasses",
        "Datasets", "Networks", "ModelConfiguration", "PortraitModel", "Training",
      ]),
    room(
      "Conformance",
      [
        "Tensors", "TensorFiles", "Probes", "Camera", "VolumeRendering", "Networks",
        "ModelConfiguration", "PortraitModel", "Training", "MeanDifference",
      ]),
    room(
      "Evaluation",
      [
        "Tensors", "TensorFiles", "Messages", "Inspection", "Camera", "PortraitClasses",
        "ProceduralPortraits", "Datasets", "Networks", "ModelConfiguration", "PortraitModel",
        "Training", "MeanDifference",
      ]),
    room(
      "RenderedPortraits",
      [
        "Tensors", "TensorFiles", "Messages", "Inspection", "Camera", "Surfaces", "PortraitClasses",
        "Networks", "ModelConfiguration", "PortraitModel", "MaskSoftmax", "MeanDifference",
      ]),
    room(
      "Studio",
      [
        "Tensors", "TensorFiles", "Messages", "Probes", "Inspection", "LocalServer", "Camera",
        "PortraitClasses", "Datasets", "VolumeRendering", "Networks", "ModelConfiguration",
        "PortraitModel", "Training", "RenderedPortraits", "WPlusFactorization", "GaussianLifting",
        "MaskSoftmax",
      ]),
  ]

// MARK: - Walkthroughs

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let commandStatus = room("CommandStatus", ["Messages", argumentParser])

// A folder for every chapter, which holds the chapter and, in Program, the program that walks through it
// (`walk-volume-weights` is Walkthroughs/VolumeWeights/Program). The chapters together are the library
// `Chapters`; what several of them use is in Walkthroughs/Shared.
let chapters =
  equations + [
    "Gradients", "MappingAndLatents", "PartGenerator", "Pipeline", "RenderNet", "Discriminator",
    "TrainingStep", "GeneratedFaces",
  ]

func program(_ chapter: String) -> Target {
  let words = chapter.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
  return .executableTarget(
    name: "walk" + words, dependencies: ["Chapters", "Inspection"],
    path: "Walkthroughs/\(chapter)/Program", swiftSettings: strict)
}

let walkthroughs: [Target] =
  [
    .target(
      name: "Chapters",
      dependencies: [
        "Tensors", "TensorFiles", "Messages", "Inspection", "Probes", "Camera", "PortraitClasses",
        "ProceduralPortraits", "Datasets", "VolumeRendering", "Networks", "ModelConfiguration",
        "PortraitModel", "Training", "GoldenFiles",
      ] + everyEquation,
      path: "Walkthroughs",
      exclude: ["Portrait", "Walk", "Exercises", "Marking"] + chapters.map { "\($0)/Program" },
      sources: chapters + ["Shared"], swiftSettings: strict),
    room(
      "PortraitWalkthrough",
      [
        "Tensors", "TensorFiles", "Inspection", "Camera", "PortraitClasses",
        "ProceduralPortraits", "Datasets", "VolumeRendering", "PortraitModel", "Evaluation",
        "Chapters",
      ] + everyEquation, path: "Walkthroughs/Portrait"),
    .executableTarget(
      name: "walk",
      dependencies: [
        "PortraitWalkthrough", "TensorFiles", "Datasets", "Chapters", "Inspection", "LocalServer",
        "LivePages", "CommandStatus", argumentParser,
      ],
      path: "Walkthroughs/Walk", swiftSettings: strict),
  ] + chapters.map(program)

// MARK: - Exercises

// A learner edits the files of `Exercises`. Few targets stand between them and the program, so that
// `make exercise` builds in seconds.
let exercises: [Target] = [
  room("Exercises", ["Tensors", "WPlusFactorization"], path: "Walkthroughs/Exercises"),
  .target(
    name: "Marking",
    dependencies: ["Tensors", "TensorFiles", "GoldenFiles", "Messages", "Inspection", "Exercises"]
      + everyEquation,
    path: "Walkthroughs/Marking", exclude: ["Program"], swiftSettings: strict),
  .executableTarget(
    name: "exercise",
    dependencies: ["Marking", "TensorFiles", "Inspection", "CommandStatus", argumentParser],
    path: "Walkthroughs/Marking/Program", swiftSettings: strict),
]

// MARK: - Commands

let commands: [Target] = [
  .executableTarget(
    name: "ssgan3d",
    dependencies: [
      "Tensors", "TensorFiles", "Probes", "Messages", "Inspection", "Camera", "PortraitClasses",
      "ProceduralPortraits", "Datasets", "Networks", "ModelConfiguration", "PortraitModel",
      "Surfaces", "Training", "TrainingRuns", "Conformance", "Evaluation", "MeanDifference",
      "RenderedPortraits", "Studio", "LocalServer", "MaskSoftmax", "WPlusFactorization",
      "CommandStatus", argumentParser,
    ],
    swiftSettings: strict),
  .executableTarget(
    name: "bench",
    dependencies: [
      "COpenBLAS", "Tensors", "TensorFiles", "Inspection", "Messages", "Chapters",
      "VolumeRendering", "RelativeDepth", "Networks", "ModelConfiguration", "PortraitModel",
      "Training", "CommandStatus", argumentParser,
    ],
    swiftSettings: strict),
  .executableTarget(
    name: "make-portrait",
    dependencies: [
      "TensorFiles", "PortraitClasses", "ProceduralPortraits", "Camera", "CommandStatus",
      argumentParser,
    ],
    path: "Sources/make-portrait", swiftSettings: strict),
]

// MARK: - Tests

let tests: [Target] =
  [
    room("TestSupport", ["Tensors", "TensorFiles", "GoldenFiles"], path: "Tests/TestSupport"),
    proof("Tensors", ["KernelInterface"] + everyKernel),
    proof("TensorFiles", ["CTurboJPEG"]),
    proof("Messages"),
    proof("Inspection", ["Probes", "PortraitClasses"]),
    proof("LocalServer", ["Messages"]),
    proof("LivePages", ["Inspection", "LocalServer"]),
    proof("Camera"),
    proof("Surfaces"),
    proof("PortraitClasses"),
    proof("ProceduralPortraits", ["Camera", "PortraitClasses"]),
    proof("Datasets", ["Inspection", "Camera", "PortraitClasses", "ProceduralPortraits"]),
    proof(
      "VolumeRendering",
      ["Camera", "GaussianLifting", "PartFusion", "VolumeWeights", "MaskSoftmax"]),
    proof("Networks"),
    proof("ModelConfiguration"),
    proof(
      "PortraitModel", ["Probes", "Inspection", "Camera", "Networks", "ModelConfiguration"]),
    proof(
      "Training",
      [
        "Probes", "Camera", "ProceduralPortraits", "Datasets", "Networks", "ModelConfiguration",
        "PortraitModel", "MaskSoftmax", "DepthSmoothness", "TrainingToys",
      ]),
    room(
      "TrainingToys",
      [
        "TestSupport", "Tensors", "Datasets", "Networks", "ModelConfiguration", "PortraitModel",
        "Training",
        "TrainingRuns",
      ], path: "Tests/TrainingToys"),
    proof(
      "TrainingRuns",
      [
        "Inspection", "VolumeRendering", "MaskSoftmax", "Datasets", "Networks",
        "ModelConfiguration", "PortraitModel", "Training", "TrainingToys",
      ]),
    proof("Conformance"),
    proof(
      "Evaluation",
      [
        "Inspection", "Camera", "PortraitClasses", "ProceduralPortraits", "Datasets",
        "VolumeRendering", "ModelConfiguration", "PortraitModel", "VolumeWeights",
        "GaussianLifting",
      ]),
    proof(
      "Studio",
      [
        "Inspection", "LocalServer", "Camera", "PortraitClasses", "ModelConfiguration",
        "PortraitModel", "MaskSoftmax", "RenderedPortraits",
      ]),
    proof(
      "RenderedPortraits", ["Camera", "ModelConfiguration", "PortraitModel", "Surfaces"]),
    proof(
      "PortraitWalkthrough",
      ["Camera", "PortraitClasses", "ProceduralPortraits", "Datasets", "Evaluation", "Inspection"]),
    proof("Chapters", ["Inspection", "ModelConfiguration", "PortraitModel"]),
    proof(
      "Command",
      [
        "ssgan3d", "walk", "Camera", "ModelConfiguration", "PortraitModel", "Inspection",
        "PortraitClasses", "ProceduralPortraits", "Datasets", "TrainingRuns", "Evaluation",
        "PortraitWalkthrough", "Studio", "LocalServer", "RenderedPortraits", "MaskSoftmax",
        "Networks", "VolumeRendering",
      ], isOfARoom: false),
    proof("CommandStatus"),
    proof("Marking"),
    proof("House", isOfARoom: false),
    room(
      "FuzzedReaders",
      [
        "Tensors", "TensorFiles", "CTurboJPEG", "Inspection", "Camera", "ProceduralPortraits",
        "Datasets", "Networks", "ModelConfiguration", "PortraitModel", "Training", "TrainingRuns",
        "Conformance", "Evaluation",
      ], path: "Tests/FuzzedReaders"),
    proof("FuzzedReaders"),
  ] + equations.map { proof($0) }

// The program of `make fuzz` needs LLVM's libFuzzer, so that other builds never see it.
let fuzzing: [Target] =
  Context.environment["SSGAN3D_FUZZ"] == nil
  ? []
  : [
    .systemLibrary(name: "CFuzzer", path: "Tests/CFuzzer"),
    .executableTarget(
      name: "fuzz", dependencies: ["CFuzzer", "FuzzedReaders"], path: "Tests/FuzzProgram",
      swiftSettings: strict),
  ]

// MARK: - The package

/// The targets that another package can import, each as a library of the same name.
let products: [Product] =
  (engine + model + [commandStatus]).map { .library(name: $0.name, targets: [$0.name]) }

let package = Package(
  name: "ssgan3d",
  products: products,
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: system + kernelTargets + engine + model + [commandStatus] + walkthroughs + exercises
    + commands + tests + fuzzing,
  swiftLanguageModes: [.v6]
)
