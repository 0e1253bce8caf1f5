import Exercises
import Tensors

extension Exercise {
  typealias Fusing =
    (_ parts: Int, _ volume: (_ part: Int) throws -> Tensor) throws -> Tensor

  static var e08: Exercise {
    Exercise(
      "E08", "Equation 8: add up the parts in the memory of one volume",
      attempt: { try Exercises.fused(parts: $0, volume: $1) } as Fusing,
      answer: fusedAnswer,
      checks: [
        Check(
          "the fused volume has the shape of one part",
          hint: "the sum of equation 8 runs over k, so the axis of the parts disappears"
        ) {
          shapeFinding(
            try $0(2) { _ in Tensor(repeating: 1, [2, 3, 1, 2], .float64) }, [2, 3, 1, 2])
        },
        Check(
          "an empty part changes nothing",
          hint: "equation 8 is a sum and not a mean: nothing divides by the number of parts"
        ) { fuse in
          let single = try fuse(1, part)
          return difference(try fuse(2) { $0 == 0 ? part(0) : 0 * part(0) }, single)
        },
        Check(
          "two parts at one place add up",
          hint: "both parts are there; neither of them hides the other"
        ) { difference(try $0(2, part), part(0) + part(1)) },
        Check(
          "eight parts need the memory of three volumes",
          hint:
            "volumes that you collect in an array stay alive until the end; when can each be dropped?"
        ) { fuse in
          let volume = 256 << 10
          MemoryUsage.resetPeak()
          let before = MemoryUsage.now.used
          _ = try fuse(8) { Tensor(repeating: Double($0), [4, 8, 32, 32], .float64) }
          let volumes = Double(MemoryUsage.now.peak - before) / Double(volume)
          return volumes < 3.5
            ? nil : "\((volumes * 10).rounded() / 10) volumes were alive at one time"
        },
        Check(
          "the golden case sum, with its gradients",
          hint: "the properties hold; is every part k in 0 ..< K added once?"
        ) { fuse in
          try goldenFinding("sum", of: "PartFusion", in: ["fused_feature"]) { inputs in
            let (psi, feature) = (try input("psi", inputs), try input("feature", inputs))
            return [
              "fused_feature": try fuse(psi.shape[0]) { k in
                psi.sliced(axis: 0, from: k, length: 1)
                  * feature.sliced(axis: 0, from: k, length: 1).squeezed(axis: 0).unsqueezed(
                    axis: 1)
              }
            ]
          }
        },
      ],
      wrongAnswers: [
        WrongAnswer(
          "all volumes in an array", caughtBy: "eight parts need the memory of three volumes"
        ) {
          parts, volume in
          Tensor.stacked(try (0..<parts).map(volume)).sum(axes: [0])
        },
        WrongAnswer("the mean of the parts", caughtBy: "an empty part changes nothing") {
          parts, volume in
          try fusedAnswer(parts, volume) * (1 / Double(parts))
        },
        WrongAnswer("the largest of the parts", caughtBy: "two parts at one place add up") {
          parts, volume in
          try (1..<max(1, parts)).reduce(try volume(0)) { $0.maximum(try volume($1)) }
        },
      ],
      picture: { try $0(2, part).reshaped([2, 6]) },
      derivation: """
        A sum does not need all of its terms at once. The loop keeps the sum so far, computes the next \
        volume, adds it, and drops both: the old sum, the volume and the new sum are the only ones alive. \
        For gradients this is not enough, because the derivative of a product needs its other factor. That \
        is why training uses the streaming form, which builds no feature volume at all.
        """)
  }

  // [excerpt: answer]
  static func fusedAnswer(_ parts: Int, _ volume: (_ part: Int) throws -> Tensor) throws -> Tensor {
    var sum = try volume(0)
    for part in 1..<max(1, parts) {
      sum = sum + (try volume(part))
    }
    return sum
  }
  // [end: answer]

  private static func part(_ k: Int) -> Tensor {
    Tensor.counting(to: 12, .float64).reshaped([1, 3, 2, 2]) * Double(k + 1)
  }
}
