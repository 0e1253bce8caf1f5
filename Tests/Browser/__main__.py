"""Opens every page of a folder, and live pages, in a headless Chromium and checks them.

    python3 Tests/Browser [FOLDER] [--live PROGRAM] [--pictures FOLDER] [--axe FILE] [--only NAME]
                          [--skip-specimens]

`make browser-test` calls it; CONTRIBUTING.md says what is checked. One line for each fault; exit status
0 if there is none, 1 if there are some, 2 for a wrong call.
"""

import argparse
import pathlib
import sys
import tempfile
import time

from browser import Browser
from live_server import LiveServer
from live_test import LiveTest
from page_test import PageTest
import specimens

# A page with one kind of fault everywhere does not hide the others.
MOST_OF_A_KIND = 8


def main():
    parser = argparse.ArgumentParser(prog="browser-test", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, nargs="?", help="the folder of the pages")
    parser.add_argument("--live", help="the program `walk`, whose live pages are tested as well")
    parser.add_argument("--pictures", type=pathlib.Path, help="the folder for pictures of the pages")
    parser.add_argument("--axe", type=pathlib.Path, help="axe.min.js of axe-core")
    parser.add_argument("--only", help="test only the page of this name, without .html")
    parser.add_argument("--skip-specimens", action="store_true", help="do not test the test first")
    options = parser.parse_args()
    if not options.folder and not options.live:
        parser.error("give a folder of pages, --live PROGRAM, or both")
    pages = sorted(options.folder.glob(f"{options.only or '*'}.html")) if options.folder else []
    if options.folder and not pages:
        parser.error(f"{options.folder} has no page {options.only or '*'}.html; "
                     "write it with `walk --all --output`")
    axe = options.axe.read_text() if options.axe else None
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    try:
        count = 0 if options.skip_specimens or not pages else test_specimens(browser)
        count += sum(test_page(browser, page, options.pictures, axe) for page in pages)
        live = 0
        if options.live:
            live, faults = test_live(browser, options.live, options.pictures, options.only, axe)
            count += faults
    finally:
        browser.close()
    print(f"{len(pages)} pages, {live} live pages, "
          f"{'no fault' if not count else f'{count} faults'}.")
    return 1 if count else 0


def test_specimens(browser):
    """Proves on pages with known faults that each check notices its fault."""
    with tempfile.TemporaryDirectory() as folder:
        lines = specimens.faults(lambda page: PageTest(browser, page).run(), pathlib.Path(folder))
    for line in lines:
        print(f"the test itself: {line}")
    return len(lines)


def test_page(browser, page, pictures, axe):
    """Tests a page, prints its faults, and returns their number."""
    start = time.monotonic()
    test = PageTest(browser, page, pictures, axe)
    found = test.run()
    # A fault of several windows is one line.
    lines = {}
    for window, check, message in found:
        lines.setdefault((check, message), []).append(window)
    kinds = {}
    for (check, message), windows in lines.items():
        kinds[check] = kinds.get(check, 0) + 1
        if kinds[check] <= MOST_OF_A_KIND:
            print(f"{page.name} [{', '.join(windows)}] {check}: {message}")
    for check, number in kinds.items():
        if number > MOST_OF_A_KIND:
            print(f"{page.name} {check}: and {number - MOST_OF_A_KIND} more")
    print(f"{page.name}: {len(lines)} faults, {test.stops} stops of the focus, "
          f"{test.sliders} sliders, {time.monotonic() - start:.0f} s", flush=True)
    return len(lines)


def test_live(browser, program, pictures, only, axe=None):
    """Tests the live pages of a program; returns the numbers of pages and faults."""
    server = LiveServer(program)
    try:
        test = LiveTest(browser, server, pictures, axe)
        browser.open(server.address, 1400)
        names = browser.run(
            'return [...document.querySelectorAll(".cards a")].map((a) => a.getAttribute("href"))')
        names = [name.removesuffix(".html") for name in names]
        for name in [name for name in names if only in (None, name)]:
            start, old = time.monotonic(), len(test.faults)
            test.chapter(name)
            print(f"live {name}: {len(test.faults) - old} faults, "
                  f"{time.monotonic() - start:.0f} s", flush=True)
        test.index()
        test.thousand_moves()
        test.two_pages()
        test.killed_and_started()
        test.ports_and_signals()
        test.report_times()
    finally:
        if server.process.poll() is None:
            server.end()
    for line in list(dict.fromkeys(test.faults))[:100]:
        print(f"live: {line}")
    return len(names), len(test.faults)


if __name__ == "__main__":
    sys.exit(main())
