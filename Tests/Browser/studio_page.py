"""A studio, and a page of it in a browser."""

import base64
import pathlib
import re
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Server:
    """A running studio."""

    def __init__(self, program, port=0):
        self.process = subprocess.Popen(
            [program, "studio", "--port", str(port), "--out", str(ROOT / "Output" / "studio")],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+) ", line).group(1))
        self.address = f"http://127.0.0.1:{self.port}/"

    def kill(self):
        self.process.kill()
        self.process.wait()


class StudioPage:
    """A page of a running studio; `faults` are lines."""

    def __init__(self, browser, program, pictures=None, axe=None):
        self.browser, self.program, self.pictures, self.axe = browser, program, pictures, axe
        self.faults, self.times = [], {}
        self.server = Server(program)

    def check(self, is_right, message):
        if not is_right:
            self.faults.append(message)

    # Helpers

    def run(self, script, *arguments):
        return self.browser.run(script, *arguments)

    def wait(self, condition, what, seconds=20):
        """Waits until a script returns a true value, and returns the value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.run(f"return {condition}")
            if value:
                return value
            time.sleep(0.02)
        self.check(False, f"timeout: {what}")
        return None

    def settle(self):
        """Waits until the portrait of the newest state is shown."""
        self.wait("!isBusy && shown === wanted()", "the portrait is shown")

    def drawn(self):
        """Waits until the diagram is drawn as well."""
        self.settle()
        self.wait("document.body.dataset.drawn === document.body.dataset.shown", "the diagram is drawn")

    def open(self, width, scheme="light"):
        self.browser.open(self.server.address, width, scheme)
        self.wait("document.body.dataset.shown", "the first portrait is shown")
        self.settle()

    def image(self, view="image"):
        return self.run(f"return face('{view}').querySelector('img').src")

    def state(self):
        return self.run("return state")

    def set(self, name, value, event="input"):
        self.run("""const control = document.getElementById(arguments[0]);
            control.value = arguments[1];
            control.dispatchEvent(new Event(arguments[2], { bubbles: true }));""", name, value, event)
        self.settle()

    def spot(self, selector, across=0.5, down=0.5):
        """A place of an element in the window, scrolled into view."""
        box = self.run("""const element = document.querySelector(arguments[0]);
            element.scrollIntoView({ block: "center" });
            const box = element.getBoundingClientRect();
            return [box.left, box.top, box.width, box.height];""", selector)
        return box[0] + across * box[2], box[1] + down * box[3]

    def click(self, selector, across=0.5, down=0.5):
        x, y = self.spot(selector, across, down)
        self.browser.mouse("mousePressed", x, y, 1)
        self.browser.mouse("mouseReleased", x, y)

    def picture(self, name):
        if self.pictures:
            self.browser.take_pictures(self.pictures, name)

    def picture_of(self, name, first, last):
        """Writes a picture of the page from the top of one element to the bottom of another."""
        if not self.pictures:
            return
        top, bottom = self.run("""const place = selector =>
            document.querySelector(selector).getBoundingClientRect();
            return [place(arguments[0]).top + scrollY, place(arguments[1]).bottom + scrollY];""",
                               first, last)
        answer = self.browser.command(
            "Page.captureScreenshot", format="png", captureBeyondViewport=True,
            clip=dict(x=0, y=max(0, top - 16), width=1400, height=bottom - top + 32, scale=1))
        (self.pictures / f"{name}.png").write_bytes(base64.b64decode(answer["data"]))
