"""Sliders of flip-books: by mouse, by keyboard, and with scripts off.

A flip-book is an element of class `flipbook`. It holds a slider with N places, an `output`, and groups of
elements with `data-frame="0"` … `"N-1"`; in each group only the chosen frame is not hidden.
"""

HOME, END, LEFT, RIGHT = ("Home", 36), ("End", 35), ("ArrowLeft", 37), ("ArrowRight", 39)

# The state of the flip-book around a slider; groups are runs of frames of the same parent.
STATE = """
const slider = document.querySelectorAll("input[type=range]")[arguments[0]];
const book = slider.closest(".flipbook");
if (!book) return null;
const isShown = (frame) => !frame.hidden && frame.checkVisibility();
const groups = [];
let parent = null;
for (const frame of book.querySelectorAll("[data-frame]")) {
  const number = Number(frame.dataset.frame);
  if (frame.parentElement !== parent || number === 0) groups.push([]);
  parent = frame.parentElement;
  groups.at(-1).push({ number, shown: isShown(frame) });
}
return {
  value: Number(slider.value), least: Number(slider.min || 0), most: Number(slider.max || 100),
  step: Number(slider.step || 1), groups,
  output: book.querySelector("output")?.textContent.trim() ?? null,
  spoken: slider.getAttribute("aria-valuetext") || "",
};
"""

# Where the thumb of a slider is for a share of its way. The thumb keeps inside the track.
THUMB = """
const slider = document.querySelectorAll("input[type=range]")[arguments[0]];
slider.scrollIntoView({ block: "center" });
const box = slider.getBoundingClientRect();
const thumb = Math.min(box.height, 16);
const x = (share) => box.left + thumb / 2 + share * (box.width - thumb);
return { from: x(arguments[1]), to: x(arguments[2]), y: box.top + box.height / 2 };
"""


def faults_of_state(state):
    """The frames that should not be as they are."""
    if state is None:
        return ["the slider is outside a flip-book"]
    faults = []
    count, wanted = (round((state[end] - state["least"]) / state["step"]) + plus
                     for end, plus in (("most", 1), ("value", 0)))
    if not state["groups"]:
        return ["the flip-book has no frames"]
    for index, group in enumerate(state["groups"], start=1):
        numbers = [frame["number"] for frame in group]
        shown = [frame["number"] for frame in group if frame["shown"]]
        if numbers != list(range(count)):
            faults.append(f"group {index} has the frames {numbers}, expected 0 … {count - 1}")
        if shown != [wanted]:
            faults.append(f"group {index} shows the frames {shown}, expected [{wanted}]")
    if not state["output"]:
        faults.append("the output is empty")
    return faults


class SliderTest:
    """One slider of the page that a browser shows."""

    def __init__(self, browser, index):
        self.browser, self.index, self.faults = browser, index, []

    def state(self, action):
        state = self.browser.run(STATE, self.index)
        self.faults += [f"slider {self.index + 1}, {action}: {fault}"
                        for fault in faults_of_state(state)]
        return state

    def expect(self, state, value, action):
        if state and state["value"] != value:
            self.faults.append(f"slider {self.index + 1}, {action}: value {state['value']:g}, "
                               f"expected {value:g}")

    def by_keyboard(self):
        """Moves the slider, which has the focus, by its keys; returns the faults."""
        first = self.state("as opened")
        if first is None:
            return self.faults
        least, most, step = first["least"], first["most"], first["step"]
        outputs = set()
        for (key, code), value in [(HOME, least), (RIGHT, least + step), (END, most),
                                   (LEFT, most - step)]:
            self.browser.press(key, code)
            state = self.state(f"key {key}")
            self.expect(state, value, f"key {key}")
            outputs.add((state["output"], state["spoken"]))
        if len(outputs) < len({least, least + step, most, most - step}):
            self.faults.append(f"slider {self.index + 1}: the output does not follow the frames")
        return self.faults

    def by_mouse(self):
        """Drags the thumb from where it is to both ends and to the middle; returns the faults."""
        state = self.state("as opened")
        if state is None:
            return self.faults
        least, most, step = state["least"], state["most"], state["step"]
        for share, name in [(1, "to the end"), (0, "to the beginning"), (0.5, "to the middle")]:
            here = (state["value"] - least) / ((most - least) or 1)
            way = self.browser.run(THUMB, self.index, here, share)
            self.browser.mouse("mouseMoved", way["from"], way["y"])
            self.browser.mouse("mousePressed", way["from"], way["y"], buttons=1)
            for part in (0.25, 0.5, 0.75, 1):
                x = way["from"] + part * (way["to"] - way["from"])
                self.browser.mouse("mouseMoved", x, way["y"], buttons=1)
            self.browser.mouse("mouseReleased", way["to"], way["y"])
            state = self.state(f"dragged {name}")
            # The middle of an even number of frames lies between two of them.
            if abs(state["value"] - (least + share * (most - least))) > step / 2 + 1e-9:
                self.expect(state, least + share * (most - least), f"dragged {name}")
        return self.faults


def faults_without_scripts(browser):
    """The faults of the flip-books of a page that was opened with scripts off."""
    count = browser.run('return document.querySelectorAll("input[type=range]").length')
    test = [SliderTest(browser, index) for index in range(count)]
    for slider in test:
        slider.state("scripts off")
    return [fault for slider in test for fault in slider.faults]
