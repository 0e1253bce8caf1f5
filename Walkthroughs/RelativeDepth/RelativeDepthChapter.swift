import GaussianLifting
import Inspection
import PortraitClasses
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

        This chapter has no prerequisites. In the third step, the face base moves away \
        from the camera. With relative depths the other parts move with it; with absolute depths they \
        do not. Type `set shift 1.5` in the terminal to move the face base toward the camera.
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
    page.tensor(
      "depth_relative", depth, axes: "[K, H, W]", unit: "planes", palette: .portrait,
      caption: "d of six parts: depths in the volume for background and face, distances from the "
        + "face for the others")
    page.table(
      "smallest and largest d of every part, in planes", columns: ["part", "from", "to"],
      rows: LittleFace.names.enumerated().map { part, name in
        [name, "\(depth[part].minimum().item)", "\(depth[part].maximum().item)"]
      })
    let spans = spans(depth)
    let onTheFace = spans[(facePart + 1)...].max() ?? .infinity
    page.holds(
      "the map of every part on the face varies at most half as much as that of the face (largest ratio)",
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
    code: [
      CodeExcerpt(source, declaration: "func absoluteDepth(of"),
      CodeExcerpt(source, declaration: "func split"),
    ]
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
        + "the depth of the face base")
    page.tensor(
      "depth_absolute", absolute, axes: "[K, H, W]", unit: "planes", palette: .portrait,
      caption: "d̂ of the same parts: the maps of all parts on the face now contain its dome")
    page.number("d of the face in the middle of the row", relative[facePart, row, 16].item)
    page.number("d of the nose there", relative[nose, row, 16].item)
    page.number("d̂ of the nose there", absolute[nose, row, 16].item, unit: "planes")
    let added = absolute - relative
    page.holds(
      "background and face base keep their depth (largest change)",
      largest(added.sliced(axis: 0, from: 0, length: 2)), atMost: 0)
    page.holds(
      "every other part is moved by the depth of the face (largest difference)",
      largest(added.sliced(axis: 0, from: 2, length: parts - 2) - relative[facePart]),
      atMost: 2e-6)
    page.holds(
      "relativeDepth(of:) recovers d from d̂ (largest difference)",
      largest(module.relativeDepth(of: absolute) - relative), atMost: 2e-6)
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

  static let movedFace = Step(
    "§3.2, Fig. 7", "What happens to the other parts if the face base moves?",
    code: [
      CodeExcerpt(source, declaration: "enum DepthMode"),
      CodeExcerpt(source, declaration: "func relativeDepth(of"),
    ]
  ) { page in
    let shift = page["shift"]
    let depths = [moved(0, .relative), moved(shift, .relative), moved(shift, .absolute)]
    let lifting = GaussianLifting(alpha: 1, depthPlanes: LittleFace.planes)
    let views = [0, page["yaw"]].map { turned in
      depths.map { depth in
        var stack = face.stack()
        stack.absoluteDepth = depth.unsqueezed(axis: 0)
        return LittleFace.view(of: stack, LittleFace.renderer(lifting), turned: turned)
      }
    }
    let pictures = views.map { $0.map { $0.feature[0] } }
    page.picture(
      "moved_face", .column(pictures.map { imagePictures($0) }, gap: 4),
      tensor: .stacked(pictures.flatMap(\.self)), axes: "[view, 3, n, n]",
      caption:
        "front (top) and side (bottom). Left: before the move. Middle: the face base moved by "
        + "\(shift) planes, with relative depths. Right: the same move with absolute depths")
    // A pixel shows a part on the face where that part has the largest mask of all.
    let shown = views[0].map { view in
      Double(view.maskProbabilities[0].argmax(axis: 0).scalars.count { $0 > Double(facePart) })
    }
    page.table(
      "depth in the middle of the nose, in planes", columns: ["", "face", "nose", "distance"],
      rows: zip(["before", "relative", "absolute"], depths).map { name, depth in
        let (face, nose) = (depth[facePart, 17, 16].item, depth[nose, 17, 16].item)
        return [name, "\(face)", "\(nose)", "\(nose - face)"]
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
    code: [CodeExcerpt(source, declaration: "func absoluteDepth(of")]
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
    page.signedMap(
      "face_own_gradient", own[facePart], reach: reach,
      caption: "∂L/∂d̂ of the face base, for a loss that pulls dense pixels towards plane 8")
    page.signedMap(
      "face_gradient", all[facePart], reach: reach,
      caption: "∂L/∂d of the face base: the gradients of eyes, brows, mouth and nose are added")
    let (row, column) = (Int(page["row"]), 16)
    func bars(_ gradient: Tensor) -> [Double] { (0..<parts).map { gradient[$0, row, column].item } }
    page.bars(
      "pixel_own_gradient", bars(own), labels: LittleFace.names,
      caption: "∂L/∂d̂ of every part at row \(row), column \(column)")
    page.bars(
      "pixel_gradient", bars(all), labels: LittleFace.names,
      caption: "∂L/∂d at the same pixel: only the bar of the face differs")
    let sum = own.sliced(axis: 0, from: facePart, length: parts - facePart).sum(axes: [0])
    page.holds(
      "the face gets its own gradient and those of all parts on it (largest difference)",
      largest(all[facePart] - sum), atMost: 1e-12)
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
