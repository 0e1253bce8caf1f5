/// The script of the studio's page: it turns what a reader moves into a state, and asks for its pictures.
///
/// One request for a portrait is under way at a time; when it is answered, the newest state is asked for.
/// What was clicked, and the pictures of the diagram, follow when nothing moves.
enum StudioScript {
  /// The `script` element, valid both as HTML and as well-formed XML.
  static let element = """
    <script>
    //<![CDATA[
    \(asking)

    \(StudioControlScript.text)

    \(StudioWorkshopScript.text)
    //]]>
    </script>
    """

  private static let asking = #"""
    "use strict";
    const model = JSON.parse(document.getElementById("model").textContent);
    const reader = Math.random().toString(36).slice(2);
    const start = model.state;
    const $ = id => document.getElementById(id);
    const all = selector => [...document.querySelectorAll(selector)];
    const copyOf = value => JSON.parse(JSON.stringify(value));
    let state = copyOf(start), pinned = null, pixel = null, opened = null, sample = null;
    let part = Math.min(7, model.parts.length - 1);

    // MARK: Asking

    const gone = document.querySelector(".gone");
    const wait = time => new Promise(done => setTimeout(done, time));

    // Sends JSON until the program answers; nil if a newer request came first.
    const ask = async (address, body) => {
      for (;;) {
        try {
          const response = await fetch(address + "?reader=" + reader, {
            method: "POST", body: JSON.stringify(body) });
          gone.hidden = true;
          if (response.status === 409) return null;
          if (!response.ok) throw new Error((await response.text()).trim());
          return response;
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          gone.hidden = false;
          await wait(1000);
        }
      }
    };

    const png = text => "data:image/png;base64," + text;
    const face = view => document.querySelector(".face[data-view=" + view + "]");

    // MARK: The portrait

    let isBusy = false, shown = "", settled = 0;
    const wanted = () => JSON.stringify({ state, pinned });

    const show = (answer, time) => {
      for (const view of ["image", "mask", "depth", "difference"]) {
        const picture = face(view).querySelector("img");
        face(view).classList.toggle("empty", !answer[view]);
        if (answer[view]) picture.src = png(answer[view]); else picture.removeAttribute("src");
      }
      $("save-image").href = png(answer.image);
      $("save-mask").href = png(answer.mask);
      $("save-depth").href = png(answer.depth16);
      $("command").textContent = answer.command;
      $("copied").textContent = "";
      $("time").textContent = answer.milliseconds.toFixed(0) + " ms";
      document.body.dataset.milliseconds = Math.round(time);
      const change = answer.meanDifference;
      $("change").textContent = change === undefined ? "no portrait is pinned"
        : change.toFixed(4) + (answer.meanDifferenceOutside === undefined ? ""
          : "; outside " + answer.changedParts.join(", ") + " "
            + answer.meanDifferenceOutside.toFixed(4));
      $("warnings").replaceChildren(...answer.warnings.map(line => {
        const item = document.createElement("li");
        item.textContent = line;
        return item;
      }));
    };

    const refresh = async () => {
      put();
      if (isBusy) return;
      isBusy = true;
      while (shown !== wanted()) {
        const body = wanted(), began = performance.now();
        try {
          const response = await ask("/portrait", JSON.parse(body));
          if (response) show(await response.json(), performance.now() - began);
          document.querySelector(".problem").textContent = "";
        } catch (error) {
          document.querySelector(".problem").textContent = error.message;
        }
        shown = body;
      }
      isBusy = false;
      document.body.dataset.shown = ++settled;
      later();
    };

    // MARK: What follows when nothing moves

    let timer = 0;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(async () => { remember(); await openAgain(); await thumbnails(); }, 120);
    };
    const isCurrent = () => !isBusy && shown === wanted();
    const named = name => name.replace("{k}", String(part).padStart(2, "0"));

    // The part of the state that a tensor depends on.
    const key = (name, reads) => {
      const read = { name, recipe: state.recipe, found: state.found };
      if (reads === "lifting") {
        Object.assign(read, { muted: state.muted, kernel: state.kernel, alpha: state.alpha });
      }
      return JSON.stringify(reads === "everything" ? { name, state } : read);
    };

    let isDrawing = false;
    const thumbnails = async () => {
      if (isDrawing) return;
      isDrawing = true;
      for (const button of all(".tensor")) {
        if (!isCurrent()) break;
        const name = named(button.dataset.tensor), read = key(name, button.dataset.reads);
        if (button.dataset.key === read) continue;
        try {
          const response = await ask("/thumbnail", { state, name });
          if (!response) continue;
          const picture = button.querySelector("img"), old = picture.src;
          picture.src = URL.createObjectURL(await response.blob());
          if (old) URL.revokeObjectURL(old);
          button.dataset.key = read;
        } catch { break; }
      }
      isDrawing = false;
      document.body.dataset.drawn = settled;
    };

    const panel = $("panel"), content = $("panel-content");
    const say = text => document.querySelector(".panel-problem").textContent = text;

    const openAgain = async () => {
      if (!opened) return;
      panel.hidden = false;
      try {
        if (opened.kind === "ray") {
          const response = await ask("/ray", {
            state, row: pixel.row, column: pixel.column, sample: sample });
          if (response) putRay(await response.text());
        } else {
          const name = named(opened.name);
          const response = await ask("/tensor", { state, name });
          if (response) content.innerHTML = "<h3>" + name + "</h3>" + await response.text();
          if (/psi$|3d$/.test(name)) await openVolume(name);
        }
        say("");
      } catch (error) { say(error.message); }
    };

    const putRay = html => {
      const focused = document.activeElement && document.activeElement.id === "ray-sample";
      const scroll = content.querySelector(".samples");
      const top = scroll ? scroll.scrollTop : null;
      content.innerHTML = html;
      const slider = $("ray-sample");
      slider.addEventListener("input", () => {
        sample = Number(slider.value);
        clearTimeout(timer);
        timer = setTimeout(openAgain, 30);
      });
      if (focused) slider.focus();
      const chosen = content.querySelector(".chosen"), box = content.querySelector(".samples");
      if (top !== null) box.scrollTop = top;
      else box.scrollTop = Math.max(0, chosen.offsetTop - 120);
    };

    const openVolume = async name => {
      const response = await ask("/volume", { state, name });
      if (!response) return;
      const volume = await response.json();
      const box = document.createElement("div");
      box.className = "volume";
      const film = (title, frames, first, label) => {
        const figure = document.createElement("figure");
        const id = "film-" + title;
        figure.innerHTML = "<img class=\"pixels\" alt=\"" + title + "\"/><div class=\"control\">"
          + "<label for=\"" + id + "\">" + title + " <output></output></label>"
          + "<input type=\"range\" id=\"" + id + "\" min=\"0\" step=\"1\"/></div>";
        const slider = figure.querySelector("input");
        slider.max = frames.length - 1;
        slider.value = opened[title] === undefined ? first : opened[title];
        const move = () => {
          opened[title] = slider.value;
          figure.querySelector("img").src = png(frames[slider.value]);
          figure.querySelector("output").textContent = label(Number(slider.value));
          slider.setAttribute("aria-valuetext", label(Number(slider.value)));
        };
        slider.addEventListener("input", move);
        move();
        box.append(figure);
      };
      const planes = volume.planes.length;
      film("Plane", volume.planes, planes >> 1, z =>
        "z = " + z + (z === 0 ? ", far" : z === planes - 1 ? ", near" : ""));
      film("Orbit", volume.orbit, 0, frame =>
        Math.round(360 * frame / volume.orbit.length) + "° from the front");
      const caption = document.createElement("p");
      caption.textContent = volume.caption;
      content.querySelector("h3").after(caption, box);
    };
    """#
}
