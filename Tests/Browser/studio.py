"""Drives the studio in a headless Chromium: controls, dragging, clicks, keyboard, two pages, a killed server.

    python3 Tests/Browser/studio.py PROGRAM [--pictures FOLDER] [--axe FILE]

PROGRAM is `ssgan3d`. `make browser-test` calls it. One line for each fault; exit status 0 if there is none.
"""

import argparse
import pathlib
import re
import statistics
import sys

from selenium.common.exceptions import WebDriverException

from browser import Browser
from page_test import AXE
from studio_page import ROOT, Server, StudioPage

ENTER, LEFT, RIGHT = ("Enter", 13), ("ArrowLeft", 37), ("ArrowRight", 39)


class StudioTest(StudioPage):
    """The checks; `faults` are lines."""

    # Checks

    def everything(self):
        for width, scheme in [(1400, "light"), (1400, "dark"), (420, "light"), (420, "dark")]:
            self.window(width, scheme)
        self.open(1400)
        for check in [self.latents, self.camera, self.renderer, self.ray, self.tensors, self.keyboard,
                      self.drawing, self.upload, self.mesh, self.thousand_moves, self.two_pages, self.killed]:
            try:
                check()
            except (WebDriverException, TypeError, ValueError) as error:
                self.check(False, f"{check.__name__} stopped: {str(error).splitlines()[0]}")
        self.check(not self.unexpected(), f"console: {self.unexpected()[:3]}")
        return self.faults

    def unexpected(self):
        """Messages of the console that no check causes."""
        if not hasattr(self, "console"):
            self.console = [line for line in self.browser.messages() if "ERR_CONNECTION" not in line]
        return self.console

    def window(self, width, scheme):
        """Layout, labels and contrast of one window, and that nobody else is asked."""
        self.open(width, scheme)
        self.drawn()
        window = f"{width} {scheme}"
        for check, message in self.run("page_checks.js", None):
            self.check(False, f"[{window}] {check}: {message}")
        if self.axe:
            self.run(self.axe)
            for line in self.browser.driver.execute_async_script(AXE):
                self.check(False, f"[{window}] axe: {line}")
        strangers = [address for address in self.browser.requests()
                     if not address.startswith((self.server.address, "data:", "blob:"))]
        self.check(not strangers, f"[{window}] asks for {strangers[:3]}")
        size = self.run("""const box = [...document.querySelectorAll(".frame")]
            .find(frame => frame.checkVisibility()).getBoundingClientRect(); return box.width;""")
        self.check(size >= 256, f"[{window}] the face is {size} pixels wide, expected 256 or more")
        self.picture(f"studio-{width}-{scheme}")

    def latents(self):
        """Every control changes the picture or the mask, and the command."""
        before, command = self.image(), self.run("return $('command').textContent")
        for name, value in [("seed", 3), ("truncation", 0.6), ("blend-amount", 0.5), ("blend-seed", 7),
                            ("blend-aspect", "texture"), ("blend-part", 7)]:
            self.set(name, value)
            after, line = self.image(), self.run("return $('command').textContent")
            self.check(after != before, f"{name} does not change the picture")
            self.check(line != command, f"{name} does not change the command")
            before, command = after, line
        times = []
        for seed in range(20, 32):
            self.set("seed", seed)
            times.append(float(self.run("return document.body.dataset.milliseconds")))
        self.times["a new latent"] = times
        self.click("#reset")
        self.settle()
        self.click("#pin")
        self.settle()
        first = self.image()
        self.click("button.dice[data-part='7'][data-aspect='shape']")
        self.settle()
        self.check(self.image() != first, "another hair does not change the picture")
        text = self.run("return $('change').textContent")
        self.check("outside hair" in text, f"the difference says {text}")
        self.drawn()
        self.picture_of("studio-page", "h1", ".figure-two")
        self.click("input.shown[data-part='7']")
        self.settle()
        self.check(self.state()["muted"] == [7], "the switch of a part does not mute it")
        shares = self.run("return $('command').textContent")
        self.check("--mute hair" in shares and "--part hair:shape=" in shares, f"command: {shares}")
        self.drawn()
        self.picture("studio-edited")
        self.click("#reset")
        self.settle()
        self.check(self.image() == first, "the same state shows another picture")

    def camera(self):
        """Dragging turns the head, and every move is answered quickly."""
        x, y = self.spot(".face[data-view=image] .frame")
        before, times = self.image(), []
        self.browser.mouse("mousePressed", x, y, 1)
        for step in range(1, 21):
            self.browser.mouse("mouseMoved", x + 4 * step, y + step, 1)
            self.settle()
            times.append(float(self.run("return document.body.dataset.milliseconds")))
        self.browser.mouse("mouseReleased", x + 80, y + 20)
        self.times["a move of the camera"] = times
        state = self.state()
        self.check(state["yaw"] > 1.9 and state["pitch"] < 1.5,
                   f"dragging right and down gives yaw {state['yaw']}, pitch {state['pitch']}")
        self.check(self.image() != before, "dragging does not change the picture")
        self.check(self.run("return $('panel').hidden"), "dragging opens a ray")
        self.click("#front")
        self.settle()
        self.check(self.image() == before, "From the front is not the first picture")

    def renderer(self):
        """The switches of the renderer change the mask or the picture."""
        for name, value in [("alpha", 0.5), ("kernel", "inverse"), ("scale", 3), ("samples", 4),
                            ("importance", 9)]:
            before = self.image()
            self.set(name, value)
            self.check(self.image() != before, f"{name} does not change the picture")
        before = self.image("mask")
        self.click("#weights")
        self.settle()
        self.check(self.image("mask") != before, "the switch of the weights does not change the mask")
        self.check(self.run("return $('warnings').children.length") >= 1, "no warning about the lifting")
        self.set("alpha", 99)
        self.click("#reset")
        self.settle()

    def ray(self):
        """A click on a pixel opens its ray, and its sums hold."""
        self.click(".face[data-view=mask] .frame", 0.5, 0.55)
        self.wait("document.querySelector('.samples')", "the ray is shown")
        content = self.run("return $('panel-content').innerText")
        self.check("✗" not in content and "✓ equal" in content, "the sums of the ray do not hold")
        self.set("ray-sample", 5)
        self.wait("document.querySelector('.samples .chosen td')?.textContent === '5'",
                  "the slider of the ray chooses a sample")
        self.drawn()
        self.picture_of("studio-ray", "#panel", "#panel")

    def tensors(self):
        """Every button of the diagram opens its tensor; volumes have planes and an orbit."""
        for index in range(self.run("return all('.tensor').length")):
            name = self.run("return named(all('.tensor')[arguments[0]].dataset.tensor)", index)
            self.run("all('.tensor')[arguments[0]].click()", index)
            self.wait(f"document.querySelector('#panel-content figcaption code')?.textContent === '{name}'",
                      f"{name} is shown")
        self.run("all('.tensor').find(item => /feature3d/.test(item.dataset.tensor)).click()")
        self.wait("document.querySelector('.volume')", "the volume is shown")
        for film in ["Plane", "Orbit"]:
            before = self.run(f"return document.querySelector('[alt={film}]').src")
            self.set(f"film-{film}", 3)
            after = self.run(f"return document.querySelector('[alt={film}]').src")
            self.check(before != after, f"the slider {film} does not change the volume")
        self.picture_of("studio-volume", "#panel", "#panel")

    def keyboard(self):
        """Without a mouse: the camera turns, a pixel is chosen, its ray opens."""
        self.click("#reset")
        self.settle()
        self.run("document.querySelector('.face[data-view=image] .frame').focus()")
        before = self.image()
        self.browser.press(*RIGHT)
        self.settle()
        self.check(self.image() != before, "the arrow keys do not turn the camera")
        self.browser.press(*LEFT)
        self.settle()
        self.check(self.image() == before, "the arrow keys do not turn the camera back")
        self.browser.press(*RIGHT, shift=True)
        self.browser.press(*ENTER)
        self.wait("opened && opened.kind === 'ray' && document.querySelector('.samples')",
                  "Enter opens the ray")
        self.open(1400)
        count = self.run('return document.querySelectorAll("button, input, select, a[href], [tabindex]").length')
        self.run("page_focus.js", "reset")
        stops = 0
        for _ in range(count + 5):
            self.browser.press("Tab", 9)
            stop = self.run("page_focus.js", "next")
            if stop is None:
                break
            stops += 1
            for fault in stop["faults"]:
                self.check(False, f"keyboard: {stop['place']} {fault}")
        self.check(stops > 60, f"only {stops} of {count} elements can be reached by Tab")

    def mesh(self):
        """The button makes a mesh, says how far it is, and offers both files with their sizes."""
        self.click("#reset")
        self.settle()
        self.check(not self.run("return $('save-mesh-parts').checkVisibility()"),
                   "a file is offered before there is a mesh")
        self.click("#make-mesh")
        self.wait("/^Step \\d+ of \\d+: /.test($('mesh-line').textContent)", "the mesh shows its progress")
        self.wait("$('save-mesh-parts').href && !$('make-mesh').disabled", "the mesh is finished", 60)
        for name, kind in [("parts", "mesh_parts.ply"), ("colour", "mesh_colour.ply")]:
            head, size = self.browser.driver.execute_async_script("""
                const done = arguments[1];
                fetch(document.getElementById("save-mesh-" + arguments[0]).href)
                  .then(async (answer) => { const data = await answer.arrayBuffer();
                    done([new TextDecoder("latin1").decode(data.slice(0, 600)), data.byteLength]); })
                  .catch((error) => done([String(error), 0]));""", name)
            counts = self.run("return $('mesh-counts').textContent")
            faces = re.search(r"element face (\d+)", head)
            self.check(head.startswith("ply\n") and faces and f"{faces.group(1)} triangles" in counts,
                       f"{kind} is not the mesh of the page: {head[:60]!r}, {counts}")
            text = self.run(f"return $('save-mesh-{name}').textContent")
            self.check(kind in text and f"{size / 1048576:.1f} MiB" in text, f"{kind}: the link says {text}")
        self.check(self.run("return $('mesh-level').textContent").startswith("level "), "no level is shown")
        self.check(self.run("return $('mesh-command').textContent").startswith("ssgan3d mesh --seed"),
                   "no command for the mesh")
        self.picture_of("studio-mesh", ".meshes", ".meshes")

    def drawing(self):
        """A wider mouth is drawn and found; the search can be cancelled; the portrait changes most there."""
        self.click("#reset")
        self.settle()
        self.click("#present")
        self.wait("drawn.some(value => value)", "the present mask of the mouth is taken")
        before = self.image()
        self.run("""const rows = [], columns = [];
            drawn.forEach((value, index) => { if (value) {
              rows.push(index / size | 0); columns.push(index % size); } });
            window.mouth = { row: (Math.min(...rows) + Math.max(...rows)) / 2,
              left: Math.min(...columns), right: Math.max(...columns) };""")
        mouth = self.run("return window.mouth")
        size = self.run("return size")
        for column in (mouth["left"] - 2, mouth["right"] + 2):
            self.click("#canvas", (column + 0.5) / size, (mouth["row"] + 0.5) / size)
        self.picture_of("studio-drawn", ".workshop", ".workshop")
        self.click("#fit")
        self.wait("/^Found/.test($('search-line').textContent)", "the latents of the mouth are found", 300)
        self.settle()
        line = self.run("return $('search-line').textContent")
        print(f"studio, drawing: {line}")
        terms = [float(text) for text in re.search(r"mask term (\d+\.\d+) → (\d+\.\d+)", line).groups()]
        self.check(terms[1] < 0.9 * terms[0], f"the search does not fit the mask: {line}")
        inside, outside = (float(text) for text in re.search(
            r"mouth (\d+\.\d+), outside (\d+\.\d+)", line).groups())
        self.check(outside < inside, f"the rest changes more than the mouth: {line}")
        self.check(self.image() != before, "the found portrait is the one before")
        self.check("--latents" in self.run("return $('command').textContent"), "no --latents in the command")
        self.drawn()
        self.picture_of("studio-found", "h1", ".desk")
        self.click("#fit")
        self.wait("!$('cancel').disabled", "the second search runs")
        self.click("#cancel")
        self.wait("$('cancel').disabled", "the search is cancelled", 60)
        self.settle()

    def upload(self):
        """The shipped portrait and its labels are uploaded, and begin to be found."""
        portrait = ROOT / "Fixtures" / "Portrait"
        for field, name in [("upload", "front.png"), ("upload-labels", "labels.png")]:
            self.browser.driver.find_element("id", field).send_keys(str(portrait / name))
        self.click("#invert")
        self.wait("!$('cancel').disabled", "the inversion runs", 120)
        self.wait("/^Step [1-9]/.test($('search-line').textContent)", "the inversion shows its steps", 120)
        self.set("yaw", 0.2)
        self.click("#cancel")
        self.wait("/^Found/.test($('search-line').textContent)", "the cancelled inversion gives a portrait", 60)
        self.settle()
        self.click("#reset")
        self.settle()

    def thousand_moves(self):
        """After a thousand quick moves the last value is shown, and memory is flat."""
        script = """const slider = document.getElementById("yaw"), count = arguments[0];
            for (let step = 1; step <= count; step += 1) setTimeout(() => {
              slider.value = step === count ? 0.5 : Math.sin(step);
              slider.dispatchEvent(new Event("input", { bubbles: true })); }, 3 * step);
            setTimeout(() => document.body.dataset.moved = count, 3 * count + 50);"""
        def memory():
            status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
            return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
        self.run(script, 300)
        self.wait("document.body.dataset.moved === '300'", "300 moves")
        before = memory()
        self.run(script, 1000)
        self.wait("document.body.dataset.moved === '1000'", "1000 moves")
        self.settle()
        state = self.state()
        self.check(abs(state["yaw"] - 2.0708) < 1e-3, f"the last move shows yaw {state['yaw']}")
        self.check("--yaw 2.0708" in self.run("return $('command').textContent"), "the last command is old")
        self.check(memory() < before + 60, f"memory grows from {before:.0f} to {memory():.0f} MiB")
        self.times["memory, MiB"] = [memory()]

    def two_pages(self):
        """A second page has a state of its own."""
        driver = self.browser.driver
        first = driver.current_window_handle
        image = self.image()
        driver.switch_to.new_window("tab")
        driver.get(self.server.address)
        self.wait("document.body.dataset.shown", "the second page shows a portrait")
        self.set("seed", 5)
        self.check(self.image() != image, "the second page shows the first one's portrait")
        driver.close()
        driver.switch_to.window(first)
        self.check(self.image() == image, "the second page changes the first")

    def killed(self):
        """The page says that the program has ended, and goes on when it runs again."""
        port = self.server.port
        self.server.kill()
        self.run("""$("seed").value = 9;
            $("seed").dispatchEvent(new Event("input", { bubbles: true }));""")
        self.wait("!document.querySelector('.gone').hidden", "the page says that the program ended")
        self.picture_of("studio-gone", "h1", ".desk")
        self.server = Server(self.program, port)
        self.wait("document.querySelector('.gone').hidden", "the page goes on")
        self.settle()
        self.check("--seed 9" in self.run("return $('command').textContent"), "the last seed is lost")


def main():
    parser = argparse.ArgumentParser(prog="studio", description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the program ssgan3d")
    parser.add_argument("--pictures", type=pathlib.Path, help="the folder for pictures of the studio")
    parser.add_argument("--axe", type=pathlib.Path, help="axe.min.js of axe-core")
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    test = StudioTest(browser, options.program, options.pictures,
                      options.axe.read_text() if options.axe else None)
    try:
        faults = test.everything()
    finally:
        browser.close()
        test.server.kill()
    for line in faults:
        print(f"studio {line}")
    for name, values in test.times.items():
        print(f"studio, {name}: median {statistics.median(values):.0f}, most {max(values):.0f}"
              + ("" if "memory" in name else " ms from the request to the picture"))
    print(f"studio: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
