/// The second half of the studio's script: the controls show the state, and change it.
enum StudioControlScript {
  static let text = #"""
    // MARK: The controls show the state

    const angle = (name, value) => Math.round((value - start[name]) * 1e4) / 1e4;
    const sliders = {
      truncation: [() => state.recipe.truncation, value => state.recipe.truncation = value],
      "blend-amount": [() => blend().amount, value => setBlend({ amount: value })],
      yaw: [() => angle("yaw", state.yaw), value => turnTo("yaw", value)],
      pitch: [() => angle("pitch", state.pitch), value => turnTo("pitch", value)],
      alpha: [() => state.alpha, value => state.alpha = value],
      scale: [() => Math.round(1e4 * state.opticalScale / start.opticalScale) / 1e4,
        value => state.opticalScale = start.opticalScale * value],
      samples: [() => state.samples, value => state.samples = value],
      importance: [() => state.importanceSamples, value => state.importanceSamples = value],
    };
    let other = { seed: 1, amount: 0, aspect: "both" };
    const blend = () => state.recipe.blend || other;
    // A blend with share 0 is none, and leaves no word in the command.
    const setBlend = change => {
      other = Object.assign({}, blend(), change);
      if (other.part === undefined || other.part === null) delete other.part;
      if (other.amount > 0) state.recipe.blend = copyOf(other); else delete state.recipe.blend;
    };
    // The model's own pose stays exact; others have four decimals.
    const turnTo = (name, offset) => {
      const value = start[name] + offset;
      const most = name === "pitch" ? [0.01, Math.PI - 0.01] : [-999, 999];
      state[name] = offset === 0 ? start[name]
        : Math.round(1e4 * Math.min(most[1], Math.max(most[0], value))) / 1e4;
    };
    const own = number => state.recipe.parts.find(entry => entry.part === number);
    const setSeed = (number, aspect, seed) => {
      const entry = own(number) || { part: number };
      if (seed === null) delete entry[aspect]; else entry[aspect] = seed;
      const others = state.recipe.parts.filter(item => item.part !== number);
      const isEmpty = entry.shape === undefined && entry.texture === undefined;
      state.recipe.parts = (isEmpty ? others : [...others, entry]).sort((a, b) => a.part - b.part);
    };
    const whole = text => {
      const value = Number(text);
      return text !== "" && Number.isSafeInteger(value) && value >= 0 ? value : null;
    };
    const random = () => Math.floor(Math.random() * 1e5);
    const place = (element, value) => {
      if (document.activeElement !== element || element.type !== "number") element.value = value;
    };

    const put = () => {
      place($("seed"), state.recipe.seed);
      place($("blend-seed"), blend().seed);
      $("blend-part").value = blend().part === undefined ? "" : blend().part;
      $("blend-aspect").value = blend().aspect;
      $("kernel").value = state.kernel;
      $("weights").checked = state.maskWeights === "rendering";
      if ($("found")) $("found").value = state.found === undefined ? "" : state.found;
      for (const name in sliders) {
        const slider = $(name), value = sliders[name][0]();
        slider.value = value;
        const unit = slider.dataset.unit, text = unit ? value + " " + unit : String(value);
        slider.setAttribute("aria-valuetext", text);
        document.querySelector("output[for=" + name + "]").textContent = text;
      }
      for (const box of all(".shown")) box.checked = !state.muted.includes(Number(box.dataset.part));
      for (const field of all(".seed input")) {
        const entry = own(Number(field.dataset.part)) || {};
        const seed = entry[field.dataset.aspect];
        place(field, seed === undefined ? "" : seed);
      }
      $("diagram-part").value = part;
      $("unpin").disabled = !pinned;
      all(".tensor").forEach(button => button.setAttribute("aria-pressed",
        String(!!opened && opened.kind === "tensor" && opened.name === button.dataset.tensor)));
      const last = model.size - 1;
      all(".frame").forEach(frame => {
        frame.classList.toggle("has-pixel", !!pixel);
        if (!pixel) return;
        const cross = frame.querySelector(".cross");
        cross.style.left = 100 * (pixel.column + .5) / (last + 1) + "%";
        cross.style.top = 100 * (pixel.row + .5) / (last + 1) + "%";
      });
    };

    // The address holds the state, so that it survives when the page is loaded again.
    const remember = () => {
      const changes = JSON.stringify(state) === JSON.stringify(start) ? "" : JSON.stringify(state);
      history.replaceState(null, "", changes ? "#" + encodeURIComponent(changes) : location.pathname);
    };

    // MARK: The reader moves something

    const controls = $("controls");
    controls.addEventListener("submit", event => event.preventDefault());
    controls.addEventListener("input", event => {
      const control = event.target, id = control.id;
      if (sliders[id]) sliders[id][1](Number(control.value));
      else if (id === "seed") state.recipe.seed = whole(control.value) ?? state.recipe.seed;
      else if (id === "blend-seed") setBlend({ seed: whole(control.value) ?? blend().seed });
      else if (id === "blend-part") {
        setBlend({ part: control.value === "" ? undefined : Number(control.value) });
      } else if (id === "blend-aspect") setBlend({ aspect: control.value });
      else if (id === "kernel") state.kernel = control.value;
      else if (id === "weights") state.maskWeights = control.checked ? "rendering" : "ones";
      else if (id === "found") {
        if (control.value === "") delete state.found; else state.found = Number(control.value);
      } else if (control.matches(".shown")) {
        const number = Number(control.dataset.part);
        state.muted = state.muted.filter(item => item !== number);
        if (!control.checked) state.muted = [...state.muted, number].sort((a, b) => a - b);
      } else if (control.matches(".seed input")) {
        setSeed(Number(control.dataset.part), control.dataset.aspect, whole(control.value));
      } else return;
      refresh();
    });
    // A field that was left empty shows its seed again.
    controls.addEventListener("focusout", () => setTimeout(put));
    const press = (id, action) => $(id).addEventListener("click", () => { action(); refresh(); });
    press("another", () => { state.recipe.seed = random(); delete state.found; });
    press("another-blend", () => setBlend({ seed: random(), amount: blend().amount || 0.5 }));
    press("front", () => { turnTo("yaw", 0); turnTo("pitch", 0); });
    press("pin", () => pinned = copyOf(state));
    press("unpin", () => pinned = null);
    press("reset", () => { state = copyOf(start); pinned = null; other = { seed: 1, amount: 0, aspect: "both" }; });
    for (const dice of all(".dice")) {
      dice.addEventListener("click", () => {
        part = Number(dice.dataset.part);
        setSeed(part, dice.dataset.aspect, random());
        refresh();
      });
    }
    $("diagram-part").addEventListener("input", event => {
      part = Number(event.target.value);
      put();
      later();
    });
    $("copy").addEventListener("click", async () => {
      const text = $("command").textContent;
      try { await navigator.clipboard.writeText(text); $("copied").textContent = "copied"; } catch {
        getSelection().selectAllChildren($("command"));
        $("copied").textContent = "selected: copy it with Ctrl+C";
      }
    });
    for (const button of all(".tensor")) {
      button.addEventListener("click", async () => {
        opened = { kind: "tensor", name: button.dataset.tensor };
        put();
        await openAgain();
        panel.scrollIntoView({ block: "start" });
      });
    }

    const openRay = async isNew => {
      opened = { kind: "ray" };
      sample = null;
      put();
      await openAgain();
      if (isNew) panel.scrollIntoView({ block: "nearest" });
    };
    const move = (row, column) => {
      const clamp = value => Math.min(model.size - 1, Math.max(0, value));
      pixel = { row: clamp(row), column: clamp(column) };
      put();
    };
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const turn = (across, down) => {
      // The head follows the hand: the camera moves against it.
      turnTo("yaw", Math.round(1e3 * (angle("yaw", state.yaw) + across)) / 1e3);
      turnTo("pitch", Math.round(1e3 * (angle("pitch", state.pitch) - down)) / 1e3);
      refresh();
    };
    for (const frame of all(".frame")) {
      let from = null, distance = 0;
      frame.addEventListener("pointerdown", event => {
        from = [event.clientX, event.clientY];
        distance = 0;
        frame.setPointerCapture(event.pointerId);
      });
      frame.addEventListener("pointermove", event => {
        if (!from) return;
        const [x, y] = [event.clientX - from[0], event.clientY - from[1]];
        distance += Math.abs(x) + Math.abs(y);
        if (distance < 4) return;
        from = [event.clientX, event.clientY];
        turn(0.006 * x, 0.006 * y);
      });
      const end = event => {
        if (from && distance < 4 && event.type === "pointerup") {
          const box = frame.getBoundingClientRect();
          move(Math.floor((event.clientY - box.top) / box.height * model.size),
            Math.floor((event.clientX - box.left) / box.width * model.size));
          openRay(true);
        }
        from = null;
      };
      frame.addEventListener("pointerup", end);
      frame.addEventListener("pointercancel", end);
      frame.addEventListener("keydown", event => {
        const step = steps[event.key];
        if (step && event.shiftKey) {
          const at = pixel || { row: model.size >> 1, column: model.size >> 1 };
          move(at.row + step[0], at.column + step[1]);
          if (opened && opened.kind === "ray") later();
        } else if (step) turn(0.05 * step[1], 0.05 * step[0]);
        else if (event.key === "Enter") {
          if (!pixel) move(model.size >> 1, model.size >> 1);
          openRay(true);
        } else return;
        event.preventDefault();
      });
    }
    """#
}
