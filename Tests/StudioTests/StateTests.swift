import Foundation
import ModelConfiguration
import PortraitModel
import Studio
import TensorFiles
import Testing

/// States as JSON and as commands, and states that no model can have.
@Suite("States of the studio")
struct StateTests {
  /// A state in which every field differs from its default.
  static let edited: StudioState = {
    var state = StudioState(of: .tiny)
    state.recipe = PortraitRecipe(
      seed: 18_446_744_073_709_551_615, truncation: 0.7,
      parts: [.init(part: 1, shape: 12), .init(part: 2, shape: 0, texture: 3)],
      blend: .init(seed: 9, amount: 0.3, part: 3, aspect: .shape))
    state.muted = [2]
    (state.yaw, state.pitch) = (1.2345, 1.6)
    state.maskWeights = .ones
    (state.kernel, state.alpha, state.opticalScale) = (.inverse, 0.5, 39.5)
    (state.samples, state.importanceSamples) = (7, 3)
    return state
  }()

  @Test(arguments: [StudioState(of: .tiny), edited])
  func jsonRoundTrip(state: StudioState) throws {
    let data = try JSONEncoder().encode(state)
    #expect(try JSONText.decode(StudioState.self, from: data) == state)
    try state.check(for: .tiny)
  }

  @Test func theCommandNamesWhatDiffers() {
    let words = Self.edited.words(of: .tiny, source: ["--preset", "tiny"])
    let expected = [
      "ssgan3d generate --preset tiny --seed 18446744073709551615 --truncation 0.7",
      "--part face:shape=12 --part eyes:shape=0,texture=3",
      "--blend seed=9,amount=0.3,part=brows,aspect=shape --mute eyes --mask-weights ones",
      "--set liftingKernel=inverse --set liftingAlpha=0.5 --set opticalScale=39.5",
      "--set evaluationSamples=7 --set evaluationImportanceSamples=3 --yaw 1.2345 --pitch 1.6",
      "--out Output/studio",
    ]
    #expect(words.joined(separator: " ") == expected.joined(separator: " "))
    #expect(
      StudioState(of: .tiny).words(of: .tiny)
        == ["ssgan3d", "generate", "--seed", "0", "--out", "Output/studio"])
  }

  /// A path with a blank or a quotation mark is one word of the shell.
  @Test func pathsAreQuoted() {
    let line = StudioState(of: .tiny).command(of: .tiny, source: ["--checkpoint", "my run/it's"])
    #expect(line.contains(#"--checkpoint 'my run/it'\''s' --seed 0"#))
  }

  @Test func textsOfPartsAndBlendsRoundTrip() throws {
    for seeds in [
      PortraitRecipe.PartSeeds(part: 7, shape: 12, texture: 3), .init(part: 0, texture: 0),
      .init(part: 15, shape: .max),
    ] {
      #expect(try PortraitRecipe.PartSeeds(text: seeds.text) == seeds)
    }
    for blend in [
      PortraitRecipe.Blend(seed: 9, amount: 0.3), .init(seed: 0, amount: 1, part: 12),
      .init(seed: 1, amount: 1.0 / 3, part: 7, aspect: .texture),
    ] {
      #expect(try PortraitRecipe.Blend(text: blend.text) == blend)
    }
  }

  @Test(arguments: [
    ("hair", "expected a part and its seeds"), ("hair:", "is not understood"),
    ("beard:shape=1", "there is no part beard, expected background, face"),
    ("hair:shape=-1", "shape is -1, expected a seed"), ("hair:shape=1,shape=2", "given twice"),
    ("hair:color=1", "color=1 is not understood, expected shape=…, texture=…"),
    ("hair:shape=99999999999999999999", "expected a seed"),
  ])
  func wrongPartsAreNamed(text: String, message: String) {
    #expect {
      try PortraitRecipe.PartSeeds(text: text)
    } throws: {
      "\($0)".contains(message)
    }
  }

  @Test(arguments: [
    ("seed=1", "at least seed=SEED,amount=0…1"), ("seed=1,amount=2", "amount is 2"),
    ("seed=1,amount=nan", "amount is nan"), ("seed=x,amount=1", "seed is x"),
    ("seed=1,amount=1,aspect=color", "aspect is color"), ("", "is not understood"),
  ])
  func wrongBlendsAreNamed(text: String, message: String) {
    #expect {
      try PortraitRecipe.Blend(text: text)
    } throws: {
      "\($0)".contains(message)
    }
  }

  /// Changes that make a state impossible for the preset tiny, which has 4 parts.
  private static let wrong: [(field: String, change: @Sendable (inout StudioState) -> Void)] = [
    ("truncation", { $0.recipe.truncation = 11 }),
    ("truncation", { $0.recipe.truncation = .nan }),
    ("parts is 4", { $0.recipe.parts = [.init(part: 4, shape: 1)] }),
    ("parts is -1", { $0.recipe.parts = [.init(part: -1, shape: 1)] }),
    ("parts names", { $0.recipe.parts = [.init(part: 1, shape: 1), .init(part: 1, texture: 1)] }),
    ("blend is 1.5", { $0.recipe.blend = .init(seed: 1, amount: 1.5) }),
    ("blend is 9", { $0.recipe.blend = .init(seed: 1, amount: 1, part: 9) }),
    ("found is 0", { $0.found = 0 }), ("muted is 4", { $0.muted = [4] }),
    ("muted names", { $0.muted = [1, 1] }), ("yaw", { $0.yaw = .infinity }),
    ("pitch", { $0.pitch = 0 }), ("pitch", { $0.pitch = 4 }),
    ("samples", { $0.samples = 257 }), ("evaluationSamples", { $0.samples = 1 }),
    ("evaluationImportanceSamples", { $0.importanceSamples = -1 }),
    ("liftingAlpha", { $0.alpha = 0 }), ("opticalScale", { $0.opticalScale = -1 }),
  ]

  @Test func impossibleStatesAreNamed() {
    for (field, change) in Self.wrong {
      var state = StudioState(of: .tiny)
      change(&state)
      let impossible = state
      #expect {
        try impossible.check(for: .tiny)
      } throws: {
        "\($0)".contains(field) && !"\($0)".contains("\n")
      }
    }
  }
}
