"""All checks of one page in every window, and with scripts off."""

import pathlib
import re
import urllib.parse

from sliders import SliderTest, faults_without_scripts

WIDTHS, SCHEMES = (420, 1400), ("light", "dark")
TAB = ("Tab", 9)
# The checks of axe-core that are about WCAG 2.2 AA, and its advice on headings and landmarks. Steps
# repeat the names of their regions ("Symbols"), and both lists of chapters have one name: that is meant.
# Folded text is unfolded first: it must be readable too, and axe-core would judge it as if it were
# shown where whatever follows it is.
AXE = """
for (const folded of document.querySelectorAll("details")) folded.open = true;
const done = arguments[arguments.length - 1];
axe.run({ rules: { "landmark-unique": { enabled: false } }, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
    "best-practice"] })
  .then((result) => done(result.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.target.join(" ")}`))))
  .catch((error) => done([`axe-core stopped: ${error}`]));
"""
VISIBLE_TEXT = "return document.body.innerText.split(/\\s+/).filter(Boolean)"


class PageTest:
    """The test of a page: `faults` are lines, each (window, check, message)."""

    def __init__(self, browser, page, pictures=None, axe=None):
        self.browser, self.page, self.pictures, self.axe = browser, page, pictures, axe
        self.faults, self.sliders, self.stops = [], 0, 0

    def run(self):
        """Runs every check and returns the faults, each of them once."""
        for width in WIDTHS:
            for scheme in SCHEMES:
                self.window(width, scheme)
        self.without_scripts()
        self.links()
        return list(dict.fromkeys(self.faults))

    def add(self, window, check, messages):
        self.faults += [(window, check, message) for message in messages]

    def window(self, width, scheme):
        """Checks the page in one window."""
        window = f"{width} {scheme}"
        self.browser.open(self.page, width, scheme)
        for check, message in self.browser.run("page_checks.js", None):
            self.add(window, check, [message])
        if self.pictures:
            self.browser.take_pictures(self.pictures, f"{self.page.stem}-{width}-{scheme}")
        # Neither depends on both width and scheme, so that each width meets one scheme.
        if (width, scheme) in [(420, "dark"), (1400, "light")]:
            self.tab_through(window)
            self.drag(window)
        elif self.axe:
            self.browser.run(self.axe)
            self.add(window, "axe", self.browser.driver.execute_async_script(AXE))
        # Last, so that what the actions above cause is seen as well.
        self.add(window, "console", self.browser.messages())
        own = self.page.resolve().as_uri()
        asked = [address.split("#")[0] for address in self.browser.requests()]
        self.add(window, "network", [f"asks for {address[:120]}" for address in asked
                                     if address != own and not address.startswith("data:")])

    def tab_through(self, window):
        """Presses Tab to the end of the page, and moves each slider on the way by its keys."""
        limit = self.browser.run("page_focus.js", "reset") + 5
        for _ in range(limit):
            self.browser.press(*TAB)
            stop = self.browser.run("page_focus.js", "next")
            if stop is None:
                break
            self.stops += 1
            self.add(window, "focus", [f"{stop['place']}: {fault}" for fault in stop["faults"]])
            if stop["slider"] is not None:
                self.sliders += 1
                self.add(window, "keyboard",
                         SliderTest(self.browser, stop["slider"]).by_keyboard())
        count = self.browser.run('return [...document.querySelectorAll("input[type=range]")]'
                                 ".filter((slider) => !focusTest.seen.has(slider)).length")
        if count:
            self.add(window, "keyboard", [f"{count} sliders cannot be reached by Tab"])

    def drag(self, window):
        """Drags each slider by the mouse."""
        count = self.browser.run('return document.querySelectorAll("input[type=range]").length')
        for index in range(count):
            self.add(window, "mouse", SliderTest(self.browser, index).by_mouse())

    def without_scripts(self):
        """Compares the text with and without scripts, and looks at the frames."""
        self.browser.open(self.page, 1400)
        with_scripts = self.browser.run(VISIBLE_TEXT)
        self.browser.open(self.page, 1400, scripts=False)
        words = set(self.browser.run(VISIBLE_TEXT))
        missing = [word for word in dict.fromkeys(with_scripts) if word not in words]
        if missing:
            self.add("scripts off", "text", [f"missing: {' '.join(missing)[:80]}"])
        self.add("scripts off", "frames", faults_without_scripts(self.browser))

    def links(self):
        """Checks that each link leads to a file and an anchor that exist."""
        hrefs = self.browser.run(
            'return [...document.querySelectorAll("a")].map((link) => link.getAttribute("href"))')
        for href in dict.fromkeys(href for href in hrefs if href is not None):
            address = urllib.parse.urlsplit(href)
            if address.scheme:
                continue
            file = self.page.parent / urllib.parse.unquote(address.path) if address.path else self.page
            if not file.exists():
                self.add("links", "link", [f"{href} leads to no file"])
            elif address.fragment and file.suffix == ".html" \
                    and address.fragment not in anchors(file):
                self.add("links", "link", [f"{href} leads to no anchor"])


known_anchors = {}


def anchors(file: pathlib.Path):
    """The ids of the elements of a page."""
    if file not in known_anchors:
        known_anchors[file] = set(re.findall(r'\sid="([^"]+)"', file.read_text()))
    return known_anchors[file]
