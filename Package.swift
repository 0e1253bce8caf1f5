// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A library target of the house, in the order of the map in README.md: imports point upwards only.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", swiftSettings: strict)
}

/// A test target; it mirrors the room it proves.
func proof(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)Tests",
    swiftSettings: strict)
}

let equations = [
  "WPlusFactorization", "VolumeWeights", "GaussianLifting", "PartFusion", "MaskSoftmax",
  "DepthSmoothness", "MeanDifference",
]
let everyEquation = equations.map { Target.Dependency(stringLiteral: $0) }

// The kernels are compiled three times from one source: for the portable baseline, for x86-64-v3 (AVX2
// and FMA) and for x86-64-v4 (AVX-512). Tensors asks the processor which of them to call.
func kernels(_ name: String, for level: String, _ conditions: [String], _ flags: [String] = [])
  -> Target
{
  var settings = strict
  #if arch(x86_64)
    settings += conditions.map { .define($0) }
    // Cross-module optimisation would copy these functions into callers built for the baseline.
    settings += [.unsafeFlags(["-Xcc", "-march=\(level)", "-disable-cmo"] + flags)]
  #endif
  return .target(
    name: name, dependencies: ["KernelInterface"],
    path: "Sources/Kernels/\(name.dropFirst("Kernels".count))", swiftSettings: settings)
}

let everyKernel: [Target.Dependency] = ["KernelsBaseline", "KernelsV3", "KernelsV4"]

let system: [Target] = [
  .systemLibrary(
    name: "COpenBLAS", path: "Sources/System/COpenBLAS", pkgConfig: "openblas",
    providers: [.apt(["libopenblas-dev"])]),
  .systemLibrary(
    name: "CPNG", path: "Sources/System/CPNG", pkgConfig: "libpng",
    providers: [.apt(["libpng-dev"])]),
  .systemLibrary(
    name: "CTurboJPEG", path: "Sources/System/CTurboJPEG", pkgConfig: "libturbojpeg",
    providers: [.apt(["libturbojpeg0-dev"])]),
  .target(name: "CPlatform", path: "Sources/System/CPlatform"),
  .target(name: "CPNGShim", dependencies: ["CPNG"], path: "Sources/System/CPNGShim"),
]

let engine: [Target] = [
  room("KernelInterface", path: "Sources/Kernels/Interface"),
  room("KernelsBaseline", ["KernelInterface"], path: "Sources/Kernels/Baseline"),
  kernels("KernelsV3", for: "x86-64-v3", ["KERNELS_V3"]),
  // Compilers keep to half of AVX-512's registers unless they are told.
  kernels(
    "KernelsV4", for: "x86-64-v4", ["KERNELS_V3", "KERNELS_V4"],
    ["-Xcc", "-mprefer-vector-width=512"]),
  room("Tensors", ["COpenBLAS", "CPlatform", "KernelInterface"] + everyKernel),
  room("TensorFiles", ["Tensors", "CPNGShim", "CTurboJPEG"]),
  room("Inspection", ["Tensors", "TensorFiles"]),
]

let model: [Target] =
  equations.map { name in
    room(
      name, name == "PartFusion" ? ["Tensors", "GaussianLifting"] : ["Tensors"],
      path: "Sources/Equations/\(name)")
  } + [
    room("Camera", ["Tensors"]),
    room("PortraitData", ["Tensors", "TensorFiles", "Inspection", "Camera"]),
    room(
      "VolumeRendering",
      ["Tensors", "Camera", "GaussianLifting", "PartFusion", "VolumeWeights", "MaskSoftmax"]),
    room("Networks", ["Tensors"]),
    room("ModelConfiguration", ["Camera", "GaussianLifting", "PartFusion", "Networks"]),
    room(
      "PortraitModel",
      [
        "Tensors", "TensorFiles", "Inspection", "Networks", "ModelConfiguration",
        "VolumeRendering", "Camera",
      ] + everyEquation),
    room(
      "Training",
      [
        "Tensors", "TensorFiles", "Inspection", "Camera", "PortraitData", "MaskSoftmax",
        "DepthSmoothness", "VolumeRendering", "Networks", "ModelConfiguration", "PortraitModel",
      ]),
    room(
      "Conformance",
      [
        "Tensors", "TensorFiles", "Inspection", "PortraitModel", "Training", "MeanDifference",
        "DepthSmoothness",
      ]),
    room(
      "Evaluation",
      [
        "COpenBLAS", "Tensors", "TensorFiles", "Inspection", "Camera", "PortraitData", "Networks",
        "ModelConfiguration", "PortraitModel", "Training",
      ]),
  ]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let commandStatus = room("CommandStatus", [argumentParser])

// One chapter for every equation, one for gradients, one for every network and one for the shipped
// generator, all in the library Chapters; for each of them a program: `walk-volume-weights` is
// Walkthroughs/VolumeWeights.
let chapters = [
  "WPlusFactorization", "VolumeWeights", "GaussianLifting", "PartFusion", "MaskSoftmax",
  "DepthSmoothness", "MeanDifference", "Gradients", "MappingAndLatents", "PartGenerator",
  "Pipeline",
  "RenderNet", "Discriminator", "TrainingStep", "GeneratedFaces",
]

func program(_ chapter: String) -> Target {
  let words = chapter.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
  return .executableTarget(
    name: "walk" + words, dependencies: ["Chapters", "Inspection"],
    path: "Walkthroughs/\(chapter)", swiftSettings: strict)
}

let walkthroughs: [Target] =
  [
    room(
      "Chapters",
      [
        "Inspection", "Tensors", "PortraitData", "Camera", "VolumeRendering", "Networks",
        "ModelConfiguration", "PortraitModel", "Training",
      ] + everyEquation,
      path: "Walkthroughs/Chapters"),
    room(
      "PortraitWalkthrough",
      ["Inspection", "Camera", "PortraitData", "VolumeRendering", "Evaluation", "TensorFiles"]
        + everyEquation, path: "Walkthroughs/Portrait"),
    .executableTarget(
      name: "walk",
      dependencies: [
        "PortraitWalkthrough", "PortraitData", "Chapters", "Inspection", "CommandStatus",
        argumentParser,
      ],
      path: "Walkthroughs/Walk", swiftSettings: strict),
  ] + chapters.map(program)

let commands: [Target] = [
  .executableTarget(
    name: "ssgan3d",
    dependencies: [
      "Tensors", "TensorFiles", "Inspection", "Camera", "PortraitData", "Networks",
      "ModelConfiguration", "PortraitModel", "Training", "Conformance", "Evaluation",
      "MeanDifference", "WPlusFactorization", "CommandStatus", argumentParser,
    ],
    swiftSettings: strict),
  .executableTarget(
    name: "bench",
    dependencies: [
      "Tensors", "TensorFiles", "Inspection", "COpenBLAS", "VolumeRendering", "ModelConfiguration",
      "PortraitModel", "Networks", "Training", "CommandStatus", argumentParser,
    ],
    swiftSettings: strict),
  .executableTarget(
    name: "make-portrait",
    dependencies: ["PortraitData", "Camera", "CommandStatus", argumentParser],
    path: "Sources/make-portrait", swiftSettings: strict),
]

let tests: [Target] =
  [
    room(
      "TestSupport", ["Tensors", "TensorFiles"], path: "Tests/TestSupport"),
    proof("Tensors", ["Tensors", "KernelInterface"] + everyKernel),
    proof("TensorFiles", ["TensorFiles", "CTurboJPEG"]),
    proof("Inspection", ["Inspection"]),
    proof("Camera", ["Camera"]),
    proof("PortraitData", ["PortraitData"]),
    proof("VolumeRendering", ["VolumeRendering"]),
    proof(
      "Training",
      [
        "Training", "Networks", "Inspection", "ModelConfiguration", "PortraitModel", "MaskSoftmax",
      ]),
    proof("Networks", ["Networks"]),
    proof("ModelConfiguration", ["ModelConfiguration"]),
    proof("Conformance", ["Conformance"]),
    proof(
      "Evaluation",
      [
        "Evaluation", "Camera", "PortraitData", "TensorFiles", "ModelConfiguration",
        "PortraitModel", "VolumeRendering", "VolumeWeights", "GaussianLifting",
      ]),
    proof(
      "PortraitWalkthrough",
      ["PortraitWalkthrough", "PortraitData", "Evaluation", "Inspection"]),
    proof("Chapters", ["Chapters", "Inspection", "ModelConfiguration", "PortraitModel"]),
    proof("PortraitModel", ["PortraitModel"]),
    proof(
      "Command",
      ["ssgan3d", "ModelConfiguration", "Inspection", "PortraitData", "Training", "Evaluation"]),
    proof("CommandStatus", ["CommandStatus"]),
    proof("House"),
  ] + equations.map { proof($0, [.init(stringLiteral: $0)]) }

let package = Package(
  name: "ssgan3d",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: system + engine + model + [commandStatus] + walkthroughs + commands + tests,
  swiftLanguageModes: [.v6]
)
