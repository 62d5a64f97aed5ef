"""Our own style sheets and scripts hold nothing that Chromium 86 (October 2020) does not understand.

Each feature is named with the version that brought it and with what to write instead. `BETTER` are properties that an
older browser leaves out without any loss, so they may stand. What is borrowed is another matter: a richer map that an
old browser refuses to load leaves our own drawing in its place (`kit/static/kit/map.js`).
"""

import re
from pathlib import Path

import pytest

import jingwei

PACKAGE = Path(jingwei.__file__).parent
OLDEST = 86

Feature = tuple[str, int, str]
"""What it looks like, the Chromium that brought it, what to write instead."""

CSS: tuple[Feature, ...] = (
    (r":has\(", 105, "a class that the template sets"),
    (r":(?:is|where)\(", 88, "the selectors one by one"),
    (r":not\([^()]*,", 88, ":not(a):not(b)"),
    (r"@layer\b", 99, "the order of the sheets"),
    (r"@container\b|\bcontainer-(?:type|name)\s*:", 105, "@media"),
    (r"@scope\b|@starting-style\b", 117, "a class"),
    (r"@media[^{]*[<>]", 104, "min-width and max-width"),
    (r"(?<![-\w])inset(?:-block|-inline)?\s*:", 87, "top, right, bottom and left"),
    (r"(?:padding|margin)-(?:block|inline)\s*:", 87, "the two sides one by one"),
    (r"(?<![-\w])aspect-ratio\s*:", 88, "a height, or padding in per cent"),
    (r"\bcolor-mix\(|\boklch\(|\boklab\(|\blch\(|\blab\(", 111, "a token"),
    (r"\blight-dark\(", 123, "a token for each theme"),
    (r"\d[dsl]v[hwib]\b|\d(?:dvmin|dvmax|svmin|svmax)\b", 108, "vh or vw"),
    (r"(?<![-\w])overflow(?:-[xy])?\s*:[^;}]*(?<![-\w])clip\b", 90, "hidden"),
    (r"(?<![-\w])(?:translate|rotate|scale)\s*:", 104, "transform"),
    (r"\b(?:align-(?:items|self|content)|justify-content)\s*:\s*end\b", 93, "flex-end, which a grid takes as well"),
    (r"\b(?:sin|cos|tan|round|mod|rem|abs|sign)\((?![^)]*url)", 111, "calc()"),
    (r"\bsubgrid\b|\bmasonry\b", 117, "the columns once more"),
    (r"\banimation-timeline\s*:|\bview-transition-name\s*:|\banchor-name\s*:", 111, "nothing: leave it out"),
    (r"(?<![-\w])(?:font-size-adjust|size-adjust|ascent-override)\s*:", 92, "another font"),
    (r":user-(?:in)?valid\b|:modal\b|:popover-open\b", 105, "a class or an attribute"),
)
BETTER = ("accent-color", "text-wrap", "text-spacing-trim", "text-underline-offset", "text-decoration-thickness")
"""Newer than Chromium 86 and harmless: the page is whole without them."""

JS: tuple[Feature, ...] = (
    (r"(?<!this)\.at\(", 92, "list[list.length - 1]"),
    (r"\bstructuredClone\(", 98, "a copy by hand"),
    (r"\.findLast(?:Index)?\(", 97, "a loop from the end"),
    (r"\bObject\.(?:hasOwn|groupBy)\(", 93, "Object.prototype.hasOwnProperty.call"),
    (r"\bstatic\s*\{", 94, "a statement after the class"),
    (r"#\w+\s+in\s", 91, "a field that is looked at"),
    (r"^await\b", 89, "an async function that is called"),
    (r"\bcrypto\.randomUUID\(", 92, "crypto.getRandomValues"),
    (r"\bPromise\.withResolvers\(|\bArray\.fromAsync\(", 119, "new Promise"),
    (r"\.to(?:Sorted|Reversed|Spliced)\(", 110, "a copy, then sort, reverse or splice"),
    (r"\.(?:union|intersection|difference|isSubsetOf)\(", 122, "a loop over the set"),
    (r"\bAbortSignal\.(?:timeout|any)\(", 103, "an AbortController and setTimeout"),
    (r"\.showPicker\(", 99, "nothing: leave it to the browser"),
    (r"\.(?:show|hide|toggle)Popover\(|\bpopover\b\s*=", 114, "<details> or <dialog>"),
    (r"\.checkVisibility\(", 105, "offsetParent"),
    (r"\bnew\s+(?:URLPattern|CloseWatcher|EditContext)\(", 95, "a regular expression or a listener"),
    (r"\bnavigation\.|\bstartViewTransition\(", 102, "history, or nothing"),
    (r"\bnew\s+Error\([^)]*,\s*\{\s*cause", 93, "the cause within the message"),
    (r"\bimport\b[^;]*\b(?:with|assert)\s*\{", 91, "fetch"),
)


def _ours(kind: str) -> list[Path]:
    """Files of the package, without what is borrowed."""
    return sorted(one for one in PACKAGE.rglob(f"static/**/*.{kind}") if "borrowed" not in one.parts)


def _plain(text: str, kind: str) -> str:
    """The text without comments, each line in its place."""
    comment = r"/\*.*?\*/" if kind == "css" else r"/\*.*?\*/|(?m:(?<![:'\"\\])//[^\n]*$)"
    return re.sub(comment, lambda found: "\n" * found.group().count("\n"), text, flags=re.S)


def _nested(text: str) -> list[int]:
    """The lines on which a rule of a style sheet opens within another rule; at-rules may hold rules."""
    found: list[int] = []
    open_rules: list[bool] = []
    line, head = 1, ""
    for letter in text:
        if letter == "{":
            rule = not head.strip().startswith("@")
            if rule and any(open_rules):
                found.append(line)
            open_rules.append(rule)
            head = ""
        elif letter == "}" and open_rules:
            open_rules.pop()
            head = ""
        else:
            head = "" if letter == ";" else head + letter
        line += letter == "\n"
    return found


def complaints(text: str, kind: str) -> list[str]:
    """`LINE: what is written (since Chromium N): what to write instead`, for all that is too new."""
    plain = _plain(text, kind)
    found = [
        f"{plain[: hit.start()].count(chr(10)) + 1}: {hit.group().strip()} (Chromium {since}): write {instead}"
        for look, since, instead in (CSS if kind == "css" else JS)
        if since > OLDEST
        for hit in re.finditer(look, plain, flags=re.M)
    ]
    if kind == "css":
        found += [f"{line}: a rule within a rule (Chromium 112): write the whole selector" for line in _nested(plain)]
    return found


@pytest.mark.parametrize("kind", ["css", "js"])
def test_nothing_of_ours_is_newer_than_the_oldest_browser(kind: str) -> None:
    files = _ours(kind)
    assert len(files) > 8
    texts = ((one, one.read_text(encoding="utf-8")) for one in files)
    found = [f"{one.relative_to(PACKAGE)}:{said}" for one, text in texts for said in complaints(text, kind)]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("css", "a:has(b) {}"),
        ("css", "a { padding-inline: 1rem; }"),
        ("css", "a { inset: 0; }"),
        ("css", "a { b { color: red; } }"),
        ("css", "@media (width > 3rem) { a { top: 0; } }"),
        ("css", "a { height: 100dvh; }"),
        ("css", "a { overflow: clip; }"),
        ("css", "@layer base;"),
        ("css", "a { rotate: 3deg; }"),
        ("css", "a { display: flex; align-items: end; }"),
        ("js", "const last = list.at(-1);"),
        ("js", "class A { static { go(); } }"),
        ("js", "await go();"),
        ("js", "const id = crypto.randomUUID();"),
        ("js", "if (Object.hasOwn(a, 'b')) go();"),
    ],
)
def test_what_is_too_new_is_found(kind: str, text: str) -> None:
    assert len(complaints(f"/* one\n two */\n{text}", kind)) == 1
    assert complaints(f"/* one\n two */\n{text}", kind)[0].startswith("3: ")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("css", "a { box-shadow: inset 3px 0 0 var(--late); text-overflow: clip; }"),
        ("css", "@media print { a { padding-left: 1rem; } }  /* a:has(b) */"),
        ("css", "a { align-items: flex-end; justify-self: end; text-align: end; }"),
        ("css", "a { transform: rotate(-90deg); } a:focus-visible { gap: 1px; }"),
        ("js", "this.at(event); a ??= b; text.replaceAll('a', 'b'); list?.map((one) => one.b); // list.at(-1)"),
        ("js", "async function go() {\n  await fetch('https://example.org/');\n}"),
        ("js", "class A { #own = 1; #do() {} }"),
    ],
)
def test_what_is_old_enough_passes(kind: str, text: str) -> None:
    assert complaints(text, kind) == []


def test_what_is_newer_and_stands_is_without_loss() -> None:
    """Each is in use: one that is not leaves the list."""
    sheets = "".join(_plain(one.read_text(encoding="utf-8"), "css") for one in _ours("css"))
    assert [name for name in BETTER if not re.search(rf"(?<![-\w]){name}\s*:", sheets)] == []
