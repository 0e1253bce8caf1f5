import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training

// §3.4: the discriminator of images with their masks.
extension Chapter {
  /// The chapter on the discriminator: how a portrait and its mask become a score, and its gradient.
  public static var discriminator: Chapter {
    Chapter(
      "discriminator", title: "One score for a portrait with its mask", equations: "§3.4, D",
      cover: "portrait",
      introduction: """
        The generator gets no description of a face. It is trained with a score: how real does a \
        portrait look, together with its mask? The discriminator D computes this score, and the \
        score's gradient is all that the generator learns about real portraits. (The generator has \
        three more loss terms, on masks, depths and path length. They use no real portraits and are \
        explained in the chapter on training.)

        Prerequisites: the chapter on gradients. Weights are fresh and in double precision. The \
        portraits are procedural, 32 × 32 pixels, with their thirteen classes merged into four.
        """,
      parameters: [
        Parameter(whole: "seed", 1, in: 1...20, meaning: "random seed of the weights"),
        Parameter(whole: "portrait", 0, in: 0...3, meaning: "the portrait shown"),
      ]
    ) {
      DiscriminatorSteps.trunks
      DiscriminatorSteps.sum
      DiscriminatorSteps.deviation
      DiscriminatorSteps.gradient
      DiscriminatorSteps.penalty
      DiscriminatorSteps.penaltyStep
    }
  }
}

/// The steps of the chapter on the discriminator.
enum DiscriminatorSteps {
  static let source = "Sources/Networks/Discriminator.swift"

  static func parameters(_ page: Page) -> Parameters {
    page.shared("parameters") { LittleModel(seed: UInt64(page["seed"]), .float64).discriminator }
  }

  static func network(_ page: Page) -> Discriminator { Discriminator(parameters(page)) }

  static let pairs = RealPairs.first(4, .float64)

  static func chosen(_ page: Page) -> Int { Int(page["portrait"]) }

  /// Returns one image or mask of a batch, as a batch of one.
  static func single(_ batch: Tensor, _ index: Int) -> Tensor {
    batch.sliced(axis: 0, from: index, length: 1)
  }

  /// Converts a mask `[K, S, S]` of −1 and +1 to class ids `[S, S]`.
  static func labels(_ mask: Tensor) -> Tensor { mask.argmax(axis: 0) }

  static let trunks = Step(
    "§3.4, trunks", "What do the two trunks of the discriminator compute?",
    formulas: [#"h = \frac{1}{\sqrt 2}\,(\text{block}(x) + \text{skip}(x))"#],
    symbols: [
      Symbol("x", "image", shape: "[B, 3, S, S]", unit: "−1 … 1"),
      Symbol("m", "mask", shape: "[B, K, S, S]", unit: "−1 or 1"),
    ],
    code: [
      CodeExcerpt(source, declaration: "public func trunk("),
      CodeExcerpt(source, declaration: "func residual"),
    ]
  ) { page in
    let (network, index) = (network(page), chosen(page))
    page.picture(
      "real_pairs",
      .column(
        [
          imagePictures((0..<4).map { pairs.image[$0] / 2 + 0.5 }, factor: 4),
          palettePictures((0..<4).map { labels(pairs.mask[$0]) }, factor: 4),
        ], gap: 4),
      caption: "four procedural portraits and their masks, which serve as real pairs in training")
    var stages: [[Tensor]] = [[], []]
    _ = network.trunk(.image, single(pairs.image, index)) { stages[0].append($0) }
    _ = network.trunk(.mask, single(pairs.mask, index)) { stages[1].append($0) }
    for (kind, own) in zip(["image", "mask"], stages) {
      for stage in own {
        let size = stage.shape[2]
        page.features(
          "trunk_\(kind)_\(size)", stage[0],
          caption: "\(kind) trunk at \(size) × \(size), \(stage.shape[1]) channels")
      }
    }
    let sizes = stages.map { $0.map { $0.shape[2] } }
    page.table(
      "the outputs of the trunks' stages",
      columns: ["resolution", "channels", "mean square, image", "mean square, mask"],
      rows: zip(stages[0], stages[1]).map { image, mask in
        [
          "\(image.shape[2])", "\(image.shape[1])", "\(Float(image.squared().mean().item))",
          "\(Float(mask.squared().mean().item))",
        ]
      })
    page.holds(
      "both trunks halve the resolution down to 4 × 4", sizes == [[32, 16, 8, 4], [32, 16, 8, 4]])
    let squares = stages.joined().map { $0.squared().mean().item }
    page.holds(
      "no stage's output vanishes (smallest mean square)", squares.min() ?? 0, atLeast: 0.001)
    page.holds("no stage's output explodes (largest mean square)", squares.max() ?? 99, atMost: 10)
    page.why(
      "A residual block adds two nearly uncorrelated outputs, so their variances add up; the factor "
        + "1/√2 compensates for this. The skip path is linear: through it the gradient of the score "
        + "reaches every pixel even where activations pass little gradient.")
  }

  static let sum = Step(
    "§3.4, sum", "How are image and mask combined?",
    formulas: [#"D(x, m) = \text{head}(\text{trunk}_x(x) + \text{trunk}_m(m))"#],
    code: [CodeExcerpt(source, declaration: "public func callAsFunction")]
  ) { page in
    let network = network(page)
    // One pair at a time, so that the minibatch deviation does not compare the pairs.
    let scores = (0..<4).map { row in
      (0..<4).map { network(single(pairs.image, row), mask: single(pairs.mask, $0)).item }
    }
    page.map(
      "scores_of_pairs", Tensor([4, 4], scores.flatMap(\.self)), unit: "D",
      caption:
        "score of each portrait (row) with each mask (column); matching pairs on the diagonal")
    let without = (0..<4).map { network(single(pairs.image, $0), mask: nil).item }
    page.table(
      "scores with three different masks",
      columns: ["portrait", "own mask", "next portrait's mask", "no mask"],
      rows: (0..<4).map { row in
        ["\(row)"]
          + [scores[row][row], scores[row][(row + 1) % 4], without[row]].map { "\(Float($0))" }
      })
    let moved = (0..<4).map { abs(scores[$0][$0] - scores[$0][($0 + 1) % 4]) }
    page.holds(
      "another portrait's mask changes every score (smallest change)", moved.min() ?? 0,
      atLeast: 1e-4)
    var mute = parameters(page)
    for name in mute.tensors.keys where name.hasPrefix("convs_seg.") {
      mute.tensors[name] = mute[name] * 0
    }
    let index = chosen(page)
    let muted = Discriminator(mute)(single(pairs.image, index), mask: single(pairs.mask, index))
    page.holds(
      "with the mask trunk's weights at 0, the score equals the score without a mask", muted.item,
      equals: without[index], within: 1e-12)
    page.why(
      "Fresh weights do not score matching pairs higher than others: nothing has been learned yet. "
        + "But the outputs of the trunks are added before the last layers. These layers can therefore "
        + "learn whether image and mask match, which a sum of two separate scores could not.")
  }

  static let deviation = Step(
    "Minibatch deviation", "How does D detect a generator that always makes the same portrait?",
    formulas: [
      #"s = \text{mean}_{c,y,x} \sqrt{\frac{1}{g} \sum_{i=1}^{g} (h_i - \bar h)^2 + 10^{-8}}"#
    ],
    symbols: [
      Symbol("h_i", "x", shape: "[B, c, 4, 4]"), Symbol("g", "group", unit: "min(B, 4)"),
      Symbol("s", "minibatchDeviation(_:)", shape: "[B, 1, 4, 4]"),
    ],
    code: [CodeExcerpt(source, declaration: "public func minibatchDeviation")]
  ) { page in
    let network = network(page)
    func inside(_ order: [Int]) -> Tensor {
      let (image, mask) = batch(order)
      return network.trunk(.image, image) + network.trunk(.mask, mask)
    }
    func deviations(_ order: [Int]) -> [Double] {
      network.minibatchDeviation(inside(order))[axis: 3, 0][axis: 2, 0][axis: 1, 0].scalars
    }
    let index = chosen(page)
    let other = (index + 1) % 4
    let orders: [(name: String, order: [Int])] = [
      ("four copies", [index, index, index, index]),
      ("two copies each", [index, index, other, other]),
      ("four portraits", [0, 1, 2, 3]),
    ]
    let found = orders.map { deviations($0.order)[0] }
    page.bars(
      "minibatch_deviation", found, labels: orders.map(\.name),
      caption: "minibatch deviation of three groups of four: how much their portraits differ")
    page.holds(
      "four copies of one portrait have the smallest possible deviation, √1e-8",
      found[0], equals: 1e-4,
      within: 1e-8)
    page.holds("two copies each of two portraits have a larger deviation", found[1], atLeast: 0.01)
    page.holds("four different portraits have a larger deviation", found[2], atLeast: 0.01)
    let alone = network(single(pairs.image, index), mask: single(pairs.mask, index)).item
    func scores(_ order: [Int]) -> [Double] {
      let (image, mask) = batch(order)
      return network(image, mask: mask).flattened().scalars
    }
    let copies = scores(orders[0].order)
    page.holds(
      "four copies of a portrait get the same score as the portrait alone (largest difference)",
      copies.map { abs($0 - alone) }.max() ?? 1, atMost: 1e-9)
    page.holds(
      "in a group with three other portraits, a portrait gets another score than alone (difference)",
      abs(scores([0, 1, 2, 3])[index] - alone), atLeast: 1e-5)
    // In a batch of eight the groups are strided: 0, 2, 4, 6 and 1, 3, 5, 7.
    let interleaved = deviations([0, 1, 0, 1, 0, 1, 0, 1].map { $0 == 0 ? index : other })
    page.holds(
      "in a batch of eight, two alternating portraits are in separate groups: the deviation is √1e-8",
      interleaved.max() ?? 1, equals: 1e-4, within: 1e-8)
    page.why(
      """
      A generator that has found one convincing portrait could repeat it forever (mode collapse), and \
      each copy would get a good score. The deviation is appended to the features as a channel, so \
      that a batch of copies differs from every batch of real portraits. For the same reason, the \
      scores of a batch depend on each other.
      """)
  }

  private static func batch(_ order: [Int]) -> (image: Tensor, mask: Tensor) {
    (
      .concatenated(order.map { single(pairs.image, $0) }, axis: 0),
      .concatenated(order.map { single(pairs.mask, $0) }, axis: 0)
    )
  }
}
