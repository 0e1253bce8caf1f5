import Foundation
import TensorFiles
import Tensors

@testable import Inspection

/// Returns a small chapter with one entry of each kind, for the tests.
func demoChapter(failing: Bool = false) -> Chapter {
  Chapter(
    "bell", title: "A bell <along> z", equations: "Eq. 7",
    introduction: "First paragraph & more.\n\nSecond paragraph.",
    parameters: [
      Parameter("alpha", 2, in: 0.5...8, unit: "1/plane²", meaning: "how narrow"),
      Parameter(whole: "planes", 4, in: 2...9, meaning: "depth planes"),
    ]
  ) {
    Step(
      "Eq. 7", "How far along z does one pixel spread?",
      formulas: [#"\psi = \exp(-\alpha (\hat d - z)^2)"#],
      symbols: [
        Symbol(#"\alpha"#, "alpha", shape: "scalar", unit: "1 / plane²"),
        Symbol(#"\psi"#, "bell(alpha:planes:)", shape: "[D, H, W]"),
      ],
      code: [
        CodeExcerpt(
          "Tests/InspectionTests/Bell.swift", declaration: "func bell(", in: Clone.folder),
        CodeExcerpt("Tests/InspectionTests/Nowhere.swift", region: "nothing", in: Clone.folder),
      ]
    ) { page in
      let psi = page.shared("psi") {
        bell(alpha: page["alpha"], planes: Int(page["planes"]))
      }
      page.number("α", page["alpha"], unit: "1/plane²")
      page.why("The exponent is never positive.")
      page.volume("part01_psi", psi, unit: "share")
      page.curve("ψ(z)", psi.scalars, xLabel: "z")
      page.holds("ψ is at most 1", psi.maximum().item, atMost: 1)
      page.table("Widths", columns: ["kernel", "width"], rows: [["gaussian", "< 2"]])
    }
    Step("Claims", "Do they hold?") { page in
      page.holds("it is so", true)
      page.holds("four is enough", page["planes"], in: failing ? 5...6 : 2...9)
    }
  }
}
