"""Pages with known faults: a test of the test, run before the pages of the walkthrough."""

HEAD = ('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Specimen</title>'
        '<style>:focus-visible { outline: 2px solid #1a5fb4; } a { color: inherit; }'
        '@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } }'
        "</style></head><body><main><h1>Specimen</h1>")
TAIL = "</main></body></html>"


def flip_book(script, shown=1):
    """A flip-book of three frames; `script` is what happens when its slider is moved."""
    frames = "".join(f'<p data-frame="{index}"{"" if index == shown else " hidden"}>Frame {index}</p>'
                     for index in range(3))
    return ('<div class="flipbook"><label>α <input type="range" min="0" max="2" '
            'value="1" style="height: 24px"></label> <output>1</output>'
            f'<div>{frames}</div></div><script>const book = document.querySelector(".flipbook");'
            f'const show = (value) => {{ {script} }};'
            'book.querySelector("input").addEventListener("input", (event) => '
            "show(Number(event.target.value)));</script>")


TURN = ('for (const frame of book.querySelectorAll("[data-frame]")) '
        "frame.hidden = Number(frame.dataset.frame) !== value;")
TELL = 'book.querySelector("output").textContent = value;'

SOUND = [
    ("text and links", '<h2>A</h2><p>Text with <a href="#x">a link</a>.</p><p id="x">x</p>'
     '<div style="overflow-x: auto" tabindex="0" role="region" aria-label="Wide">'
     '<div style="width: 3000px">wide</div></div>'),
    ("flip-book", flip_book(TURN + TELL)),
]

# Each with the one check that must notice it.
FAULTY = [
    ("width", '<div style="width: 1500px">wide</div>'),
    ("clipped", '<div style="overflow: hidden"><div style="width: 3000px">cut</div></div>'),
    ("scroller", '<div style="overflow-x: auto"><div style="width: 3000px">wide</div></div>'),
    ("alternative", '<img width="20" height="20" src="data:image/gif;base64,'
     'R0lGODlhAQABAAAAACw=">'),
    ("label", '<input type="text" style="height: 24px">'),
    ("headings", "<h3>Third</h3>"),
    ("ids", '<p id="a">a</p><p id="a">a</p>'),
    ("contrast", '<p style="color: #888; background: #fff">faint</p>'),
    ("contrast", '<svg role="img" aria-label="Drawing" width="90" height="40">'
     '<rect width="90" height="40" fill="#333"/><text x="9" y="20" fill="#555">faint</text></svg>'),
    ("target", '<button style="height: 14px; width: 14px; padding: 0; margin: 0; display: block">'
     'a</button>' * 2),
    ("focus", '<p><a href="#" style="outline: none">unmarked</a> text before a link</p>'),
    ("focus", '<p><a href="#" tabindex="2">second</a> and <a href="#" tabindex="1">first</a></p>'),
    ("console", "<script>undefinedFunction();</script>"),
    ("network", '<script>new Image().src = "http://127.0.0.1:9/pixel.png";</script>'),
    ("network", '<script>fetch("other.json").catch(() => 0);</script>'),
    ("link", '<p>See <a href="#nowhere">nowhere</a>.</p>'),
    ("link", '<p>See <a href="nowhere.html">nowhere</a>.</p>'),
    ("text", '<p hidden id="late">late</p><script>document.getElementById("late").hidden = false;'
     "</script>"),
    ("frames", flip_book(TURN + TELL, shown=0) + "<script>show(1)</script>"),
    ("frames", flip_book(TURN + TELL).replace('max="2"', 'max="3"')),
    ("keyboard", flip_book(TELL)),
    ("mouse", flip_book('for (const frame of book.querySelectorAll("[data-frame]")) '
                        "frame.hidden = Number(frame.dataset.frame) > value;" + TELL)),
    ("keyboard", flip_book(TURN)),
    ("keyboard", flip_book(TURN + TELL).replace("<input", '<input tabindex="-1"')),
]


def faults(test, folder):
    """Returns what `test`, a function from a page to faults, misses or invents."""
    lines = []
    for number, (name, body) in enumerate(SOUND + FAULTY):
        page = folder / f"specimen{number}.html"
        page.write_text(HEAD + body + TAIL)
        found = {check for _, check, _ in test(page)} - {"axe"}
        if number < len(SOUND) and found:
            lines.append(f"the sound specimen '{name}' is said to have faults: {sorted(found)}")
        elif number >= len(SOUND) and name not in found:
            lines.append(f"specimen {number} has a fault of '{name}' that is not noticed; "
                         f"found {sorted(found)}")
    return lines
