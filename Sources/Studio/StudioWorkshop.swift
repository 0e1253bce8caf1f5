import Datasets
import Inspection
import ModelConfiguration
import PortraitClasses

/// The part of the page that searches latents: for a drawn mask, and for an uploaded portrait.
struct StudioWorkshop {
  let configuration: Configuration

  var html: String {
    """
    <section class="workshop"><h2>Search latents</h2>
    <p>A search changes latents only, in the background; the weights stay as they are. Everything else on \
    this page goes on meanwhile.</p>
    <div class="benches">
    <div class="bench"><h3>Draw the mask of a part</h3>
    <p>Draw where the part is to be, as seen from the present camera. The search moves the latents of this \
    part alone until its mask fits; the rest is held.</p>
    <div class="line"><div class="control"><label for="draw-part">Part</label> \
    <select id="draw-part">\(parts)</select></div>
    <div class="control"><label for="brush">Brush <output for="brush"></output></label>\
    <input type="range" id="brush" min="1" max="\(max(2, configuration.imageSize / 6))" step="1" \
    value="\(max(1, configuration.imageSize / 20))" data-unit="pixels"/></div>
    <label class="switch"><input type="checkbox" id="erase"/> Erase</label></div>
    <canvas id="canvas" width="\(configuration.imageSize)" height="\(configuration.imageSize)" \
    tabindex="0" role="img" aria-label="The drawn mask over the portrait. Arrow keys move the brush, the \
    space bar draws or erases."></canvas>
    <p class="buttons"><button type="button" id="fit">Find its latents</button>
    <button type="button" id="present">Take the present mask</button>
    <button type="button" id="empty">Empty</button></p></div>
    <div class="bench"><h3>Find a portrait of your own</h3>
    <p>A square JPEG or PNG file of a face, and optionally its label map. The search finds latents and \
    camera; <code>Docs/Inversion.md</code> says how well.</p>
    <p class="line"><label>Picture <input type="file" id="upload" accept="image/*"/></label></p>
    <p class="line"><label>Label map <input type="file" id="upload-labels" accept="image/*"/></label>
    <label>its classes <select id="classes">\(classes)</select></label></p>
    <p class="buttons"><button type="button" id="invert">Find its latents</button></p>
    <h3>The search</h3>
    <p id="search-line" role="status">No search has begun.</p>
    <progress id="search-bar" max="1" value="0" aria-label="Progress of the search"></progress>
    <figure class="losses"><svg id="search-losses" viewBox="0 0 300 80" role="img" \
    aria-label="The loss before each step" preserveAspectRatio="none"><polyline points=""/></svg>
    <figcaption id="losses-line">The loss before each step; the lower edge is 0.</figcaption></figure>
    <p class="buttons"><button type="button" id="cancel" disabled="disabled">Cancel</button></p></div>
    </div></section>
    \(mesh)
    """
  }

  /// The part of the page that makes a mesh.
  private var mesh: String {
    """
    <section class="meshes"><h2>Surface as a mesh</h2>
    <p>The surface of the fused density of this portrait, as <code>ssgan3d mesh</code> writes it, without the \
    parts that are left out: <code>mesh_parts.ply</code> with the colors of the parts, \
    <code>mesh_colour.ply</code> with those of the portrait. The background makes a wall behind the head; leave \
    it out for the head alone.</p>
    <p class="buttons"><button type="button" id="make-mesh">Make the mesh</button>
    <a id="save-mesh-parts" download="mesh_parts.ply">Save mesh_parts.ply</a>
    <a id="save-mesh-colour" download="mesh_colour.ply">Save mesh_colour.ply</a></p>
    <p id="mesh-line" role="status">No mesh has been made.</p>
    <progress id="mesh-bar" max="1" value="0" aria-label="Progress of the mesh"></progress>
    <dl class="numbers mesh-numbers"><div><dt>Level</dt><dd id="mesh-level">–</dd></div>
    <div><dt>Mesh</dt><dd id="mesh-counts">–</dd></div></dl>
    <pre tabindex="0" aria-label="Command for the mesh"><code id="mesh-command"></code></pre></section>
    """
  }

  private var parts: String {
    (0..<configuration.parts).map { part in
      let name = ClassPalette.portrait.name(part)
      return "<option value=\"\(part)\"\(name == "mouth" ? " selected=\"selected\"" : "")>"
        + "\(name)</option>"
    }.joined()
  }

  private var classes: String {
    LabelScheme.allCases.map { scheme in
      let mark = scheme == .parts ? " selected=\"selected\"" : ""
      return "<option value=\"\(scheme.rawValue)\"\(mark)>\(scheme.rawValue)</option>"
    }.joined()
  }

  static let style = """
    .benches { display: grid; gap: 1.4rem 2.4rem; grid-template-columns: minmax(0, 1fr); }
    .bench { min-width: 0; } .bench h3 { margin: .4rem 0; font-size: 1.05rem; }
    .bench input[type=file] { font: inherit; font-size: .9375rem; max-width: 100%; }
    #canvas {
      display: block; width: min(100%, 28rem); aspect-ratio: 1; margin: .6rem 0; touch-action: none;
      cursor: crosshair; image-rendering: pixelated; border: 1px solid var(--line); border-radius: 6px;
    }
    progress { width: min(100%, 28rem); height: 1rem; accent-color: var(--link); }
    #search-losses { display: block; width: min(100%, 28rem); height: 5rem; margin: .4rem 0;
      background: var(--card); border-radius: 6px; }
    #search-losses polyline { fill: none; stroke: var(--link); stroke-width: 2;
      vector-effect: non-scaling-stroke; }
    .losses { width: min(100%, 28rem); } .losses figcaption { font-size: .875rem; }
    .meshes a:not([href]) { display: none; }
    .mesh-numbers { grid-template-columns: minmax(0, 1fr); }
    .mesh-numbers dd { font-size: 1rem; overflow-wrap: anywhere; }
    .meshes pre:has(code:empty) { display: none; }
    @media (min-width: 62rem) {
      .benches { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
    }
    """
}
