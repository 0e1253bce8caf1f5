import Datasets
import Inspection
import Networks
import PortraitModel
import Tensors
import Training

// The minibatch deviation.
extension DiscriminatorSteps {
  var deviation: Step {
    Step(
      "Minibatch deviation", "How does D detect a generator that always makes the same portrait?",
      formulas: [
        #"s = \text{mean}_{c,y,x} \sqrt{\frac{1}{g} \sum_{i=1}^{g} (h_i - \bar h)^2 + 10^{-8}}"#
      ],
      symbols: [
        Symbol("h_i", "x", shape: "[B, c, 4, 4]"), Symbol("g", "group", unit: "min(B, 4)"),
        Symbol("s", "minibatchDeviation(_:)", shape: "[B, 1, 4, 4]"),
      ],
      code: [CodeExcerpt(Self.source, declaration: "public func minibatchDeviation")],
      sweep: Sweep(
        "truncation", [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1],
        moving: ["group_of_four"]
      )
    ) { page in
      let (network, truncation) = (try network(page), page["truncation"])
      let (index, pairs, group) = (
        chosen(page), try generated(), try generated(truncation: truncation)
      )
      page.gallery(
        "group_of_four",
        (0..<4).map { .face("portrait \($0 + 1)", group.image[$0]) }, columns: 2,
        caption:
          "four generated portraits with truncation \(truncation.brief): the smaller, the more alike"
      )
      func inside(_ pairs: PortraitBatch, _ order: [Int]) -> Tensor {
        let (image, mask) = Self.batch(pairs, order)
        return network.trunk(.image, image) + network.trunk(.mask, mask)
      }
      func deviation(_ features: Tensor) -> Double {
        network.minibatchDeviation(features)[0, 0, 0, 0].item
      }
      let features = inside(group, [0, 1, 2, 3])
      let found = deviation(features)
      let values = (0..<4).map { features[$0].scalars }
      let count = values[0].count
      let each = (0..<count).map { place -> Double in
        let own: [Double] = values.map { $0[place] }
        let mean: Double = own.reduce(0, +) / 4
        let squares: [Double] = own.map { ($0 - mean) * ($0 - mean) }
        return (squares.reduce(0, +) / 4 + 1e-8).squareRoot()
      }
      page.equality(
        "s", .sum(of: each.map { .number($0) }, showing: 2) / .number(Double(count)),
        equals: found, within: 1e-12)
      page.number("values h of each pair that s compares", Double(count))
      let other = (index + 1) % 4
      let orders: [(name: String, order: [Int])] = [
        ("four copies of one portrait", [index, index, index, index]),
        ("two portraits twice", [index, index, other, other]),
        ("four portraits", [0, 1, 2, 3]),
      ]
      func scores(_ order: [Int]) -> [Double] {
        let (image, mask) = Self.batch(pairs, order)
        return network(image, mask: mask).flattened().scalars
      }
      // The full group is the same at every truncation.
      let groups = keptGroups.value([page["seed"], page["portrait"]]) {
        Groups(
          deviations: orders.map { deviation(inside(pairs, $0.order)) },
          alone: network(
            Self.single(pairs.image, index), mask: Self.single(pairs.mask, index)
          ).item, copies: scores(orders[0].order), among: scores([0, 1, 2, 3])[index],
          // In a batch of eight the groups are strided: 1, 3, 5, 7 and 2, 4, 6, 8.
          alternating: network.minibatchDeviation(
            inside(pairs, [index, other, index, other, index, other, index, other])
          ).maximum().item)
      }
      let kept = groups.deviations
      page.bars(
        "minibatch_deviation", kept, labels: orders.map(\.name),
        caption: "minibatch deviation s of three groups of four without truncation")
      page.holds(
        "four copies of one portrait have the smallest possible deviation, √1e-8",
        kept[0], equals: 1e-4, within: 1e-8)
      page.holds(
        "the more the portraits of a group differ, the larger is s (smallest increase from copies to "
          + "two to four portraits)",
        zip(kept.dropFirst(), kept).map { $0 - $1 }.min() ?? 0, atLeast: 0.01)
      page.holds(
        "truncation brings portraits together, so s does not exceed that of the full group (excess)",
        found - kept[2], atMost: 1e-9)
      page.holds(
        "four copies of a portrait get the same score as the portrait alone (largest difference)",
        groups.copies.map { abs($0 - groups.alone) }.max() ?? 1, atMost: 1e-9)
      page.holds(
        "in a group with three other portraits, a portrait gets another score than alone (difference)",
        abs(groups.among - groups.alone), atLeast: 1e-5)
      page.holds(
        "in a batch of eight, two alternating portraits are in separate groups: the deviation is √1e-8",
        groups.alternating, equals: 1e-4, within: 1e-8)
      page.why(
        """
        A generator that has found one convincing portrait could repeat it forever (mode collapse), and \
        each copy would get a good score. Truncation 0 shows such a generator: it makes the mean face \
        four times, and s falls to its smallest value. The deviation is appended to the features as a \
        channel, so that a batch of copies differs from every batch of real portraits. For the same \
        reason, the scores of a batch depend on each other.
        """)
    }
  }

  private static func batch(_ pairs: PortraitBatch, _ order: [Int]) -> (image: Tensor, mask: Tensor)
  {
    (
      .concatenated(order.map { single(pairs.image, $0) }, axis: 0),
      .concatenated(order.map { single(pairs.mask, $0) }, axis: 0)
    )
  }
}
