import Chapters
import GaussianLifting
import Inspection
import PartFusion
import PortraitClasses
import ProceduralPortraits
import PortraitModel
import RelativeDepth
import Tensors
import VolumeRendering

// From the maps to the fused volume: equations 5–8.
extension PortraitChapter {
  /// The values of the sliders that choose a part.
  private static let partNumbers = PartClass.allCases.map { Double($0.rawValue) }

  /// The parts that the portrait shows, and a sentence that names the others.
  private var present: (parts: [PartClass], absence: String) {
    let parts = PartClass.allCases.filter { input.coverage[$0.rawValue].maximum().item > 0 }
    let absent = PartClass.allCases.filter { !parts.contains($0) }.map(\.name)
    return (
      parts, absent.isEmpty ? "" : "; not in this portrait: \(absent.joined(separator: ", "))"
    )
  }

  var inputStep: Step {
    Step("Fig. 2, left", "Which maps do the part generators produce?") { page in
      let portrait = lifted(page)
      let (present, absence) = present
      page.image("front", input.image, range: .unit, caption: "the portrait from the front")
      page.labels(
        "front_labels", input.labels, palette: .portrait,
        caption: "the part that each pixel of the portrait shows")
      let tiles = present.map { part in
        // Gray outside the part, so that its outline is visible.
        let mask = input.coverage[part.rawValue]
        let color = input.color[part.rawValue] * mask + (1 - mask) * 0.85
        return Gallery.Tile.image(part.name, color)
      }
      page.gallery(
        "parts", tiles, columns: 4, tensor: input.color, axes: "[K, 3, H, W]",
        caption:
          "f²ᵈ: each part alone, as if there were no other parts, so a face continues under the hair"
          + absence)
      let numbers = present.map(\.rawValue)
      let densities = Tensor.stacked(numbers.map { portrait.densityMap[$0] })
      page.add(
        .view(
          View(
            name: "densities",
            caption: "σ²ᵈ of each part: high where no other part hides it from "
              + "the front" + absence, tensor: densities, axes: "[K, H, W]", unit: "1 / plane",
            equation: page.equation,
            rendering: .maps(densities, titles: present.map(\.name), isSigned: false))))
      page.why(
        """
        A part continues where other parts hide it. Therefore parts can be exchanged, and a turned \
        camera can show what was hidden from the front.
        """)
      page.number("number of parts in the portrait", Double(present.count), unit: "of 13")
      page.holds(
        "where parts cover a map element, the nearest of them is the densest (share of the elements)",
        shareWithNearestDensest(portrait), equals: 1, within: 0)
    }
  }

  /// Returns the share of covered map elements at which the nearest of the covering parts is the densest.
  private func shareWithNearestDensest(_ portrait: LiftedPortrait) -> Double {
    let pixels = input.grid.rows * input.grid.columns
    let coverage = input.coverage.floats
    let (depth, density) = (portrait.absoluteDepth.floats, portrait.densityMap.floats)
    var (covered, right) = (0, 0)
    for pixel in 0..<pixels {
      let parts = (0..<PartClass.count).filter { coverage[$0 * pixels + pixel] > 0.5 }
      guard
        let nearest = parts.max(by: { depth[$0 * pixels + pixel] <= depth[$1 * pixels + pixel] })
      else { continue }
      covered += 1
      let densest = parts.map { density[$0 * pixels + pixel] }.max() ?? 0
      right += density[nearest * pixels + pixel] == densest ? 1 : 0
    }
    return Double(right) / Double(max(1, covered))
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
      ],
      sweep: Sweep("part", Self.partNumbers, moving: ["part_depth_absolute", "part_depth2d"])
    ) { page in
      let (portrait, part) = (lifted(page), part(page))
      let index = part.rawValue
      let planes = 0...Double(input.grid.planes - 1)
      page.depthMap(
        "\(DumpNames.part(index))_depth_absolute", portrait.absoluteDepth[index],
        reference: "absolute, in the volume", range: planes,
        caption:
          "absolute depth d̂ of the part \(part.name), in planes of the volume; bright is near. Outside "
          + "the part, the depth of its edge is continued")
      let inside = input.coverage[index].isGreater(than: .scalar(0.5))
      let isRelative = part != .background && part != .face
      page.signedMap(
        "\(DumpNames.part(index))_depth2d", portrait.relativeDepth[index] * inside,
        unit: isRelative ? "planes nearer" : "planes",
        caption: isRelative
          ? "relative depth d of the part \(part.name), as its generator would predict it: planes in "
            + "front of the face, negative behind it; 0 is shown outside the part"
          : "predicted depth d of the part \(part.name), which is absolute: it equals d̂; 0 is shown "
            + "outside the part")
      let (row, column) = elementInside(part)
      let predicted = Arithmetic.number(portrait.relativeDepth[index, row, column].item)
      let face = Arithmetic.number(portrait.relativeDepth[1, row, column].item)
      let depth = portrait.absoluteDepth[index, row, column].item
      page.equality(
        #"\hat d_k(x,y)"#, isRelative ? predicted + face : predicted, equals: depth,
        within: 1e-6 * max(1, depth), unit: "planes")
      let moved: Set<PartClass> = [.eyes, .brows, .mouth]
      let kept = PartClass.allCases.filter { !moved.contains($0) }.map(\.rawValue)
      page.holds(
        "measured depths, made relative to the face and absolute again, are the same, except for eyes, "
          + "brows and mouth (largest difference in planes)",
        kept.map { largestChange(portrait, $0) }.max() ?? .nan, atMost: 1e-5)
      page.holds(
        "eyes, brows and mouth lie at least one plane in front of the face (smallest relative depth, "
          + "planes)",
        moved.map { portrait.relativeDepth[$0.rawValue].minimum().item }.min() ?? .nan,
        atLeast: LiftedPortrait.featureRelief)
      page.why(
        """
        The depths of all parts except background and face are predicted relative to the face base, so \
        the generator of the mouth does not have to learn where the face is.
        """)
    }
  }

  private func largestChange(_ portrait: LiftedPortrait, _ part: Int) -> Double {
    (portrait.absoluteDepth[part] - input.absoluteDepth[part]).absolute().maximum().item
  }

  /// Returns the row and column of a map element inside a part: the middle one of those it covers.
  private func elementInside(_ part: PartClass) -> (row: Int, column: Int) {
    let covered = input.coverage[part.rawValue].floats.enumerated().filter { $1 > 0.5 }.map(
      \.offset)
    let columns = input.grid.columns
    let element =
      covered.isEmpty ? input.grid.rows / 2 * columns + columns / 2 : covered[covered.count / 2]
    return (element / columns, element % columns)
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
          declaration: "func weights(ofOffset",
          marking: "(-alpha * offset.squared()).exponential()")
      ],
      sweep: Sweep(
        "alpha", [0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20], moving: ["psi_section", "psi_of_a_pixel"])
    ) { page in
      let portrait = lifted(page)
      let lifting = portrait.renderer.lifting
      let psi = lifting.weights(at: portrait.absoluteDepth[1])
      let (row, column) = (input.grid.rows / 2, input.grid.columns / 2)
      page.map(
        "psi_section", psi[axis: 1, row], range: 0...1,
        caption:
          "ψ of the face, row \(row + 1) of \(input.grid.rows) of its map, seen from above: right is x, "
          + "down is z, so the near planes are at the bottom; each column is the bell of one pixel")
      let depth = portrait.absoluteDepth[1, row, column].item
      page.curve(
        "psi_of_a_pixel", psi[axis: 1, row][axis: 1, column].scalars,
        xLabel: "plane z (right is near)", yLabel: "ψ",
        caption: "ψ of the face along z at the pixel in the middle of the map: a bell around d̂")
      page.number("d̂ of the face at the pixel in the middle", depth, unit: "planes")
      let plane = min(max(Int(depth.rounded()), 0), input.grid.planes - 1)
      let found = psi[plane, row, column].item
      page.equality(
        Formula("\\psi(\(plane))"),
        .exp(
          -(.number(lifting.alpha) * .power(.number(depth) - .number(Double(plane)), 2))),
        equals: found, within: 1e-6 * found)
      let peaks = psi.argmax(axis: 0).cast(to: .float32)
      let offsets = (peaks - portrait.absoluteDepth[1]).absolute()
      page.holds(
        "the bell of every pixel peaks at the plane nearest to d̂ (largest distance in planes)",
        offsets.maximum().item, atMost: 0.5 + 1e-5)
      var narrow = lifting
      narrow.alpha = 2 * lifting.alpha
      page.holds(
        "doubling α squares ψ (largest difference)",
        (narrow.weights(at: portrait.absoluteDepth[1]) - psi.squared()).absolute().maximum().item,
        atMost: 1e-6)
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
      ],
      sweep: Sweep("part", Self.partNumbers, moving: ["part_section"])
    ) { page in
      let portrait = lifted(page)
      let part = part(page)
      let stack = portrait.stack(at: portrait.absoluteDepth)
      let lifting = portrait.renderer.lifting
      let map = stack.densityMap[0, part.rawValue]
      let psi = lifting.weights(at: portrait.absoluteDepth[part.rawValue])
      let density = lifting.lifted(densityMap: map, weights: psi)
      let feature = lifting.lifted(feature: stack.feature[0, part.rawValue], weights: psi)
      let (row, column) = elementInside(part)
      page.map(
        "part_section", density[axis: 1, row], unit: "1 / plane", range: 0...5,
        caption:
          "σ³ᵈ of the part \(part.name), row \(row + 1) of \(input.grid.rows) of its map, seen from above: "
          + "right is x, down is z, so the near planes are at the bottom; f³ᵈ fills the same voxels"
      )
      let plane = psi[axis: 1, row][axis: 1, column].argmax().cast(to: .float64).item
      let (weight, lifted) = (
        psi[Int(plane), row, column].item, density[Int(plane), row, column].item
      )
      page.number("the plane nearest to d̂ at one pixel of the part", plane)
      page.equality(
        #"\sigma_k^{3d}(x,y,z)"#, .number(weight) * .number(map[row, column].item), equals: lifted,
        within: 1e-6 * max(1e-3, lifted), unit: "1 / plane")
      // Channels 0, 1 and 2 hold color times density, see `LiftedPortrait.stack`.
      let colors = input.color[part.rawValue].unsqueezed(axis: 1) * density.unsqueezed(axis: 0)
      page.holds(
        "on every plane, f³ᵈ is the color of the pixel times σ³ᵈ (largest difference)",
        (feature.sliced(axis: 0, from: 0, length: 3) - colors).absolute().maximum().item,
        atMost: 2e-6)
      page.holds(
        "lifting twice the density gives twice σ³ᵈ (largest difference)",
        (lifting.lifted(densityMap: 2 * map, weights: psi) - 2 * density).absolute().maximum().item,
        // Doubling is exact but for subnormal numbers, in the tails of the bell.
        atMost: Double(Float.leastNormalMagnitude))
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
      let fused = fusion.fused(features: features, densities: densities)
      showPlanes(&page, fused)
      oneVoxel(&page, densities, fused)
      let turned = fusion.fused(
        features: features.reversed(axis: 0), densities: densities.reversed(axis: 0))
      page.holds(
        "the order of the parts does not matter (largest change, relative to the largest feature)",
        (turned - fused).absolute().maximum().item / fused.absolute().maximum().item,
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
      let sampled = fused.sampled(at: voxels[0])
      page.holds(
        "the compared samples reach the matter (largest feature, relative to that of the volume)",
        sampled.absolute().maximum().item / fused.absolute().maximum().item, atLeast: 0.5)
      page.holds(
        "sampling the maps equals sampling the volume (largest difference, relative to the largest "
          + "feature)",
        (streamed[0] - sampled).absolute().maximum().item
          / fused.absolute().maximum().item, atMost: 1e-6)
    }
  }

  /// Shows the color channels of the fused feature, plane by plane.
  private func showPlanes(_ page: inout Page, _ fused: Tensor) {
    // Divided by the density of the nearest part, so that full brightness is a surface.
    let colors =
      fused.sliced(axis: 0, from: 0, length: 3) / LiftedPortrait.nearestDensity
    let planes = (0..<input.grid.planes).map { plane in colors[axis: 1, plane] }
    let visible = planes.indices.filter { planes[$0].maximum().item > 0.01 }
    page.gallery(
      "fused_planes",
      visible.map { .image("z \($0)", planes[$0].clamped(0, 1)) }, columns: 4, tensor: colors,
      axes: "[3, D, H, W]",
      caption:
        "the sum of the features of all parts, color times density / "
        + "\(LiftedPortrait.nearestDensity.formatted), on each plane, from far (small z) to near; \(planes.count - visible.count) of \(planes.count) planes are empty and left out"
    )
  }

  /// Shows the density of one voxel, for which equation 8 holds as it does for the feature.
  private func oneVoxel(_ page: inout Page, _ densities: Tensor, _ fused: Tensor) {
    // The fourth channel of the feature is the density, see `LiftedPortrait.stack`.
    let sum = fused[3]
    let places = (densities.isGreater(than: .scalar(0.2)).sum(axes: [0])).flattened()
    let voxel = places.argmax().cast(to: .float64).item
    let (rows, columns) = (sum.shape[1], sum.shape[2])
    let (plane, rest) = (Int(voxel) / (rows * columns), Int(voxel) % (rows * columns))
    let (row, column) = (rest / columns, rest % columns)
    let terms = PartClass.allCases.map {
      Arithmetic.number(densities[$0.rawValue, plane, row, column].item)
    }
    let found = sum[plane, row, column].item
    page.number("a voxel that many parts share: its plane z", Double(plane))
    page.equality(
      #"\sigma_{\text{fused}}^{3d}"#, .sum(of: terms, showing: 4), equals: found,
      within: 1e-6 * max(1, found), unit: "1 / plane")
  }
}
