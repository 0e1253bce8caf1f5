import Camera
import Foundation
import GaussianLifting
import Inspection
import ModelConfiguration
import PortraitClasses

/// The page of the studio: pictures, controls, the diagram of figure 2, and a panel for what was clicked.
struct StudioPage {
  let model: StudioModel
  let title: String

  private var configuration: Configuration { model.configuration }

  /// The text of the page, whose script asks for everything that it shows later.
  var html: String {
    get throws {
      PageElements.document(
        title: "3D-SSGAN studio", style: StudioStyle.text,
        body: """
          <header>
          <h1>Studio</h1>
          <p>\(PageElements.text(title)). Drag a picture to turn the head; click a pixel to read its ray; \
          click a tensor of the diagram to open it.</p>
          <p class="gone" role="alert" hidden="hidden">The program behind this page has ended. Start it \
          again with <code>ssgan3d studio</code>; the page then goes on.</p>
          <noscript><p>The studio needs scripts.</p></noscript>
          </header>
          <main>
          <div class="desk">
          <section class="portrait" aria-label="Portrait">
          \(faces)
          <p class="problem" role="status"></p>
          \(summary)
          </section>
          <form id="controls" autocomplete="off" aria-label="Controls">
          \(controls)
          </form>
          </div>
          \(diagram)
          <section id="panel" aria-live="polite" aria-label="What was clicked" hidden="hidden">
          <p class="panel-problem" role="status"></p>
          <div id="panel-content"></div>
          </section>
          \(StudioWorkshop(configuration: configuration).html)
          </main>
          """,
        script: """
          <script type="application/json" id="model">\(try settings)</script>
          \(StudioScript.element)
          """)
    }
  }

  /// What the script knows of the model, as JSON without characters that HTML reserves.
  private var settings: String {
    get throws {
      struct Settings: Encodable {
        let state: StudioState
        let parts: [String]
        let size: Int
        let volumes: [String]
      }
      let names = (0..<configuration.parts).map(ClassPalette.portrait.name)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let data = try encoder.encode(
        Settings(
          state: StudioState(of: configuration), parts: names, size: configuration.imageSize,
          volumes: ["psi", "density3d", "feature3d"]))
      return String(decoding: data, as: UTF8.self).replacing("<", with: "\\u003c")
        .replacing("&", with: "\\u0026")
    }
  }

  // MARK: - Pictures

  private var faces: String {
    let views = [
      ("image", "Image", "Portrait"), ("mask", "Mask", "Mask: the part of every pixel"),
      ("depth", "Depth", "Depth: bright is near"),
      ("difference", "Difference", "Difference to the pinned portrait"),
    ]
    let choices = views.enumerated().map { index, view in
      "<label><input type=\"radio\" name=\"view\" id=\"view-\(view.0)\" value=\"\(view.0)\""
        + "\(index == 0 ? " checked=\"checked\"" : "")/> \(view.1)</label>"
    }
    let figures = views.map { name, _, caption in
      """
      <figure class="face" data-view="\(name)"><div class="frame" tabindex="0" role="img" \
      aria-label="\(caption). Arrow keys turn the camera; Shift and arrow keys move the marked pixel, \
      Enter opens its ray."><img class="pixels" alt="\(caption)" draggable="false"/><i class="cross"></i></div>
      <figcaption>\(caption)</figcaption></figure>
      """
    }
    return """
      <fieldset class="views"><legend>View</legend>\(choices.joined())</fieldset>
      <div class="faces">\(figures.joined(separator: "\n"))</div>
      """
  }

  private var summary: String {
    """
    <dl class="numbers">
    <div><dt>Computed in</dt><dd id="time">–</dd></div>
    <div><dt>D<sub>mean</sub> to the pinned portrait, Eq. 14</dt><dd id="change">no portrait is pinned</dd></div>
    </dl>
    <ul id="warnings"></ul>
    <p class="buttons"><button type="button" id="pin">Pin this portrait</button>
    <button type="button" id="unpin" disabled="disabled">Unpin</button>
    <button type="button" id="reset">Start anew</button>
    <a id="save-image" download="studio_image.png">Save image</a>
    <a id="save-mask" download="studio_mask.png">Save mask</a>
    <a id="save-depth" download="studio_depth16.png">Save depth</a></p>
    <h2 class="small">The command that writes this portrait</h2>
    <pre tabindex="0" aria-label="Command"><code id="command"></code></pre>
    <p class="buttons"><button type="button" id="copy">Copy the command</button>
    <span id="copied" role="status"></span></p>
    """
  }

  // MARK: - Controls

  private var controls: String {
    """
    <fieldset><legend>Latents, Eq. 1</legend>
    <div class="line">\(number("seed", "Seed"))
    <button type="button" id="another">Another portrait</button></div>
    \(slider("truncation", "Truncation", 0...1.5, 0.01))
    \(foundMenu)
    </fieldset>
    <fieldset class="wide"><legend>Parts, Fig. 8</legend>
    <table class="part-table"><caption>Parts: shown or not, and seeds of their own; empty is the portrait’s \
    seed</caption>
    <thead><tr><th>Part</th><th>Shown</th><th>Shape</th><th>Texture</th></tr></thead>
    <tbody>\((0..<configuration.parts).map(row).joined(separator: "\n"))</tbody></table>
    </fieldset>
    <fieldset><legend>Between two portraits, Fig. 10</legend>
    <div class="line">\(number("blend-seed", "Other seed"))
    <button type="button" id="another-blend">Another</button></div>
    \(slider("blend-amount", "Share of the other", 0...1, 0.01))
    <div class="line">\(menu("blend-part", "Of", [("", "all parts")] + partChoices))
    \(menu("blend-aspect", "What", ["both", "shape", "texture"].map { ($0, $0) }))</div>
    </fieldset>
    <fieldset><legend>Camera, Fig. 6</legend>
    \(slider("yaw", "Yaw", -1.2...1.2, 0.01, unit: "rad"))
    \(slider("pitch", "Pitch", -0.8...0.8, 0.01, unit: "rad"))
    <button type="button" id="front">From the front</button>
    </fieldset>
    <fieldset><legend>Renderer</legend>
    <label class="switch"><input type="checkbox" role="switch" id="weights" checked="checked"/>
    Masks use the weights wᵢ (Eq. 10, Fig. 9)</label>
    \(menu("kernel", "Kernel ψ, Eq. 7", LiftingKernel.allCases.map { ($0.rawValue, $0.rawValue) }))
    \(slider("alpha", "α, Eq. 7", 0.1...8, 0.1))
    \(slider("scale", "Optical scale s, times the model’s", 0.1...4, 0.05))
    \(slider("samples", "Samples", 3...64, 1))
    \(slider("importance", "Importance samples", 0...64, 1))
    </fieldset>
    """
  }

  private var partChoices: [(String, String)] {
    (0..<configuration.parts).map { ("\($0)", ClassPalette.portrait.name($0)) }
  }

  private var foundMenu: String {
    guard !model.found.isEmpty else { return "" }
    let choices =
      [("", "the seed’s portrait")]
      + model.found.enumerated().map { ("\($0.offset)", $0.element.name) }
    return menu("found", "Portrait", choices)
  }

  private func row(_ part: Int) -> String {
    let name = PageElements.text(ClassPalette.portrait.name(part))
    let color = ClassPalette.portrait.color(part)
    let cells = ["shape", "texture"].map { aspect in
      """
      <td><span class="seed"><input type="number" min="0" step="1" data-part="\(part)" \
      data-aspect="\(aspect)" aria-label="seed of the \(aspect) of \(name)" placeholder="–"/>\
      <button type="button" class="dice" data-part="\(part)" data-aspect="\(aspect)" \
      aria-label="another \(aspect) for \(name)" title="another \(aspect)">↻</button></span></td>
      """
    }
    return """
      <tr><th scope="row"><i style="background: rgb(\(color.red) \(color.green) \(color.blue))"></i>\
      \(name)</th><td><input type="checkbox" class="shown" data-part="\(part)" checked="checked" \
      aria-label="show \(name)"/></td>\(cells.joined())</tr>
      """
  }

  private func number(_ id: String, _ label: String) -> String {
    """
    <label class="number">\(label) <input type="number" id="\(id)" min="0" max="9007199254740991" \
    step="1" value="0"/></label>
    """
  }

  private func slider(
    _ id: String, _ label: String, _ range: ClosedRange<Double>, _ step: Double, unit: String = ""
  ) -> String {
    """
    <div class="control"><label for="\(id)">\(label) <output for="\(id)"></output></label>\
    <input type="range" id="\(id)" min="\(range.lowerBound)" max="\(range.upperBound)" \
    step="\(step)" data-unit="\(unit)"/></div>
    """
  }

  private func menu(_ id: String, _ label: String, _ choices: [(String, String)]) -> String {
    let options = choices.map {
      "<option value=\"\($0.0)\">\(PageElements.text($0.1))</option>"
    }
    return """
      <div class="control"><label for="\(id)">\(label)</label> \
      <select id="\(id)">\(options.joined())</select></div>
      """
  }

  // MARK: - The diagram

  private var diagram: String {
    let stages = StudioDiagram.stages.map { stage in
      let arrows = stage.tensors.map { tensor in
        """
        <li><button type="button" class="tensor" data-tensor="\(tensor.name)" \
        data-reads="\(tensor.reads.rawValue)"><img class="pixels" alt="\(tensor.meaning)"/>\
        <b>\(tensor.symbol)</b><span>\(tensor.meaning)</span></button></li>
        """
      }
      return """
        <li class="stage-box\(stage.isOfMasks ? " masks" : "")"><h3>\(stage.title)</h3>\
        <p class="equations">\(stage.equations)</p><ul>\(arrows.joined())</ul></li>
        """
    }
    return """
      <section class="figure-two"><h2>Fig. 2 with the numbers of this portrait</h2>
      <p>Every button is an arrow of the figure: it opens the tensor that flows there. Tensors with index \
      k are those of the part <select id="diagram-part" aria-label="Part of the diagram">\
      \(partChoices.map { "<option value=\"\($0.0)\">\($0.1)</option>" }.joined())</select>. \
      Green arrows belong to the masks.</p>
      <ol class="flow">\(stages.joined(separator: "\n"))</ol></section>
      """
  }
}
