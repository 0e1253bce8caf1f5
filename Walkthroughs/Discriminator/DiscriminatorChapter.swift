import Datasets
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import ProceduralPortraits
import Tensors
import Training

// §3.4: the discriminator of images with their masks.
extension Chapter {
  /// The chapter on the discriminator: how a portrait and its mask become a score, and its gradient.
  public static var discriminator: Chapter { discriminator(of: TrainedFaces.shipped) }

  /// Returns the same chapter for portraits of another generator with 13 parts.
  ///
  /// - Parameter load: returns the generator; an error that it throws becomes a failed claim.
  /// - Returns: the chapter.
  public static func discriminator(
    _ load: @escaping @Sendable () throws -> Generator
  ) -> Chapter { discriminator(of: TrainedFaces.source(load)) }

  private static func discriminator(of faces: @escaping TrainedFaces.Source) -> Chapter {
    let steps = DiscriminatorSteps(faces: faces)
    return Chapter(
      "discriminator", title: "One score for a portrait with its mask", equations: "§3.4, D",
      cover: "generated_pairs",
      introduction: """
        The generator gets no description of a face. It is trained with a score: how real does a \
        portrait look, together with its mask? The discriminator D computes this score, and the \
        score's gradient is all that the generator learns about real portraits. (The generator has \
        three more loss terms, on masks, depths and path length. They use no real portraits and are \
        explained in the chapter on training.)

        Prerequisites: the chapter on gradients. No discriminator ships with the project, so the weights \
        of D are fresh, random numbers in double precision: its scores mean nothing yet. Its inputs \
        look as they do in training. The generated pairs are portraits and masks of the trained \
        generator that ships with the project; the real pairs are procedural portraits, from which that \
        generator learned. Both have 64 × 64 pixels and 13 parts.
        """,
      parameters: [
        Parameter(whole: "seed", 1, in: 1...20, meaning: "random seed of D's weights"),
        Parameter(whole: "portrait", 1, in: 1...4, meaning: "the portrait shown, 1 … 4"),
        Parameter(
          whole: "shift", 8, in: -16...16, unit: "pixels",
          meaning: "how far the mask is moved to the right of its portrait in step 2"),
        Parameter(
          "truncation", 1, in: 0...1,
          meaning: "in step 3, 1 shows four persons, 0 the mean face four times"),
        Parameter(
          "step", 0.5, in: 0...1,
          meaning:
            "how far the pixel with the largest gradient moves in step 4, on the scale −1 … 1"),
        Parameter(
          "gain", 1, in: 0.25...4, meaning: "factor on the weights of D's last layer in step 5"),
      ]
    ) {
      steps.trunks
      steps.sum
      steps.deviation
      steps.gradient
      steps.penalty
      steps.penaltyStep
    }
  }
}

/// The steps of the chapter on the discriminator.
struct DiscriminatorSteps: Sendable {
  static let source = "Sources/Networks/Discriminator.swift"
  /// The random seeds of the four generated portraits.
  static let persons: [Double] = [0, 1, 2, 3]

  let faces: TrainedFaces.Source
  private let realPairs = Kept<Int, PortraitBatch>(count: 1)
  private let keptParameters = Kept<Double, Parameters>(count: 2)
  private let keptScores = Kept<Double, Scores>(count: 2)
  let keptGroups = Kept<[Double], Groups>(count: 2)
  let dataGradients = Kept<[Double], DataGradients>(count: 2)
  let penalties = Kept<[Double], Penalty>(count: 12)
  let rises = Kept<Double, Double>(count: 2)

  init(faces: @escaping TrainedFaces.Source) { self.faces = faces }

  /// Returns fresh weights of D for the size and the parts of the shipped generator.
  func parameters(_ page: Page) throws -> Parameters {
    let model = try faces().configuration
    return keptParameters.value(page["seed"]) {
      ParameterPlan.discriminator(model).fresh(seed: UInt64(page["seed"]) + 1000).cast(to: .float64)
    }
  }

  func network(_ page: Page) throws -> Discriminator { Discriminator(try parameters(page)) }

  /// Returns four generated portraits with their masks.
  func generated(truncation: Double = 1) throws -> PortraitBatch {
    let made = try faces().group(seeds: Self.persons, truncation: truncation)
    return PortraitBatch(image: made.image.cast(to: .float64), mask: made.mask.cast(to: .float64))
  }

  /// Returns the first two real pairs; gradients of gradients are dear.
  func twoReal() throws -> PortraitBatch {
    let four = try real()
    return PortraitBatch(
      image: four.image.sliced(axis: 0, from: 0, length: 2),
      mask: four.mask.sliced(axis: 0, from: 0, length: 2))
  }

  /// Returns four procedural portraits with their masks, which stand for the training data.
  func real() throws -> PortraitBatch {
    let model = try faces().configuration
    return realPairs.value(model.imageSize) {
      let portraits = (1...4).map { seed in
        PortraitScene(.random(seed: UInt64(seed))).render(
          camera: model.camera, size: model.imageSize, samplesPerPixel: 4)
      }
      return PortraitBatch(
        image: Tensor.stacked(portraits.map(\.imageTensor)).cast(to: .float64),
        mask: Tensor.stacked(portraits.map(\.maskTensor)).cast(to: .float64))
    }
  }

  /// Returns the index of the portrait shown.
  func chosen(_ page: Page) -> Int { Int(page["portrait"]) - 1 }

  /// Returns one image or mask of a batch, as a batch of one.
  static func single(_ batch: Tensor, _ index: Int) -> Tensor {
    batch.sliced(axis: 0, from: index, length: 1)
  }

  /// Returns pairs as tiles: portraits above their masks.
  static func tiles(_ pairs: PortraitBatch, _ title: String) -> [Gallery.Tile] {
    (0..<pairs.image.shape[0]).map { index in
      let name = "\(title) \(index + 1)"
      return .face(name, pairs.image[index]).above(.mask(name, pairs.mask[index]))
    }
  }

  var trunks: Step {
    Step(
      "§3.4, trunks", "What do the two trunks of the discriminator compute?",
      formulas: [#"h = \frac{1}{\sqrt 2}\,(\text{block}(x) + \text{skip}(x))"#],
      symbols: [
        Symbol("x", "image", shape: "[B, 3, S, S]", unit: "−1 … 1"),
        Symbol("m", "mask", shape: "[B, K, S, S]", unit: "−1 … 1"),
      ],
      code: [
        CodeExcerpt(Self.source, declaration: "public func trunk("),
        CodeExcerpt(Self.source, declaration: "func residual"),
      ]
    ) { page in
      let (network, index) = (try network(page), chosen(page))
      let (pairs, real) = (try generated(), try real())
      page.gallery(
        "pair_shown",
        [
          .face("portrait \(index + 1)", pairs.image[index]),
          .mask("its final mask", pairs.mask[index]),
        ], columns: 2,
        caption:
          "generated portrait \(index + 1) of 4 with its mask: the input of the two trunks below")
      page.gallery(
        "generated_pairs", Self.tiles(pairs, "generated"), columns: 4,
        caption: "four portraits of the shipped generator with their final masks")
      page.gallery(
        "real_pairs", Self.tiles(real, "real"), columns: 4,
        caption: "four procedural portraits with their masks, the real pairs of training")
      var stages: [[Tensor]] = [[], []]
      _ = network.trunk(.image, Self.single(pairs.image, index)) { stages[0].append($0) }
      _ = network.trunk(.mask, Self.single(pairs.mask, index)) { stages[1].append($0) }
      for (kind, own) in zip(["image", "mask"], stages) {
        for stage in own {
          let size = stage.shape[2]
          page.features(
            "trunk_\(kind)_\(size)", stage[0],
            caption:
              "\(kind) trunk at \(size) × \(size), \(stage.shape[1]) channels, for generated portrait "
              + "\(index + 1); the weights are fresh")
        }
      }
      let sizes = stages.map { $0.map { $0.shape[2] } }
      page.table(
        "the outputs of the trunks' stages",
        columns: ["resolution", "channels", "mean square, image", "mean square, mask"],
        rows: zip(stages[0], stages[1]).map { image, mask in
          [
            "\(image.shape[2])", "\(image.shape[1])", image.squared().mean().item.brief,
            mask.squared().mean().item.brief,
          ]
        })
      let halves = [64, 32, 16, 8, 4]
      page.holds("both trunks halve the resolution down to 4 × 4", sizes == [halves, halves])
      let squares = stages.joined().map { $0.squared().mean().item }
      // Outputs that shrink by half at each of the ten layers would fall below 0.001.
      page.holds(
        "no stage's output vanishes (smallest mean square)", squares.min() ?? 0, atLeast: 0.01)
      page.holds("no stage's output explodes (largest mean square)", squares.max() ?? 99, atMost: 5)
      page.why(
        "A residual block adds two nearly uncorrelated outputs, so their variances add up; the factor "
          + "1/√2 compensates for this. The skip path is linear: through it the gradient of the score "
          + "reaches every pixel even where activations pass little gradient.")
    }
  }

  /// Deviations and scores of generated pairs in several batches.
  struct Groups: Sendable {
    /// s of four copies, of two portraits twice, and of four portraits.
    let deviations: [Double]
    /// The score of the portrait shown, alone.
    let alone: Double
    /// The scores of four copies of it.
    let copies: [Double]
    /// Its score among four portraits.
    let among: Double
    /// The largest s of a batch of eight in which two portraits alternate.
    let alternating: Double
  }

  /// The scores of generated pairs, each scored alone, so that the minibatch deviation compares none.
  private struct Scores: Sendable {
    /// The score of each portrait, in a row, with the mask of each portrait.
    let pairs: [[Double]]
    /// The score of each portrait without a mask.
    let alone: [Double]
    /// The score of each pair with the weights of the mask trunk at 0.
    let muted: [Double]
  }

  private func scores(_ page: Page) throws -> Scores {
    let (network, parameters, pairs) = (try network(page), try parameters(page), try generated())
    return keptScores.value(page["seed"]) {
      var mute = parameters
      for name in mute.tensors.keys where name.hasPrefix("convs_seg.") {
        mute.tensors[name] = mute[name] * 0
      }
      let silent = Discriminator(mute)
      return Scores(
        pairs: (0..<4).map { row in
          (0..<4).map {
            network(Self.single(pairs.image, row), mask: Self.single(pairs.mask, $0)).item
          }
        }, alone: (0..<4).map { network(Self.single(pairs.image, $0), mask: nil).item },
        muted: (0..<4).map {
          silent(Self.single(pairs.image, $0), mask: Self.single(pairs.mask, $0)).item
        })
    }
  }

  var sum: Step {
    Step(
      "§3.4, sum", "How are image and mask combined?",
      formulas: [#"D(x, m) = \text{head}(\text{trunk}_x(x) + \text{trunk}_m(m))"#],
      code: [CodeExcerpt(Self.source, declaration: "public func callAsFunction")],
      sweep: Sweep(
        "shift", [-16, -12, -8, -6, -4, -2, 0, 2, 4, 6, 8, 12, 16], moving: ["shifted_pair"])
    ) { page in
      let (network, index, shift) = (try network(page), chosen(page), Int(page["shift"]))
      let (pairs, scores) = (try generated(), try scores(page))
      let (image, mask) = (Self.single(pairs.image, index), Self.single(pairs.mask, index))
      let moved = mask.rolled(shift)
      let tiles: [Gallery.Tile] = [
        .face("portrait", pairs.image[index]), .mask("mask", moved[0]),
      ]
      let (colors, face) = (tiles[1].pictures[0], tiles[0].pictures[0])
      let both = Picture(width: face.width, height: face.height) { row, column in
        face[row, column].mixed(with: colors[row, column], share: 0.5)
      }
      page.gallery(
        "shifted_pair", tiles + [.picture("both", both)], columns: 3,
        caption:
          "generated portrait \(index + 1) with its mask moved by \(shift) pixels; what leaves the "
          + "picture on one side enters on the other")
      let score = network(image, mask: moved).item
      page.number("score of this pair, fresh weights", score)
      page.number("score of the pair with the mask in its place", scores.pairs[index][index])
      page.map(
        "scores_of_pairs", Tensor([4, 4], scores.pairs.flatMap(\.self)), unit: "D",
        caption:
          "score of each portrait (row) with each mask (column); matching pairs are on the diagonal. "
          + "Fresh weights do not prefer them")
      page.table(
        "scores with three different masks, fresh weights",
        columns: ["portrait", "own mask", "next portrait's mask", "no mask"],
        rows: (0..<4).map { row -> [String] in
          let (own, next) = (scores.pairs[row][row], scores.pairs[row][(row + 1) % 4])
          return ["\(row + 1)", own.brief, next.brief, scores.alone[row].brief]
        })
      let change = abs(score - scores.pairs[index][index])
      page.holds(
        "moving the mask changes the score of the same portrait (magnitude of the change)", change,
        atLeast: 1e-4 * Double(abs(shift)))
      let changes = (0..<4).map { abs(scores.pairs[$0][$0] - scores.pairs[$0][($0 + 1) % 4]) }
      page.holds(
        "another portrait's mask changes every score (smallest change)", changes.min() ?? 0,
        atLeast: 1e-4)
      // A sum of a score of the image and a score of the mask would make this difference 0.
      let mixed =
        scores.pairs[0][0] - scores.pairs[0][1] - scores.pairs[1][0] + scores.pairs[1][1]
      page.holds(
        "the score is no sum of one score for the image and one for the mask (magnitude of D(1, 1) − "
          + "D(1, 2) − D(2, 1) + D(2, 2))", abs(mixed), atLeast: 1e-4)
      page.holds(
        "with the mask trunk's weights at 0, the scores equal those without a mask (largest difference)",
        (0..<4).map { abs(scores.muted[$0] - scores.alone[$0]) }.max() ?? 1, atMost: 1e-12)
      page.why(
        "Fresh weights do not score matching pairs higher than others: nothing has been learned yet. "
          + "But the outputs of the trunks are added before the last layers. These layers can therefore "
          + "learn whether image and mask match, which a sum of two separate scores could not.")
    }
  }
}

extension Tensor {
  /// Returns maps moved to the right along their last axis; what leaves on one side enters on the other.
  fileprivate func rolled(_ shift: Int) -> Tensor {
    let width = shape[rank - 1]
    let first = (width - shift % width) % width
    guard first > 0 else { return self }
    return .concatenated(
      [
        sliced(axis: -1, from: first, length: width - first),
        sliced(axis: -1, from: 0, length: first),
      ], axis: -1)
  }
}
