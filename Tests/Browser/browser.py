"""A headless Chromium for pages on the disk and live pages, without a network."""

import base64
import json
import pathlib
import shutil

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

HERE = pathlib.Path(__file__).resolve().parent
HEIGHT = 900
# Chromium draws no larger picture, so that a longer page becomes several of them.
TALLEST_PICTURE = 12000


class Browser:
    """Chromium, driven by the DevTools protocol."""

    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                         "--disable-dev-shm-usage", "--disable-background-networking",
                         "--disable-component-update", "--no-first-run",
                         # Live pages come from this computer; everything else cannot be found.
                         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_script_timeout(120)
        self.pages = {name: (HERE / name).read_text() for name in ["page_checks.js", "page_focus.js"]}

    def close(self):
        self.driver.quit()

    def command(self, name, **parameters):
        """Sends a command of the DevTools protocol and returns its answer."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def run(self, script, *arguments):
        """Runs a script, or a script file of this folder, in the page and returns its result."""
        return self.driver.execute_script(self.pages.get(script, script), *arguments)

    def open(self, page, width, scheme="light", scripts=True):
        """Opens a file, or an address, in a window of a width and a color scheme.

        Earlier messages are forgotten.
        """
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=HEIGHT,
                     deviceScaleFactor=1, mobile=False)
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        # An empty page between two pages: without it a second visit may only scroll.
        self.driver.get("about:blank")
        self.messages(), self.requests()
        self.driver.get(page if isinstance(page, str) else page.resolve().as_uri())

    def messages(self):
        """The messages of the console since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """The addresses that were asked for since the last call."""
        events = [json.loads(entry["message"])["message"]
                  for entry in self.driver.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events
                if event["method"] == "Network.requestWillBeSent"]

    def press(self, key, code, shift=False):
        """Presses and releases a key."""
        common = dict(key=key, code=key, windowsVirtualKeyCode=code, modifiers=8 if shift else 0)
        self.command("Input.dispatchKeyEvent", type="rawKeyDown", **common)
        self.command("Input.dispatchKeyEvent", type="keyUp", **common)

    def mouse(self, kind, x, y, buttons=0):
        """Moves, presses or releases the mouse at a place of the window."""
        self.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, buttons=buttons,
                     button="none" if kind == "mouseMoved" and not buttons else "left",
                     clickCount=0 if kind == "mouseMoved" else 1)

    def take_pictures(self, folder, name):
        """Writes pictures of the whole page: NAME.png, and NAME-2.png … for what is further down."""
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        for number, top in enumerate(range(0, int(size["height"]), TALLEST_PICTURE), start=1):
            answer = self.command(
                "Page.captureScreenshot", format="png", captureBeyondViewport=True,
                optimizeForSpeed=True,
                clip=dict(x=0, y=top, width=size["width"], scale=1,
                          height=min(TALLEST_PICTURE, size["height"] - top)))
            end = "" if number == 1 else f"-{number}"
            (folder / f"{name}{end}.png").write_bytes(base64.b64decode(answer["data"]))
