import Camera
import Inspection
import PortraitClasses
import PortraitModel
import RenderedPortraits
import Tensors

// Figures 4, 5, 7 and 9: generators beside each other.
extension FigureMaker {
  /// Figure 4: the mouth is exchanged; the difference maps show where the picture changes.
  var mouthEdit: PaperFigure {
    let part = PartClass.mouth
    var (rows, numbers): ([PaperFigure.Row], [(name: String, value: String)]) = ([], [])
    for model in models where part.rawValue < model.configuration.parts {
      let sitters = [
        model.sitter(seed), model.sitter(seed, parts: [part.rawValue], from: donor),
      ]
      let pictures = sitters.map { $0.pictures(from: .frontal) }
      let change = PartChange(from: pictures[0], to: pictures[1], parts: [part.rawValue])
      rows.append(
        PaperFigure.Row(
          "\(model.name): before, after, difference, difference outside the mouth",
          pictures.map(\.image) + [change.pixels, change.maskedPixels]))
      numbers += [
        ("\(model.name): D_mean", change.everywhere.fourDigits),
        (
          "\(model.name): D_mean outside the mouth",
          change.outside.map(\.fourDigits) ?? "no pixels"
        ),
      ]
    }
    return PaperFigure(
      title: "An edit of the mouth",
      text:
        "The mouth of seed \(seed) becomes that of seed \(donor). Difference maps (equation 14) "
        + "are as bright as the largest difference of their row; each row has its own scale."
        + missingModels, rows: rows, numbers: numbers)
  }

  /// Figure 5: several parts, several views.
  var edits: PaperFigure {
    var (rows, numbers): ([PaperFigure.Row], [(name: String, value: String)]) = ([], [])
    for part in [PartClass.eyes, .nose, .hair] {
      for model in models where part.rawValue < model.configuration.parts {
        let before = pictures(model.sitter(seed), 3, model)
        let after = pictures(
          model.sitter(seed, parts: [part.rawValue], from: donor), 3, model)
        let changes = zip(before, after).map {
          PartChange(from: $0, to: $1, parts: [part.rawValue])
        }
        rows.append(
          PaperFigure.Row(
            "\(part.name), \(model.name): before, after, difference outside the part",
            before.map(\.image) + after.map(\.image) + changes.map(\.maskedPixels)))
        let outside = changes.compactMap(\.outside)
        numbers.append(
          (
            "\(part.name), \(model.name): D_mean outside, mean of the views",
            outside.isEmpty
              ? "no pixels" : (outside.reduce(0, +) / Double(outside.count)).fourDigits
          ))
      }
    }
    return PaperFigure(
      title: "Edits seen from several views",
      text:
        "One part of seed \(seed) becomes that of seed \(donor). Each difference map has its own "
        + "scale." + missingModels, rows: rows, numbers: numbers)
  }

  /// Figure 7: relative depths, and a model without them.
  var relativeDepth: PaperFigure {
    PaperFigure(
      title: "Relative depths",
      text:
        "The same seeds of models with and without relative depths (depthMode), from five views. "
        + "Look at the nose and the mouth: image and mask should turn together." + missingModels,
      rows: models.flatMap { model in
        (0..<2 as Range<UInt64>).flatMap { index -> [PaperFigure.Row] in
          let pictures = pictures(model.sitter(seed + index), 5, model)
          let title =
            "\(model.name) (\(model.configuration.depthMode.rawValue)), seed \(seed + index)"
          return [
            PaperFigure.Row(title, pictures.map(\.image)),
            PaperFigure.Row("masks", pictures.map(\.mask.colored)),
          ]
        }
      })
  }

  /// Figure 9: masks with and without the weights of equation 10.
  var maskWeights: PaperFigure {
    PaperFigure(
      title: "Masks with and without the weights of equation 10",
      text:
        "Every model's masks from five views, rendered with the weights wᵢ, and with wᵢ = 1 in their "
        + "place. Without them, a part counts as much behind another one as in front of it. In the paper, "
        + "only the frontal masks of such a model are plausible." + missingModels,
      rows: models.filter { !$0.isFlat }.flatMap { model -> [PaperFigure.Row] in
        let sitter = model.sitter(seed)
        let poses = poses(5, model)
        return [
          PaperFigure.Row(
            "\(model.name): images", poses.map { sitter.pictures(from: $0).image }),
          PaperFigure.Row(
            "masks, with the weights",
            poses.map { sitter.pictures(from: $0, weighting: .rendering).mask.colored }),
          PaperFigure.Row(
            "masks, wᵢ = 1",
            poses.map { sitter.pictures(from: $0, weighting: .ones).mask.colored }),
        ]
      })
  }
}
