"""Live pages: controls, times, stale requests, and a program that ends and comes back."""

import signal
import statistics
import time

from page_test import AXE

HOME, END, LEFT, RIGHT = ("Home", 36), ("End", 35), ("ArrowLeft", 37), ("ArrowRight", 39)
WINDOWS = [(420, "dark"), (1400, "light"), (420, "light"), (1400, "dark")]
# From the move of a slider to the new section, for the chapter that a newcomer moves first.
LIMIT, LIMITED = 100, "gaussian-lifting"

CONTROLS = """
return [...document.querySelectorAll(".controls [name]")].map((control, index) => ({
  index, name: control.name, type: control.type, value: control.value, least: control.min,
  most: control.max, step: control.closest(".live-step").dataset.step }));
"""
SECTION = """
const control = document.querySelectorAll(".controls [name]")[arguments[0]];
const step = control.closest(".live-step");
const outcome = step.querySelector(".outcome").cloneNode(true);
outcome.querySelectorAll(".before, .previous").forEach((node) => node.remove());
return {
  value: control.type === "checkbox" ? String(Number(control.checked)) : control.value,
  others: [...document.querySelectorAll(".controls [name]")]
    .filter((other) => other.name === control.name)
    .map((other) => other.type === "checkbox" ? String(Number(other.checked)) : other.value),
  said: step.querySelector(".state").textContent.trim(), time: Number(step.dataset.milliseconds),
  text: outcome.textContent, isFocused: document.activeElement === control,
  before: step.querySelectorAll(".before").length,
};
"""
FOCUS = """
const control = document.querySelectorAll(".controls [name]")[arguments[0]];
control.scrollIntoView({ block: "center" });
control.focus();
"""
THUMB = """
const slider = document.querySelectorAll(".controls [name]")[arguments[0]];
slider.scrollIntoView({ block: "center" });
const box = slider.getBoundingClientRect();
const share = (slider.value - slider.min) / (slider.max - slider.min);
return { from: box.left + 8 + share * (box.width - 16), left: box.left, right: box.right,
  y: box.top + box.height / 2 };
"""
# A thousand moves, a few at a time, as fast as events come from a hand that shakes the mouse.
SHAKE = """
const [index, done] = arguments;
const slider = document.querySelectorAll(".controls [name]")[index];
const [least, most, step] = [slider.min, slider.max, slider.step].map(Number);
const places = Math.round((most - least) / step);
let count = 0;
const move = () => {
  for (let turn = 0; turn < 5; turn++) {
    slider.value = least + step * ((count * 37) % (places + 1));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    count += 1;
  }
  if (count < 1000) setTimeout(move, 5); else done(slider.value);
};
move();
"""


class LiveTest:
    """The tests of the live pages of one server; `faults` are lines."""

    def __init__(self, browser, server, pictures=None, axe=None):
        self.browser, self.server, self.pictures, self.axe = browser, server, pictures, axe
        self.faults, self.times = [], {}

    def fault(self, where, message):
        self.faults.append(f"{where}: {message}")

    def open(self, chapter, width=1400, scheme="light"):
        """Opens a chapter and waits until all its steps have been computed."""
        self.browser.open(f"{self.server.address}/{chapter}.html", width, scheme)
        self.wait(chapter, "every section is computed",
                  'return document.querySelectorAll(".live-step:not([data-done])").length === 0')

    def wait(self, where, what, script, seconds=90):
        """Waits until a script of the page returns true."""
        end = time.monotonic() + seconds
        while not self.browser.run(script):
            if time.monotonic() > end:
                self.fault(where, f"not within {seconds} s: {what}")
                return False
            time.sleep(0.01)
        return True

    def run_axe(self, window):
        """Runs axe-core on the page as it is shown."""
        if self.axe:
            self.browser.run(self.axe)
            for message in self.browser.driver.execute_async_script(AXE):
                self.fault(window, f"axe: {message}")

    def index(self):
        """Checks the page with the map, whose links lead to live chapters."""
        for width, scheme in WINDOWS:
            window = f"index [{width} {scheme}]"
            self.browser.open(self.server.address, width, scheme)
            for check, message in self.browser.run("page_checks.js", None):
                self.fault(window, f"{check}: {message}")
            self.run_axe(window)
            if self.pictures:
                self.browser.take_pictures(self.pictures, f"live-index-{width}-{scheme}")
            for message in self.browser.messages():
                self.fault(window, f"console: {message}")

    # --- One chapter

    def chapter(self, name):
        """Checks a chapter in two windows, the first one in all, and moves each of its controls."""
        for width, scheme in WINDOWS if name == LIMITED else WINDOWS[:2]:
            window = f"{name} [{width} {scheme}]"
            self.open(name, width, scheme)
            for check, message in self.browser.run("page_checks.js", None):
                self.fault(window, f"{check}: {message}")
            self.run_axe(window)
            if self.pictures:
                self.browser.take_pictures(self.pictures, f"live-{name}-{width}-{scheme}")
            if (width, scheme) == WINDOWS[1]:
                self.move_all(name)
            for message in self.browser.messages():
                self.fault(window, f"console: {message}")
            for address in self.browser.requests():
                if not address.startswith((self.server.address, "data:", "about:")):
                    self.fault(window, f"network: asks for {address[:120]}")

    def move_all(self, name):
        """Moves each control by the keyboard, the first slider by the mouse, types in the first field."""
        controls = self.browser.run(CONTROLS)
        dragged = typed = False
        for control in controls:
            where = f"{name}, {control['name']} in step {control['step']}"
            index = control["index"]
            if control["type"] == "range" and not dragged:
                dragged = True
                self.drag(where, index)
            if control["type"] == "number" and not typed:
                typed = True
                self.type_number(where, control)
            elif control["type"] != "number":
                self.press(where, control)

    def settled(self, where, index):
        """Waits for the page to have nothing to do for the section of a control; returns its state."""
        self.wait(where, "the section follows the control", """
            const control = document.querySelectorAll(".controls [name]")[arguments[0]];
            return !stale.has(control.closest(".live-step")) && !busy;
            """.replace("arguments[0]", str(index)))
        return self.browser.run(SECTION, index)

    def press(self, where, control):
        """Moves a control one place by a key, and looks at the section that follows."""
        index, kind = control["index"], control["type"]
        self.browser.run(FOCUS, index)
        self.settled(where, index)
        old = self.browser.run(SECTION, index)
        isLast = kind == "range" and float(old["value"]) >= float(control["most"])
        if kind == "checkbox":
            self.browser.press(" ", 32)
        elif kind == "select-one":
            self.browser.press("ArrowDown", 40)
            if self.browser.run(SECTION, index)["value"] == old["value"]:
                self.browser.press("ArrowUp", 38)
        else:
            self.browser.press(*(LEFT if isLast else RIGHT))
        new = self.settled(where, index)
        if new["value"] == old["value"]:
            self.fault(where, "does not move by its keys")
        if not new["isFocused"]:
            self.fault(where, "loses the focus when it moves")
        if new["said"]:
            self.fault(where, f"says: {new['said']}")
        if len(set(new["others"])) != 1:
            self.fault(where, f"the controls of the same name differ: {new['others']}")
        self.times.setdefault(where.split(",")[0], []).append((new["time"], where))

    def drag(self, where, index):
        """Drags a slider by the mouse to its end and back to its middle."""
        way = self.browser.run(THUMB, index)
        old = self.browser.run(SECTION, index)["value"]
        middle = (way["left"] + way["right"]) / 2
        self.browser.mouse("mouseMoved", way["from"], way["y"])
        self.browser.mouse("mousePressed", way["from"], way["y"], buttons=1)
        for x in (way["right"] - 8, middle + 40, middle + 7):
            self.browser.mouse("mouseMoved", x, way["y"], buttons=1)
        self.browser.mouse("mouseReleased", middle + 7, way["y"])
        new = self.settled(where, index)
        if new["value"] == old:
            self.fault(where, "does not follow the mouse")
        if new["said"]:
            self.fault(where, f"dragged, says: {new['said']}")

    def type_number(self, where, control):
        """Types a number that is not allowed: one line appears, and the section stays."""
        index = control["index"]
        self.browser.run(FOCUS, index)
        old = self.settled(where, index)
        wrong = str(float(control["most"]) + 1)
        self.browser.run('document.activeElement.select()')
        self.browser.command("Input.insertText", text=wrong)
        new = self.settled(where, index)
        if "accepts" not in new["said"]:
            self.fault(where, f"typed {wrong}, says \"{new['said']}\", expected the allowed values")
        if new["text"] != old["text"]:
            self.fault(where, f"typed {wrong}, the section changes")
        self.browser.run('document.activeElement.select()')
        self.browser.command("Input.insertText", text=old["value"])
        new = self.settled(where, index)
        if new["said"]:
            self.fault(where, f"typed {old['value']}, still says: {new['said']}")
        # The refused number is an answer with status 422, which Chromium reports.
        for message in self.browser.messages():
            if "422" not in message:
                self.fault(where, f"console: {message}")

    # --- The program

    def alpha(self):
        """The index of the slider of α in the first step."""
        controls = self.browser.run(CONTROLS)
        return next(c["index"] for c in controls if c["name"] == "alpha" and c["type"] == "range")

    def thousand_moves(self):
        """Shakes a slider: the last value is shown, and neither page nor program grows."""
        where = "a thousand moves"
        self.open(LIMITED)
        index = self.alpha()
        self.browser.driver.execute_async_script(SHAKE, index)
        self.settled(where, index)
        before, memory = self.heap(), self.server.memory()
        for _ in range(2):
            last = self.browser.driver.execute_async_script(SHAKE, index)
            state = self.settled(where, index)
        if state["value"] != last:
            self.fault(where, f"the slider shows {state['value']}, expected {last}")
        # The full width at half maximum of the bell follows from α.
        width = 2 * (0.6931471805599453 / float(last)) ** 0.5
        if f"{width:.4g}"[:4] not in state["text"]:
            self.fault(where, f"the section does not show the width {width:.4g} of α = {last}")
        after = self.heap()
        grown = {"heap, MiB": (after[0] - before[0]) / 2 ** 20, "nodes": after[1] - before[1],
                 "program, MiB": self.server.memory() - memory}
        for what, limit in {"heap, MiB": 8, "nodes": 5000, "program, MiB": 40}.items():
            if grown[what] > limit:
                self.fault(where, f"{what} grew by {grown[what]:.1f}, expected at most {limit}")
        print("a further 2 × 1000 moves: " + ", ".join(f"{k} {v:+.1f}" for k, v in grown.items()))

    def heap(self):
        """The used heap in bytes and the number of nodes, after garbage has been collected."""
        self.browser.command("HeapProfiler.enable")
        for _ in range(3):
            self.browser.command("HeapProfiler.collectGarbage")
        counters = self.browser.command("Memory.getDOMCounters")
        usage = self.browser.command("Runtime.getHeapUsage")
        return usage["usedSize"], counters["nodes"]

    def two_pages(self):
        """Moves the same slider on two pages at once; each shows its own value."""
        where, driver = "two pages", self.browser.driver
        self.open(LIMITED)
        first, index = driver.current_window_handle, self.alpha()
        driver.switch_to.new_window("tab")
        second = driver.current_window_handle
        driver.get(f"{self.server.address}/{LIMITED}.html")
        self.wait(where, "the second page is computed",
                  'return document.querySelectorAll(".live-step:not([data-done])").length === 0')
        move = """
            const slider = document.querySelectorAll(".controls [name]")[arguments[0]];
            slider.value = arguments[1];
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            """
        for number in range(20):
            for page, value in [(first, 1 + 0.05 * number), (second, 4 + 0.05 * number)]:
                driver.switch_to.window(page)
                self.browser.run(move, index, f"{value:.2f}")
        for page, value in [(first, "1.95"), (second, "4.95")]:
            driver.switch_to.window(page)
            state = self.settled(where, index)
            width = f"{2 * (0.6931471805599453 / float(value)) ** 0.5:.4g}"
            if state["value"] != value or width not in state["text"]:
                self.fault(where, f"shows {state['value']}, expected {value} and the width {width}")
        driver.switch_to.window(second)
        driver.close()
        driver.switch_to.window(first)

    def killed_and_started(self):
        """Kills the program under an open page and starts it again."""
        where = "program killed"
        self.open(LIMITED)
        index = self.alpha()
        self.server.end()
        told = 'return !document.querySelector(".gone").hidden'
        self.wait(where, "the page says by itself that the program has ended", told, 10)
        self.browser.run(FOCUS, index)
        self.browser.press(*RIGHT)
        self.browser.press(*RIGHT)
        if self.pictures:
            self.browser.take_pictures(self.pictures, "live-gone")
        value = self.browser.run(SECTION, index)["value"]
        self.server.start()
        self.wait(where, "the page notices that the program is back",
                  'return document.querySelector(".gone").hidden', 10)
        state = self.settled(where, index)
        width = f"{2 * (0.6931471805599453 / float(value)) ** 0.5:.4g}"
        if state["value"] != value or width not in state["text"]:
            self.fault(where, f"after the start shows {state['value']}, expected {value}, {width}")
        self.browser.messages(), self.browser.requests()

    def ports_and_signals(self):
        """A taken port is one line, and Ctrl-C ends the program at once."""
        status, text = self.server.second()
        line = (f"Error: port {self.server.port} is taken; choose another with --port, "
                "or any free one with --port 0\n")
        if status != 1 or text != line:
            self.fault("port taken", f"status {status}, {text!r}, expected 1 and {line!r}")
        status, seconds = self.server.end(signal.SIGINT)
        if status != -signal.SIGINT or seconds > 1:
            self.fault("Ctrl-C", f"status {status} after {seconds:.1f} s, expected SIGINT at once")

    # --- The report

    def report_times(self):
        """Prints the times from the move to the section; a slow first chapter is a fault."""
        for chapter, times in self.times.items():
            worst, where = max(times)
            median = statistics.median(time for time, _ in times)
            quick = sum(time <= LIMIT for time, _ in times)
            print(f"{chapter}: from the move to the section, median {median:.0f} ms, "
                  f"{quick} of {len(times)} within {LIMIT} ms, slowest {worst} ms ({where})")
            if chapter == LIMITED and median > LIMIT:
                self.fault(chapter, f"the median of the times is {median:.0f} ms, "
                           f"expected at most {LIMIT} ms")
