// Describes the element that has the focus, for the walk through a page by Tab. `arguments[0]` is the
// command: "reset" forgets earlier elements, "next" describes the focused one.
if (arguments[0] === "reset") {
  window.focusTest = { last: null, count: 0, seen: new Set() };
  document.activeElement?.blur?.();
  window.scrollTo(0, 0);
  return document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]").length;
}

const state = window.focusTest;
const element = document.activeElement;
if (!element || element === document.body || element === document.documentElement) return null;
// The walk has come round to an element that it has met before.
if (state.seen.has(element)) return null;
state.seen.add(element);

const name = element.localName + (element.id ? "#" + element.id : "");
const text = (element.getAttribute("aria-label") || element.textContent || "").trim();
const result = {
  place: `${name} "${text.replace(/\s+/g, " ").slice(0, 40)}"`, faults: [], slider: null,
};

if (state.last && state.last.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) {
  result.faults.push("gets the focus after an element that follows it in the document");
}
state.last = element;

// The focus shows as an outline or a shadow of the element, of what CSS adds to it, or of a shape in it.
function isMarked(candidate, added = null) {
  const style = getComputedStyle(candidate, added);
  if (added && style.content === "none") return false;
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  return outlined || style.boxShadow !== "none";
}
function look(candidate) {
  const style = getComputedStyle(candidate);
  return [style.stroke, style.strokeWidth, style.fill].join(" ");
}
const shapes = [...element.querySelectorAll("rect, path, circle, polygon, line")].slice(0, 8);
let isVisible = isMarked(element) || isMarked(element, "::after")
  || shapes.some((shape) => isMarked(shape));
if (!isVisible && element.closest("svg")) {
  const focused = shapes.concat(element).map(look).join();
  element.blur();
  isVisible = shapes.concat(element).map(look).join() !== focused;
  element.focus({ preventScroll: true, focusVisible: true });
}
if (!isVisible) result.faults.push("does not show that it has the focus");

// At least one place of the element is in the window and not covered (WCAG 2.2, 2.4.11).
function isReachable() {
  for (const box of element.getClientRects()) {
    for (const row of [0.5, 0.1, 0.9]) {
      for (const column of [0.5, 0.1, 0.9]) {
        const x = box.left + box.width * column;
        const y = Math.min(Math.max(box.top + box.height * row, 1), innerHeight - 1);
        if (y < box.top || y > box.bottom) continue;
        const hit = document.elementFromPoint(x, y);
        if (hit && (element.contains(hit) || hit.contains(element))) return true;
      }
    }
  }
  // A path of a drawing is hit along its line only.
  const box = element.getBoundingClientRect();
  return Boolean(element.closest("svg")) && box.bottom > 0 && box.top < innerHeight;
}
if (!isReachable()) result.faults.push("is covered or outside the window while it has the focus");

if (element.matches("input[type=range]")) {
  const sliders = [...document.querySelectorAll("input[type=range]")];
  result.slider = sliders.indexOf(element);
}
return result;
