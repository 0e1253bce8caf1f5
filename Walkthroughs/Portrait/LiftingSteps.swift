import Chapters
import GaussianLifting
import Inspection
import PartFusion
import PortraitClasses
import ProceduralPortraits
import RelativeDepth
import Tensors
import VolumeRendering

// From the maps to the fused volume: equations 5–8.
extension PortraitChapter {
  var inputStep: Step {
    Step("Fig. 2, left", "Which maps do the part generators produce?") { page in
      let portrait = lifted(page)
      page.image("front", input.image, range: .unit, caption: "the portrait from the front")
      page.labels(
        "front_labels", input.labels, palette: .portrait,
        caption: "the class of every pixel of the portrait")
      let colors = PartClass.allCases.map { part in
        // Gray outside the part, so that its outline is visible.
        let mask = input.coverage[part.rawValue]
        return input.color[part.rawValue] * mask + (1 - mask) * 0.85
      }
      page.picture(
        "parts",
        .column(
          [
            imagePictures(Array(colors[..<7]), factor: 2),
            imagePictures(Array(colors[7...]), factor: 2),
          ], gap: 4),
        tensor: input.color, axes: "[K, 3, H, W]",
        caption:
          "f²ᵈ: each part alone, in the order of the classes, as if there were no other parts")
      page.picture(
        "densities", densitySheet(portrait.densityMap), tensor: portrait.densityMap,
        axes: "[K, H, W]",
        caption: "σ²ᵈ of each part: high where no other part hides it from the front")
      page.why(
        """
        A part continues where other parts hide it: there is a face under the hair. Therefore parts \
        can be exchanged, and a turned camera can show what was hidden from the front.
        """)
      let present = PartClass.allCases.filter {
        input.coverage[$0.rawValue].maximum().item > 0
      }
      page.number("number of parts in the portrait", Double(present.count))
      page.holds(
        "colors lie between 0 and 1 (largest value)", input.color.maximum().item, in: 0...1)
      page.holds(
        "no density is negative (smallest value)", portrait.densityMap.minimum().item, atLeast: 0)
    }
  }

  private func densitySheet(_ density: Tensor) -> Picture {
    let peak = density.maximum().item
    let maps = PartClass.allCases.map { part in
      (density[part.rawValue] / peak).unsqueezed(axis: 0).repeated(axis: 0, times: 3)
    }
    return .column(
      [imagePictures(Array(maps[..<7]), factor: 2), imagePictures(Array(maps[7...]), factor: 2)],
      gap: 4)
  }

  var depthStep: Step {
    Step(
      "Depth, §3.2", "Is the depth of a part absolute or relative to the face?",
      formulas: [#"\hat d_k(x,y) = d_k(x,y) + d_{\text{faceBase}}(x,y)"#],
      symbols: [
        Symbol(#"\hat d_k"#, "absoluteDepth", shape: "[K, H, W]", unit: "planes, 0 far … 31 near"),
        Symbol("d_k", "relativeDepth", shape: "[K, H, W]", unit: "planes in front of the face"),
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/RelativeDepth/RelativeDepth.swift",
          declaration: "public func absoluteDepth")
      ]
    ) { page in
      let portrait = lifted(page)
      page.map(
        "part01_depth_absolute", portrait.absoluteDepth[1], unit: "planes",
        caption: "absolute depth of the face; outside the face, the depth of its edge is continued")
      page.map(
        "part05_depth_absolute", portrait.absoluteDepth[5], unit: "planes",
        caption: "absolute depth of the nose, continued outward in the same way")
      let nose = input.coverage[5].isGreater(than: .scalar(0.5))
      page.signedMap(
        "part05_depth2d", portrait.relativeDepth[5] * nose, unit: "planes",
        caption:
          "relative depth of the nose, as its generator would predict it: planes in front of the face"
      )
      let joined = RelativeDepth().absoluteDepth(of: portrait.relativeDepth)
      page.holds(
        "relative depth plus the depth of the face gives absolute depth (largest error in planes)",
        (joined - portrait.absoluteDepth).absolute().maximum().item, atMost: 1e-5)
      page.why(
        """
        The depths of parts 2 and up are predicted relative to the face base, so the generator of the \
        mouth does not have to learn where the face is. The depths of background and face are absolute.
        """)
    }
  }

  var bellStep: Step {
    Step(
      "Eq. 7", "How far does one pixel spread along z?",
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
      let psi = lifting.weights(at: portrait.absoluteDepth[1])
      let (row, column) = (input.grid.rows / 2, input.grid.columns / 2)
      page.number(
        "d̂ of the face at the middle pixel",
        portrait.absoluteDepth[1, row, column].item,
        unit: "planes")
      page.curve(
        "part01_psi_middle", psi[axis: 1, row][axis: 1, column].scalars, xLabel: "plane z",
        yLabel: "ψ",
        caption: "ψ of the face along z at the middle pixel: a bell around d̂")
      page.volume(
        "part01_psi", psi, range: 0...1, caption: "ψ of the face: one bell at every pixel")
      let peaks = psi.argmax(axis: 0).cast(to: .float32)
      let offsets = (peaks - portrait.absoluteDepth[1]).absolute()
      page.holds(
        "the bell of every pixel peaks at the plane nearest to d̂ (largest distance in planes)",
        offsets.maximum().item, atMost: 0.5 + 1e-5)
      page.holds("ψ is at most 1 (largest value)", psi.maximum().item, atMost: 1)
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
      let depth = portrait.absoluteDepth[part.rawValue]
      let psi = lifting.weights(at: depth)
      let density = lifting.lifted(densityMap: stack.densityMap[0, part.rawValue], weights: psi)
      let feature = lifting.lifted(feature: stack.feature[0, part.rawValue], weights: psi)
      page.volume(
        "part\(part.twoDigits)_density3d", density, caption: "\(part.name): σ³ᵈ, plane by plane")
      page.volume("part\(part.twoDigits)_feature3d", feature, caption: "\(part.name): norm of f³ᵈ")
      // Σψ over z is √(π/α) to 1e-4 if the bell lies inside the box and covers a few planes.
      page.number("area under a bell, √(π/α), in planes", (Double.pi / page["alpha"]).squareRoot())
      page.holds(
        "σ³ᵈ nowhere exceeds σ²ᵈ (largest difference)",
        (density - stack.densityMap[0, part.rawValue]).maximum().item, atMost: 1e-6)
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
          "Sources/VolumeRendering/StreamingLift.swift", declaration: "func feature("),
      ]
    ) { page in
      let portrait = lifted(page)
      let stack = portrait.stack(at: portrait.absoluteDepth)
      let lifting = portrait.renderer.lifting
      let fusion = portrait.renderer.fusion
      let psi = lifting.weights(at: stack.absoluteDepth)[0]
      let densities = lifting.lifted(densityMap: stack.densityMap[0], weights: psi)
      let features = lifting.lifted(feature: stack.feature[0], weights: psi)
      let fusedDensity = fusion.fused(densities: densities)
      let fusedFeature = fusion.fused(features: features, densities: densities)
      page.volume("fused_density3d", fusedDensity, caption: "the sum of the densities of all parts")
      page.volume(
        "fused_feature3d", fusedFeature, caption: "norm of the sum of the features of all parts")
      let turned = fusion.fused(
        features: features.reversed(axis: 0), densities: densities.reversed(axis: 0))
      page.holds(
        "the order of the parts does not matter (largest change, relative to the largest feature)",
        (turned - fusedFeature).absolute().maximum().item / fusedFeature.absolute().maximum().item,
        atMost: 1e-6)

      // Training never builds these volumes: it samples the same sum directly from the maps.
      // All samples of every n-th ray, about 4096 points. An odd n visits every column of an image whose
      // width is a power of two.
      let samples = Int(page["samples"])
      let rays = view(page, turned: 0).rendered.samplePoints.reshaped([1, -1, samples, 3])
      let step = max(1, rays.shape[1] * samples / 4096) | 1
      let points =
        rays
        .sliced(axis: 1, from: 0, length: (rays.shape[1] - 1) / step + 1, step: step)
        .reshaped([1, -1, 3])
      let voxels = input.grid.coordinates(of: points)
      let streamed = fusion.sampled(
        StreamingLift(lifting, absoluteDepth: stack.absoluteDepth, at: voxels),
        feature: stack.feature, densityMap: stack.densityMap)
      let sampled = fusedFeature.sampled(at: voxels[0])
      page.holds(
        "the compared samples reach the matter (largest feature, relative to that of the volume)",
        sampled.absolute().maximum().item / fusedFeature.absolute().maximum().item, atLeast: 0.5)
      page.holds(
        "sampling the maps equals sampling the volume (largest difference, relative to the largest "
          + "feature)",
        (streamed[0] - sampled).absolute().maximum().item
          / fusedFeature.absolute().maximum().item, atMost: 1e-5)
    }
  }
}
