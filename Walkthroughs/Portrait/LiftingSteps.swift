import GaussianLifting
import Inspection
import PartFusion
import PortraitData
import Tensors

// From the maps to the fused volume: equations 5–8.
extension PortraitChapter {
  var inputStep: Step {
    Step("Fig. 2, left", "What do the part generators hand over?") { page in
      let portrait = lifted(page)
      page.image("front", input.image, range: .unit, caption: "the portrait from the front")
      page.labels("front_labels", input.labels, caption: "its classes, as far as they occur")
      let colours = PartClass.allCases.map { part in
        // On grey where the part is not, so that its outline shows.
        let mask = input.coverage.at(0, part.rawValue)
        return input.colour.at(0, part.rawValue) * mask + (1 - mask) * 0.85
      }
      page.picture(
        "parts", .column([strip(Array(colours[..<7])), strip(Array(colours[7...]))], gap: 4),
        tensor: input.colour, axes: "[K, 3, H, W]",
        caption: "f²ᵈ: each part alone, in the order of the classes, as if all others were away")
      page.picture(
        "densities", densitySheet(portrait.densityMap), tensor: portrait.densityMap,
        axes: "[K, H, W]", caption: "σ²ᵈ: dense where nothing hides the part from the front")
      page.why(
        """
        A part is there even where it cannot be seen: there is a face under the hair. That is what \
        makes parts exchangeable, and what a turned camera will uncover.
        """)
      let present = PartClass.allCases.filter {
        input.coverage.at(0, $0.rawValue).maximum().item > 0
      }
      page.number("parts present", Double(present.count))
      page.holds("colours are 0 … 1", input.colour.maximum().item, in: 0...1)
      page.holds("no density is negative", portrait.densityMap.minimum().item, atLeast: 0)
    }
  }

  private func densitySheet(_ density: Tensor) -> Picture {
    let peak = density.maximum().item
    let maps = PartClass.allCases.map { part in
      (density.at(0, part.rawValue) / peak).expanded(0).repeated(0, times: 3)
    }
    return .column([strip(Array(maps[..<7])), strip(Array(maps[7...]))], gap: 4)
  }

  var depthStep: Step {
    Step(
      "Depth, §3.2", "How deep is a part: in the room, or on the face?",
      formulas: [#"\hat d_k(x,y) = d_k(x,y) + d_{\text{faceBase}}(x,y)"#],
      symbols: [
        Symbol(#"\hat d_k"#, "absoluteDepth", shape: "[K, H, W]", unit: "planes, 0 far … 31 near"),
        Symbol("d_k", "relativeDepth", shape: "[K, H, W]", unit: "planes in front of the face"),
      ],
      code: [
        CodeExcerpt("Walkthroughs/Portrait/LiftedPortrait.swift", declaration: "func absolute")
      ]
    ) { page in
      let portrait = lifted(page)
      page.map(
        "part01_depth_absolute", portrait.absoluteDepth.at(0, 1), unit: "planes",
        caption: "the face; where it is not, its edge goes on")
      page.map(
        "part05_depth_absolute", portrait.absoluteDepth.at(0, 5), unit: "planes",
        caption: "the nose, continued outwards in the same way")
      let nose = input.coverage.at(0, 5).isGreater(than: .scalar(0.5))
      page.signedMap(
        "part05_depth2d", portrait.relativeDepth.at(0, 5) * nose, unit: "planes",
        caption: "the nose alone as a generator would predict it: planes in front of the face")
      let joined = LiftedPortrait.absolute(portrait.relativeDepth)
      page.holds(
        "adding the face's depth gives the absolute depth",
        (joined - portrait.absoluteDepth).absolute().maximum().item, atMost: 1e-5)
      page.why(
        """
        Parts 2 and up are predicted relative to the face base, so that a mouth need not learn where \
        the face is. Background and face keep their own depth.
        """)
    }
  }

  var bellStep: Step {
    Step(
      "Eq. 7", "How far along z does one pixel spread?",
      formulas: [#"\psi_k(x,y,z) = \exp(-\alpha\,(\hat d_k(x,y) - z)^2)"#],
      symbols: [
        Symbol(#"\psi_k"#, "weights(at:)", shape: "[D, H, W]", unit: "0 … 1"),
        Symbol(#"\alpha"#, "alpha", shape: "scalar", unit: "1 / plane²"),
        Symbol("z", "plane index", shape: "0 ..< D", unit: "planes"),
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/GaussianLifting/GaussianLifting.swift",
          declaration: "func weights(ofOffset")
      ]
    ) { page in
      let portrait = lifted(page)
      let lifting = portrait.renderer.lifting
      let psi = lifting.weights(at: portrait.absoluteDepth.at(0, 1))
      let (row, column) = (input.grid.rows / 2, input.grid.columns / 2)
      page.number(
        "d̂ of the face in the middle",
        portrait.absoluteDepth.at(0, 1).at(0, row).at(0, column).item,
        unit: "planes")
      page.curve(
        "part01_psi_middle", psi.at(1, row).at(1, column).scalars, xLabel: "plane z", yLabel: "ψ",
        caption: "the bell of the pixel in the middle of the face")
      page.volume("part01_psi", psi, range: 0...1, caption: "the face: one bell at every pixel")
      let peaks = psi.argmax(0).cast(to: .float32)
      let offsets = (peaks - portrait.absoluteDepth.at(0, 1)).absolute()
      page.holds(
        "every pixel's bell peaks on the plane nearest to d̂ (planes away)",
        offsets.maximum().item, atMost: 0.5 + 1e-5)
      page.holds("ψ stays at or below 1", psi.maximum().item, atMost: 1)
    }
  }

  var liftStep: Step {
    Step(
      "Eq. 5–6", "What does a lifted part look like?",
      formulas: [
        #"f_k^{3d}(x,y,z) = \psi_k(x,y,z)\,f_k^{2d}(x,y)"#,
        #"\sigma_k^{3d}(x,y,z) = \psi_k(x,y,z)\,\sigma_k^{2d}(x,y)"#,
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/GaussianLifting/GaussianLifting.swift",
          declaration: "func lifted(densityMap")
      ]
    ) { page in
      let portrait = lifted(page)
      let part = part(page)
      let stack = portrait.stack(at: portrait.absoluteDepth)
      let lifting = portrait.renderer.lifting
      let depth = portrait.absoluteDepth.at(0, part.rawValue)
      let density = lifting.lifted(
        densityMap: stack.densityMap.at(0, 0).at(0, part.rawValue), at: depth)
      let feature = lifting.lifted(feature: stack.feature.at(0, 0).at(0, part.rawValue), at: depth)
      page.volume(
        "part\(part.twoDigits)_density3d", density, caption: "\(part.name): σ³ᵈ, plane by plane")
      page.volume("part\(part.twoDigits)_feature3d", feature, caption: "\(part.name): norm of f³ᵈ")
      // Σ over z of ψ is √(π/α) to 1e-4 where the bell is inside the box and covers a few planes.
      page.number("planes in a bell, √(π/α)", (Double.pi / page["alpha"]).squareRoot())
      page.holds(
        "σ³ᵈ is nowhere above σ²ᵈ",
        (density - stack.densityMap.at(0, 0).at(0, part.rawValue)).maximum().item, atMost: 1e-6)
    }
  }

  var fusionStep: Step {
    Step(
      "Eq. 8", "How do 13 volumes become one?",
      formulas: [#"f_{fused}^{3d}(x,y,z) = \sum_{k=1}^{K} f_k^{3d}(x,y,z)"#],
      code: [
        CodeExcerpt(
          "Sources/Equations/PartFusion/PartFusion.swift", declaration: "func fused(features"),
        CodeExcerpt(
          "Sources/Equations/GaussianLifting/StreamingLift.swift", declaration: "func feature("),
      ]
    ) { page in
      let portrait = lifted(page)
      let stack = portrait.stack(at: portrait.absoluteDepth)
      let lifting = portrait.renderer.lifting
      let fusion = portrait.renderer.fusion
      let densities = lifting.lifted(densityMap: stack.densityMap, at: stack.absoluteDepth).at(0, 0)
      let psi = lifting.weights(at: stack.absoluteDepth).at(0, 0)
      let features = psi.expanded(1) * stack.feature.at(0, 0).expanded(2)  // Eq. 5 for all parts
      let fusedDensity = fusion.fused(densities: densities)
      let fusedFeature = fusion.fused(features: features, densities: densities)
      page.volume("fused_density3d", fusedDensity, caption: "all parts' densities, added")
      page.volume(
        "fused_feature3d", fusedFeature, caption: "norm of all parts' features, added")
      let turned = fusion.fused(features: features.reversed(0), densities: densities.reversed(0))
      page.holds(
        "the order of the parts does not matter (relative to the largest feature)",
        (turned - fusedFeature).absolute().maximum().item / fusedFeature.absolute().maximum().item,
        atMost: 1e-6)

      // Training never builds these volumes: it samples the same sum straight from the maps.
      let all = view(page, turned: 0).rendered.samplePoints.reshaped([1, -1, 3])
      // Some 4096 of them, spread over all rays.
      let step = max(1, all.shape[1] / 4096)
      let points = all.sliced(1, from: 0, length: (all.shape[1] - 1) / step + 1, step: step)
      let voxels = input.grid.coordinates(of: points)
      let streamed = fusion.sampled(
        StreamingLift(lifting, absoluteDepth: stack.absoluteDepth, at: voxels),
        feature: stack.feature, densityMap: stack.densityMap)
      let sampled = fusedFeature.sampled(at: voxels.at(0, 0))
      page.holds(
        "sampling the maps equals sampling the volume (relative to the largest feature)",
        (streamed.at(0, 0) - sampled).absolute().maximum().item
          / fusedFeature.absolute().maximum().item, atMost: 1e-5)
    }
  }
}
