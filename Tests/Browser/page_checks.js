// The checks that need only the page as it stands. Returns a list of faults: [check, where and what].
// Runs inside the page; `arguments[0]` is the name of a single check, or null for all of them.
const faults = [];
const checks = {};

/// A short path to an element that a reader of the report can search for.
function place(element) {
  const names = [];
  for (let at = element; at && at !== document.body && names.length < 3; at = at.parentElement) {
    const kind = at.getAttribute("class");
    names.unshift(at.id ? `#${at.id}` : at.localName + (kind ? "." + kind.trim().split(/\s+/)[0] : ""));
    if (at.id) break;
  }
  const text = (element.getAttribute("aria-label") || element.textContent || "").trim();
  return names.join(" > ") + (text ? ` "${text.replace(/\s+/g, " ").slice(0, 40)}"` : "");
}

function isShown(element) {
  return element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    && element.getClientRects().length > 0;
}

function all(selector) { return [...document.querySelectorAll(selector)].filter(isShown); }

function report(check, element, message) { faults.push([check, `${place(element)}: ${message}`]); }

// --- Width

function scrolls(element) { return /auto|scroll/.test(getComputedStyle(element).overflowX); }

checks.width = () => {
  const limit = window.innerWidth;
  if (document.documentElement.scrollWidth <= limit) return;
  const wide = all("body *").filter((element) => {
    if (element.getBoundingClientRect().right + window.scrollX <= limit + 0.5) return false;
    for (let at = element.parentElement; at; at = at.parentElement) if (scrolls(at)) return false;
    return true;
  });
  const inner = wide.filter((element) => !wide.some((other) => element !== other && element.contains(other)));
  for (const element of inner.slice(0, 5)) {
    report("width", element, `reaches ${Math.ceil(element.getBoundingClientRect().right)} of ${limit} pixels`);
  }
  if (!inner.length) faults.push(["width", `the page is ${document.documentElement.scrollWidth} pixels wide`]);
};

checks.clipped = () => {
  for (const element of all("body *")) {
    if (element.closest("math, svg") || !element.clientWidth) continue;
    const style = getComputedStyle(element);
    const isCut = style.overflowX === "hidden" || style.overflowX === "clip";
    if (isCut && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1) {
      report("clipped", element, `${element.scrollWidth} pixels are cut to ${element.clientWidth}`);
    }
  }
};

checks.scroller = () => {
  for (const element of all("body *")) {
    const isWide = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    if (isWide && scrolls(element) && element.tabIndex < 0) {
      report("scroller", element, "scrolls sideways and cannot be focused");
    }
  }
};

// --- Names

function labelOf(element) {
  const ids = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
  const named = ids.map((id) => document.getElementById(id)?.textContent || "").join(" ");
  const labels = [...(element.labels || [])].map((label) => label.textContent).join(" ");
  return (named || element.getAttribute("aria-label") || labels).trim();
}

checks.alternative = () => {
  for (const image of document.querySelectorAll("img")) {
    if (!(image.getAttribute("alt") || "").trim()) report("alternative", image, "has no alt text");
  }
  for (const drawing of document.querySelectorAll("svg")) {
    if (drawing.parentElement.closest("svg, [aria-hidden=true]")) continue;
    if (drawing.getAttribute("aria-hidden") === "true") continue;
    const title = drawing.querySelector(":scope > title")?.textContent || "";
    if (!labelOf(drawing) && !title.trim()) report("alternative", drawing, "the drawing has no name");
  }
};

checks.label = () => {
  for (const input of document.querySelectorAll("input, select, textarea")) {
    if (input.type !== "hidden" && !labelOf(input)) report("label", input, "has no label");
  }
  for (const link of all("a[href], button, summary")) {
    const picture = link.querySelector("img[alt], title");
    const text = link.textContent.trim() || labelOf(link) || picture?.getAttribute("alt");
    if (!text) report("label", link, "has no name");
  }
};

checks.headings = () => {
  let level = 0;
  const list = all("h1, h2, h3, h4, h5, h6");
  if (list.filter((heading) => heading.localName === "h1").length !== 1) {
    faults.push(["headings", "the page needs exactly one h1"]);
  }
  for (const heading of list) {
    const own = Number(heading.localName[1]);
    if (own > level + 1) report("headings", heading, `h${own} follows ${level ? "h" + level : "nothing"}`);
    level = own;
  }
};

checks.language = () => {
  if (!document.documentElement.lang) faults.push(["language", "html has no lang"]);
  if (!document.title.trim()) faults.push(["language", "the page has no title"]);
};

checks.ids = () => {
  const seen = new Set();
  for (const element of document.querySelectorAll("[id]")) {
    if (seen.has(element.id)) report("ids", element, `the id ${element.id} occurs twice`);
    seen.add(element.id);
  }
};

// --- Contrast (WCAG 2.2, 1.4.3)

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known = new Map();

/// Any CSS color as red, green, blue (0 … 255) and alpha (0 … 1).
function color(text) {
  if (!known.has(text)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    known.set(text, [red, green, blue, alpha / 255]);
  }
  return known.get(text);
}

function over(top, bottom, opacity = 1) {
  const alpha = top[3] * opacity;
  return [0, 1, 2].map((index) => top[index] * alpha + bottom[index] * (1 - alpha)).concat(1);
}

function luminance(rgb) {
  const [red, green, blue] = rgb.slice(0, 3).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/// The color behind an element; null if a picture is behind it.
function background(element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (/url\(/.test(style.backgroundImage)) return null;
    layers.push(color(style.backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  const ground = color("Canvas");
  return layers.reverse().reduce((below, layer) => over(layer, below), ground);
}

/// The color behind text of a drawing: that of the last shape before it that contains its center.
function backgroundInDrawing(text) {
  const box = text.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const drawing = text.closest("svg");
  let behind = background(drawing.parentElement);
  for (const shape of drawing.querySelectorAll("rect, circle, ellipse, polygon, path")) {
    if (shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_PRECEDING) break;
    const style = getComputedStyle(shape);
    const area = shape.getBoundingClientRect();
    const contains = area.left <= x && x <= area.right && area.top <= y && y <= area.bottom;
    if (!contains || style.fill === "none" || !isShown(shape) || !behind) continue;
    behind = over(color(style.fill), behind, Number(style.fillOpacity) * Number(style.opacity));
  }
  return behind;
}

checks.contrast = () => {
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || seen.has(element) || !isShown(element)) continue;
    if (element.closest("script, style, title, desc, option, :disabled")) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    const inDrawing = element.closest("svg") && !element.closest("foreignObject");
    const behind = inDrawing ? backgroundInDrawing(element) : background(element);
    if (!behind) continue;
    let opacity = 1;
    for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    const ink = over(color(inDrawing ? style.fill : style.color), behind, opacity);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const needed = isLarge ? 3 : 4.5;
    const found = contrast(ink, behind);
    if (found < needed) report("contrast", element, `${found.toFixed(2)} is below ${needed}`);
  }
};

// --- Target size (WCAG 2.2, 2.5.8)

checks.target = () => {
  const targets = all("a[href], button, input, select, textarea, summary, [role=button], [role=slider]")
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && box.height > 0);
  const isSmall = ({ box }) => box.width < 24 || box.height < 24;
  const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  for (const target of targets.filter(isSmall)) {
    const { element, box } = target;
    if (isInSentence(element)) continue;
    const [x, y] = middle(box);
    // A small target is allowed if the circle of 24 pixels on its center meets no other target.
    const meets = targets.find((other) => {
      if (other === target || element.contains(other.element) || other.element.contains(element)) return false;
      if (isSmall(other)) {
        const [otherX, otherY] = middle(other.box);
        if (Math.hypot(otherX - x, otherY - y) < 24) return true;
      }
      const nearX = Math.max(other.box.left, Math.min(x, other.box.right));
      const nearY = Math.max(other.box.top, Math.min(y, other.box.bottom));
      return Math.hypot(nearX - x, nearY - y) < 12;
    });
    if (meets) {
      const size = `${box.width.toFixed(0)} × ${box.height.toFixed(0)}`;
      report("target", element, `${size} pixels, too near to ${place(meets.element)}`);
    }
  }
};

/// Whether a target is a word of a sentence, which keeps the height of its line.
function isInSentence(element) {
  if (getComputedStyle(element).display !== "inline") return false;
  const around = element.parentElement.cloneNode(true);
  for (const link of around.querySelectorAll("a, button")) link.remove();
  return /\p{L}{2}/u.test(around.textContent);
}

for (const [name, check] of Object.entries(checks)) {
  if (!arguments[0] || arguments[0] === name) check();
}
return faults;
