import GaussianLifting
import Inspection
import PortraitClasses
import Probes
import RelativeDepth
import Tensors
import VolumeRendering

// §3.2, the text after equation 7: from the depths that the generators predict to depths in the volume.
extension Chapter {
  /// How the parts of a face stand in the volume.
  public static var relativeDepth: Chapter {
    Chapter(
      "relative-depth", title: "The depth of a part relative to the face", equations: "§3.2, d̂",
      cover: "profile",
      introduction: """
        A part generator predicts one depth for every pixel of its map. For background and face base \
        this depth is the depth in the volume. For every other part it is a distance from the face base. \
        §3.2 adds the depth of the face base to this distance. The sum is the absolute depth that \
        equation 7 uses.

        This chapter has no prerequisites. Depths are in planes, and a higher plane is nearer to the \
        camera. The depth maps are drawn by formulas and stand for predictions. In the third step, \
        the slider moves the face base. With relative depths the other parts move with it; with \
        absolute depths they do not. In the terminal, type `set shift 1.5`.
        """,
      parameters: [
        Parameter(
          "shift", -3, in: -3...1.5, unit: "planes",
          meaning: "how far the face base moves toward the camera"),
        Parameter(whole: "row", 17, in: 0...31, meaning: "row of the maps that the profile shows"),
        Parameter("yaw", 0.9, in: -1.2...1.2, unit: "rad", meaning: "how far the camera is turned"),
      ]
    ) {
      RelativeDepthSteps.predictions
      RelativeDepthSteps.places
      RelativeDepthSteps.movedFace
      RelativeDepthSteps.push
    }
  }
}

/// The steps of the chapter on relative depth.
private enum RelativeDepthSteps {
  static let source = "Sources/Equations/RelativeDepth/RelativeDepth.swift"
  static let face = LittleFace()
  static let parts = LittleFace.names.count
  /// The numbers of the parts that the profile is about.
  static let (facePart, nose) = (RelativeDepth.facePart, 5)

  /// How much the numbers of each map vary: largest minus smallest.
  static func spans(_ maps: Tensor) -> [Double] {
    (0..<maps.shape[0]).map { maps[$0].maximum().item - maps[$0].minimum().item }
  }

  /// The line of the formula.
  static let formulaLine = CodeExcerpt(
    source, declaration: "func absoluteDepth(of",
    marking: "return above.map { .concatenated([own, $0 + face], axis: -3) }")
  /// The values of `row` that the sliders show: those of the nose and beyond.
  static let rows: [Double] = [6, 8, 10, 12, 14, 16, 17, 18, 20, 22, 24, 26]
  /// The column in the middle of the maps.
  static let middle = 16

  /// How absolute depths and depths relative to the face are shown.
  static func scale(_ reference: String) -> TensorMeaning {
    TensorMeaning(scale: .depth(DepthScale(near: .largest, reference: reference)))
  }

  static func largest(_ difference: Tensor) -> Double { difference.absolute().maximum().item }

  static let predictions = Step(
    "§3.2, d", "What does each generator predict?",
    symbols: [
      Symbol("d_k", "relativeDepth", shape: "[…, K, H, W]", unit: "planes, any sign"),
      Symbol(#"d_{\text{face}}"#, "part 1 of relativeDepth", shape: "[…, H, W]", unit: "planes"),
    ],
    code: [CodeExcerpt(source, declaration: "enum DepthMode")]
  ) { page in
    let depth = face.relativeDepth
    let first = facePart + 1
    func onTheFace(_ maps: Tensor) -> Tensor {
      maps.sliced(axis: 0, from: first, length: parts - first)
    }
    page.add(
      .view(
        View(
          name: "depth_relative",
          caption: "d of the four parts on the face: distances from the face base; bright is near",
          tensor: onTheFace(depth), axes: "[K, H, W]", unit: "planes", equation: page.equation,
          rendering: .maps(
            onTheFace(depth), titles: Array(LittleFace.names[first...]), isSigned: false))))
    page.add(
      .view(
        View(
          name: "depth_in_the_volume",
          caption: "d of background and face base: depths in the volume; bright is near",
          tensor: depth.sliced(axis: 0, from: 0, length: first), axes: "[K, H, W]", unit: "planes",
          equation: page.equation,
          rendering: .maps(
            depth.sliced(axis: 0, from: 0, length: first),
            titles: Array(LittleFace.names[..<first]), isSigned: false))))
    page.table(
      "smallest and largest d of every part, in planes",
      columns: ["part", "measured from", "from", "to"],
      rows: LittleFace.names.enumerated().map { part, name in
        [
          name, part < first ? "the far end of the volume" : "the face base",
          depth[part].minimum().item.brief, depth[part].maximum().item.brief,
        ]
      })
    let spans = spans(depth)
    let onTheFace = spans[(facePart + 1)...].max() ?? .infinity
    page.holds(
      "the map of every part on the face varies less than that of the face, at most half (largest ratio)",
      onTheFace / spans[facePart], atMost: 0.5)
    page.why(
      """
      The eyes of this drawing have the same d at every pixel, 0.8 planes: they are a little in front \
      of the face, wherever the face is. The paper predicts relative depth "to ease the learning and enhance \
      the part disentanglement".
      """)
  }

  static let places = Step(
    "§3.2, d̂", "How do relative depths become absolute depths?",
    formulas: [
      #"\hat d_k(x,y) = d_k(x,y) + d_{\text{face}}(x,y), \quad k \geq 2"#,
      #"\hat d_k(x,y) = d_k(x,y), \quad k = 0, 1"#,
    ],
    symbols: [
      Symbol(
        #"\hat d_k"#, "absoluteDepth(of:)", shape: "[…, K, H, W]", unit: "planes, 0 is far")
    ],
    code: [formulaLine, CodeExcerpt(source, declaration: "func split")],
    sweep: Sweep("row", rows, moving: ["profile"]),
    answers: AnswerBox(
      "§3.2", line: formulaLine, doubling: "doubling the depth of the face base", notes: [11, 54],
      proofs: [
        "Tests/RelativeDepthTests/HandGoldenTests.swift",
        "Tests/RelativeDepthTests/PropertyTests.swift",
        "Tests/RelativeDepthTests/GoldenFileTests.swift", "Fixtures/RelativeDepth/relative",
        "Fixtures/RelativeDepth/absolute",
      ], exercise: nil)
  ) { page in
    let (module, relative) = (RelativeDepth(), face.relativeDepth)
    let absolute = module.absoluteDepth(of: relative)
    let row = Int(page["row"])
    page.curves(
      "profile",
      [
        Series("face base, both", absolute[facePart, row].scalars),
        Series("nose, relative", relative[nose, row].scalars),
        Series("nose, absolute", absolute[nose, row].scalars),
      ], xLabel: "column x", yLabel: "depth, planes",
      caption:
        "row \(row) of the maps: the absolute depth of the nose is the sum of its relative depth and "
        + "the depth of the face base; higher is nearer to the camera")
    page.equality(
      Formula("\\hat d_{\\text{nose}}(\(middle), \(row))"),
      .number(relative[nose, row, middle].item) + .number(relative[facePart, row, middle].item),
      equals: absolute[nose, row, middle].item, within: 2e-6, unit: "planes")
    page.tensor(
      "depth_absolute", absolute, axes: "[K, H, W]", unit: "planes", palette: .portrait,
      caption: "d̂ of all six parts, absolute depths in the volume; bright is near. The maps of all "
        + "parts on the face now contain its dome",
      meaning: scale(""))
    let added = absolute - relative
    func others(_ maps: Tensor) -> Tensor { maps.sliced(axis: 0, from: 2, length: parts - 2) }
    // The same predictions with a face base at twice its depth.
    let isFace = (0..<parts).map { $0 == facePart ? 2.0 : 1 }
    let further = relative * Tensor([parts, 1, 1], isFace).cast(to: .float32)
    page.holds(
      "doubling the depth of the face base moves every part on it by that depth once more (largest "
        + "difference)",
      largest(others(module.absoluteDepth(of: further) - absolute) - relative[facePart]),
      atMost: 4e-6)
    page.holds(
      "background and face base keep their depth (largest change)",
      largest(added.sliced(axis: 0, from: 0, length: 2)), atMost: 0)
    page.holds(
      "every other part is moved by the depth of the face (largest difference)",
      largest(others(added) - relative[facePart]), atMost: 2e-6)
    page.holds(
      "relativeDepth(of:) recovers d from d̂ (largest difference)",
      largest(module.relativeDepth(of: absolute) - relative), atMost: 2e-6)
    page.why(
      """
      The paper numbers no parts in this formula. Here part 0 is the background and part 1 the face \
      base, as in the code. The formula with numbers shows the nose in the middle column of the row.
      """)
  }

  /// d̂ after the face base has moved by some planes: the parts either predict their depth relative to
  /// the face, or they predict the depth at which they stood before.
  static func moved(_ shift: Double, _ mode: DepthMode) -> Tensor {
    let (module, before) = (
      RelativeDepth(mode), RelativeDepth().absoluteDepth(of: face.relativeDepth)
    )
    let isFace = (0..<parts).map { $0 == facePart ? 1.0 : 0 }
    let step = shift * Tensor([parts, 1, 1], isFace).cast(to: .float32)
    return module.absoluteDepth(of: module.relativeDepth(of: before) + step)
  }

  /// A view of the face with other absolute depths.
  static func view(of depth: Tensor, turned: Double) -> RenderedView {
    var stack = face.stack()
    stack.absoluteDepth = depth.unsqueezed(axis: 0)
    let lifting = GaussianLifting(alpha: 1, depthPlanes: LittleFace.planes)
    return LittleFace.view(of: stack, LittleFace.renderer(lifting), turned: turned)
  }

  /// The face from the front, before any move.
  static let before = view(of: moved(0, .relative), turned: 0)

  static let movedFace = Step(
    "§3.2, Fig. 7", "What happens to the other parts if the face base moves?",
    code: [
      CodeExcerpt(source, declaration: "enum DepthMode"),
      CodeExcerpt(source, declaration: "func relativeDepth(of"),
    ],
    sweep: Sweep(
      "shift", [-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.25, 1.5],
      moving: ["moved_face", "shown_parts"])
  ) { page in
    let shift = page["shift"]
    let depths = [moved(0, .relative), moved(shift, .relative), moved(shift, .absolute)]
    let turns = [0, page["yaw"]]
    let views = depths[1...].map { depth in turns.map { view(of: depth, turned: $0) } }
    let pictures = views.map { $0.map { $0.feature[0] } }
    let sides = ["from the front", "from the side"]
    page.gallery(
      "moved_face",
      zip(["relative depths", "absolute depths"], pictures).flatMap { mode, images in
        zip(sides, images).map { .image("\(mode), \($0)", $1) }
      }, columns: 2, tensor: .stacked(pictures.flatMap(\.self)), axes: "[view, 3, n, n]",
      caption:
        "the face base moved by \(shift.brief) planes. Upper row: with relative depths, from the front "
        + "and from the side. Lower row: the same move with absolute depths")
    let (faceBefore, noseBefore) = (
      depths[0][facePart, 17, middle].item, depths[0][nose, 17, middle].item
    )
    page.equality(
      #"\hat d_{\text{nose, relative}}"#,
      (.number(noseBefore) - .number(faceBefore)) + (.number(faceBefore) + .number(shift)),
      equals: depths[1][nose, 17, middle].item, within: 4e-6, unit: "planes")
    // A pixel shows a part on the face where that part has the largest mask of all.
    let shown = ([before] + views.map { $0[0] }).map { view in
      Double(view.maskProbabilities[0].argmax(axis: 0).scalars.count { $0 > Double(facePart) })
    }
    page.table(
      "absolute depth in the middle of the nose, in planes",
      columns: ["", "face", "nose", "nose − face"],
      rows: zip(["before", "relative", "absolute"], depths).map { name, depth in
        let (face, nose) = (depth[facePart, 17, middle].item, depth[nose, 17, middle].item)
        return [name, face.brief, nose.brief, (nose - face).brief]
      })
    page.bars(
      "shown_parts", shown, labels: ["before", "relative", "absolute"], unit: "pixels",
      caption: "pixels of the front view that show eyes, brows, mouth or nose")
    let first = facePart + 1
    func onTheFace(_ depth: Tensor) -> Tensor {
      depth.sliced(axis: 0, from: first, length: parts - first)
    }
    page.holds(
      "relative: every part moves by as much as the face (largest difference)",
      largest(onTheFace(depths[1]) - onTheFace(depths[0]) - shift), atMost: 4e-6)
    page.holds(
      "absolute: no part on the face moves", largest(onTheFace(depths[2]) - onTheFace(depths[0])),
      atMost: 0)
    page.holds(
      "relative: the parts stay visible (pixels after the move / pixels before it)",
      shown[1] / shown[0],
      in: 0.8...1.25)
    if shift >= 1 {
      page.holds(
        "absolute: the face hides some parts (pixels after the move / pixels before it)",
        shown[2] / shown[0],
        atMost: 0.9)
    }
    page.why(
      """
      The views lift the parts with α = 1, as the presets `small` and `mini` do (note 36).

      With absolute depths every generator must learn where the face is and how it is curved. Fig. 7 \
      and Table 3 of the paper compare both ways of training: with relative depths nose and mouth \
      fit the face better, and the FID is lower.
      """)
  }

  static let push = Step(
    "∂/∂d", "Which predicted depths does a gradient reach?",
    formulas: [
      #"\frac{\partial L}{\partial d_1} = \sum_{k \geq 1} \frac{\partial L}{\partial \hat d_k}"#,
      #"\frac{\partial L}{\partial d_k} = \frac{\partial L}{\partial \hat d_k}, \quad k \neq 1"#,
    ],
    code: [formulaLine],
    sweep: Sweep("row", rows, moving: ["pixel_gradient", "pixel_own_gradient"])
  ) { page in
    // A loss that pulls what is dense towards plane 8: L = ½ Σ σ (d̂ − 8)².
    let density = face.densityMap.cast(to: .float64)
    func loss(_ absolute: Tensor) -> Tensor { 0.5 * (density * (absolute - 8).squared()).sum() }
    let relative = face.relativeDepth.cast(to: .float64).tracked(as: "d")
    let absolute = RelativeDepth().absoluteDepth(of: relative.detached()).tracked(as: "d̂")
    let own = try gradient(of: loss(absolute), withRespectTo: absolute)
    let all = try gradient(
      of: loss(RelativeDepth().absoluteDepth(of: relative)), withRespectTo: relative)
    let reach = max(largest(own[facePart]), largest(all[facePart]))
    let (row, column) = (Int(page["row"]), middle)
    func bars(_ gradient: Tensor) -> [Double] { (0..<parts).map { gradient[$0, row, column].item } }
    page.bars(
      "pixel_gradient", bars(all), labels: LittleFace.names,
      caption:
        "∂L/∂d of every part at row \(row), column \(column): only the bar of the face differs "
        + "from ∂L/∂d̂")
    page.bars(
      "pixel_own_gradient", bars(own), labels: LittleFace.names,
      caption: "∂L/∂d̂ of every part at the same pixel")
    page.equality(
      #"\frac{\partial L}{\partial d_{\text{face}}}"#,
      LongSum.of((facePart..<parts).map { .number(own[$0, row, column].item) }),
      equals: all[facePart, row, column].item, within: 1e-12)
    page.signedMap(
      "face_own_gradient", own[facePart], reach: reach,
      caption: "∂L/∂d̂ of the face base, for a loss that pulls dense pixels towards plane 8")
    page.signedMap(
      "face_gradient", all[facePart], reach: reach,
      caption: "∂L/∂d of the face base: the gradients of eyes, brows, mouth and nose are added")
    let total = own.sliced(axis: 0, from: facePart, length: parts - facePart).sum(axes: [0])
    page.holds(
      "the face gets its own gradient and those of all parts on it (largest difference)",
      largest(all[facePart] - total), atMost: 1e-12)
    let others = Tensor([parts, 1, 1], (0..<parts).map { $0 == facePart ? 0.0 : 1 })
    page.holds(
      "every other part gets only its own gradient (largest difference)",
      largest((all - own) * others), atMost: 0)
    page.holds(
      "the other parts change the gradient of the face (largest difference)",
      largest(all[facePart] - own[facePart]),
      atLeast: 1)
    page.why(
      """
      Both terms of a sum receive its gradient undivided. A loss that pulls the nose nearer therefore \
      pulls the face nearer as well: a sample on the nose trains the generator of the face, too.
      """)
  }
}
