/// The last part of the studio's script: drawing a mask, uploading a portrait, and the search in the
/// background; then the first request.
enum StudioWorkshopScript {
  static let text = #"""
    // MARK: Drawing a mask

    const canvas = $("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true }), size = model.size;
    let drawn = new Uint8Array(size * size), hand = { row: size >> 1, column: size >> 1 };
    let isHand = false;

    // The portrait, darker outside the drawn mask.
    const paint = async () => {
      const source = face("image").querySelector("img");
      try { await source.decode(); } catch { return; }
      pen.drawImage(source, 0, 0, size, size);
      const pixels = pen.getImageData(0, 0, size, size);
      for (let index = 0; index < drawn.length; index += 1) {
        for (let channel = 0; channel < 3; channel += 1) {
          const value = pixels.data[4 * index + channel];
          pixels.data[4 * index + channel] = drawn[index] ? 0.4 * value + [30, 150, 60][channel]
            : 0.55 * value;
        }
      }
      if (isHand) {
        const place = 4 * (hand.row * size + hand.column);
        pixels.data.set([255, 255, 255, 255], place);
      }
      pen.putImageData(pixels, 0, 0);
    };

    const stroke = (row, column) => {
      const radius = Number($("brush").value) / 2, value = $("erase").checked ? 0 : 1;
      for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) {
        if (Math.hypot(y - row, x - column) <= radius) drawn[y * size + x] = value;
      }
      paint();
    };

    const drawing = $("draw-part");
    const takeMask = async () => {
      // The palette has one color for each part, so the mask's picture names the part of a pixel.
      const picture = face("mask").querySelector("img");
      await picture.decode();
      const sheet = document.createElement("canvas");
      sheet.width = sheet.height = size;
      const brush = sheet.getContext("2d", { willReadFrequently: true });
      brush.drawImage(picture, 0, 0);
      const data = brush.getImageData(0, 0, size, size).data;
      const color = all(".part-table i")[Number(drawing.value)].style.backgroundColor.match(/\d+/g);
      drawn = drawn.map((_, index) =>
        color.every((level, channel) => Number(level) === data[4 * index + channel]) ? 1 : 0);
      paint();
    };

    let isDown = false;
    const at = event => {
      const box = canvas.getBoundingClientRect();
      stroke(Math.floor((event.clientY - box.top) / box.height * size),
        Math.floor((event.clientX - box.left) / box.width * size));
    };
    canvas.addEventListener("pointerdown", event => {
      isDown = true;
      canvas.setPointerCapture(event.pointerId);
      at(event);
    });
    canvas.addEventListener("pointermove", event => { if (isDown) at(event); });
    canvas.addEventListener("pointerup", () => isDown = false);
    canvas.addEventListener("keydown", event => {
      const step = steps[event.key];
      isHand = true;
      if (step) {
        hand.row = Math.min(size - 1, Math.max(0, hand.row + step[0]));
        hand.column = Math.min(size - 1, Math.max(0, hand.column + step[1]));
        paint();
      } else if (event.key === " ") stroke(hand.row, hand.column);
      else return;
      event.preventDefault();
    });
    canvas.addEventListener("blur", () => { isHand = false; paint(); });
    $("empty").addEventListener("click", () => { drawn.fill(0); paint(); });
    $("present").addEventListener("click", takeMask);
    drawing.addEventListener("input", takeMask);
    const brushText = () => document.querySelector("output[for=brush]").textContent =
      $("brush").value + " pixels";
    $("brush").addEventListener("input", brushText);
    brushText();

    // MARK: The search

    const tell = text => $("search-line").textContent = text;
    const report = progress => {
      $("search-bar").value = progress.step / progress.steps;
      const most = Math.max(...progress.losses, 1e-9), last = Math.max(1, progress.losses.length - 1);
      document.querySelector("#search-losses polyline").setAttribute("points",
        progress.losses.map((loss, step) =>
          (300 * step / last).toFixed(1) + "," + (76 - 72 * loss / most).toFixed(1)).join(" "));
      if (progress.losses.length) {
        $("losses-line").textContent = "The loss before each step, from " + progress.losses[0].toFixed(4)
          + " at step 1 to " + progress.losses.at(-1).toFixed(4) + " at step " + progress.losses.length
          + "; the lower edge is 0.";
      }
      $("cancel").disabled = !progress.isRunning;
    };

    const follow = async () => {
      for (;;) {
        let progress;
        try { progress = await (await ask("/progress", {})).json(); } catch { return; }
        report(progress);
        if (progress.isRunning) {
          tell("Step " + progress.step + " of " + progress.steps
            + (progress.losses.length ? ", loss " + progress.losses.at(-1).toFixed(4) : ""));
          await wait(250);
          continue;
        }
        if (progress.state) {
          tell("Found: " + progress.line + ".");
          choice(progress.found);
          if (!pinned) pinned = copyOf(state);
          state = Object.assign(progress.state, {});
          refresh();
        } else tell("The search ended: " + progress.line);
        return;
      }
    };

    // The menu of portraits grows with what is found.
    const choice = number => {
      let menu = $("found");
      if (!menu) {
        const box = document.createElement("div");
        box.className = "control";
        box.innerHTML = "<label for=\"found\">Portrait</label> <select id=\"found\">"
          + "<option value=\"\">the seed’s portrait</option></select>";
        $("truncation").closest("fieldset").append(box);
        menu = $("found");
      }
      menu.append(new Option("found " + (number + 1), number));
    };

    const begin = async (address, body) => {
      tell("The search begins …");
      try {
        if (await ask(address, body)) await follow();
      } catch (error) { tell(error.message); }
    };
    $("fit").addEventListener("click", () => begin("/fit", {
      state, part: Number(drawing.value), pixels: drawn.join(""), steps: 80 }));
    $("cancel").addEventListener("click", () => ask("/cancel", {}));

    const base64 = file => new Promise((done, failed) => {
      const reading = new FileReader();
      reading.onload = () => done(reading.result.split(",")[1] || "");
      reading.onerror = () => failed(new Error("the file cannot be read"));
      reading.readAsDataURL(file);
    });
    $("invert").addEventListener("click", async () => {
      const picture = $("upload").files[0], labels = $("upload-labels").files[0];
      if (!picture) { tell("Choose a picture first."); return; }
      const body = { image: await base64(picture), classes: $("classes").value, steps: 200 };
      if (labels) body.labels = await base64(labels);
      begin("/invert", body);
    });

    // MARK: The mesh

    const saves = { "mesh_parts.ply": $("save-mesh-parts"), "mesh_colour.ply": $("save-mesh-colour") };
    const reportMesh = progress => {
      $("mesh-bar").value = progress.step / progress.steps;
      $("mesh-level").textContent = progress.level || "–";
      $("mesh-counts").textContent = progress.counts || "–";
      $("mesh-command").textContent = progress.command;
      $("mesh-line").textContent = progress.isRunning
        ? "Step " + (progress.step + 1) + " of " + progress.steps + ": " + progress.line
        : progress.counts ? "The mesh of the portrait shown when the button was pressed."
          : "There is no mesh: " + progress.line;
      for (const [name, link] of Object.entries(saves)) {
        const size = progress.files[name];
        if (size === undefined) { link.removeAttribute("href"); continue; }
        link.href = "/" + name + "?number=" + progress.number;
        link.textContent = "Save " + name + " (" + (size / 1048576).toFixed(1) + " MiB)";
      }
    };
    $("make-mesh").addEventListener("click", async () => {
      $("make-mesh").disabled = true;
      try {
        if (await ask("/mesh", { state })) {
          for (;;) {
            const progress = await (await ask("/meshing", {})).json();
            reportMesh(progress);
            if (!progress.isRunning) break;
            await wait(100);
          }
        }
      } catch (error) { $("mesh-line").textContent = error.message; }
      $("make-mesh").disabled = false;
    });

    face("image").querySelector("img").addEventListener("load", paint);
    face("mask").querySelector("img").addEventListener("load", takeMask, { once: true });

    try {
      if (location.hash) Object.assign(state, JSON.parse(decodeURIComponent(location.hash.slice(1))));
      if (state.recipe.blend) other = copyOf(state.recipe.blend);
    } catch { state = copyOf(start); }
    refresh();
    """#
}
