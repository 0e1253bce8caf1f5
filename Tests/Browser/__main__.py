"""Opens every page of a folder in a headless Chromium and checks it.

    python3 Tests/Browser FOLDER [--pictures FOLDER] [--axe FILE] [--only NAME] [--skip-specimens]

`make browser-test` calls it; CONTRIBUTING.md says what is checked. One line for each fault; exit status
0 if there is none, 1 if there are some, 2 for a wrong call.
"""

import argparse
import pathlib
import sys
import tempfile
import time

from browser import Browser
from page_test import PageTest
import specimens

# A page with one kind of fault everywhere does not hide the others.
MOST_OF_A_KIND = 8


def main():
    parser = argparse.ArgumentParser(prog="browser-test", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, help="the folder of the pages")
    parser.add_argument("--pictures", type=pathlib.Path, help="the folder for pictures of the pages")
    parser.add_argument("--axe", type=pathlib.Path, help="axe.min.js of axe-core")
    parser.add_argument("--only", help="test only the page of this name, without .html")
    parser.add_argument("--skip-specimens", action="store_true", help="do not test the test first")
    options = parser.parse_args()
    pages = sorted(options.folder.glob(f"{options.only or '*'}.html"))
    if not pages:
        parser.error(f"{options.folder} has no page {options.only or '*'}.html; "
                     "write it with `walk --all --output`")
    axe = options.axe.read_text() if options.axe else None
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    try:
        count = 0 if options.skip_specimens else test_specimens(browser)
        count += sum(test_page(browser, page, options.pictures, axe) for page in pages)
    finally:
        browser.close()
    print(f"{len(pages)} pages, {'no fault' if not count else f'{count} faults'}.")
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


if __name__ == "__main__":
    sys.exit(main())
