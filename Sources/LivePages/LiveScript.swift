/// The script of live pages: it asks for the section of a step when the reader moves a parameter.
///
/// One request of a page is under way at a time. Meanwhile the newest value of every control waits, and
/// older ones are forgotten. The step whose control moves comes first, then what is on the screen; what is
/// not on the screen is computed when the reader comes to it, or before if nothing else is to be done.
enum LiveScript {
  /// The `script` element, valid both as HTML and as well-formed XML.
  static let element = """
    <script>
    //<![CDATA[
    "use strict";
    const reader = Math.random().toString(36).slice(2);
    const chapter = document.querySelector("main").dataset.chapter;
    const steps = [...document.querySelectorAll(".live-step")];
    const gone = document.querySelector(".gone");
    const values = {};
    const stale = new Set(steps), visible = new Set(), movedAt = new Map(), earlier = new Map();
    let busy = false, wanted = null, gesture = { name: "", time: 0 };

    const part = (step, name) => step.querySelector(name);
    const say = (step, text, isBad) => {
      const state = part(step, ".state [role=status]");
      if (state.textContent !== text) state.textContent = text;
      state.className = isBad ? "bad" : "";
    };

    // --- What changed

    // Every number and measurement of a section by its label.
    const readings = step => {
      const found = new Map();
      for (const item of step.querySelectorAll(".outcome .numbers > div")) {
        found.set("number " + part(item, "dt").textContent, part(item, "dd"));
      }
      for (const item of step.querySelectorAll(".outcome .claims .holds, .outcome .claims .fails")) {
        const text = item.querySelector("span"), measured = item.querySelector(".measured");
        if (measured) found.set("claim " + text.textContent.replace(measured.textContent, ""), measured);
      }
      return found;
    };
    const remember = step => {
      forget(step);
      const texts = new Map([...readings(step)].map(([name, node]) => [name, node.textContent]));
      earlier.set(step, { texts, picture: part(step, ".outcome .stage figure")?.cloneNode(true) });
    };
    const forget = step =>
      step.querySelectorAll(".before, .previous").forEach(node => node.remove());
    // Shows what numbers and the large picture were before the reader began to move the control.
    const compare = step => {
      const old = earlier.get(step);
      if (!old) return;
      for (const [name, node] of readings(step)) {
        const text = old.texts.get(name);
        if (text === undefined || text === node.textContent) continue;
        const before = document.createElement("small");
        before.className = "before";
        before.textContent = " before: " + text;
        node.append(before);
      }
      const picture = part(step, ".outcome .stage figure");
      if (!picture || !old.picture || picture.isEqualNode(old.picture)) return;
      const kept = document.createElement("details"), title = document.createElement("summary");
      kept.className = "previous";
      kept.open = step.dataset.previous === "open";
      title.textContent = "The picture before the change";
      kept.append(title, old.picture.cloneNode(true));
      kept.querySelectorAll("[id]").forEach(node => node.removeAttribute("id"));
      kept.addEventListener("toggle", () => step.dataset.previous = kept.open ? "open" : "");
      picture.after(kept);
    };

    // --- Replacing a section

    const fresh = text => {
      const template = document.createElement("template");
      template.innerHTML = text;
      return template.content;
    };
    // Changes only what differs, so that nothing flickers and scrolled boxes stay where they are.
    const sync = (old, now) => {
      if (old.isEqualNode(now)) return;
      if (old.nodeName !== now.nodeName || /^(svg|math)$/i.test(old.nodeName)) {
        old.replaceWith(now);
        return;
      }
      if (old.nodeType !== Node.ELEMENT_NODE) {
        old.data = now.data;
        return;
      }
      for (const { name, value } of now.attributes) {
        if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
      }
      for (const { name } of [...old.attributes]) {
        if (name !== "open" && !now.hasAttribute(name)) old.removeAttribute(name);
      }
      const [mine, theirs] = [[...old.childNodes], [...now.childNodes]];
      if (mine.length !== theirs.length) old.replaceChildren(...theirs);
      else mine.forEach((node, index) => sync(node, theirs[index]));
    };
    const names = node => [...node.querySelectorAll("[name]")].map(item => item.name).join();
    const put = (step, html) => {
      const answer = fresh(html);
      const [form, outcome] = [part(step, ".controls"), part(step, ".outcome")];
      const controls = answer.querySelector(".controls");
      // The control under the reader's hand is never replaced.
      if (names(controls) !== names(form)) form.replaceChildren(...controls.childNodes);
      forget(step);
      const now = answer.querySelector(".outcome");
      if (outcome.childNodes.length) sync(outcome, now);
      else outcome.replaceChildren(...now.childNodes);
      compare(step);
      step.dataset.done = "yes";
    };

    // --- Asking the program

    const next = () => {
      if (wanted && stale.has(wanted)) return wanted;
      return steps.find(step => stale.has(step) && visible.has(step))
        || steps.find(step => stale.has(step) && !step.dataset.done);
    };
    const pause = seconds => new Promise(done => setTimeout(done, 1000 * seconds));
    const work = async () => {
      if (busy) return;
      busy = true;
      for (let step = next(); step; step = next()) await ask(step);
      busy = false;
    };
    const ask = async step => {
      stale.delete(step);
      const started = performance.now();
      const [clock, outcome] = [part(step, ".clock"), part(step, ".outcome")];
      const timer = setInterval(() => {
        const seconds = (performance.now() - started) / 1000;
        if (seconds < 0.25) return;
        say(step, "computing");
        clock.textContent = seconds.toFixed(1) + " s";
        outcome.setAttribute("aria-busy", "true");
      }, 100);
      const query = new URLSearchParams({ chapter, step: step.dataset.step, reader });
      for (const name in values) query.set("set." + name, values[name]);
      try {
        const response = await fetch("/section?" + query, { cache: "no-store" });
        const text = await response.text();
        gone.hidden = true;
        if (response.ok) put(step, text);
        say(step, response.ok || response.status === 409 ? "" : text.trim(), true);
        const since = movedAt.get(step) ?? started;
        if (!stale.has(step)) movedAt.delete(step);
        step.dataset.milliseconds = Math.round(performance.now() - since);
      } catch {
        gone.hidden = false;
        stale.add(step);
        say(step, "");
        await pause(1);
      }
      clearInterval(timer);
      clock.textContent = "";
      outcome.removeAttribute("aria-busy");
      document.documentElement.dataset.answers = 1 + Number(document.documentElement.dataset.answers || 0);
    };
    // Notices without a move of the reader that the program has ended or is back.
    setInterval(async () => {
      if (busy || document.hidden) return;
      try {
        await fetch("/alive", { cache: "no-store" });
        gone.hidden = true;
      } catch {
        gone.hidden = false;
      }
    }, 2000);

    // --- Controls

    const valueOf = control =>
      control.type === "checkbox" ? (control.checked ? "1" : "0") : control.value;
    const show = (control, value) => {
      if (control.type === "checkbox") control.checked = value === "1";
      else if (control.value !== value) control.value = value;
      if (control.type !== "range") return;
      const unit = control.dataset.unit;
      control.setAttribute("aria-valuetext", unit ? value + " " + unit : value);
    };
    const move = event => {
      const control = event.target;
      const value = valueOf(control);
      // A field that holds no number yet, such as a sign alone, has the value "".
      if (!control.name || value === "" || values[control.name] === value) return;
      const now = performance.now();
      const isNew = gesture.name !== control.name || now - gesture.time > 800;
      gesture = { name: control.name, time: now };
      values[control.name] = value;
      wanted = control.closest(".live-step");
      for (const step of steps) {
        const same = [...step.querySelectorAll(".controls [name]")]
          .filter(item => item.name === control.name);
        if (!same.length) continue;
        if (isNew) remember(step);
        same.forEach(item => { if (item !== control) show(item, value); });
        stale.add(step);
        if (!movedAt.has(step)) movedAt.set(step, now);
      }
      show(control, value);
      work();
    };

    const watcher = new IntersectionObserver(entries => {
      for (const entry of entries) {
        if (entry.isIntersecting) visible.add(entry.target); else visible.delete(entry.target);
      }
      work();
    }, { rootMargin: "200px" });
    for (const step of steps) {
      watcher.observe(step);
      part(step, ".controls").addEventListener("input", move);
      part(step, ".controls").addEventListener("submit", event => event.preventDefault());
    }
    //]]>
    </script>
    """
}
