import Camera
import Inspection
import MeanDifference
import PortraitClasses
import PortraitModel
import RenderedPortraits
import Tensors
import WPlusFactorization

// Figures 1, 6, 8 and 10: one generator alone.
extension FigureMaker {
  /// Figure 1: parts of other portraits on one portrait, from two views and with masks.
  var synthesis: PaperFigure {
    let parts = first.own([.hair, .eyes, .brows, .nose, .mouth])
    let targets = parts.indices.map { first.sitter(donor + UInt64($0)) }
    let edited =
      [first.sitter(seed)]
      + parts.enumerated().map { index, part in
        first.sitter(seed, parts: [part.rawValue], from: donor + UInt64(index))
      }
    let side = poses(5, first).first ?? .frontal
    let front = edited.map { $0.pictures(from: .frontal) }
    let names = parts.map(\.name).joined(separator: ", ")
    return PaperFigure(
      title: "Parts of other portraits, seen from two sides",
      text: "The portrait of seed \(seed) takes one part at a time from the portraits above it: "
        + "\(names). Each part's shape and texture latents are exchanged; everything else is the same.",
      rows: [
        PaperFigure.Row(
          "targets: \(names)",
          [blank] + targets.map { $0.pictures(from: .frontal).image }),
        PaperFigure.Row("the portrait, then with each part", front.map(\.image)),
        PaperFigure.Row("from another view", edited.map { $0.pictures(from: side).image }),
        PaperFigure.Row("masks", front.map(\.mask.colored)),
      ])
  }

  /// Figure 6: portraits from several camera poses.
  var views: PaperFigure {
    PaperFigure(
      title: "Portraits from several views",
      text: "Four portraits, seeds \(seed) to \(seed + 3). The camera moves over ±1.5 standard "
        + "deviations of the training yaw; the last column is seen from above.",
      rows: (0..<4 as Range<UInt64>).map { index in
        let sitter = first.sitter(seed + index)
        let camera = first.configuration.camera
        let above = CameraPose(
          yaw: camera.yawMean, pitch: camera.pitchMean - 2 * camera.pitchDeviation)
        let poses = poses(7, first) + (first.isFlat ? [] : [above])
        return PaperFigure.Row(
          "seed \(seed + index)", poses.map { sitter.pictures(from: $0).image })
      })
  }

  /// Figure 8: the parts are added one at a time.
  var progressive: PaperFigure {
    let usual = first.own(PartClass.backToFront)
    let sitter = first.sitter(seed)
    return PaperFigure(
      title: "A portrait that grows part by part",
      text: "Each row adds one part of the portrait of seed \(seed); features and densities of the "
        + "parts that follow are 0. Three views, and the masks of the same views.",
      rows: usual.indices.map { step in
        let shown = Set(usual[...step].map(\.rawValue))
        let pictures = pictures(sitter, 3, first, parts: shown)
        return PaperFigure.Row(
          "+ \(usual[step].name)", pictures.map(\.image) + pictures.map(\.mask.colored))
      })
  }

  /// Figure 10: interpolation of all latents, of one part, and of its shape or its texture.
  var interpolation: PaperFigure {
    let steps = 7
    let (start, end) = (first.wplus(seed), first.wplus(donor))
    func row(_ title: String, to goal: Tensor) -> (PaperFigure.Row, (String, String)) {
      let pictures = (0..<steps).map { step in
        let share = Double(step) / Double(steps - 1)
        let wplus = withoutGradients { start + (goal - start) * share }
        return Sitter(first.generator, wplus: wplus).pictures(from: .frontal)
      }
      let change = PartChange(from: pictures[0], to: pictures[steps - 1], parts: [])
      return (
        PaperFigure.Row(title, pictures.map(\.image)),
        ("D_mean between the ends: \(title)", change.everywhere.fourDigits)
      )
    }
    let part = first.own([.hair]).first ?? .face
    func exchanged(_ aspect: PartAspect, _ parts: [Int]) -> Tensor {
      withoutGradients { first.generator.exchanging(aspect, ofParts: parts, in: start, with: end) }
    }
    let all = Array(0..<first.configuration.parts)
    let rows = [
      row("all latents", to: end), row("\(part.name)", to: exchanged(.both, [part.rawValue])),
      row("shapes of all parts", to: exchanged(.shape, all)),
      row("textures of all parts", to: exchanged(.texture, all)),
    ]
    return PaperFigure(
      title: "Between two portraits",
      text:
        "W⁺ moves along a straight line from seed \(seed) to seed \(donor): all of it, the latents "
        + "of one part, and the shape or the texture latents of all parts.",
      rows: rows.map(\.0), numbers: rows.map { ($0.1.0, $0.1.1) })
  }
}
